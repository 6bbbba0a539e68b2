"""What a network looks at: the input that excites a channel most, saliency, and occlusion."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.features.network import Convolutional, by_parts, receptive_field

ASCENT, RATE = 12, 0.25  # steps of gradient ascent, and how far a pixel goes in one at most
LOOKED = 100  # training images in which the strongest place is sought
CELLS = 8  # places of the patch along an edge


class Excited(NamedTuple):
    """What each channel of the last layer answers to most.

    Shapes: patch (C, r, r), cut from images; made (C, r, r), by gradient ascent; both in [0, 1]
    where images are; values (2, C), the channel's output for both
    """

    patch: Tensor
    made: Tensor
    values: Tensor


def excited(net: Convolutional, x: Tensor) -> Excited:
    """Strongest patch of these images, and gradient ascent from gray. Shapes: x (n, N, N)."""
    r, jump = receptive_field(net.stack)
    with torch.no_grad():
        h = by_parts(lambda part: net.maps(part)[-1], x[:LOOKED])  # (n, C, m, m)
    C, m = h.shape[1], h.shape[-1]
    best, at = h.transpose(0, 1).flatten(1).max(1)  # (C,) over images and places
    image, row, column = at // (m * m), at // m % m, at % m
    reach = torch.arange(r) - r // 2
    rows, columns = ((jump * v[:, None] + reach) % x.shape[-1] for v in (row, column))  # (C, r)
    patch = x[image[:, None, None], rows[:, :, None], columns[:, None, :]]
    made, value = ascend(net, C, r, jump)
    return Excited(patch, made, torch.stack([best, value]))


def ascend(net: Convolutional, C: int, r: int, jump: int) -> tuple[Tensor, Tensor]:
    """Pixels in [0, 1] that raise the middle unit of each channel, by gradient ascent from 0.5.

    Equation: x <- clip(x + RATE g / max |g|, 0, 1), g the gradient of the unit before its ReLU.
    A unit that is off has none after it. Shapes: -> (C, r, r), (C,)
    """
    edge = -(-r // jump) * jump + 2 * jump  # no pixel is seen from two sides
    middle = edge // jump // 2
    low = middle * jump - r // 2
    x = torch.full((C, edge, edge), 0.5)
    for k in range(ASCENT + 1):
        x.requires_grad_()
        unit = before_relu(net, x)[torch.arange(C), torch.arange(C), middle, middle]
        if k == ASCENT:
            break
        (g,) = torch.autograd.grad(unit.sum(), x)
        top = g.abs().amax((1, 2), keepdim=True).clamp(min=1e-12)
        x = (x.detach() + RATE * g / top).clamp(0, 1)
    cut = x.detach()[:, low : low + r, low : low + r]
    return cut, unit.detach().relu()


def before_relu(net: Convolutional, x: Tensor) -> Tensor:
    """The last maps as they are before ReLU. Shapes: (B, N, N) -> (B, C, n, n)."""
    spec = net.stack[-1]
    h = net.maps(x)[-2]
    return net.filters[-1](F.pad(h, (spec.pad,) * 4, mode=net.mode))


def odds(logits: Tensor, c: Any) -> Tensor:
    """Logarithm of the odds of class c against all others. Shapes: (B, K) -> (B,)."""
    rest = torch.arange(logits.shape[-1]) != c
    return logits[:, c] - logits[:, rest].logsumexp(-1)


def saliency(net: Any, x: Tensor, c: int) -> Tensor:
    """How much each pixel moves the log-odds of class c: |gradient|. Shapes: (N, N) -> (N, N).

    Source: Simonyan, Vedaldi and Zisserman (2014), arXiv 1312.6034
    """
    seen = x[None].clone().requires_grad_()
    (g,) = torch.autograd.grad(odds(net(seen), c).sum(), seen)
    return g[0].abs()


def windows(n: int) -> list[tuple[slice, slice]]:
    """The 8 x 8 places of the patch, each half as wide again as a cell, row by row."""
    cell = n // CELLS
    spans = [slice(max(0, k * cell - cell // 4), (k + 1) * cell + cell // 4) for k in range(CELLS)]
    return [(rows, columns) for rows in spans for columns in spans]


@torch.no_grad()
def occlusion(net: Any, x: Tensor, c: int) -> Tensor:
    """By how much the log-odds of class c fall when a patch is set to the image's mean.

    Shapes: (N, N) -> (8, 8). Source: Zeiler and Fergus (2014), arXiv 1311.2901
    """
    covered = x.expand(CELLS**2, -1, -1).clone()
    for k, (rows, columns) in enumerate(windows(len(x))):
        covered[k, rows, columns] = x.mean()
    found = odds(net(torch.cat([x[None], covered])), c)
    return (found[0] - found[1:]).view(CELLS, CELLS)


def agreement(salient: Tensor, occluded: Tensor) -> float:
    """Rank correlation of saliency, summed over the same patches, with |occlusion|; 0 if flat."""
    sums = np.array([float(salient[window].sum()) for window in windows(len(salient))])
    a, b = (_ranks(v) for v in (sums, occluded.abs().flatten().numpy()))
    spread = float(a.std() * b.std())
    return float(((a - a.mean()) * (b - b.mean())).mean() / spread) if spread > 0 else 0.0


def _ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Average rank of each value, as Spearman has it."""
    ordered = np.sort(values)
    first, last = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    return (first + last - 1) / 2.0
