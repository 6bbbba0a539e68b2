"""Sets of points in the plane, and what is asked of them.

A set of n elements x_i = (a_i, b_i) is a list of N places, the first n of them filled, the others
0. In which order it is listed must not matter; in which it is trained on, is a choice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]
SIDE = 4  # sites along each side of the square in which `crowd` puts its points


def cloud(rng: np.random.Generator, n: int) -> Numbers:
    """Points spread evenly over a square of any size somewhere in [-1, 1]^2. Shapes: (n, 2)."""
    half = rng.uniform(0.1, 0.9)
    return rng.uniform(half - 1, 1 - half, 2) + half * rng.uniform(-1, 1, (n, 2))


def crowd(rng: np.random.Generator, n: int) -> Numbers:
    """Points on 4 x 4 sites, several of them on one. Shapes: (n, 2)."""
    return snap(rng.uniform(-1, 1, (n, 2)))


def snap(x: Numbers) -> Numbers:
    """The nearest of the sites, -0.75, -0.25, 0.25 and 0.75 along each side."""
    return (np.clip(np.floor((x + 1) * SIDE / 2), 0, SIDE - 1) + 0.5) * 2 / SIDE - 1


# --- Targets: (x (S, N, 2), mask (S, N)) -> y (S, d_out), or (S, N, d_out) for each element -------


def sum_of_lengths(x: Numbers, mask: Mask) -> Numbers:
    """sum_i |x_i|: how far all points are from the middle, together."""
    return (np.hypot(x[..., 0], x[..., 1]) * mask).sum(1, keepdims=True)


def plain_sum(x: Numbers, mask: Mask) -> Numbers:
    """sum_i a_i, which is linear in the list."""
    return (x[..., 0] * mask).sum(1, keepdims=True)


def rightmost(x: Numbers, mask: Mask) -> Numbers:
    """max_i a_i."""
    return np.where(mask, x[..., 0], -np.inf).max(1, keepdims=True)


def distinct(x: Numbers, mask: Mask) -> Numbers:
    """How many different points there are, counting repeats once."""
    site = np.rint((x + 1) * 1000).astype(np.int64) @ np.array([1_000_000, 1])
    site = np.sort(np.where(mask, site, -1), 1)
    return (1 + (np.diff(site) > 0).sum(1, keepdims=True) - (site[:, :1] < 0)).astype(np.float64)


def center_of_mass(x: Numbers, mask: Mask) -> Numbers:
    """(1/n) sum_i x_i."""
    return (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)


def offset(x: Numbers, mask: Mask) -> Numbers:
    """y_i = x_i - (1/n) sum_j x_j: where each point lies, seen from the center of mass."""
    return (x - center_of_mass(x, mask)[:, None]) * mask[..., None]


def is_rightmost(x: Numbers, mask: Mask) -> Numbers:
    """y_i = 1 for the element with the largest a_i, else 0."""
    a = np.where(mask, x[..., 0], -np.inf)
    return ((a == a.max(1, keepdims=True)) & mask)[..., None].astype(np.float64)


class Target(NamedTuple):
    """What is asked, of which sets, with how many numbers as answer, for all or for each."""

    measure: Callable[[Numbers, Mask], Numbers]
    draw: Callable[[np.random.Generator, int], Numbers]
    d_out: int = 1
    each: bool = False


TARGETS: dict[str, Target] = {
    "sum of lengths": Target(sum_of_lengths, cloud),
    "sum": Target(plain_sum, cloud),
    "max": Target(rightmost, cloud),
    "distinct count": Target(distinct, crowd),
    "center of mass": Target(center_of_mass, cloud, 2),
    "each: offset from center": Target(offset, cloud, 2, each=True),
    "each: is rightmost": Target(is_rightmost, cloud, each=True),
}


def left_to_right(x: Numbers) -> Numbers:
    """Elements by rising a: how a scanner would list them."""
    return x[np.argsort(x[:, 0], kind="stable")]


def as_drawn(x: Numbers) -> Numbers:
    """No order but chance."""
    return x


ORDERS: dict[str, Callable[[Numbers], Numbers]] = {
    "left to right": left_to_right,
    "random": as_drawn,
}


def padded(sets: list[Numbers], most: int) -> tuple[Numbers, Mask]:
    """Sets as lists of `most` places. Shapes: (S, most, F), (S, most)."""
    x = np.zeros((len(sets), most, sets[0].shape[1]))
    for place, elements in zip(x, sets, strict=True):
        place[: len(elements)] = elements
    n = np.array([len(elements) for elements in sets])
    return x, np.arange(most) < n[:, None]
