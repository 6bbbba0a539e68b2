"""What the graph attention page shows of one molecule: weights, masking, shuffling."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import rankdata
from torch import Tensor

from core.experiments.graph_attention import analysis
from core.experiments.graph_attention.analysis import Trace
from core.experiments.graph_attention.experiment import Mixing
from core.experiments.graph_attention.settings import atom_of
from core.film import half
from core.molecules.picture import edges
from core.qm9.data.targets import KEYS, targets_from_learned

Array = NDArray[Any]
SHUFFLES = 20
MOST = 4_000_000  # numbers in the largest tensor of one batch


class Study:
    """One molecule under the network of an experiment.

    Fields: `v`, the atom looked at; `N_v`, its neighborhood (k,), itself first; `edges` (2 m, 2),
    rows u, v, and `loops` (n, 2) after them.
    """

    def __init__(self, experiment: Any) -> None:
        """Takes the network and the tables of the experiment, computes nothing yet."""
        self.experiment, self.settings = experiment, experiment.settings
        self.open = experiment.neighbors[0, 0].numpy()  # (v, u)
        n, self.layers = len(self.open), experiment.neighbors.shape[1]
        self.heads = experiment.model.layers[0].heads
        self.layer = min(self.settings.layer, self.layers) - 1
        self.head = 0 if self.settings.head == "mean" else min(int(self.settings.head), self.heads)
        self.v = atom_of(self.settings)
        heard = [int(u) for u in np.flatnonzero(self.open[self.v]) if u != self.v]
        self.N_v = np.array([self.v, *heard])
        self.edges = np.array(edges(self.settings.smiles), np.int64).reshape(-1, 2)
        self.loops = np.stack([np.arange(n)] * 2, 1)

    @property
    def _batch(self) -> int:
        """Copies of the molecule that run side by side."""
        n, width = len(self.open), self.experiment.model.embed.out_features
        return max(1, MOST // (n * max(n * self.heads, width)))

    # --- running the network ------------------------------------------------------------------

    @torch.no_grad()
    def targets(self, neighbors: Tensor, weigh: Any = None, trace: Trace | None = None) -> Array:
        """All properties for each row of `neighbors` (B, L, v, u), in their units, (B, 19)."""
        e, count = self.experiment, len(neighbors)
        x, mask = e.x.expand(count, -1, -1), e.mask.expand(count, -1)
        output = analysis.attend(e.model, x, mask, neighbors, weigh, trace).numpy()
        learned = output * self.settings.scale + self.settings.linear
        references = np.repeat(self.settings.references, count, 0)
        return targets_from_learned(learned, references)

    def run(self, neighbors: Tensor, weigh: Any = None, trace: Trace | None = None) -> Array:
        """The property that is looked at, (B,)."""
        return self.targets(neighbors, weigh, trace)[:, KEYS.index(self.settings.target)]

    @cached_property
    def plain(self) -> float:
        """The property with uniform weights in all layers."""
        return self.experiment.predict(0)

    @cached_property
    def learned(self) -> tuple[float, Trace]:
        """The property as the network predicts it, and what its layers did."""
        trace: Trace = []
        return float(self.run(self.experiment.neighbors, trace=trace)[0]), trace

    @cached_property
    def attention(self) -> Array:
        """Learned weights, (L, H, v, u)."""
        return torch.cat([layer["alpha"] for layer in self.learned[1]]).numpy()

    def masked(self, pairs: Array, layers: list[int]) -> Array:
        """Change of the property when v no longer hears u in these layers, (E,), in its unit.

        NaN where v would hear nobody. `pairs`: (E, 2), rows u, v.
        """
        found = []
        for some in torch.from_numpy(pairs).split(self._batch):
            found.append(self.run(analysis.without(self.experiment.neighbors[0], some, layers)))
        change = np.concatenate(found) - self.learned[0] if found else np.zeros(0)
        return np.where(self.open.sum(1)[pairs[:, 1]] > 1, change, np.nan)

    # --- what is shown ------------------------------------------------------------------------

    @property
    def silent(self) -> list[int]:
        """Layers in which a masked neighbor is silent, as set."""
        return list(range(self.layers)) if self.settings.scope == "all layers" else [self.layer]

    @cached_property
    def alpha_e(self) -> Array:
        """Weight of each directed edge, mean over heads and over the layers of `silent`, (2 m,)."""
        u, v = self.edges.T
        return self.attention[self.silent].mean((0, 1))[v, u]

    @cached_property
    def change_e(self) -> Array:
        """What masking each directed edge does to the property, (2 m,)."""
        return self.masked(self.edges, self.silent)

    @cached_property
    def change_v(self) -> Array:
        """What masking each of N(v) does, in each layer alone and in all of them, (L + 1, k)."""
        pairs = np.stack([self.N_v, np.full(len(self.N_v), self.v)], 1)
        every = [[layer] for layer in range(self.layers)] + [list(range(self.layers))]
        return np.stack([self.masked(pairs, layers) for layers in every])

    @property
    def alpha_v(self) -> Array:
        """Weights of N(v) in each layer, mean over heads, (L, k)."""
        return self.attention.mean(1)[:, self.v, self.N_v]

    @cached_property
    def rank_correlation(self) -> float:
        """Spearman's rho of weight and size of the change, over the directed edges."""
        return spearman(self.alpha_e, np.abs(self.change_e))

    @cached_property
    def dealt(self) -> Array:
        """The property with the learned weights shuffled among the same neighbors, (20,)."""
        generator = torch.Generator().manual_seed(self.settings.seed)
        many = self.experiment.neighbors.expand(SHUFFLES, -1, -1, -1)
        return self.run(many, analysis.shuffled(generator))

    @cached_property
    def frames(self) -> dict[str, Array]:
        """All tracks of all frames, from runs of the network with all mixes side by side."""
        e = self.experiment
        t = torch.cat([e.mix(step) for step in range(e.last + 1)])  # (frames, L)
        parts = [self._frames(some) for some in t.split(self._batch)]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def take(self, step: int) -> dict[str, Any]:
        """The tracks of a frame, see `GraphAttention`."""
        return {name: track[step] for name, track in self.frames.items()}

    def _frames(self, t: Tensor) -> dict[str, Array]:
        """The tracks of some frames, t (B, L)."""
        trace: Trace = []
        many = self.experiment.neighbors.expand(len(t), -1, -1, -1)
        prediction = self.run(many, analysis.mixed(t), trace)
        used = torch.stack([layer["used"] for layer in trace], 1).numpy()  # (B, L, H, v, u)
        every = np.concatenate([used.mean(2, keepdims=True), used], 2)  # (B, L, H + 1, v, u)
        matrix = every[:, self.layer, self.head]
        labels = np.full((len(t), len(self.open)), np.nan)
        labels[:, self.N_v] = matrix[:, self.v, self.N_v]
        columns = every.reshape(len(t), -1, *every.shape[3:])  # (B, C, v, u)
        found = {"matrix": matrix, "labels": labels.round(2)}  # two digits stand in the picture
        for name, (u, v) in (("arrows", self.edges.T), ("loops", self.loops.T)):
            found[name] = columns[:, :, v, u].transpose(0, 2, 1)
        for name, value in self._even().items():
            found[name] = np.repeat(value[None], len(t), 0)
        frame = {name: half(value) for name, value in found.items()}
        exact = {"prediction": prediction, "loss": np.abs(prediction - self.plain).round(9)}
        equation = self._equation(trace[self.layer])
        return {**frame, **exact, **equation, "mix": t.numpy().astype(np.float32)}

    def _even(self) -> dict[str, Array]:
        """Uniform weights on edges and loops, and beside the neighbors of v."""
        weight = analysis.uniform(self.experiment.neighbors[0])[0].numpy()  # (v, u)
        labels = np.full(len(weight), np.nan)
        labels[self.N_v] = weight[self.v, self.N_v]
        (a, b), (c, d) = self.edges.T, self.loops.T
        even = {"even": weight[b, a], "even_loops": weight[d, c]}
        return {**even, "even_labels": labels.round(2)}

    def _equation(self, layer: dict[str, Tensor]) -> dict[str, Array]:
        """Equation (5.14) for the atom looked at, worked out, with the mean over heads first."""
        f = layer["f"][:, :, self.v, self.N_v].numpy().transpose(0, 2, 1)  # (B, k, H)
        exp = np.exp(f)
        found = {"f": f, "exp": exp, "sum": exp.sum(1)}
        for name in ("alpha", "used"):
            found[name] = layer[name][:, :, self.v, self.N_v].numpy().transpose(0, 2, 1)
        return {name: _with_mean(value) for name, value in found.items()}


def _with_mean(value: Array) -> Array:
    """The mean over heads (last axis) in front of them."""
    return np.concatenate([value.mean(-1, keepdims=True), value], -1).astype(np.float32)


def spearman(a: Array, b: Array) -> float:
    """Rank correlation where both are numbers; NaN below 3 of them, or if one is constant."""
    known = np.isfinite(a) & np.isfinite(b)
    a, b = rankdata(a[known].round(12)), rankdata(b[known].round(12))
    if len(a) < 3 or not (np.ptp(a) and np.ptp(b)):
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


@lru_cache(maxsize=16)
def study(settings: Any) -> Study:
    """The study of some settings, for figures that stand still."""
    return Study(Mixing(settings))
