"""Two-NN against scikit-dimension, on sheets of known dimension, and what must not matter."""

import numpy as np
import pytest
import skdim
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits, make_swiss_roll

from core.intrinsic_dimension import two_nn


def cube(d, n=2000, D=12, seed=0):
    """Points of a d-dimensional cube, turned into D dimensions."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 1, (n, d)) @ np.linalg.qr(rng.standard_normal((D, D)))[0][:d]


@pytest.mark.parametrize(
    "x",
    [cube(1), cube(3), cube(6), make_swiss_roll(1500, random_state=0)[0], load_digits().data],
    ids=["line", "cube", "6-cube", "swiss roll", "digits"],
)
def test_as_scikit_dimension_has_it(x):
    assert two_nn(x) == pytest.approx(skdim.id.TwoNN().fit(x).dimension_, rel=1e-6)


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_the_dimension_of_a_cube(d):
    assert two_nn(cube(d)) == pytest.approx(d, rel=0.12)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 100), st.floats(-50, 50), st.integers(0, 2**31))
def test_scale_place_turn_and_order_do_not_matter(scale, shift, seed):
    x, rng = cube(2, 300), np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((12, 12)))[0]
    moved = scale * rng.permutation(x) @ turn + shift
    assert two_nn(moved) == pytest.approx(two_nn(x), rel=1e-3)


def test_copies_count_once():
    x = cube(2, 200)
    assert two_nn(np.concatenate([x, x[:50]])) == pytest.approx(two_nn(x))


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="5 different points"):
        two_nn(np.repeat(cube(2, 5), 9, 0))


def test_points_at_one_distance_have_no_dimension():
    with pytest.raises(ValueError, match="one distance"):
        two_nn(np.arange(40.0)[:, None])
