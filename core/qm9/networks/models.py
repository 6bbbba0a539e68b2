"""The chapter's architectures on QM9; every model maps `Graphs` to 14 standardized quantities.

The six see the chapter's 11 node and 4 edge features and nothing else (the transformer's scores
know the graph distance). They share one skeleton, h <- h + layer(norm(h)), then the sum (5.12) and
a small network, and their widths give all of them the same number of parameters.
"""

from __future__ import annotations

import threading
from typing import Any

import torch
from torch import Tensor, nn

from core.models.deep_sets import SetLayer
from core.models.graph import GATLayer, GCNLayer, normalized_adjacency
from core.models.links import Bonds
from core.models.lookup import lookup
from core.models.mpnn import MPNNLayer
from core.models.transformer import TransformerLayer
from core.qm9.data.graphs import MAX_HOPS, PAIR_CODES, Graphs
from core.qm9.networks.best import Best
from core.qm9.networks.skeleton import OUTPUTS, NodeModel, Trace


class DeepSetsModel(NodeModel):
    """A set of atoms without bonds, equation (5.8)."""

    def __init__(self, d: int = 106, layers: int = 4) -> None:
        """See `NodeModel`."""
        super().__init__(d, layers)

    def make_layer(self, d: int) -> nn.Module:
        """See `NodeModel`."""
        return SetLayer(d, d)

    def context(self, graphs: Graphs) -> tuple[Tensor, ...]:
        """See `NodeModel`."""
        return (graphs.mask,)


class GcnModel(NodeModel):
    """Bonds without types, fixed weights, equation (5.11)."""

    def __init__(self, d: int = 192, layers: int = 4) -> None:
        """See `NodeModel`."""
        super().__init__(d, layers)

    def make_layer(self, d: int) -> nn.Module:
        """See `NodeModel`."""
        return GCNLayer(d, d)

    def context(self, graphs: Graphs) -> tuple[Tensor, ...]:
        """See `NodeModel`."""
        return (normalized_adjacency(graphs.near),)


class GatModel(NodeModel):
    """Bonds without types, learned weights, equations (5.13) and (5.14)."""

    def __init__(self, d: int = 192, layers: int = 4) -> None:
        """See `NodeModel`."""
        super().__init__(d, layers)

    def make_layer(self, d: int) -> nn.Module:
        """See `NodeModel`; ReLU follows, as sigma in (5.10)."""
        return GatReluLayer(d, d)

    def context(self, graphs: Graphs) -> tuple[Tensor, ...]:
        """See `NodeModel`."""
        return (graphs.near,)


class GatReluLayer(GATLayer):
    """Graph attention followed by ReLU: like the graph convolution, but with learned weights."""

    def forward(
        self, h: Tensor, neighbors: Tensor, trace: dict[str, Tensor] | None = None
    ) -> Tensor:
        """One round of attention."""
        return torch.relu(super().forward(h, neighbors, trace))


class MpnnModel(NodeModel):
    """Messages that know the bond type, equation (5.9)."""

    def __init__(self, d: int = 86, layers: int = 4) -> None:
        """See `NodeModel`."""
        super().__init__(d, layers)

    def make_layer(self, d: int) -> nn.Module:
        """See `NodeModel`."""
        return MPNNLayer(d, 4)

    def context(self, graphs: Graphs) -> tuple[Tensor, ...]:
        """See `NodeModel`."""
        return graphs.e, graphs.adjacency

    def pairs(self, graphs: Graphs) -> dict[str, Any]:
        """See `NodeModel`."""
        return {"bonds": Bonds(graphs.e, graphs.adjacency)}


