"""Scores of maps against scikit-learn, SciPy and scikit-dimension; what must not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import procrustes
from scipy.spatial.distance import cdist
from scipy.stats import spearmanr
from skdim.id import TwoNN
from sklearn.datasets import make_swiss_roll
from sklearn.manifold import Isomap, trustworthiness
from sklearn.neighbors import NearestNeighbors

from core.analysis.embedding import (
    Reference,
    aligned,
    geodesics,
    intrinsic_dimension,
)


def data(n=300, d=5, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, X[:, :2] + 0.3 * rng.normal(size=(n, 2))


@pytest.mark.parametrize("k", [1, 5, 12, 60])
def test_trustworthiness_and_continuity_are_scikit_learns(k):
    X, map_ = data()
    found = Reference(X, k).scores(map_)
    assert found.trustworthiness == pytest.approx(trustworthiness(X, map_, n_neighbors=k))
    assert found.continuity == pytest.approx(trustworthiness(map_, X, n_neighbors=k))


def test_neighbors_kept_are_counted_as_scikit_learn_finds_them():
    X, map_ = data()
    near = [NearestNeighbors(n_neighbors=7).fit(Z).kneighbors()[1] for Z in (X, map_)]
    shared = [len(set(a) & set(b)) / 7 for a, b in zip(*near, strict=True)]
    assert Reference(X, 7).scores(map_).kept == pytest.approx(np.mean(shared))


def test_spearman_is_scipys_on_a_flat_sheet_and_on_paths():
    X, map_ = data(90)
    flat = X[:, :2]
    off = ~np.eye(90, dtype=bool)
    expected = spearmanr(cdist(flat, flat)[off], cdist(map_, map_)[off]).statistic
    assert Reference(X, 10, flat).spearman(map_) == pytest.approx(expected)
    along = geodesics(X, 10, np.arange(90))
    expected = spearmanr(along[off], cdist(map_, map_)[off]).statistic
    assert Reference(X, 10, steps=10).spearman(map_) == pytest.approx(expected)


def test_geodesics_are_those_of_scikit_learns_isomap():
    X, _ = data()
    fitted = Isomap(n_neighbors=12).fit(X)
    np.testing.assert_allclose(geodesics(X, 12, np.arange(40)), fitted.dist_matrix_[:40])


def test_parts_without_a_path_are_left_out():
    X, map_ = data(200)
    X[:100] += 1000
    assert np.isinf(geodesics(X, 5, np.array([0]))).sum() == 100
    assert -1 <= Reference(X, 5).spearman(map_) <= 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 6.3), st.floats(0.01, 100), st.booleans())
def test_turning_shifting_and_scaling_change_no_score(seed, angle, factor, mirror):
    X, map_ = data(80, seed=seed)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    other = factor * map_ @ turn * ([1, -1] if mirror else [1, 1]) + [3, -7]
    reference = Reference(X, 6)
    assert reference.scores(other) == pytest.approx(reference.scores(map_), abs=2e-3)
    np.testing.assert_allclose(aligned(other, X[:, :2])[0], aligned(map_, X[:, :2])[0], atol=1e-6)


def test_the_order_of_the_points_does_not_matter():
    X, map_ = data(100)  # distances are measured from all of so few
    order = np.random.default_rng(1).permutation(100)
    assert Reference(X[order], 6).scores(map_[order]) == pytest.approx(Reference(X, 6).scores(map_))


def test_the_data_itself_has_full_marks_and_chance_has_its_null():
    X, _ = data(400, 2)
    reference = Reference(X, 10, X)
    assert reference.scores(X) == pytest.approx((1, 1, 1, 1))
    null = reference.null(X, np.random.default_rng(0))
    assert abs(null.spearman) < 0.1 and null.kept == pytest.approx(10 / 399, abs=0.02)
    assert null.trustworthiness == pytest.approx(0.5, abs=0.05)


def test_points_on_one_place_have_no_order():
    X, _ = data(60)
    found = Reference(X, 6).scores(np.zeros((60, 2)))
    assert found.spearman == 0 and np.isfinite(found).all()


def test_a_rolled_sheet_is_far_from_its_shadow():
    X, t = make_swiss_roll(2000, random_state=0)
    arc = (t * np.sqrt(1 + t**2) + np.arcsinh(t)) / 2
    reference = Reference(X, 12, np.stack([arc, X[:, 1]], 1))
    assert reference.spearman(Isomap(n_neighbors=12).fit_transform(X)) >= 0.99
    assert reference.spearman(X[:, [0, 2]]) <= 0.45


@pytest.mark.parametrize("k", [0, 151])
def test_too_many_neighbors_are_refused(k):
    with pytest.raises(ValueError, match=f"k = {k}"):
        Reference(data()[0], k)


def test_alignment_is_scipys_procrustes():
    X, map_ = data()
    target = X[:, :2]
    found, transform = aligned(map_, target)
    expected, other, _ = procrustes(target, map_)
    np.testing.assert_allclose(found / np.linalg.norm(found), other / np.linalg.norm(other))
    assert (found**2).sum(1).mean() == pytest.approx(1)
    np.testing.assert_allclose(transform.back(found), map_)


@pytest.mark.parametrize("d", [1, 2, 5])
def test_two_nn_is_that_of_scikit_dimension(d):
    rng = np.random.default_rng(d)
    X = rng.uniform(size=(500, d)) @ rng.normal(size=(d, 8))
    found = intrinsic_dimension(X)
    assert found == pytest.approx(TwoNN().fit(X).dimension_, rel=1e-6)
    assert found == pytest.approx(d, rel=0.2)


def test_two_nn_of_equal_points_is_no_number():
    assert np.isnan(intrinsic_dimension(np.zeros((10, 3))))
    doubled = np.repeat(np.random.default_rng(0).normal(size=(200, 2)), 2, 0)
    assert intrinsic_dimension(doubled) == pytest.approx(2, rel=0.3)
