"""Pictures: photographs of scikit-learn, and what visitors give."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}
OWN = "own image"
LARGEST, PIXELS, MOST = 10_000_000, 50_000_000, 64  # bytes and pixels of a file, pictures kept


@lru_cache(maxsize=4)
def photograph(name: str) -> Image.Image:
    """A photograph of scikit-learn, in color, 640 x 427 pixels."""
    from sklearn.datasets import load_sample_image  # a second, which only this picture needs

    return Image.fromarray(load_sample_image(PHOTOGRAPHS[name]))


def square(image: Image.Image, edge: int, mode: str = "L") -> NDArray[np.uint8]:
    """The middle square of an image, the first row on top.

    Shapes: (edge, edge) in mode L (gray), (edge, edge, 3) in mode RGB
    """
    side = min(image.size)
    left, top = ((size - side) // 2 for size in image.size)
    cut = image.convert(mode).crop((left, top, left + side, top + side))
    return np.asarray(cut.resize((edge, edge), Image.Resampling.BOX))


def opened(data: bytes) -> Image.Image:
    """The picture in a file that somebody gave.

    Errors: `ValueError`, in a sentence for the visitor.
    """
    if len(data) > LARGEST:
        raise ValueError(f"The file has {len(data) / 1e6:.0f} MB; {LARGEST / 1e6:.0f} are allowed.")
    try:
        image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        wide, high = image.size
        if wide * high > PIXELS:
            raise ValueError(
                f"The picture has {wide} x {high} pixels; {PIXELS / 1e6:.0f} million are allowed."
            )
        image.load()
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError("This file is no picture that can be read: give a PNG or JPEG.") from None
    return image


class Kept:
    """The last `MOST` pictures of all visitors, each under a name that its pixels decide."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, NDArray[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, picture: NDArray[Any]) -> str:
        """Take a picture; the name under which it is found until others have taken its place."""
        name = hashlib.sha1(picture.tobytes(), usedforsecurity=False).hexdigest()[:10]
        with self._lock:
            self._held[name] = picture
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        return name

    def known(self, name: str) -> None:
        """Refuse a name under which nothing is kept. Errors: `ValueError`."""
        if name not in self._held:
            raise ValueError("a picture that is no longer here: give it again under Own image")

    def get(self, name: str) -> NDArray[Any] | None:
        """What was kept under this name, or nothing."""
        return self._held.get(name)