class TransformerModel(NodeModel):
    """Every atom looks at every atom, equation (6.4), biased by bond type and graph distance."""

    def __init__(self, d: int = 76, layers: int = 4, heads: int = 4) -> None:
        """See `NodeModel`."""
        self.heads = heads
        super().__init__(d, layers)
        self.norms = nn.ModuleList([nn.Identity() for _ in range(layers)] + [nn.LayerNorm(d)])
        self.bias = nn.Embedding(PAIR_CODES, layers * heads)
        nn.init.zeros_(self.bias.weight)
        codes = torch.arange(PAIR_CODES)
        # Only bond type and distance: how many paths there are is told to `best` alone.
        plain = torch.where(codes < 6, codes, (codes - 6).div(2, rounding_mode="floor") * 2 + 6)
        self.register_buffer("plain", plain.clamp(max=6 + 2 * (MAX_HOPS - 1)), persistent=False)

    def make_layer(self, d: int) -> nn.Module:
        """See `NodeModel`; this layer holds its own norms and adds its input itself."""
        return TransformerLayer(d, self.heads)

    def context(self, graphs: Graphs) -> tuple[Tensor, ...]:
        """See `NodeModel`."""
        plain: Tensor = self.get_buffer("plain")
        table = lookup(self.bias.weight, plain[graphs.pairs.int()])
        biases = table.unflatten(-1, (len(self.layers), self.heads)).permute(3, 0, 4, 1, 2)
        return graphs.mask, biases

    def encode(self, graphs: Graphs, trace: Trace | None = None) -> Tensor:
        """See `NodeModel`."""
        h = self.embed(graphs.x_scaled)
        mask, biases = self.context(graphs)
        for layer, bias in zip(self.layers, biases, strict=True):
            inside: dict[str, Tensor] | None = None if trace is None else {}
            h = layer(h, mask, bias, trace=inside)
            if trace is not None and inside is not None:
                trace.append({**inside, "h": h})
        return self.norms[-1](h)


class MlpModel(nn.Module):
    """The molecule as one long list of numbers: no symmetry, no locality, and 9 atoms at most.

    Equation: (6.5), stacked

    Shapes:
        graphs: B molecules of N atoms; returns: (B, 14)
    """

    slots = 9

    def __init__(self, d: int = 252, layers: int = 3) -> None:
        """Make `layers` hidden layers of width d."""
        super().__init__()
        pairs = self.slots * (self.slots - 1) // 2
        widths = [11 * self.slots + 4 * pairs] + [d] * layers
        parts = [(nn.Linear(a, b), nn.ReLU()) for a, b in zip(widths, widths[1:], strict=False)]
        self.hidden = nn.Sequential(*(module for pair in parts for module in pair))
        self.readout = nn.Linear(d, OUTPUTS)

    def forward(self, graphs: Graphs, trace: Trace | None = None) -> Tensor:
        """Predict standardized residuals.

        Raises:
            ValueError: A molecule has more atoms than the network has inputs for.
        """
        h = self.hidden(self.flat(graphs))
        if trace is not None:
            trace.append({"h": h})
        return self.readout(h)

    def summary(self, graphs: Graphs) -> Tensor:
        """The last hidden layer, a point of the learned map of chemical space, (B, d)."""
        return self.hidden(self.flat(graphs))

    def flat(self, graphs: Graphs) -> Tensor:
        """Node features, then the edge features of the upper triangle, (B, 243)."""
        n = self.slots
        if graphs.atoms.shape[1] > n and bool(graphs.mask[:, n:].any()):
            raise ValueError(f"mlp has inputs for {n} atoms only: choose a graph model")
        extra = max(n - graphs.atoms.shape[1], 0)
        x = nn.functional.pad(graphs.x_scaled, (0, 0, 0, extra))[:, :n]
        e = nn.functional.pad(graphs.e, (0, 0, 0, extra, 0, extra))[:, :n, :n]
        upper = torch.triu_indices(n, n, 1, device=e.device)
        return torch.cat([x.flatten(1), e[:, upper[0], upper[1]].flatten(1)], 1)


QM9_MODELS: dict[str, type[nn.Module]] = {
    "mlp": MlpModel,
    "deep-sets": DeepSetsModel,
    "gcn": GcnModel,
    "gat": GatModel,
    "mpnn": MpnnModel,
    "transformer": TransformerModel,
    "best": Best,
}

_ONE_AT_A_TIME = threading.Lock()


def make_model(name: str, seed: int, width: int = 0, layers: int = 0, pairs: int = 0) -> nn.Module:
    """Build a model with weights from the seed; 0 keeps the model's own width, depth, channels."""
    sizes: dict[str, Any] = {"pairs": pairs} if pairs else {}
    if width:
        sizes["d"] = width
    if layers:
        sizes["layers"] = layers
    # torch's layers draw from the global generator: fork it, so that nothing outside changes.
    # It belongs to the whole process, so one thread (a visitor of the app) after the other.
    with _ONE_AT_A_TIME, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return QM9_MODELS[name](**sizes)
