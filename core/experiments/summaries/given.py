"""Pictures that are no skies: two photographs of scikit-learn, and what a visitor gives."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

Numbers = NDArray[np.float64]
M = 128  # pixels along an edge of what stands on the stage
PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}
OWN = "own image"
LARGEST, MOST = 10 << 20, 64  # bytes of a file, pictures kept

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
        raise ValueError(f"The file has {len(data) >> 20} MB; 10 MB are allowed.")
    try:
        image = small(Image.open(io.BytesIO(data)))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise ValueError("This file is no picture that can be read: use PNG or JPEG.") from None
    if image.std() == 0:
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
