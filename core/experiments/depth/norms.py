"""Batch and layer normalization on one and the same batch, by torch's own layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.experiments.depth.network import EPS
from core.figures.chart import Chart
from core.figures.style import BLUE, ORANGE, faint

Numbers = NDArray[np.float32]
MOST = 16  # digits in a batch


@dataclass(frozen=True)
class Compared:
    """A batch h, and what both make of it. Shapes: (n, d) each.

    `batch` is None where torch refuses, and `refused` what it then says. `by_batch` and `by_layer`:
    the largest change of any other digit's numbers if the first digit's are multiplied by 10.
    """

    h: Numbers
    batch: Numbers | None
    layer: Numbers
    refused: str
    by_batch: float
    by_layer: float


def batch_norm(h: Tensor) -> Tensor:
    """Each feature less its mean over the batch, by its spread there. Shapes: (n, d) -> (n, d).

    Errors: torch's `ValueError` for a batch of one, which has no spread.
    """
    return nn.BatchNorm1d(h.shape[1], eps=EPS).train()(h).detach()


def layer_norm(h: Tensor) -> Tensor:
    """Each digit less its mean over the features, by its spread. Shapes: (n, d) -> (n, d)."""
    return nn.LayerNorm(h.shape[1], eps=EPS)(h).detach()


def compare(h: Tensor) -> Compared:
    """Both norms on a batch h (n, d), and on one whose first digit is ten times as large."""
    other = h.clone()
    other[0] *= 10
    layer = layer_norm(h)
    by_layer = float((layer_norm(other) - layer)[1:].abs().max()) if len(h) > 1 else 0.0
    try:
        batch = batch_norm(h)
    except ValueError as error:
        return Compared(h.numpy(), None, layer.numpy(), str(error), 0.0, by_layer)
    by_batch = float((batch_norm(other) - batch)[1:].abs().max())
    return Compared(h.numpy(), batch.numpy(), layer.numpy(), "", by_batch, by_layer)


@torch.no_grad()
def batch_of(experiment: Any, n: int) -> tuple[str, int, Tensor]:
    """Form, layer and outputs of the middle layer of the last form for n digits, as it is now."""
    name = experiment.settings.networks[-1]
    group, where = experiment.places()[name]
    x = experiment.data.x[:MOST]
    h = group(x.expand(len(group.keep), *x.shape)).h
    middle = (len(h) - 1) // 2
    return name, middle + 1, h[middle][where.start, :n].clone()


def sheet(values: Numbers, height: int) -> Any:
    """Digits from above to below, features from left to right; orange to blue."""
    p = Chart("feature", "digit", grid=False, yaxis={"autorange": "reversed", "dtick": 1})
    most = float(np.abs(values).max()) or 1.0
    n, d = values.shape
    clear = [[0.5, faint(color, 0)] for color in (ORANGE, BLUE)]
    scale = [[0, ORANGE], *clear, [1, BLUE]]  # 0 is the ground of the page, light or dark
    p.add("heatmap", {"x": list(range(1, d + 1)), "y": list(range(1, n + 1)), "z": values.tolist()},
          hover="digit %{y}, feature %{x}: %{z:.2f}", zmin=-most, zmax=most, colorscale=scale,
          colorbar={"thickness": 8})  # fmt: skip
    return p.figure(height=height, margin={"t": 10, "l": 50, "r": 10, "b": 40})


def told(found: Compared) -> str:
    """What was found, in numbers."""
    n = len(found.h)
    if found.batch is None:
        return (
            f"torch refuses batch norm here: “{found.refused}.” One digit has no spread over the "
            "batch. Layer norm needs no other digit. When it is evaluated, batch norm uses the "
            "averages that it kept while training."
        )
    columns, rows = np.abs(found.batch.mean(0)).max(), np.abs(found.layer.mean(1)).max()
    return (
        f"Batch norm: each column has mean 0 (to {columns:.0e}); layer norm: each row "
        f"(to {rows:.0e}). Were digit 1 ten times as large, batch norm would change the numbers of "
        f"the other {n - 1} by up to {found.by_batch:.2f}, layer norm by {found.by_layer:.2g}: "
        "with batch norm, what a network says of one digit depends on which others it sees."
    )
