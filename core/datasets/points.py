"""Points in the plane with labels, in the square [-6, 6]^2.

All of `DATASETS` have one signature, `(n, noise, seed) -> X (n, 2), y (n,)`, float32, with noise
from 0 to 0.5. Labels are -1 or +1, or numbers for the names in `REGRESSIONS`. The first six follow
the rules of playground.tensorflow.org (its src/dataset.ts), whose noise moves the point that
decides the label, not the point that is shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.formula import parse

Numbers = NDArray[Any]
Points = tuple[NDArray[np.float32], NDArray[np.float32]]
DOMAIN = 6.0


def _labeled(x: Numbers, y: Numbers) -> Points:
    return x.astype(np.float32), np.asarray(y, np.float64).astype(np.float32)


def _signs(positive: Numbers) -> Numbers:
    return np.where(positive, 1.0, -1.0)


def _square(
    rng: np.random.Generator, n: int, noise: float, half: float = DOMAIN
) -> tuple[Numbers, Numbers]:
    """Uniform points of a square, and the moved points that decide their labels."""
    x = rng.uniform(-half, half, (n, 2))
    return x, x + noise * rng.uniform(-half, half, (n, 2))


def circle(n: int, noise: float, seed: int) -> Points:
    """+1 in a disk of radius 2.5, -1 in the ring from 3.5 to 5."""
    rng = np.random.default_rng(seed)
    inside = np.arange(n) < n // 2 + n % 2
    r = np.where(inside, rng.uniform(0, 2.5, n), rng.uniform(3.5, 5, n))
    angle = rng.uniform(0, 2 * math.pi, n)
    x = np.stack([r * np.sin(angle), r * np.cos(angle)], 1)
    moved = x + noise * rng.uniform(-5, 5, (n, 2))
    return _labeled(x, _signs(np.hypot(*moved.T) < 2.5))


def xor(n: int, noise: float, seed: int) -> Points:
    """+1 where x1 and x2 have the same sign, -1 where not, with a gap of 0.3 on each side."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-5, 5, (n, 2))
    x += 0.3 * _signs(x > 0)
    moved = x + noise * rng.uniform(-5, 5, (n, 2))
    return _labeled(x, _signs(moved[:, 0] * moved[:, 1] >= 0))


def gauss(n: int, noise: float, seed: int) -> Points:
    """Two normal clouds around (2, 2) and (-2, -2), of variance 0.5, or 4 at full noise."""
    rng = np.random.default_rng(seed)
    y = _signs(np.arange(n) < n // 2 + n % 2)
    return _labeled(2 * y[:, None] + rng.normal(0, math.sqrt(0.5 + 7 * noise), (n, 2)), y)


def spiral(n: int, noise: float, seed: int) -> Points:
    """Two interleaved arms of 1.75 turns; noise moves the points themselves."""
    rng = np.random.default_rng(seed)
    y = _signs(np.arange(n) < n // 2 + n % 2)
    t = (np.arange(n) % (n // 2 + n % 2)) / (n / 2)  # 0 to 1 along each arm
    angle = 1.75 * 2 * math.pi * t + np.where(y > 0, 0, math.pi)
    x = 5 * t[:, None] * np.stack([np.sin(angle), np.cos(angle)], 1)
    return _labeled(x + noise * rng.uniform(-1, 1, (n, 2)), y)


def reg_plane(n: int, noise: float, seed: int) -> Points:
    """A plane: (x1 + x2) / 10."""
    x, moved = _square(np.random.default_rng(seed), n, noise)
    return _labeled(x, moved.sum(1) / 10)


BUMPS = np.array(
    [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]]
)


def reg_gauss(n: int, noise: float, seed: int) -> Points:
    """Six cones of radius 2 and alternating sign; the highest at a point counts."""
    x, moved = _square(np.random.default_rng(seed), n, noise)
    distance = np.linalg.norm(moved[:, None] - BUMPS[:, :2], axis=-1)  # (n, 6)
    height = BUMPS[:, 2] * np.clip(1 - distance / 2, 0, 1)
    return _labeled(x, np.take_along_axis(height, np.abs(height).argmax(1)[:, None], 1)[:, 0])


def moons(n: int, noise: float, seed: int) -> Points:
    """Two interleaved half circles; noise moves the points."""
    rng = np.random.default_rng(seed)
    y = _signs(np.arange(n) < n // 2 + n % 2)
    angle = rng.uniform(0, math.pi, n)
    x = np.stack([y * (3 * np.cos(angle) - 1.5), y * (3 * np.sin(angle) - 0.75)], 1)
    return _labeled(x + rng.normal(0, 0.15 + 2 * noise, (n, 2)), y)


def rings(n: int, noise: float, seed: int) -> Points:
    """A disk and two rings around it: +1, -1, +1."""
    rng = np.random.default_rng(seed)
    r, angle = 5.25 * np.sqrt(rng.uniform(0, 1, n)), rng.uniform(0, 2 * math.pi, n)
    x = np.stack([r * np.sin(angle), r * np.cos(angle)], 1)
    moved = x + noise * rng.uniform(-5, 5, (n, 2))
    return _labeled(x, _signs(np.floor(np.hypot(*moved.T) / 1.75) % 2 == 0))


def checkerboard(n: int, noise: float, seed: int) -> Points:
    """Squares of side 3, as on a chessboard: XOR, repeated."""
    x, moved = _square(np.random.default_rng(seed), n, noise)
    return _labeled(x, _signs(np.floor(moved / 3).sum(1) % 2 == 0))


def stripes(n: int, noise: float, seed: int) -> Points:
    """Slanted stripes of width 2: one direction matters, the other does not."""
    x, moved = _square(np.random.default_rng(seed), n, noise)
    return _labeled(x, _signs(np.floor((moved @ [0.8, 0.6]) / 2) % 2 == 0))


DATASETS: dict[str, Callable[[int, float, int], Points]] = {
    "xor": xor,
    "circle": circle,
    "gauss": gauss,
    "spiral": spiral,
    "moons": moons,
    "rings": rings,
    "checkerboard": checkerboard,
    "stripes": stripes,
    "reg-plane": reg_plane,
    "reg-gauss": reg_gauss,
}
REGRESSIONS = ("reg-plane", "reg-gauss")


@cache
def thumbnails() -> dict[str, NDArray[np.float32]]:
    """Every data set as a small picture: 300 points without noise, x, y and label from 0 to 1.

    Shapes: (300, 3) each
    """
    found = {}
    for name, make in DATASETS.items():
        X, y = make(300, 0.0, 0)
        found[name] = np.column_stack([X / (2 * DOMAIN) + 0.5, y / 2 + 0.5])
    return found


def formula_points(text: str, n: int, noise: float, seed: int) -> Points:
    """Uniform points; +1 where the formula is true or above 0, else -1 (also where it is nan)."""
    x, moved = _square(np.random.default_rng(seed), n, noise)
    return _labeled(x, _signs(parse(text)(*moved.T) > 0))


def given_points(rows: Sequence[Sequence[float]]) -> Points:
    """Points drawn or uploaded by the user: rows of x1, x2, label."""
    table = np.array(rows, np.float32).reshape(-1, 3)
    return table[:, :2], table[:, 2]


def split(X: Numbers, y: Numbers, share: float, seed: int) -> tuple[Points, Points]:
    """Shuffle, then take the first `share` (0 to 1) for training and the rest for the test."""
    order = np.random.default_rng([seed, 2]).permutation(len(X))
    first = max(1, round(share * len(X)))
    train, test = order[:first], order[first:]
    return (X[train], y[train]), (X[test], y[test])
