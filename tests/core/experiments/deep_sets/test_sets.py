"""Sets of points: targets against NumPy and SciPy, one set at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from core.experiments.deep_sets.sets import ORDERS, TARGETS, crowd, padded, snap

RNG = np.random.default_rng
BY_HAND = {
    "sum of lengths": lambda x: [np.linalg.norm(x, axis=1).sum()],
    "sum": lambda x: [x[:, 0].sum()],
    "max": lambda x: [x[:, 0].max()],
    "distinct count": lambda x: [len(np.unique(x, axis=0))],
    "center of mass": lambda x: x.mean(0),
    "each: offset from center": lambda x: x - x.mean(0),
    "each: is rightmost": lambda x: (np.arange(len(x)) == x[:, 0].argmax())[:, None],
}


def drawn(name, seed=0, most=30):
    rng = RNG(seed)
    return [TARGETS[name].draw(rng, n) for n in (1, 2, 3, 10, most)]


def test_every_target_is_checked():
    assert set(BY_HAND) == set(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_targets_one_set_at_a_time(name):
    sets, target = drawn(name), TARGETS[name]
    y = target.measure(*padded(sets, 30))
    assert y.shape == (5, 30, target.d_out) if target.each else y.shape == (5, target.d_out)
    for row, x in zip(y, sets, strict=True):
        found = row[: len(x)] if target.each else row
        np.testing.assert_allclose(found, BY_HAND[name](x), atol=1e-12)
        assert not target.each or (row[len(x) :] == 0).all()


def test_the_center_of_mass_is_scipys():
    """Of an image whose pixels count the points on them."""
    sets = drawn("distinct count")
    y = TARGETS["center of mass"].measure(*padded(sets, 30))
    for center, x in zip(y, sets, strict=True):
        image = np.zeros((4, 4))
        np.add.at(image, tuple(((x + 0.75) * 2).astype(int).T), 1)
        np.testing.assert_allclose(center, np.array(ndimage.center_of_mass(image)) / 2 - 0.75)


@pytest.mark.parametrize("name", TARGETS)
@given(seed=st.integers(0, 1000), n=st.integers(1, 30))
def test_order_does_not_matter(name, seed, n):
    rng, target = RNG(seed), TARGETS[name]
    x = target.draw(rng, n)
    assert (np.abs(x) <= 1).all() and x.shape == (n, 2)
    p = rng.permutation(n)
    y, shuffled = target.measure(*padded([x, x[p]], 30))
    expected = np.concatenate([y[:n][p], y[n:]]) if target.each else y
    np.testing.assert_allclose(shuffled, expected, atol=1e-12)


@pytest.mark.parametrize("name", ORDERS)
def test_orders_keep_the_elements(name):
    x = RNG(0).normal(size=(9, 2))
    listed = ORDERS[name](x)
    assert sorted(map(tuple, listed)) == sorted(map(tuple, x))
    assert (np.diff(listed[:, 0]) >= 0).all() == (name == "left to right")


def test_crowds_have_repeats_on_sixteen_sites():
    x = crowd(RNG(0), 500)
    assert len(np.unique(x, axis=0)) == 16
    np.testing.assert_array_equal(snap(x), x)
    assert (
        np.abs(snap(RNG(1).uniform(-1, 1, (99, 2))) - RNG(1).uniform(-1, 1, (99, 2))).max() <= 0.25
    )
