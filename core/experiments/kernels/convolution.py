"""Convolution layers, written as the chapter has them: one weighted sum of shifted pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
PADDINGS = {"zero": "constant", "reflect": "reflect", "circular": "wrap", "valid": ""}


def convolve(x: Array, W: Array, stride: int = 1, dilation: int = 1) -> Array:
    """Each output is a weighted sum over a small window, and over all input channels.

    The window of output (i, j) begins at row `stride` i and column `stride` j, its cells lie
    `dilation` apart; only windows that lie inside x count, so pad before. As in every library this
    is a cross-correlation: W is not flipped.

    Equation: (5.5)
    Shapes: x (C, H, W), W (D, C, k, k) -> h (D, H', W')
    Errors: `ValueError` if the window is larger than x.
    """
    k, (rows, columns) = W.shape[-1], outputs(x, W.shape[-1], stride, dilation)
    h = np.zeros((len(W), rows, columns), np.result_type(x, W))
    for a in range(k):
        for b in range(k):
            # All windows at once: their cells (a, b) are x, shifted and taken every `stride`.
            x_ab = shifted(x, a * dilation, b * dilation, rows, columns, stride)
            h += np.einsum("dc,chw->dhw", W[:, :, a, b], x_ab)
    return h


def depthwise(x: Array, W: Array, stride: int = 1, dilation: int = 1) -> Array:
    """Each channel has a kernel of its own, and channels are not summed.

    Shapes: x (C, H, W), W (C, k, k) -> h (C, H', W')
    """
    k, (rows, columns) = W.shape[-1], outputs(x, W.shape[-1], stride, dilation)
    h = np.zeros((len(x), rows, columns), np.result_type(x, W))
    for a in range(k):
        for b in range(k):
            x_ab = shifted(x, a * dilation, b * dilation, rows, columns, stride)
            h += W[:, a, b][:, None, None] * x_ab
    return h


def shifted(x: Array, down: int, right: int, rows: int, columns: int, stride: int) -> Array:
    """The part of x that begins at (down, right), every `stride`-th row and column of it.

    Shapes: (C, H, W) -> (C, rows, columns)
    """
    last_row, last_column = down + stride * (rows - 1), right + stride * (columns - 1)
    return x[:, down : last_row + 1 : stride, right : last_column + 1 : stride]


def outputs(x: Array, k: int, stride: int, dilation: int) -> tuple[int, int]:
    """How many windows lie inside x, down and across. Errors: `ValueError` if none does."""
    span = dilation * (k - 1) + 1
    if min(x.shape[1:]) < span:
        raise ValueError(f"a window {span} wide does not fit into a picture of {x.shape[1:]}")
    rows, columns = ((n - span) // stride + 1 for n in x.shape[1:])
    return rows, columns


def pad(x: Array, padding: str, p: int) -> Array:
    """Rows and columns around a picture: zeros, its mirror image, its other side, or none.

    Shapes: (C, H, W) -> (C, H + 2 p, W + 2 p)
    """
    mode: Any = PADDINGS[padding]
    return np.pad(x, ((0, 0), (p, p), (p, p)), mode) if mode and p else x


def stuff(x: Array, stride: int) -> Array:
    """Zeros between the pixels, `stride` - 1 of them: what a transposed convolution slides over.

    Shapes: (C, H, W) -> (C, stride (H - 1) + 1, stride (W - 1) + 1)
    """
    C, H, W = x.shape
    z = np.zeros((C, stride * (H - 1) + 1, stride * (W - 1) + 1), x.dtype)
    z[:, ::stride, ::stride] = x
    return z


def flip(W: Array) -> Array:
    """The kernel turned by half a turn: with it `convolve` is a convolution in the strict sense.

    Shapes: (..., k, k) -> (..., k, k)
    """
    return W[..., ::-1, ::-1]
