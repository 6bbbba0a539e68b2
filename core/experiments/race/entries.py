"""Who runs in the race: each family at its size, for data on a line, on a grid, or of a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from core.models import families
from core.models.families import FLATTEN, MEAN, Shapes, count

BUDGET = 5000  # parameters, where all are to have as many
PUBLISHED, EQUAL = "as published", "equal parameters"
SAMPLE, PATCHES, OVERLAPPING = "one token a sample", "patches", "overlapping patches"
STEMS, ENDS = (OVERLAPPING, PATCHES, SAMPLE), (FLATTEN, MEAN)
OUTPUTS = 10
FAMILIES = ("linear", "mlp", "cnn", "gru", "gnn", "transformer")
NAMES = {
    "linear": "linear", "mlp": "MLP", "cnn": "CNN", "gru": "GRU", "gnn": "GNN",
    "transformer": "transformer",
}  # fmt: skip
# The networks of MNIST-1D's maker: width and Adam's constant learning rate.
WIDTHS = {"linear": 0, "mlp": 100, "cnn": 25, "gru": 6}
CONSTANT = {"linear": 0.01, "mlp": 0.01, "cnn": 0.02, "gru": 0.02}
# What he trains all four with: notebooks/mnist1d-classification.ipynb of greydanus/mnist1d, whose
# train.py would make 8,000 updates.
RECIPE_RATE, RECIPE_UPDATES, RECIPE_BATCH = 0.01, 6000, 100
# AdamW's learning rate at equal parameters, from which it falls to 0 as a cosine, and its decay.
FALLING = {
    "linear": 0.01, "mlp": 0.01, "cnn": 0.02, "gru": 0.02, "gnn": 0.005, "transformer": 0.01,
}  # fmt: skip
DECAY = {"transformer": 0.5}  # the others do without


@dataclass(frozen=True)
class Layout:
    """How the numbers of a sample lie: along a line, on a grid, or in no order at all.

    `patch` is the edge of a patch; overlapping ones are `wide` and lie `step` apart. A place holds
    `channels` numbers; with `bonds`, the last of them say to which places it is bonded.
    """

    grid: tuple[int, ...]
    patch: int
    wide: int
    step: int
    ordered: bool = True
    channels: int = 1
    bonds: bool = False
    outputs: int = OUTPUTS  # scores of the labels, or 1 number

    @property
    def places(self) -> int:
        """Places in a sample."""
        return int(np.prod(self.grid))

    @property
    def size(self) -> int:
        """Numbers in a sample."""
        return self.places * self.channels

    @property
    def features(self) -> int:
        """Numbers of a node of the graph."""
        return self.channels - self.bonds * self.places

    def tokens(self, stem: str) -> Tensor:
        """Which numbers make a token. Shapes: -> (T, P)."""
        edge, step = {SAMPLE: (1, 1), PATCHES: (self.patch, self.patch),
                      OVERLAPPING: (self.wide, self.step)}[stem]  # fmt: skip
        places = torch.arange(self.places).view(self.grid)
        for axis in range(len(self.grid)):
            places = places.unfold(axis, edge, step)  # the windows come behind, in their order
        first = self.channels * places.reshape(-1, edge ** len(self.grid), 1)
        return (first + torch.arange(self.channels)).flatten(1)

    @cached_property
    def neighbors(self) -> Tensor:
        """Row i takes the mean over what lies beside i, or over all where there is no order.

        Shapes: -> (N, N)
        """
        if not self.ordered:
            return torch.full((self.places, self.places), 1 / self.places)
        at = torch.cartesian_prod(*map(torch.arange, self.grid)).view(self.places, -1)
        beside = ((at[:, None] - at).abs().sum(-1) == 1).float()
        return beside / beside.sum(1, keepdim=True)

    def graph(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Numbers of each node, and whose mean it takes: its neighbors, or who is bonded to it.

        Shapes: x (..., N) -> (..., places, F), and (places, places) or (..., places, places)
        """
        nodes = x.unflatten(-1, (self.places, self.channels))
        if not self.bonds:
            return nodes, self.neighbors
        features, orders = nodes.split([self.features, self.places], -1)
        beside = (orders > 0).float()
        return features, beside / beside.sum(-1, keepdim=True).clamp(min=1)


