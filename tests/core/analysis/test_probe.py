"""Probes against scikit-learn; axes that do not jump."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.metrics import r2_score

from core.analysis.probe import axes, bounded, crossing, nearest_turn, ridge, score

rng = np.random.default_rng(0)


@pytest.mark.parametrize("d", [1, 3, 8])
def test_probe_is_ridge(d):
    H = rng.normal(size=(80, d)) * 3 + 1
    y = np.sign(H @ rng.normal(size=d) + rng.normal(size=80))
    w, b = ridge(H, y, alpha=0.1)
    theirs = Ridge(alpha=0.1).fit(H, y)
    np.testing.assert_allclose(w, theirs.coef_, atol=1e-10)
    assert b == pytest.approx(theirs.intercept_, abs=1e-10)
    assert score(H @ w + b, y, False) == RidgeClassifier(alpha=0.1).fit(H, y).score(H, y)
    assert score(H @ w + b, y, True) == pytest.approx(r2_score(y, H @ w + b))


def test_score_without_points_or_spread():
    assert np.isnan(score(np.zeros(0), np.zeros(0), False))
    assert np.isnan(score(np.zeros(3), np.ones(3), True))
    assert np.isfinite(score(np.array([1e200, 0]), np.array([0.0, 1.0]), True))


def test_constant_activations_have_a_probe():
    w, b = ridge(np.ones((10, 4)), np.array([1.0, -1] * 5))
    assert np.isfinite(w).all() and np.isfinite(b)
    assert np.isfinite(axes(np.ones((10, 4)), w, None)).all()


@pytest.mark.parametrize("d", [1, 2, 3])
def test_narrow_layers_are_shown_as_they_are(d):
    H = rng.normal(size=(20, d))
    shown = H @ axes(H, rng.normal(size=d), None)
    assert (shown[:, :d] == H).all() and (shown[:, d:] == 0).all()


def test_axes_are_orthonormal_and_take_the_largest_variance():
    H = rng.normal(size=(300, 6)) * [5, 4, 3, 0.1, 0.1, 0.1]
    w = np.eye(6)[5]
    A = axes(H, w, None)
    np.testing.assert_allclose(A.T @ A, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(A[:, 0], w)
    C = H - np.outer(H @ w, w)
    theirs = PCA(2).fit(C).components_.T
    np.testing.assert_allclose(A[:, 1:] @ A[:, 1:].T, theirs @ theirs.T, atol=1e-10)


def test_three_neurons_are_projected_where_a_direction_must_be_seen():
    H, w = rng.normal(size=(50, 3)), rng.normal(size=3)
    A = axes(H, w, None, 2)
    np.testing.assert_allclose(A.T @ A, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(A[:, 0], w / np.linalg.norm(w))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_nearest_turn_is_that_of_the_singular_vectors(sign):
    for _ in range(20):
        M = rng.normal(size=(2, 2))
        M *= np.array([1, sign * np.sign(np.linalg.det(M))])
        U, _, Vt = np.linalg.svd(M)
        np.testing.assert_allclose(nearest_turn(M), U @ Vt, atol=1e-9)
    np.testing.assert_array_equal(nearest_turn(np.zeros((2, 2))), np.eye(2))


@pytest.mark.parametrize("w", [(1.0, 0.0), (0.0, -2.0), (0.7, -1.3)])
def test_a_line_crosses_the_box_of_the_places(w):
    places, w = rng.uniform(-3, 2, (100, 2)), np.array(w)
    low, high = places.min(0), places.max(0)
    b = -float(w @ places.mean(0))
    ends = crossing(w, b, places)
    np.testing.assert_allclose(ends @ w + b, 0, atol=1e-12)
    assert ((ends >= low - 1e-9) & (ends <= high + 1e-9)).all()
    on_the_edge = np.isclose(ends, low) | np.isclose(ends, high)
    assert on_the_edge.any(1).all()


def test_a_line_out_of_sight_has_no_ends():
    places = np.array([[0.0, 0], [1, 1]])
    for w, b in (((1.0, 0), 5.0), ((1.0, 1), 5.0), ((0.0, 0), 1.0), ((1.0, 0), np.nan)):
        assert np.isnan(crossing(np.array(w), b, places)).all()
    one = np.array([[-1.0, 0], [1, 0]])  # a layer of one neuron
    np.testing.assert_allclose(crossing(np.array([2.0, 0]), -1.0, one)[:, 0], 0.5)


def test_axes_move_little_when_the_layer_does():
    H, w = rng.normal(size=(300, 5)) * [3, 3, 1, 1, 1], rng.normal(size=5)
    before = axes(H, w, None)
    for _ in range(30):
        H, w = H + 0.01 * rng.normal(size=H.shape), w + 0.01 * rng.normal(size=5)
        after = axes(H, w, before)
        assert np.abs(after - before).max() < 0.1
        before = after


@pytest.mark.parametrize("size", [1e6, 1e30, 1e300, np.inf, np.nan])
def test_huge_activations_are_probed_like_infinite_ones(size):
    """A diverging linear network: equal columns, beyond the squares that double precision holds."""
    column = np.sign(rng.normal(size=50)) * size
    H = np.stack([column, column, -column, 2 * column], 1)
    w, b = ridge(H, np.sign(np.nan_to_num(column)))
    assert np.isfinite(w).all() and np.isfinite(b)
    shown = axes(H, w, None)
    assert np.isfinite(shown).all() and np.isfinite(bounded(H) @ shown).all()
