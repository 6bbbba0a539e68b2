"""The skeleton that the chapter's graph architectures share on QM9."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from torch import Tensor, nn

from core.models.graph import sum_pool
from core.models.links import few_pairs
from core.qm9.data.graphs import Graphs
from core.qm9.data.targets import LEARNED

Trace = list[dict[str, Tensor]]
OUTPUTS = len(LEARNED)


class NodeModel(nn.Module, ABC):
    """The skeleton: embed the atoms, update them layer by layer, add them up, read out.

    Shapes:
        graphs: B molecules of N atoms; returns: (B, 14)
    """

    def __init__(self, d: int, layers: int = 4) -> None:
        """Make `layers` layers of width d."""
        super().__init__()
        self.embed = nn.Linear(11, d)
        self.norms = nn.ModuleList(nn.LayerNorm(d) for _ in range(layers + 1))
        self.layers = nn.ModuleList(self.make_layer(d) for _ in range(layers))
        # A sum over nine atoms is large: without this norm and with ReLU, every unit of the readout
        # died within the first epoch of a GCN and an MPNN, and both answered with a constant.
        self.readout = nn.Sequential(
            nn.LayerNorm(d), nn.Linear(d, d), nn.GELU(), nn.Linear(d, OUTPUTS)
        )

    @abstractmethod
    def make_layer(self, d: int) -> nn.Module:
        """One layer of this architecture."""

    @abstractmethod
    def context(self, graphs: Graphs) -> tuple[Tensor, ...]:
        """What the layers read beside h: adjacency, edge features, mask."""

    def pairs(self, graphs: Graphs) -> dict[str, Any]:
        """The layers' list of pairs, where they can do with the pairs that are bonded."""
        return {}

    def encode(self, graphs: Graphs, trace: Trace | None = None) -> Tensor:
        """Hidden state of each atom after the last layer, (B, N, d).

        A list as `trace` receives one dict a layer: its messages or attention, and "h" after it.
        """
        h = self.embed(graphs.x_scaled)
        context, pairs = self.context(graphs), self.pairs(graphs) if few_pairs(h) else {}
        for layer, norm in zip(self.layers, self.norms, strict=False):
            inside: dict[str, Tensor] | None = None if trace is None else {}
            h = h + layer(norm(h), *context, trace=inside, **pairs)
            if trace is not None and inside is not None:
                trace.append({**inside, "h": h})
        return self.norms[-1](h)

    def forward(self, graphs: Graphs, trace: Trace | None = None) -> Tensor:
        """Predict standardized residuals."""
        return self.readout(sum_pool(self.encode(graphs, trace), graphs.mask))

    def summary(self, graphs: Graphs) -> Tensor:
        """The pooled molecule, a point of the learned map of chemical space, (B, d)."""
        return sum_pool(self.encode(graphs), graphs.mask)
