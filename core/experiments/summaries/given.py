"""Pictures that are no skies: two photographs of scikit-learn, and what a visitor gives."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Numbers = NDArray[np.float64]
M = 128  # pixels along an edge of what stands on the stage
PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}
OWN = "own image"
LARGEST, PIXELS, MOST = 10_000_000, 50_000_000, 64  # bytes and pixels of a file, pictures kept

_kept: OrderedDict[str, Numbers] = OrderedDict()  # of all visitors, the last ones
_lock = threading.Lock()


@lru_cache(maxsize=4)
def photograph(name: str) -> Numbers:
    """Brightness from 0 to 1, (128, 128), the first row at the bottom."""
    from sklearn.datasets import load_sample_image  # a second, which only this picture needs

    return small(Image.fromarray(load_sample_image(PHOTOGRAPHS[name])))


def small(image: Image.Image) -> Numbers:
    """The middle square of an image, gray, 128 x 128 pixels, the first row at the bottom."""
    edge = min(image.size)
    left, top = ((size - edge) // 2 for size in image.size)
    square = image.convert("L").crop((left, top, left + edge, top + edge))
    return np.asarray(square.resize((M, M), Image.Resampling.BOX), np.float64)[::-1] / 255


def keep(data: bytes) -> str:
    """Take a picture of a visitor; the name under which `given` has it, until 64 others came.

    Errors: `ValueError`, in a sentence for the visitor.
    """
    if len(data) > LARGEST:
        raise ValueError(f"The file has {len(data) / 1e6:.0f} MB; {LARGEST / 1e6:.0f} are allowed.")
    try:
        opened = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        wide, high = opened.size
        if wide * high > PIXELS:
            raise ValueError(
                f"The picture has {wide} x {high} pixels; {PIXELS / 1e6:.0f} million are allowed."
            )
        image = small(opened)
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("This file is no picture that can be read: give a PNG or JPEG.") from None
    if np.ptp(image) == 0:
        raise ValueError("This picture is all of one gray: it has no spectrum.")
    name = hashlib.sha1(image.tobytes(), usedforsecurity=False).hexdigest()[:10]
    with _lock:
        _kept[name] = image
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return name


def known(name: str) -> None:
    """Refuse a name under which nothing is kept. Errors: `ValueError`."""
    if name not in _kept:
        raise ValueError("a picture that is no longer here: give it again under Own image")


def given(name: str) -> Numbers | None:
    """What a visitor gave, or nothing."""
    return _kept.get(name)