@dataclass(frozen=True)
class Entry:
    """One family at one size: shapes of its weights, its output, what it costs."""

    family: str
    layout: Layout
    width: int
    budget: str
    stem: str = OVERLAPPING
    end: str = FLATTEN

    @property
    def rate(self) -> float:
        """Adam's learning rate: constant as published, else the first of a falling one."""
        return (CONSTANT if self.budget == PUBLISHED else FALLING)[self.family]

    @property
    def decay(self) -> float:
        """AdamW's weight decay."""
        return 0.0 if self.budget == PUBLISHED else DECAY.get(self.family, 0.0)

    @property
    def _strides(self) -> tuple[int, int, int]:
        return (2, 2, 2) if self.budget == PUBLISHED else (2, 1, 1)

    @property
    def _kernels(self) -> list[tuple[int, ...]]:
        first = 5 if len(self.layout.grid) == 1 else 3
        return [(edge,) * len(self.layout.grid) for edge in (first, 3, 3)]

    @property
    def _places(self) -> int:
        """Places after the convolutions."""
        found = 1
        for size in self.layout.grid:
            for (edge, *_), stride in zip(self._kernels, self._strides, strict=True):
                size = (size + 2 - edge) // stride + 1
            found *= size
        return found

    @property
    def _steps(self) -> int:
        """What the GRU reads: number by number, or row by row."""
        return self.layout.grid[0]

    @cached_property
    def shapes(self) -> Shapes:
        """Name -> shape and fan-in of the weights of one network."""
        N, many, outputs = self.layout.size, self.end != MEAN, self.layout.outputs
        match self.family:
            case "linear":
                return families.dense("", N, outputs)
            case "mlp":
                return families.mlp_shapes(N, self.width, outputs)
            case "cnn":
                read = self._places if many else 1
                return families.cnn_shapes(
                    self._kernels, self.width, read, outputs, self.layout.channels
                )
            case "gru":
                return families.gru_shapes(N, self._steps, self.width, outputs)
            case "gnn":
                read = self.layout.places if many else 1
                return families.gnn_shapes(self.layout.features, self.width, read, outputs)
        T, P = self.layout.tokens(self.stem).shape
        read = T if many else 1
        return families.transformer_shapes(T, P, self.width, read, outputs, self.layout.ordered)

    def out(self, x: Tensor, w: Mapping[str, Tensor]) -> Tensor:
        """A score for each label, or a number. Shapes: x (B, N) or (S, B, N) -> (S, B, O)."""
        match self.family:
            case "linear":
                return families.linear(x, w)
            case "mlp":
                return families.mlp(x, w)
            case "cnn":
                return families.cnn(x, w, self.layout.grid, self._strides, self.end)
            case "gru":
                return families.gru_both_ways(x, w, self._steps)
            case "gnn":
                nodes, mean_of = self.layout.graph(x)
                return families.gnn(nodes, w, mean_of, self.end)
        return families.transformer(x, w, self.layout.tokens(self.stem), self.end)

    @cached_property
    def parameters(self) -> int:
        """Numbers that training adjusts in one network."""
        return count(self.shapes)

    @cached_property
    def multiply_adds(self) -> int:
        """Of all matrix products for one sample, as torch counts them."""
        weights = families.first_weights(self.shapes, [0])
        with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as hook:
            self.out(torch.zeros(1, self.layout.size), weights)
        return int(hook.get_total_flops()) // 2


@cache
def entry(family: str, layout: Layout, budget: str, stem: str, end: str) -> Entry:
    """A family at its published size, or at the width whose parameters come nearest to 5,000.

    Errors: `ValueError` if nobody has published this family for MNIST-1D.
    """
    if budget == PUBLISHED:
        if family not in WIDTHS:
            raise ValueError(f"{NAMES[family]}: nobody published one; choose {EQUAL}")
        return Entry(family, layout, WIDTHS[family], budget)
    step = families.HEADS if family == "transformer" else 1
    first = Entry(family, layout, step, budget, stem, end)
    if family == "linear":
        return first
    tried = (replace(first, width=width) for width in range(step, 120, step))
    return min(tried, key=lambda made: abs(made.parameters - BUDGET))
