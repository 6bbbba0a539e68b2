"""Settings of the graph attention page, and the network as tables that a script can hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from torch.nn.utils import parameters_to_vector

from core.molecules import from_smiles, names
from core.molecules.text import MOST_ATOMS, parse
from core.qm9.data.graphs import Graphs, from_molecules
from core.qm9.data.targets import KEYS
from core.qm9.data.task import references_of
from core.qm9.networks import package
from core.settings import Settings, setting
from core.settings.kinds import Choice, Integer, rare

Array = NDArray[Any]
HEADS = ("mean", "1", "2", "3", "4")
CARBONYL = Chem.MolFromSmarts("[CX3]=[OX1]")
PATHS = ("layer by layer", "all at once")
SCOPES = ("all layers", "this layer")


@dataclass(frozen=True)
class GraphAttentionSettings(Settings):
    """The molecule, where one looks, and what is asked of the trained network."""

    smiles: str = setting("O=Cc1ccccc1", names.smiles())
    target: str = setting("lumo", Choice(KEYS, label="Property", group="network"))
    layer: int = setting(
        1, Integer(1, 4, label="Layer", help="Whose weights are drawn.", group="attention")
    )
    head: str = setting(
        "1",
        Choice(HEADS, label="Head", help="Each has weights of its own; mean: of all.",
               group="attention"),
    )  # fmt: skip
    atom: int = setting(
        0,
        Integer(0, MOST_ATOMS, label="Atom", help="Number of v; 0: the carbonyl carbon.",
                **rare("attention")),
    )  # fmt: skip
    silence: int = setting(
        0, Integer(0, MOST_ATOMS, help="Number of the neighbor that v no longer hears; 0: none.")
    )  # the page draws it
    path: str = setting(
        "layer by layer",
        Choice(PATHS, label="From uniform to learned",
               help="Whether the layers take their learned weights one after the other.",
               group="attention"),
    )  # fmt: skip
    scope: str = setting(
        "all layers",
        Choice(SCOPES, label="Masked in", group="attention",
               help="Where a masked neighbor is silent, for the rank correlation."),
    )  # fmt: skip

    # What a script cannot make by itself, see `core.export`.

    @property
    def embedded(self) -> dict[str, Array]:
        """Tables that go into an exported script as they are."""
        tables = ("sizes", "state", "x", "neighbors", "linear", "scale", "references")
        return {name: getattr(self, name) for name in tables}

    @property
    def sizes(self) -> Array:
        """Width and number of layers of the network."""
        model = network().model
        return np.array([model.embed.out_features, len(model.layers)], np.int64)

    @property
    def state(self) -> Array:
        """All weights of the network, one after the other."""
        return network().state

    @property
    def x(self) -> Array:
        """Features of the atoms as the network reads them, (n, 11)."""
        return graph(self.smiles).x_scaled[0].double().numpy()

    @property
    def neighbors(self) -> Array:
        """1 where v may listen to u, (v, u): its bonds but for a silenced one, and v itself."""
        bonded = graph(self.smiles).adjacency[0].numpy() > 0
        heard = (bonded | np.eye(len(bonded), dtype=bool)).astype(np.uint8)
        if (u := silenced(self)) >= 0:
            heard[atom_of(self), u] = 0
        return heard

    @property
    def linear(self) -> Array:
        """What is added to the network's output: a linear model of atom counts, (14,)."""
        return network().package.predictor.linear.predict(graph(self.smiles))[0]

    @property
    def scale(self) -> Array:
        """Units of the network's outputs, (14,)."""
        return network().package.predictor.linear.scale

    @property
    def references(self) -> Array:
        """Energies of the single atoms, (1, 4)."""
        return references_of(graph(self.smiles))


@dataclass(frozen=True)
class Network:
    """The shipped graph attention network: first member, and its weights as one vector."""

    package: package.Package
    model: Any
    state: Array


@lru_cache(maxsize=1)
def network() -> Network:
    """Load it once."""
    found = package.load("gat")
    model = found.predictor.members[0]
    return Network(found, model, parameters_to_vector(model.parameters()).detach().numpy())


@lru_cache(maxsize=64)
def graph(smiles: str) -> Graphs:
    """A batch of one molecule."""
    return from_molecules([from_smiles(smiles)])


@lru_cache
def usual_error(model: str, key: str) -> float:
    """Mean absolute error of a shipped model on the validation split, in the property's unit."""
    card = json.loads(package.locate(model).with_suffix(".json").read_text())
    return float(card["validation"]["mae"][key])


def atom_of(settings: Any) -> int:
    """The atom looked at: as set, else the first carbonyl carbon, else the one with most bonds."""
    mol = parse(settings.smiles)
    if 1 <= settings.atom <= mol.GetNumAtoms():
        return int(settings.atom) - 1
    matches = mol.GetSubstructMatches(CARBONYL)
    if matches:
        return int(matches[0][0])
    return max(range(mol.GetNumAtoms()), key=lambda i: mol.GetAtomWithIdx(i).GetDegree())


def bonded_to(settings: Any) -> list[int]:
    """The atoms bonded to the one looked at."""
    row = graph(settings.smiles).adjacency[0, atom_of(settings)].numpy()
    return [int(u) for u in np.flatnonzero(row > 0)]


def silenced(settings: Any) -> int:
    """The neighbor that the atom looked at no longer hears in any layer, from 0; -1 for none."""
    u = int(settings.silence) - 1
    return u if u >= 0 and u in bonded_to(settings) else -1


def names_of(smiles: str) -> list[str]:
    """O1, C2, ...: element and number of each atom, as the picture says them."""
    return [f"{a.GetSymbol()}{a.GetIdx() + 1}" for a in parse(smiles).GetAtoms()]
