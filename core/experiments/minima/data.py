"""Handwritten digits to learn from, some with a wrong label, and digits held out."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.datasets.digits import written_digits

TEST = 500  # digits held out


class Digits(NamedTuple):
    """Pixels from 0 to 1 and targets, 1 at the label and 0 elsewhere.

    Shapes: x (n, 64), y (n, 10), x_test (500, 64), y_test (500, 10)
    """

    x: Tensor
    y: Tensor
    x_test: Tensor
    y_test: Tensor


@lru_cache(maxsize=8)
def digits(n: int, wrong: int, seed: int) -> Digits:
    """The first n of 1,797 shuffled digits of 8 x 8 pixels; the last 500 are held out.

    Of the labels to learn from `wrong` % are replaced by another digit; those held out are right.
    Source: scikit-learn, UCI.
    """
    (pixels, label), rng = written_digits(), np.random.default_rng([seed, 7])
    order = rng.permutation(len(label))
    label = label[order].astype(np.int64)
    noisy = rng.permutation(n)[: round(n * wrong / 100)]
    label[noisy] = (label[noisy] + rng.integers(1, 10, len(noisy))) % 10
    x, y = torch.from_numpy(pixels[order] / 16).float(), torch.eye(10)[label]
    return Digits(x[:n], y[:n], x[-TEST:], y[-TEST:])
