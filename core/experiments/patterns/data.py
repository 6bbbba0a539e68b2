"""What the layers learn: every target is a mean or a copy; what differs is whose values it takes.

A token is its value and its kind: x_i = (value, 1 0 0 | 0 1 0 | 0 0 1). The target of token i is
y_i = sum_j T_ij value_j with the mixing matrix T that the target names.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.experiments.patterns.masks import INPUTS, coordinates, neighborhood

Numbers = NDArray[np.float64]
KINDS = 3
D = 1 + KINDS  # numbers in a token


def same_kind(given: str, kinds: NDArray[np.int64], wiring: NDArray[np.int64]) -> Numbers:
    """The mean over all tokens of one's own kind: only the content says who they are."""
    same = (kinds[:, :, None] == kinds[:, None]).astype(float)
    return same / same.sum(2, keepdims=True)


def smoothing(given: str, kinds: NDArray[np.int64], wiring: NDArray[np.int64]) -> Numbers:
    """Weights 1/4, 1/2, 1/4 over the neighbors in place, on a grid along both axes."""
    at = coordinates(given)
    apart = abs(at[:, None] - at[None])
    weight = np.where(apart == 0, 0.5, np.where(apart == 1, 0.25, 0.0))
    return (weight[..., 0] if given == "grid" else 1.0) * weight[..., 1]


def shift(given: str, kinds: NDArray[np.int64], wiring: NDArray[np.int64]) -> Numbers:
    """A copy of the value of the token to the right; 0 at the edge."""
    at = coordinates(given)
    step = at[None] - at[:, None]
    return ((step[..., 0] == 0) & (step[..., 1] == 1)).astype(float)


def bonded(given: str, kinds: NDArray[np.int64], wiring: NDArray[np.int64]) -> Numbers:
    """The mean over the bonded tokens and oneself."""
    neighbors = neighborhood(given).astype(float)
    return neighbors / neighbors.sum(1, keepdims=True)


def wired(given: str, kinds: NDArray[np.int64], wiring: NDArray[np.int64]) -> Numbers:
    """A copy of the value of one partner each, the same in all rows, without any order in it."""
    return np.eye(INPUTS[given])[wiring]


TARGETS: dict[str, Callable[..., Numbers]] = {
    "mean of my kind": same_kind,
    "local smoothing": smoothing,
    "copy of the right one": shift,
    "mean of my bonds": bonded,
    "copy by fixed wiring": wired,
}


def tokens(rng: np.random.Generator, rows: int, given: str) -> Numbers:
    """Rows of tokens: normal values, kinds at random. Shapes: returns (rows, n, d)."""
    n = INPUTS[given]
    kinds = rng.integers(0, KINDS, (rows, n))
    return np.concatenate([rng.normal(size=(rows, n, 1)), np.eye(KINDS)[kinds]], 2)


def mixing(target: str, given: str, x: Numbers, data_seed: int) -> Numbers:
    """T of each row. Shapes: x (rows, n, d) -> (rows, n, n)."""
    n = INPUTS[given]
    wiring = np.random.default_rng([data_seed, 2]).permutation(n)
    found = TARGETS[target](given, x[..., 1:].argmax(-1), wiring)
    return np.broadcast_to(found, (len(x), n, n))
