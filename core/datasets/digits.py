"""Handwritten digits of scikit-learn (UCI, optical recognition of handwritten digits)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray


@cache
def written_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """1,797 pictures of 8 x 8 pixels from 0 to 16, and which digit each is.

    Shapes: (1797, 64), (1797,)
    """
    from sklearn.datasets import load_digits  # a second, for those alone who look at digits

    x, label = load_digits(return_X_y=True)
    return x, label
