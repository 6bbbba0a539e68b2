"""PyTorch Geometric's side of the comparison, for `bench` and for tests only."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from core.qm9.data.graphs import Graphs
from core.qm9.data.source import DataError


def require() -> None:
    """Check that the package is here.

    Raises:
        DataError: It is not.
    """
    if importlib.util.find_spec("torch_geometric") is None:
        raise DataError("package torch-geometric is not installed: pip install torch-geometric")


def as_list(whole: Graphs, y: Tensor) -> list[Any]:
    """The same molecules as PyTorch Geometric's list of `Data`, y (M, T)."""
    from torch_geometric.data import Data

    found = []
    for m in range(len(whole)):
        n = int(whole.mask[m].sum())
        codes = whole.bonds[m, :n, :n].long()
        to, source = codes.nonzero(as_tuple=True)
        attributes = nn.functional.one_hot(codes[to, source] - 1, 4).float()
        edges = torch.stack([source, to])
        x = whole.atoms[m, :n].float()
        found.append(Data(x=x, edge_index=edges, edge_attr=attributes, y=y[m : m + 1]))
    return found


def batches(items: list[Any], size: int) -> Iterator[tuple[Any, Tensor]]:
    """Their loader, shuffled, for ever."""
    from torch_geometric.loader import DataLoader

    loader = DataLoader(items, batch_size=size, shuffle=True, drop_last=True)
    while True:
        for batch in loader:
            yield batch, batch.y


def make_layer(kind: str, d_in: int, d: int) -> nn.Module:
    """The layer of a row in PyTorch Geometric."""
    from torch_geometric.nn import GATConv, GCNConv, NNConv

    if kind == "gcn":
        return GCNConv(d_in, d)
    if kind == "gat":
        return GATConv(d_in, d // 4, heads=4)
    if kind == "nnconv":
        return NNConv(d_in, d, nn.Linear(4, d_in * d, bias=False), aggr="add")
    return message_layer(d, 4, d_in)


def message_layer(d: int, d_edge: int, d_in: int | None = None) -> nn.Module:
    """Equation (5.9) the way PyTorch Geometric's tutorial writes it: psi on the joined inputs."""
    from torch_geometric.nn import MessagePassing

    class Layer(MessagePassing):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(aggr="add")
            start = d_in or d
            first, second = nn.Linear(2 * start + d_edge, d), nn.Linear(d, d, bias=False)
            self.psi = nn.Sequential(first, nn.ReLU(), second)
            self.phi = nn.Sequential(nn.Linear(start + d, d), nn.ReLU(), nn.Linear(d, d))

        def forward(self, x: Tensor, edge_index: Tensor, edge_attr: Tensor) -> Tensor:
            heard = self.propagate(edge_index, x=x, edge_attr=edge_attr)
            return self.phi(torch.cat([x, heard], -1))

        def message(self, x_i: Tensor, x_j: Tensor, edge_attr: Tensor) -> Tensor:
            return self.psi(torch.cat([x_j, x_i, edge_attr], -1))

    return Layer()


class Model(nn.Module):
    """Their side: the same skeleton as `core.qm9.cli.bench.Dense`."""

    def __init__(self, kind: str, d: int, layers: int, targets: int) -> None:
        """Make the model of one row."""
        super().__init__()
        self.kind = kind
        self.layers = nn.ModuleList(make_layer(kind, d if i else 11, d) for i in range(layers))
        self.readout = nn.Linear(d, targets)

    def forward(self, batch: Any) -> Tensor:
        """Predict, (B, 19)."""
        from torch_geometric.nn import global_add_pool

        h = batch.x
        extra = (batch.edge_attr,) if self.kind in ("mpnn", "nnconv") else ()
        for layer in self.layers:
            h = layer(h, batch.edge_index, *extra)
            h = h if self.kind == "mpnn" else torch.relu(h)
        return self.readout(global_add_pool(h, batch.batch, size=batch.num_graphs))
