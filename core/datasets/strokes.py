"""What is drawn by hand, as a picture: strokes of a round pen on a few pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
PEN, GAIN = 0.7, 1.5  # radius of the pen, in pixels, and how much ink it has
FINE = 4  # parts of a pixel, each way, in which ink is counted


def strokes_of(rows: Any) -> list[Numbers]:
    """Strokes, each (points, 2), of rows (number of the stroke, x, y)."""
    table = np.array(rows, float).reshape(-1, 3)
    return [table[table[:, 0] == number, 1:] for number in np.unique(table[:, 0])]


def inked(strokes: Sequence[Numbers], n: int) -> Numbers:
    """Ink of strokes, each (points, 2) with x to the right and y down, in pixels of an n x n frame.

    Shapes: -> (n, n), 0 to 1, the first row on top
    """
    fine = (np.mgrid[: FINE * n, : FINE * n][::-1].reshape(2, -1).T + 0.5) / FINE  # x, y
    far = np.full(len(fine), np.inf)
    for path in strokes:
        for a, b in zip(path, path[1:] if len(path) > 1 else path, strict=False):
            far = np.minimum(far, distance(fine, a, b))
    ink = (far < PEN).astype(float).reshape(n, FINE, n, FINE).mean((1, 3))
    return np.minimum(GAIN * ink, 1)


def distance(points: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Of points from the segment between a and b. Shapes: (n, 2), (2,), (2,) -> (n,)."""
    along = b - a
    t = np.clip((points - a) @ along / max(float(along @ along), 1e-12), 0, 1)
    found: Numbers = np.linalg.norm(points - a - t[:, None] * along, axis=1)
    return found
