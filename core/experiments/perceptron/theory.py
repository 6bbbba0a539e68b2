"""When must a perceptron stop? The largest margin, Novikoff's bound, and why XOR has neither."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Numbers = NDArray[np.float64]
SMALLEST = 1e-6  # a margin below this part of R counts as none: float64 cannot tell it from none


@dataclass(frozen=True)
class Separation:
    """How well a line can separate two classes.

    The bias is a weight like the others, on a third coordinate that is always 1. So points are
    (x1, x2, 1), a line is a vector through the origin, and these hold:

    u       (d + 1,): the unit vector whose smallest margin is largest
    gamma   that margin, min over all points of (2 t - 1) u . (x, 1); 0 if no line separates them
    R       length of the longest (x, 1)
    shares  (n,): weights of a mix of the points of each class, 0 where a point has no part in it.
            If a line separates the classes, the mixes are where the two classes come closest.
            If none does, both mixes are one and the same point: it cannot lie on both sides.
    """

    u: Numbers
    gamma: float
    R: float
    shares: Numbers


def separate(X: Numbers, t: Numbers) -> Separation:
    """The largest margin of points X with classes t of 0 and 1.

    It is the distance from the origin to the convex hull of the signed points a = (2t - 1)(x, 1).
    The nearest point of a hull is a problem of non-negative least squares: minimizing
    |sum_i l_i a_i|^2 + (sum_i l_i - 1)^2 over l >= 0 gives a multiple of it.

    Shapes: X (n, d), t (n,)
    Source: Wolfe, Mathematical Programming 11 (1976) 128; a support-vector machine without a bias
        term of its own finds the same line.
    """
    A = (2 * t - 1)[:, None] * np.column_stack([X, np.ones(len(X))])  # (n, d + 1)
    system = np.vstack([A.T, np.ones(len(A))])  # (d + 2, n)
    shares, _ = nnls(system, np.eye(len(system))[-1])
    R = float(np.linalg.norm(A, axis=1).max())
    nearest = A.T @ shares / shares.sum()
    length = float(np.linalg.norm(nearest))
    u = nearest / length if length > 0 else np.zeros_like(nearest)
    gamma = float((A @ u).min())  # what this u achieves, so that the bound holds for certain
    return Separation(u, gamma if gamma > SMALLEST * R else 0.0, R, shares / shares.sum())


def meeting_point(X: Numbers, t: Numbers, found: Separation) -> Numbers | None:
    """The point that is a mix of the 1s and a mix of the 0s as well, if no line separates them.

    Shapes: (d,)
    """
    if found.gamma > 0:
        return None
    ones = found.shares * t
    return ones @ X / ones.sum()


def mistake_bound(found: Separation, first: Numbers, eta: float) -> float:
    """The largest number of mistakes that any order of visits can cause; inf if no line separates.

    Let v = (w, b). After k mistakes two things hold, and both cannot for a large k:
        v . u >= v0 . u + eta k gamma       each mistake adds at least eta gamma (`floor`)
        |v|^2 <= |v0|^2 + eta^2 k R^2       a mistake never lengthens v by more (`ceiling`)
    From v0 = 0 they meet at k = (R / gamma)^2, whatever eta. Else k solves a quadratic equation.

    Source: Novikoff, "On convergence proofs on perceptrons" (1962), for points (x, 1).
    """
    if found.gamma == 0:
        return math.inf
    step, a, c = eta * found.gamma, float(first @ found.u), float(first @ first)
    # (a + step k)^2 <= c + (eta R)^2 k
    p = 2 * step * a - (eta * found.R) ** 2
    return (-p + math.sqrt(p * p - 4 * step**2 * (a * a - c))) / (2 * step**2)


def floor(k: Numbers, found: Separation, first: Numbers, eta: float) -> Numbers:
    """|(w, b)| is at least this after k mistakes. Shapes: (K,) -> (K,)."""
    return first @ found.u + eta * found.gamma * k


def ceiling(k: Numbers, found: Separation, first: Numbers, eta: float) -> Numbers:
    """|(w, b)| is at most this after k mistakes, separable or not. Shapes: (K,) -> (K,)."""
    return np.sqrt(first @ first + eta**2 * found.R**2 * k)
