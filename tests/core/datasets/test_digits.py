"""The handwritten digits, as scikit-learn has them."""

import numpy as np
from sklearn.datasets import load_digits

from core.datasets.digits import written_digits


def test_they_are_those_of_scikit_learn_read_once():
    x, label = written_digits()
    given = load_digits()
    assert x.shape == (1797, 64) and x.dtype == np.float64 and (x == given.data).all()
    assert (x.min(), x.max()) == (0, 16) and (x.reshape(-1, 8, 8) == given.images).all()
    assert label.dtype == np.int64 and (label == given.target).all()
    assert written_digits()[0] is x
