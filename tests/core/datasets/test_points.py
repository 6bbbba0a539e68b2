"""Points: the rules of each data set."""

import numpy as np
import pytest

from core.datasets.points import (
    BUMPS,
    DATASETS,
    DOMAIN,
    REGRESSIONS,
    formula_points,
    given_points,
    split,
)


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("n", [1, 2, 333])
def test_shape_type_seed(name, n):
    X, y = DATASETS[name](n, 0.1, 5)
    assert X.shape == (n, 2) and y.shape == (n,)
    assert X.dtype == y.dtype == np.float32
    again, other = DATASETS[name](n, 0.1, 5), DATASETS[name](n, 0.1, 6)
    assert (again[0] == X).all() and (y == again[1]).all()
    assert name == "spiral" or n == 1 or (other[0] != X).any()


@pytest.mark.parametrize("name", DATASETS)
def test_inside_the_square_and_both_classes(name):
    X, y = DATASETS[name](1000, 0, 0)
    assert np.abs(X).max() <= DOMAIN
    if name in REGRESSIONS:
        assert y.min() < -0.5 and y.max() > 0.5
    else:
        assert set(y) == {-1, 1}
        assert 0.3 < (y > 0).mean() < 0.7


@pytest.mark.parametrize("name", DATASETS)
def test_noise_changes_labels_or_points(name):
    X, y = DATASETS[name](500, 0, 1)
    X_noisy, y_noisy = DATASETS[name](500, 0.5, 1)
    assert (X_noisy != X).any() or (y != y_noisy).any()


def test_xor_is_the_sign_of_the_product():
    X, y = DATASETS["xor"](500, 0, 2)
    assert (y == np.sign(X[:, 0] * X[:, 1])).all()
    assert np.abs(X).min() >= 0.3 and np.abs(X).max() <= 5.3


def test_circle_radii():
    X, y = DATASETS["circle"](500, 0, 2)
    r = np.hypot(*X.T)
    assert r[y > 0].max() < 2.5 and r[y < 0].min() >= 3.499 and r.max() <= 5.001
    assert (y > 0).sum() == 250


def test_gauss_moments():
    for noise, variance in ((0, 0.5), (0.5, 4)):
        X, y = DATASETS["gauss"](20_000, noise, 0)
        np.testing.assert_allclose(X[y > 0].mean(0), 2, atol=0.1)
        np.testing.assert_allclose(X[y < 0].var(0), variance, rtol=0.05)


def test_spiral_follows_its_formula():
    X, y = DATASETS["spiral"](10, 0, 0)
    t = np.arange(5) / 5
    for label, turn in ((1, 0), (-1, np.pi)):
        arm = (
            5
            * t[:, None]
            * np.stack([np.sin(3.5 * np.pi * t + turn), np.cos(3.5 * np.pi * t + turn)], 1)
        )
        np.testing.assert_allclose(X[y == label], arm, atol=1e-5)


def test_regressions():
    X, y = DATASETS["reg-plane"](100, 0, 0)
    np.testing.assert_allclose(y, X.sum(1) / 10, atol=1e-6)
    X, y = DATASETS["reg-gauss"](3000, 0, 0)
    for x1, x2, sign in BUMPS:
        near = np.hypot(X[:, 0] - x1, X[:, 1] - x2)
        i = near.argmin()
        assert y[i] == pytest.approx(sign * (1 - near[i] / 2), abs=1e-5)
    far = np.min([np.hypot(X[:, 0] - a, X[:, 1] - b) for a, b, _ in BUMPS], axis=0) > 2
    assert (y[far] == 0).all()


def test_formula_and_given_points():
    X, y = formula_points("x1 > x2", 200, 0, 0)
    assert (y == np.where(X[:, 0] > X[:, 1], 1, -1)).all()
    assert (formula_points("log(x1)", 200, 0, 0)[1] >= -1).all()  # nan counts as -1
    X, y = given_points([(1, 2, -1), (3, 4, 0.5)])
    assert X.tolist() == [[1, 2], [3, 4]] and y.tolist() == [-1, 0.5]


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_split_keeps_each_point_once(share):
    X = np.arange(40, dtype=np.float32).reshape(20, 2)
    y = np.arange(20, dtype=np.float32)
    (X1, y1), (X2, y2) = split(X, y, share, 3)
    assert len(X1) == round(20 * share)
    assert sorted([*y1, *y2]) == y.tolist()
    assert (X1[:, 0] == 2 * y1).all() and (X2[:, 0] == 2 * y2).all()
