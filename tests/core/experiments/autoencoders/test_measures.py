"""PCA, ROC and maps of the autoencoders page, against scikit-learn and by what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score, roc_curve

from core.experiments.autoencoders.anomalies import auc, judged, roc, shares
from core.experiments.autoencoders.baseline import baseline
from core.experiments.autoencoders.cells import packed, places
from core.experiments.autoencoders.data import SHAPES, load
from core.experiments.autoencoders.maps import around, cell_of, coverage, flat, grid, plane_of
from core.experiments.autoencoders.settings import AutoencodersSettings


@pytest.mark.parametrize("changes", [{"data": data} for data in SHAPES] + [{"noise": "missing"}])
def test_errors_of_pca_are_scikit_learns(changes):
    given_ = AutoencodersSettings(**changes)
    base, data = baseline(given_), load(given_)
    train, test = data.x[: data.train], data.x[data.train :]
    for d in (1, 2, 7, 32):
        pca = PCA(d, svd_solver="full").fit(train)
        out = pca.inverse_transform(pca.transform(base.seen + base.mean))
        assert base.errors[d] == pytest.approx(((test - out) ** 2).sum(1).mean(), rel=1e-6)
        np.testing.assert_allclose(base.project(base.seen, d) + base.mean, out, atol=1e-8)
    assert base.variance == pytest.approx(((test - train.mean(0)) ** 2).sum(1).mean())
    np.testing.assert_allclose(base.variances[:32] * len(train) / (len(train) - 1),
                               pca.explained_variance_, rtol=1e-6)  # fmt: skip


scores = st.lists(st.integers(0, 30), min_size=4, max_size=60).map(lambda v: np.array(v) / 7)


@settings(max_examples=60, deadline=None)
@given(scores, scores)
def test_auc_is_scikit_learns_with_ties(normal, odd):
    y = np.r_[np.zeros(len(normal)), np.ones(len(odd))]
    assert auc(normal, odd) == pytest.approx(roc_auc_score(y, np.r_[normal, odd]))
    assert auc(normal, odd) == pytest.approx(1 - auc(odd, normal))


def test_points_of_the_roc_curve_lie_on_scikit_learns():
    rng = np.random.default_rng(0)
    normal, odd = rng.normal(0, 1, 300), rng.normal(1, 1, 200)
    found = roc(normal, odd)
    y = np.r_[np.zeros(300), np.ones(200)]
    false, true, _ = roc_curve(y, np.r_[normal, odd], drop_intermediate=False)
    known = set(zip(false.round(9), true.round(9), strict=True))
    assert all(point in known for point in map(tuple, found.round(9)))
    assert found[0].tolist() == [0, 0] and found[-1].tolist() == [1, 1]
    assert (np.diff(found, axis=0) >= 0).all()


def test_the_first_threshold_has_five_percent_false_alarms_and_a_dragged_one_is_kept():
    rng = np.random.default_rng(1)
    normal, odd = rng.normal(0, 1, 400), rng.normal(3, 1, 300)
    frame = judged(normal, odd, None, (-4, 4))
    assert frame["alarms"] == pytest.approx(0.05) and frame["caught"] > 0.8
    assert frame["normal_errors"].sum() == pytest.approx(100, rel=1e-5)
    frame = judged(normal, odd, 1.0, (-4, 4))
    assert frame["alarms"] == (normal > 1).mean() and frame["caught"] == (odd > 1).mean()
    assert shares(odd, [-9, 9]).tolist() == [1, 0]


@pytest.mark.parametrize("d", [1, 2, 3, 9])
def test_the_way_from_the_map_to_codes_leads_back(d):
    rng = np.random.default_rng(d)
    z, like = rng.standard_normal((50, d)) * 7 + 3, rng.standard_normal((50, 2))
    plane = plane_of(z, like, prior=False)
    uv = rng.uniform(-1, 1, (20, 2)) * ([1, 0] if d == 1 else [1, 1])
    np.testing.assert_allclose(plane.flat(plane.code(uv)), uv, atol=1e-9)
    low, high = np.percentile(plane.flat(z)[:, : min(d, 2)], [0.25, 99.75], axis=0)
    assert (high - low).max() == pytest.approx(2) and np.abs(low + high).max() < 1e-9


def test_the_plane_of_many_numbers_is_the_widest_and_does_not_depend_on_their_axes():
    rng = np.random.default_rng(0)
    z = rng.standard_normal((80, 6)) * [9, 5, 2, 1, 1, 1]
    like = rng.standard_normal((80, 2)) + z[:, :2]
    plane = plane_of(z, like, False)
    components = PCA(2).fit(z).components_
    assert np.linalg.svd(components @ plane.axes.T)[1] == pytest.approx([1, 1])
    turn = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    turned = plane_of(z @ turn, like, False)
    np.testing.assert_allclose(turned.flat(z @ turn), plane.flat(z), atol=1e-8)


def test_a_prior_map_is_the_codes_themselves():
    z = np.random.default_rng(0).standard_normal((30, 2)) + 1
    np.testing.assert_array_equal(plane_of(z, z, True).flat(z), z)


def test_codes_of_one_number_stand_by_label():
    z, label = np.arange(4.0)[:, None], np.array([0.0, 1, 0, 1])
    uv = flat(plane_of(z, np.zeros((4, 2)), False), z, label, 1.0)
    assert uv[:, 1].tolist() == pytest.approx([-0.8, 0.8, -0.8, 0.8])


def test_samples_around_the_dot_are_whole_and_as_many_as_the_shade_says():
    rng = np.random.default_rng(0)
    uv = rng.uniform(-1, 1, (4000, 2))
    seen = coverage(uv, 1.0)
    for at in rng.uniform(-0.7, 0.7, (20, 2)):
        found = around(uv, at, 1.0)
        assert isinstance(found, int) and found == pytest.approx(seen[cell_of(at, 1.0)], rel=0.5)
    assert around(np.zeros((7, 2)), np.zeros(2), 1.0) == 7
    assert around(np.zeros((7, 2)), np.array([0.2, 0.0]), 1.0) == 0


def test_coverage_counts_samples_nearby():
    uv = np.tile([[0.5, -0.5]], (10, 1))
    seen = coverage(uv, 1.0)
    row, column = cell_of(uv[0], 1.0)
    assert seen[row, column] == seen.max() and seen.max() == pytest.approx(10, rel=1e-3)
    assert row < 20 < column and seen[cell_of(np.array([-0.9, 0.9]), 1.0)] == 0
    assert cell_of(np.array([9, -9]), 1.0) == (0, 39)


def test_the_grid_begins_at_the_top_left():
    assert grid(2.0, 2).tolist() == [[-1, 1], [1, 1], [-1, -1], [1, -1]]


def test_signals_stand_in_their_cells():
    settings_ = AutoencodersSettings(data="spectra")
    values = np.stack([np.zeros(64), np.ones(64), np.full(64, 0.5)])
    y = packed(settings_, values, 2).reshape(3, 65).astype(float)
    x = places(settings_, 3, 2).reshape(3, 65)
    assert np.isnan(y[:, -1]).all() and np.isnan(x[:, -1]).all()
    assert y[:, 0].tolist() == pytest.approx([1.08, 1.92, 0.5], abs=2e-3)
    assert (x[:, 0].round(2), x[:, 63].round(2))[0].tolist() == pytest.approx([0.08, 1.08, 0.08])
