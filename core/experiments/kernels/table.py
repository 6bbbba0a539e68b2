"""The kernel as a table of numbers to type into, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def table(K: Numbers) -> dict[str, list[float]]:
    """Columns by their offset b from the middle, all channels one below the other.

    Shapes: K (C, k, k) -> k columns of C k numbers
    """
    k = K.shape[-1]
    return {f"b = {b - k // 2}": K[:, :, b].ravel().tolist() for b in range(k)}


def from_table(found: Mapping[str, Sequence[Any]], K: Numbers) -> Numbers:
    """The kernel that a table holds, in the shape of K; an empty cell is 0."""
    columns = [[float(value or 0) for value in column] for column in found.values()]
    return np.array(columns).reshape(K.shape[2], *K.shape[:2]).transpose(1, 2, 0)
