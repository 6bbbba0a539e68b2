"""MNIST-1D as it is shipped, against the package that makes it."""

import random

import numpy as np

from core.datasets import mnist1d


def test_the_shipped_arrays_are_those_of_the_package():
    states = np.random.get_state()[1].copy(), random.getstate()
    made, ours = mnist1d.make(), mnist1d.load()
    np.testing.assert_array_equal(states[0], np.random.get_state()[1])
    assert states[1] == random.getstate(), "its generator seeds the whole process"
    for part, package in zip(ours, made, strict=True):
        assert part.dtype == package.dtype
        np.testing.assert_allclose(part, package, atol=2e-3)  # half precision, values up to 4


def test_shapes_and_classes():
    x, y, x_test, y_test = mnist1d.load()
    assert (x.shape, x_test.shape) == ((4000, 40), (1000, 40))
    assert sorted(np.bincount([*y, *y_test])) == [500] * 10
    both = np.concatenate([x, x_test])
    assert abs(both.mean()) < 1e-3 and abs(both.std() - 1) < 1e-3
    assert mnist1d.FILE.stat().st_size < 400_000
