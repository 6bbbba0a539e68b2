"""How many numbers a data set needs near each of its points: the two-nearest-neighbor estimate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST = 10  # points


def two_nn(x: NDArray[np.floating], discard: float = 0.1) -> float:
    """Intrinsic dimension from the ratio mu = r2 / r1 of each point's two smallest distances.

    On a d-dimensional sheet of locally even density mu has the distribution F(mu) = 1 - mu^-d. So
    the points (log mu, -log(1 - F)) lie on a line through 0, whose slope is the estimate. The
    largest ratios are left out, where the empirical F is least certain. Copies of a point count
    once. With few points, or many dimensions, the estimate is too low.

    Equation: d = sum(a b) / sum(a a), a = log mu, b = -log(1 - F), F of the i-th smallest i / n
    Source: Facco, d'Errico, Rodriguez, Laio (2017), Scientific Reports 7, 12140
    Shapes: x (n, D)
    Errors: `ValueError` if fewer than 10 different points are given, or all at one distance.
    """
    points = np.unique(np.asarray(x, np.float64), axis=0)
    n = len(points)
    if n < FEWEST:
        raise ValueError(f"x has {n} different points: two_nn needs at least {FEWEST}")
    near = _two_distances(points)  # (n, 2)
    ratios = np.sort(near[:, 1] / near[:, 0])
    kept = int(n * (1 - discard))
    a = np.log(ratios)[:kept]
    b = -np.log1p(-np.arange(1, kept + 1) / n)
    if not (a > 0).any():
        raise ValueError("x has all points at one distance from their neighbors: no dimension")
    return float((a @ b) / (a @ a))


def _two_distances(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances to the nearest point and the next. Shapes: (n, D) -> (n, 2)."""
    from scipy.spatial import KDTree

    return KDTree(points).query(points, k=3)[0][:, 1:]
