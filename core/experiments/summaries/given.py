"""Pictures that are no skies: two photographs of scikit-learn, and what a visitor gives."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.datasets import images
from core.datasets.images import LARGEST, MOST, OWN, PHOTOGRAPHS, Kept, opened, square

__all__ = ["LARGEST", "MOST", "OWN", "PHOTOGRAPHS", "M", "given", "keep", "known", "photograph"]

Numbers = NDArray[np.float64]
M = 128  # pixels along an edge of what stands on the stage
KEPT = Kept()


@lru_cache(maxsize=4)
def photograph(name: str) -> Numbers:
    """Brightness from 0 to 1, (128, 128), the first row at the bottom."""
    return small(images.photograph(name))


def small(image: Image.Image) -> Numbers:
    """The middle square of an image, gray, 128 x 128 pixels, the first row at the bottom."""
    return square(image, M).astype(np.float64)[::-1] / 255


def keep(data: bytes) -> str:
    """Take a picture of a visitor; the name under which `given` has it, until 64 others came.

    Errors: `ValueError`, in a sentence for the visitor.
    """
    image = small(opened(data))
    if np.ptp(image) == 0:
        raise ValueError("This picture is all of one gray: it has no spectrum.")
    return KEPT.keep(image)


def known(name: str) -> None:
    """Refuse a name under which nothing is kept. Errors: `ValueError`."""
    KEPT.known(name)


def given(name: str) -> Numbers | None:
    """What a visitor gave, or nothing."""
    return KEPT.get(name)
