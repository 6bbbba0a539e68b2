"""Straight pieces: those of a trained network, counted exactly, and a network written by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.experiments.approximation.functions import HIGH, LOW, Function

Numbers = NDArray[np.float64]
# Slope of sigma for negative inputs: activations with which a network is piecewise linear.
BENT = {"ReLU": 0.0, "leaky ReLU": 0.01, "linear": 1.0}
NARROW = 1e-9  # two breaks nearer than this share of the interval are one


@dataclass(frozen=True)
class Pieces:
    """The straight pieces of one network on the interval.

    Shapes: `breaks` (K,) ascending, `layers` (K,) the hidden layer, from 1, whose neuron makes the
    break; `off` and `on` (neurons,): which are never, or everywhere, positive.
    """

    breaks: Numbers
    layers: NDArray[np.int64]
    off: NDArray[np.bool_]
    on: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of straight pieces."""
        return len(self.breaks) + 1


def count_pieces(W: Sequence[Numbers], b: Sequence[Numbers], negative: float = 0.0) -> Pieces:
    """The exact pieces of x -> y on [-1, 1] from sign patterns, not from a grid.

    Between two breaks all earlier layers are linear in x, so each neuron changes sign at most once
    there, at a place that its values at both ends give. Afterwards only those breaks are kept at
    which the slope of y changes: a neuron may bend and still make no difference to y.

    Equation: (2.1), (2.3), (2.5); y' = W_1 D_1 W_2 D_2 ... W_L with D_l the signs' slopes, 0 and 1
    Shapes: W_l (d_{l-1}, d_l), b_l (d_l,), float64
    Source: Montufar, Pascanu, Cho, Bengio (2014), arXiv 1402.1869.
    """
    x, layers = np.array([LOW, HIGH]), np.zeros(2, np.int64)
    for depth in range(1, len(W)):
        z = _preactivations(x, W[: depth + 1], b, negative)[-1]  # (K, d_l)
        i, j = np.nonzero(z[:-1] * z[1:] < 0)
        new = x[i] + (x[i + 1] - x[i]) * z[i, j] / (z[i, j] - z[i + 1, j])
        x, first = np.unique(np.append(x, new), return_index=True)
        layers = np.append(layers, np.full(len(new), depth))[first]
        apart = np.append(True, np.diff(x) > NARROW * (HIGH - LOW))
        apart[-1] = True
        x, layers = x[apart], layers[apart]
    middle = (x[:-1] + x[1:]) / 2
    signs = [z > 0 for z in _preactivations(middle, W, b, negative)]
    slope = np.broadcast_to(W[0], (len(middle), W[0].shape[1]))  # (K, d_1)
    for sign, weight in zip(signs, W[1:], strict=True):
        slope = (slope * np.where(sign, 1.0, negative)) @ weight  # (K, d_{l+1})
    jump = np.abs(np.diff(slope[:, 0]))
    real = np.flatnonzero(jump > 1e-10 * np.abs(slope).max(initial=1e-300))
    off = np.concatenate([~sign.any(0) for sign in signs]) if signs else np.zeros(0, bool)
    on = np.concatenate([sign.all(0) for sign in signs]) if signs else np.zeros(0, bool)
    return Pieces(x[1:-1][real], layers[1:-1][real], off, on)


def _preactivations(
    x: Numbers, W: Sequence[Numbers], b: Sequence[Numbers], negative: float
) -> list[Numbers]:
    """What sigma is applied to in each hidden layer; (K, d_l) each."""
    h, found = x[:, None], []
    for weight, bias in zip(W[:-1], b, strict=False):
        z = h @ weight + bias
        found.append(z)
        h = np.where(z > 0, z, negative * z)
    return found


def most_pieces(hidden: Sequence[int]) -> int:
    """No network with these hidden layers has more straight pieces on a line.

    A layer of n neurons cuts each piece into at most n + 1.
    """
    return math.prod(n + 1 for n in hidden)


def by_hand(f: Function, n: int) -> tuple[Numbers, Numbers, float]:
    """A network of n ReLUs that nobody trained: it meets f at n + 1 evenly spaced points.

    y(x) = c + sum_j v_j relu(x - t_j), where v_j is what the slope changes by at t_j. This is how
    the universal approximation theorem is proved in one dimension: as n grows, the straight lines
    between the points come as near to a continuous f as one likes.

    Equation: (2.1), (2.3) with w_j = 1, b_j = -t_j
    Shapes: kinks t (n,), outputs v (n,), offset c
    """
    knots = np.linspace(LOW, HIGH, n + 1)
    values = np.asarray(f(knots), np.float64)
    slopes = np.diff(values) / np.diff(knots)
    return knots[:-1], np.diff(slopes, prepend=0.0), float(values[0])


def sum_of_relus(x: Numbers, t: Numbers, v: Numbers, c: float) -> Numbers:
    """y(x) = c + sum_j v_j relu(x - t_j).

    Shapes: x (m,), t (n,), v (n,) -> (m,)
    """
    return c + np.maximum(x[:, None] - t, 0) @ v
