"""Samples as they are drawn: images as bytes, signals as curves within cells of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.autoencoders.data import SHAPES
from core.film import half, to_bytes

Numbers = NDArray[np.float64]
LOW, HIGH = 0.0, 1.0  # black and white; the lower and upper end of a signal's cell
MARGIN = 0.08  # of a cell


def is_image(settings: Any) -> bool:
    """Whether samples are images, not signals."""
    return len(SHAPES[settings.data]) == 2


def packed(settings: Any, values: Numbers, columns: int) -> NDArray[Any]:
    """A track of n samples side by side, the first at the top left of `columns` columns.

    Shapes: (n, D) -> images uint8 (n, H, W); signals float16 (n (L + 1),), heights in cells of
    size 1 above the lowest row, each signal followed by nan
    """
    if is_image(settings):
        return to_bytes(values.reshape(-1, *SHAPES[settings.data]), LOW, HIGH)
    n = len(values)
    rows = -(-n // columns)
    floor = rows - 1 - np.arange(n) // columns
    inside = np.clip((values - LOW) / (HIGH - LOW), -MARGIN, 1 + MARGIN)
    heights = floor[:, None] + MARGIN + (1 - 2 * MARGIN) * inside
    return half(np.column_stack([heights, np.full(n, np.nan)]).ravel())


def places(settings: Any, n: int, columns: int) -> NDArray[np.float32]:
    """Where the numbers of `packed` signals stand from left to right. Shapes: (n (L + 1),)."""
    along = np.linspace(MARGIN, 1 - MARGIN, SHAPES[settings.data][0])
    left = np.arange(n) % columns
    return np.column_stack([left[:, None] + along, np.full(n, np.nan)]).ravel().astype(np.float32)


def sheet_size(settings: Any) -> int:
    """How many decoded samples stand side by side on the map of all of them."""
    return 12 if SHAPES[settings.data] == (8, 8) else 7


def sheet(settings: Any, values: Numbers, seen: Numbers) -> NDArray[Any]:
    """Decoded samples of a grid as one picture, dimmer where no data are.

    Shapes: values (k k, D), seen (k k,) from 0 to 1 -> uint8 (k H, k W) or as `packed`
    """
    k = sheet_size(settings)
    if not is_image(settings):
        return packed(settings, values, k)
    H, W = SHAPES[settings.data]
    dim = (0.25 + 0.75 * np.clip(seen, 0, 1))[:, None]
    tiles = (np.clip(values, LOW, HIGH) * dim).reshape(k, k, H, W)
    return to_bytes(tiles.transpose(0, 2, 1, 3).reshape(k * H, k * W), LOW, HIGH)
