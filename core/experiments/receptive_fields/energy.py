"""What random weights make of a receptive field: every path counts alike.

With independent weights of mean 0 the squared gradient of a unit is, on average, a sum over all
paths from an input pixel to it (Luo et al. 2016, arXiv 1701.04128). So it is the gradient of a copy
of the network with one channel, no activation, and weights 1 / k^2 (average for max pooling).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.receptive_fields.geometry import Geometry
from core.experiments.receptive_fields.stack import Branches, Layer, Stack

Array = NDArray[np.float64]
FINE = 350  # cells along a side of a map, at most


def linearized(
    stack: Sequence[Layer | Branches],
    x: Tensor,
    rows: list[Tensor] | None = None,
    deep: bool = False,
) -> Tensor:
    """The copy of the network: one channel, all weights positive, a joined path their mean.

    Shapes: x (1, 1, H, W) -> (1, 1, H', W'); with H = 1 kernels have one row. `rows` receives the
    output of each layer of the longest path or, with `deep`, of each part.
    """
    for part in stack:
        if isinstance(part, Layer):
            x = _layer(part, x)
            if rows is not None:
                rows.append(x)
            continue
        inner: list[Tensor] = []
        outputs = [
            linearized(path, x, inner if k == part.longest else None)
            for k, path in enumerate(part.paths)
        ]
        x = torch.stack(outputs).mean(0)
        if rows is not None:
            rows += [x] if deep else [*inner[:-1], x]
    return x


def _layer(layer: Layer, x: Tensor) -> Tensor:
    k, s = layer.k, layer.s
    tall = x.shape[-2] > 1  # along a line, kernels are lines
    if layer.kind == "crop":
        return x[..., k:-k, k:-k] if tall else x[..., k:-k]
    w = torch.full((1, 1, k if tall else 1, k), float(k) ** (-2 if tall else -1), dtype=x.dtype)
    two = ((s, s), (layer.p, layer.p)) if tall else ((1, s), (0, layer.p))
    if layer.kind == "up":  # an output hears k / s inputs along each axis, not k
        return F.conv_transpose2d(x, w * float(s) ** (2 if tall else 1), None, *two)
    return F.conv2d(x, w, None, *two, (layer.d, layer.d) if tall else (1, layer.d))


def lines(geometry: Geometry) -> Array:
    """Along a line: for each row, how much the unit in the middle gets from each pixel.

    Shapes: (rows, pixels); each row sums up to 1, save for what padding takes.
    """
    found = _gradients(geometry, torch.zeros(1, 1, 1, geometry.pixels, dtype=torch.float64))
    return np.stack([g[0] for g in found])


def taken(geometry: Geometry) -> list[Array]:
    """Along a line: how much the unit in the middle on top gets from every unit of each row.

    Shapes: (units of the row,) each
    """
    x = torch.zeros(1, 1, 1, geometry.pixels, dtype=torch.float64).requires_grad_()
    rows = _rows(geometry, x)
    slopes = torch.autograd.grad(rows[-1][0, 0, 0, geometry.middle[-1]], rows)
    return [slope[0, 0, 0].numpy() for slope in slopes]


def maps(geometry: Geometry) -> list[Array]:
    """The same over the plane, (cells, cells) for each row; a cell is `coarse` pixels wide.

    Leading layers without branches act on each axis alone, so their part is a product.
    """
    chain = 0
    while chain < len(geometry.stack) and isinstance(geometry.stack[chain], Layer):
        chain += 1
    cells = summed(geometry)
    along = lines(geometry) @ cells.T
    found = [np.outer(line, line) for line in along[: chain + 1]]
    if chain == len(geometry.stack):
        return found + found[-1:] * geometry.head
    eye = torch.eye(geometry.pixels, dtype=torch.float64)[:, None, None]
    A = cells @ linearized(geometry.stack[:chain], eye)[:, 0, 0].numpy()  # (cells, units of chain)
    start = torch.zeros(1, 1, A.shape[1], A.shape[1], dtype=torch.float64)
    return found + [A @ g @ A.T for g in _gradients(geometry, start, chain)[1:]]


def coarse(pixels: int) -> int:
    """Pixels along a side of one cell of a map: 1, save for the largest networks."""
    return -(-pixels // FINE)


def summed(geometry: Geometry) -> Array:
    """What sums pixels up to cells, (cells, pixels)."""
    q = coarse(geometry.pixels)
    cells = np.arange(-(-geometry.pixels // q))
    return (np.arange(geometry.pixels) // q == cells[:, None]).astype(np.float64)


def _gradients(geometry: Geometry, x: Tensor, first: int = 0) -> list[Array]:
    """Gradient of each row's unit in the middle by x, which stands for row `first`."""
    found = []
    for h, i in zip(
        _rows(geometry, x.requires_grad_(), first), geometry.middle[first:], strict=True
    ):
        unit = h[0, 0, i if h.shape[-2] > 1 else 0, i]
        found.append(torch.autograd.grad(unit, x, retain_graph=True)[0][0, 0].numpy())
    return found


def _rows(geometry: Geometry, x: Tensor, first: int = 0) -> list[Tensor]:
    """All rows from x on, which stands for row `first`."""
    rows = [x]
    linearized(geometry.stack[first:], x, rows, geometry.deep)
    return rows + rows[-1:] * geometry.head


# --- Numbers of a map ---


def spread(energy: Array, center: float) -> float:
    """Standard deviation along an axis, in pixels, about a place on the diagonal.

    Shapes: energy (n, n), not negative
    """
    offsets = (np.arange(len(energy)) - center) ** 2
    across, down = (energy.sum(axis, dtype=np.float64) for axis in (0, 1))
    total = across.sum()
    both = across @ offsets + down @ offsets
    return float(np.sqrt(both / (2 * total))) if total > 0 else float("nan")


@lru_cache(maxsize=8)
def _distances(n: int, center: float) -> tuple[Array, Any]:
    """Distances of all pixels from the center, sorted, and that order."""
    offsets = (np.arange(n) - center) ** 2
    far = np.sqrt(offsets[:, None] + offsets).ravel()
    order = far.argsort(kind="stable")
    return far[order], order


def within(energy: Array, center: float, radii: Array) -> Array:
    """Share of the whole that lies within each radius of the center."""
    far, order = _distances(len(energy), center)
    mass = np.append(0, energy.ravel()[order].cumsum(dtype=np.float64))
    return mass[np.searchsorted(far, radii + 1e-9, side="right")] / max(mass[-1], 1e-300)


def radius(energy: Array, center: float, share: float) -> float:
    """Smallest radius, in pixels, that holds this share of the whole."""
    far, order = _distances(len(energy), center)
    mass = energy.ravel()[order].cumsum(dtype=np.float64)
    if not mass[-1] > 0:
        return float("nan")
    return float(far[min(int(np.searchsorted(mass, share * mass[-1] * (1 - 1e-12))), len(far) - 1)])


def variance(stack: Stack) -> float:
    """Variance of the expected map along an axis, of a plain stack without branches or `up`.

    Equation: sum over layers of (jump d)^2 (k^2 - 1) / 12; for L layers of one kernel size that is
        L (k^2 - 1) / 12
    """
    found, step = 0.0, 1
    for layer in stack:
        if not isinstance(layer, Layer) or layer.kind in ("up", "crop"):
            raise ValueError("variance needs a plain stack: no branches, no up, no crop")
        found += (step * layer.d) ** 2 * (layer.k**2 - 1) / 12
        step *= layer.s
    return found
