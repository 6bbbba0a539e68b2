"""All that a film of message passing shows of one molecule, computed once."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.message_passing import analysis
from core.experiments.message_passing.settings import labels, looked_at, molecule, order
from core.film import half
from core.molecules import Molecule, from_smiles
from core.molecules.picture import edges
from core.qm9.data.graphs import Graphs, from_molecules
from core.qm9.data.targets import KEYS, targets_from_learned
from core.qm9.data.task import references_of
from core.qm9.networks.models import MlpModel

COLUMNS = 12  # channels of W and of the products that are shown
Array = NDArray[np.float32]


def float32(values: Any) -> Array:
    """Numbers as the film holds them."""
    return np.asarray(values, np.float32)


@lru_cache(maxsize=16)
def passed(
    smiles: str, model: str, rows: tuple[int, ...]
) -> tuple[Molecule, Graphs, Tensor, list[analysis.Round]]:
    """A molecule with its atoms in this order, and what every layer makes of it; kept for a while.

    So that another atom or channel is shown at once.
    """
    molecule = analysis.relabeled(from_smiles(smiles), np.array(rows))
    graphs = from_molecules([molecule])
    return molecule, graphs, *analysis.rounds(analysis.trained(model), graphs)


@lru_cache(maxsize=16)
def _curves(smiles: str, model: str) -> dict[str, Any]:
    return analysis.smoothing(analysis.trained(model), from_molecules([from_smiles(smiles)]))


@lru_cache(maxsize=64)
def _predicted(smiles: str, model: str, rows: tuple[int, ...]) -> dict[str, float]:
    return analysis.predicted(model, analysis.relabeled(from_smiles(smiles), np.array(rows)))


class Scene:
    """A molecule in a trained network; n atoms, d channels, L layers, C = 12 channels shown."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.original = molecule(settings)
        self.order = order(settings)
        self.row = np.argsort(self.order)  # in which row each atom of the SMILES stands
        self.model = analysis.trained(settings.model)
        listed = passed(settings.smiles, settings.model, tuple(self.order.tolist()))
        self.molecule, self.graphs, self.start, self.rounds = listed
        self.labels = labels(settings)

    @property
    def drawn(self) -> int:
        """The atom looked at, as it is counted in the drawing."""
        return looked_at(self.settings)

    @property
    def numbers(self) -> list[int]:
        """What stands beside the letter of each atom of the drawing."""
        return [int(row) + 1 for row in self.row]

    @property
    def atom(self) -> int:
        """Row of the atom looked at."""
        return int(self.row[self.drawn])

    @cached_property
    def states(self) -> list[Tensor]:
        """h^(0), ..., h^(L), (n, d) each."""
        return [self.start, *(one.h for one in self.rounds)]

    @cached_property
    def channel(self) -> int:
        """The channel shown, from 0: as set, or one in which atoms differ and change much."""
        if self.settings.channel:
            return min(self.settings.channel, self.start.shape[1]) - 1
        H = torch.stack(self.states)  # (L + 1, n, d)
        H = H / H.abs().amax((0, 1)).clamp(min=1e-9)  # as colors: each channel by its own range
        differ, change = H.std(1, correction=0).mean(0), H.diff(dim=0).abs().mean(1).amin(0)  # (d,)
        return int((differ * change).argmax())

    @cached_property
    def head(self) -> int:
        """The head of attention that the channel belongs to, 0 without attention."""
        return self.channel * len(self.rounds[0].weights) // self.start.shape[1]

    @cached_property
    def columns(self) -> NDArray[np.int64]:
        """The channels shown, from 0: the chosen one and those that follow it in its head."""
        size = self.start.shape[1] // len(self.rounds[0].weights)
        first = self.head * size
        count = min(COLUMNS, size)
        return first + (self.channel - first + np.arange(count)) % size

    @cached_property
    def range(self) -> float:
        """Largest size of the chosen channel in all states: the colors reach from - to + it."""
        return max(float(h[:, self.channel].abs().max()) for h in self.states) or 1.0

    @cached_property
    def loudest(self) -> float:
        """Largest size of a message between two atoms in the chosen channel."""
        psi = [one.messages[..., self.channel].abs().fill_diagonal_(0) for one in self.rounds]
        return max(float(p.max()) for p in psi) or 1.0

    @cached_property
    def influence(self) -> Any:
        """How strongly each atom, as labeled, moves the one looked at, (L + 1, n)."""
        return analysis.influence(self.model, self.graphs, self.atom)

    @cached_property
    def last(self) -> Tensor:
        """Normalized last states, which are pooled, (n, d)."""
        return analysis.outputs(self.model, self.rounds[-1].h)[0].detach()

    @cached_property
    def target(self) -> float:
        """The prediction, in the unit of the target."""
        return self._predicted(self.settings.model, self.order)

    @property
    def counted(self) -> float:
        """The target by counts of atoms, bonds and rings alone, from which the network starts."""
        linear = analysis.shipped(self.settings.model).linear.predict(self.graphs)
        counted = targets_from_learned(linear, references_of(self.graphs))
        return float(counted[0, KEYS.index(self.settings.target)])

    @cached_property
    def curves(self) -> dict[str, Any]:
        """The spread of atom states over depth, see `smoothing`."""
        return _curves(self.settings.smiles, self.settings.model)

    @cached_property
    def loss(self) -> float:
        """Largest difference between an update made from sums over edges and the layer's own."""
        pairs = zip(self.model.layers, self.rounds, strict=True)
        return max(analysis.rounding(layer, one) for layer, one in pairs)

    @cached_property
    def edges(self) -> NDArray[np.int64]:
        """Directed edges as rows (u, v) of atoms as labeled. Shapes: (2 m, 2)."""
        return self.row[np.array(edges(self.settings.smiles), np.int64).reshape(-1, 2)]

    @cached_property
    def spreads(self) -> list[float]:
        """How different the atoms are after each layer."""
        return [analysis.spread(h) for h in self.states]

    @cached_property
    def matrices(self) -> list[dict[str, Any]]:
        """Each layer in numbers, rows as labeled."""
        found, C, k = [], self.columns, self.channel
        for layer, one, before in zip(self.model.layers, self.rounds, self.states, strict=False):
            linear: dict[str, Any] = {}
            if one.W is not None:
                W, b = one.W[:, C].detach(), layer.b[C].detach()
                linear = {
                    "W": half(W),
                    "b": float32(b[None]),
                    "HW": float32(one.H @ W),
                }
            found.append(
                {
                    "A": float32(one.weights[self.head]),
                    "H": half(one.H),
                    **linear,
                    "psi": float32(one.messages[..., k]),
                    "product": float32(one.m[:, C]),
                    "out": float32(one.out[:, C]),
                    "h_old": float32(before[:, k]),
                    "h_new": float32(one.h[:, k]),
                }
            )
        return found

    def _predicted(self, model: str, rows: NDArray[np.int64]) -> float:
        found = _predicted(self.settings.smiles, model, tuple(rows.tolist()))
        return found[self.settings.target]

    def comparison(self) -> list[tuple[str, float, float]]:
        """Name, prediction from the atoms as drawn and as labeled now: this network, and the MLP.

        The perceptron on a padded list is left out where the molecule has more atoms than it has
        inputs for.
        """
        names, found = [self.settings.model, "mlp"], []
        drawn = np.arange(len(self.original))
        for name in names:
            if name != "mlp" or len(self.original) <= MlpModel.slots:
                pair = self._predicted(name, drawn), self._predicted(name, self.order)
                found.append((name, *pair))
        return found


@lru_cache(maxsize=8)
def scene_of(settings: Any) -> Scene:
    """The scene of these settings, which the experiment and its figures share."""
    return Scene(settings)
