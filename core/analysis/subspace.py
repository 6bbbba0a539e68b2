"""Angles between subspaces."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def largest_angle(A: Numbers, B: Numbers) -> float:
    """Largest principal angle between the spaces that the rows of A and of B span, in degrees.

    From the sine, which keeps its digits where the angle is small: the norm of what is left of an
    orthonormal basis of A without its part in B.

    Source: Knyazev and Argentati (2002), SIAM J. Sci. Comput. 23, 2008
    Shapes: A (d, D), B (d, D), rows independent
    """
    if not np.isfinite(A).all():
        return float("nan")
    Q, P = (np.linalg.qr(rows.T)[0] for rows in (A, B))  # (D, d)
    sine = float(np.linalg.norm(Q - P @ (P.T @ Q), 2))
    return math.degrees(math.asin(min(1.0, sine)))
