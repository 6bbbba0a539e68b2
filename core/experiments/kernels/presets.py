"""Known kernels in every size, as functions of the side k and of an angle."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
OWN = "own"


def middle(rows: Any, k: int) -> Numbers:
    """A kernel of 3 x 3 in the middle of one of k x k; of 1 x 1 its middle cell is left."""
    small = np.array(rows, np.float64)
    if k == 1:
        return small[1:2, 1:2]
    return np.pad(small, (k - 3) // 2)


def binomial(k: int) -> Numbers:
    """Row k - 1 of Pascal's triangle, of sum 1. Shapes: (k,)."""
    row = np.ones(1)
    for _ in range(k - 1):
        row = np.convolve(row, [0.5, 0.5])
    return row


def identity(k: int, angle: float) -> Numbers:
    """Only the middle: the picture as it is."""
    return middle([[0, 0, 0], [0, 1, 0], [0, 0, 0]], k)


def edge(k: int, angle: float) -> Numbers:
    """Rows below minus rows above. Equation: (5.4)."""
    return np.repeat(np.sign(np.arange(k) - k // 2)[:, None], k, axis=1).astype(np.float64)


def sobel_x(k: int, angle: float) -> Numbers:
    """The slope to the right, smoothed down: large at vertical edges."""
    return sobel_y(k, angle).T


def sobel_y(k: int, angle: float) -> Numbers:
    """The slope down, smoothed across: large at horizontal edges (Sobel and Feldman, 1968)."""
    if k == 1:
        return np.zeros((1, 1))
    slope = np.convolve([-1.0, 0.0, 1.0], binomial(k - 2))
    return np.outer(slope, 4 * binomial(k))


def laplacian(k: int, angle: float) -> Numbers:
    """The sum of both second derivatives: what differs from its neighbors."""
    return middle([[0, 1, 0], [1, -4, 1], [0, 1, 0]], k)


def sharpen(k: int, angle: float) -> Numbers:
    """The picture minus its Laplacian."""
    return identity(k, angle) - laplacian(k, angle)


def box(k: int, angle: float) -> Numbers:
    """The mean of the window."""
    return np.full((k, k), 1 / k**2)


def gaussian(k: int, angle: float) -> Numbers:
    """A mean that weighs the middle most; binomial numbers, which a Gaussian is the limit of."""
    return np.outer(binomial(k), binomial(k))


def emboss(k: int, angle: float) -> Numbers:
    """Light from the upper left."""
    return middle([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], k)


def outline(k: int, angle: float) -> Numbers:
    """The middle against all others of the window."""
    return k**2 * identity(k, angle) - 1


def gabor(k: int, angle: float) -> Numbers:
    """A wave in a Gaussian window, of sum 0, along `angle` (degrees): bars of one direction.

    The first layer of a trained network and of the visual cortex hold such kernels.
    """
    r = np.arange(k) - k // 2
    v, u = np.meshgrid(r, r, indexing="ij")  # rows, columns
    along = u * cos(radians(angle)) + v * sin(radians(angle))
    window = np.exp(-(u**2 + v**2) / (2 * (0.25 * k) ** 2))
    wave = window * np.cos(2 * np.pi * along / max(2.0, 0.6 * k))
    return wave - window * wave.sum() / window.sum()


PRESETS: dict[str, Callable[[int, float], Numbers]] = {
    "horizontal edge": edge,
    "Sobel x": sobel_x,
    "Sobel y": sobel_y,
    "Laplacian": laplacian,
    "outline": outline,
    "Gabor": gabor,
    "identity": identity,
    "sharpen": sharpen,
    "emboss": emboss,
    "box": box,
    "Gaussian": gaussian,
}
