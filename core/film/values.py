"""What a film holds: numbers of a few dtypes, so that a browser can read them as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
WIRE_DTYPES = ("uint8", "int16", "float16", "float32", "int32")
_DTYPES = frozenset(map(np.dtype, WIRE_DTYPES))  # the name of a dtype takes microseconds
LARGEST = np.finfo(np.float16).max


def to_bytes(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Numbers in [low, high] as uint8 0..255, clipped: all that a color map can show.

    NaN becomes 0.
    """
    clipped = np.fmin(np.fmax(values, low), high).astype(np.float32)  # of a nan, fmax takes low
    clipped -= low
    clipped *= 255.0 / (high - low)
    return np.rint(clipped, out=clipped).astype(np.uint8)


def half(values: Any) -> NDArray[np.float16]:
    """Numbers in half precision, for a film, which saturates those beyond it."""
    with np.errstate(over="ignore"):
        return np.asarray(values).astype(np.float16)


def as_track(name: str, value: Any) -> Array:
    """A value of a snapshot as the film holds it. Errors: `ValueError` for another dtype."""
    array = np.asarray(value)
    if array.ndim == 0:
        with np.errstate(over="ignore"):  # a diverged loss may well be infinite
            return array.astype(np.float32)
    if array.dtype not in _DTYPES:
        raise ValueError(f"track {name} is {array.dtype}; a film holds {', '.join(WIRE_DTYPES)}")
    if (
        array.dtype == np.float16 and np.isinf(array).any()
    ):  # what has diverged is drawn at the edge, as far as there is one
        array = np.clip(array, -LARGEST, LARGEST)
    return array


def frozen(array: Array) -> bool:
    """Whether its numbers stay what they are: it is nobody's view, and cannot be written into.

    An experiment may say so of what stands still in its film, which then need not be compared.
    """
    return array.base is None and not array.flags.writeable


def freeze(snapshot: dict[str, Any]) -> dict[str, Any]:
    """The same snapshot, its arrays frozen, for what is made once and recorded many times."""
    found = {name: np.array(value) for name, value in snapshot.items() if np.ndim(value)}
    for array in found.values():
        array.flags.writeable = False
    return snapshot | found


def curves_csv(film: Any) -> str:
    """All scalar tracks as CSV, one line a frame."""
    lines = [",".join(("step", *film.scalars))]
    for i, step in enumerate(film.steps):
        lines.append(",".join([str(step), *(f"{film[name][i]:.8g}" for name in film.scalars)]))
    return "\n".join(lines) + "\n"
