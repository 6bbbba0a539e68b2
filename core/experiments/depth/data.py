"""Digits: 1,797 handwritten ones of 8 x 8 pixels, in a fixed order."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.datasets.digits import written_digits

PIXELS, CLASSES = 64, 10
TRAINED = 1400  # digits to learn from; the other 397 are held out
JUDGES = 64  # of them gradients and activations are measured


class Digits(NamedTuple):
    """Pixels with mean 0 and variance 1 over all, and classes. Shapes: (n, 64), (n,)."""

    x: Tensor
    y: Tensor
    x_test: Tensor
    y_test: Tensor


@cache
def digits() -> Digits:
    """The set of scikit-learn (UCI), mixed once and for all."""
    pixels, label = written_digits()
    order = np.random.default_rng(0).permutation(len(label))
    x = (pixels - pixels.mean()) / pixels.std()
    X, y = torch.from_numpy(x[order]).float(), torch.from_numpy(label[order]).long()
    return Digits(X[:TRAINED], y[:TRAINED], X[TRAINED:], y[TRAINED:])
