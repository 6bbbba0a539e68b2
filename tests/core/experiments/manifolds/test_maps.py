"""The maps: against their libraries; what is recorded, kept, and refused."""

import json
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from scipy.spatial import procrustes
from sklearn.manifold import Isomap, trustworthiness

from core import ROOT
from core.experiments.manifolds import finished, job, methods
from core.experiments.manifolds.settings import ManifoldsSettings
from core.experiments.manifolds.sheet import EDGE, between, net, nodes_of
from core.experiments.manifolds.still import Still, pca, still

SMALL = ManifoldsSettings(samples=300, perplexity=20)


def test_principal_components_are_those_of_a_singular_value_decomposition():
    X = still(SMALL).X
    places, directions, shares = methods.principal(X)
    _, s, Vt = np.linalg.svd(X, full_matrices=False)
    np.testing.assert_allclose(np.abs(directions @ Vt[:2].T), np.eye(2), atol=1e-9)
    np.testing.assert_allclose(shares, (s**2 / (s**2).sum())[:2])
    np.testing.assert_allclose(places, X @ directions.T, atol=1e-9)
    assert pca(SMALL).lost == pytest.approx(1 - shares.sum())


def test_fewer_dimensions_than_asked_for_are_filled_with_zeros():
    places, directions, shares = methods.principal(np.arange(6.0)[:, None] - 2.5)
    assert places.shape == (6, 2) and directions.shape == (2, 1) and shares.tolist() == [1, 0]


def test_tsne_is_opentsnes_own_run():
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.initialization import rescale
    from openTSNE.nearest_neighbors import PrecomputedNeighbors
    from sklearn.neighbors import NearestNeighbors

    X = still(SMALL).X
    distances, near = NearestNeighbors(n_neighbors=60).fit(X).kneighbors()
    affinities = PerplexityBasedNN(
        knn_index=PrecomputedNeighbors(near, distances), perplexity=20, n_jobs=1
    )
    theirs = TSNEEmbedding(
        rescale(methods.principal(X)[0].copy()), affinities, negative_gradient_method="bh", n_jobs=1
    )
    theirs.optimize(30, inplace=True, exaggeration=12, momentum=0.5)  # learning rate: auto
    ours = methods.TSNE(X, 20).at(30)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-8)


def test_a_tsne_film_does_not_depend_on_how_often_it_is_looked_at():
    X = still(SMALL).X
    one, other = methods.TSNE(X, 20), methods.TSNE(X, 20)
    for iteration in (0, 3, 100, 249, 251, 260):
        one.at(iteration)
    np.testing.assert_array_equal(one.at(270), other.at(270))
    np.testing.assert_array_equal(one.at(5), other.at(270))  # never back


def test_tsne_keeps_neighborhoods_of_the_roll():
    of = still(SMALL)
    assert trustworthiness(of.X, methods.TSNE(of.X, 20).at(500), n_neighbors=12) > 0.97


def test_nothing_imports_umap_before_it_is_asked_for():
    code = (
        "import sys; import core.experiments.manifolds.figures as f;"
        "from core.experiments.manifolds.pictures import Manifolds as M;"
        "m = M(M.Settings(samples=300)); m.step(20); m.snapshot(); f.panels(m.settings);"
        "print([name for name in ('umap', 'numba', 'pynndescent') if name in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert out.stdout.strip() == "[]"


# --- the net --------------------------------------------------------------------------------------


def test_the_net_of_a_plane_is_a_grid_where_there_are_points():
    rng = np.random.default_rng(0)
    flat = rng.uniform(size=(4000, 2)) * [4, 1]
    flat = flat[np.hypot(*(flat - [2, 0.5]).T) > 0.3]  # a hole
    low, cell = flat.min(0), np.ptp(flat, axis=0) / (EDGE - 1)
    y, x = np.mgrid[:EDGE, :EDGE].reshape(2, -1)
    nodes = low + np.stack([x, y], 1) * cell
    for lift, near in ((lambda at: at, 1e-9), (None, cell.max())):
        found = net(flat, lift, flat)
        there = np.isfinite(found[:, 0])
        assert np.abs(found[there] - nodes[there]).max() < near
        assert there.mean() > 0.85 and not there[np.hypot(*(nodes - [2, 0.5]).T) < 0.15].any()


def test_between_its_nodes_a_way_back_is_linear():
    rng = np.random.default_rng(0)
    flat, A = rng.uniform(-1, 2, size=(4000, 2)), rng.normal(size=(2, 5))
    back = between(flat, nodes_of(flat) @ A)
    np.testing.assert_allclose(back(flat), flat @ A, atol=1e-9)
    np.testing.assert_allclose(back(np.array([[9.0, 9.0]])), flat.max(0)[None] @ A)  # the corner
    half = flat[flat.sum(1) < 1]  # where no point is near, the nearest node with one counts
    lifted = nodes_of(half) @ A
    lifted[nodes_of(half).sum(1) > 1.5] = 1e6
    assert np.abs(between(half, lifted)(nodes_of(half))).max() < 1e3


def test_the_net_of_pca_is_a_plane_and_that_of_isomap_lies_in_the_sheet():
    settings = ManifoldsSettings(samples=2000)
    of = still(settings)
    plane = pca(settings).net()
    plane = plane[np.isfinite(plane[:, 0])]
    assert np.linalg.svd(plane - plane.mean(0))[1][2] < 1e-6
    found = of.lifted(net(methods.isomap(of.X, settings), None, of.X))
    found = found[np.isfinite(found[:, 0])]
    radius, angle = np.hypot(found[:, 0], found[:, 2]), np.arctan2(found[:, 2], found[:, 0])
    turns = np.abs(radius - angle - 2 * np.pi * np.round((radius - angle) / (2 * np.pi)))
    assert np.median(turns) < 0.25  # of a spiral with r = t, turns lie 6.3 apart


# --- what is recorded and kept --------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ManifoldsSettings.kind("dataset").options)
def test_every_data_set_has_its_recorded_maps(dataset):
    settings = ManifoldsSettings(dataset=dataset)
    assert job.missing(settings) == ()
    for method in methods.SLOW:
        found = finished.find(settings, method)
        assert found.origin == "recorded" and found.xy.shape == (1000, 2)
        assert found.scores[1] > 4 * found.scores[5]  # neighbors kept, and by chance


def test_known_cases_of_the_roll():
    settings = ManifoldsSettings()
    assert finished.find(settings, "isomap").scores[0] >= 0.99
    assert pca(settings).scores[0] <= 0.45
    umap = finished.find(settings, "umap")
    assert umap.scores[0] >= 0.8 and umap.lost < 0.15 < pca(settings).lost
    back = umap.decoded(umap.xy)  # of its own points: each near itself
    assert np.median(np.linalg.norm(back - still(settings).X, axis=1)) < 0.5


def test_the_recorded_isomap_is_scikit_learns():
    settings = ManifoldsSettings()
    theirs = Isomap(n_neighbors=8).fit_transform(still(settings).X)
    assert procrustes(theirs, finished.find(settings, "isomap").xy)[2] < 1e-6


def test_a_map_survives_its_file():
    xy = np.random.default_rng(0).normal(size=(50, 2))
    again = finished.unpacked(json.loads(json.dumps(finished.packed(xy, 1.234))))
    np.testing.assert_allclose(again, xy, atol=np.ptp(xy, axis=0).max() / 65535)


def test_a_map_is_known_by_what_decides_it():
    key = partial(finished.key, method="isomap")
    base = ManifoldsSettings()
    same = [base.replace(perplexity=40), base.replace(latent=3), base.replace(seed=1),
            base.replace(sheet="pca"), base.replace(umap_neighbors=30)]  # fmt: skip
    other = [base.replace(neighbors=9), base.replace(noise=2), base.replace(samples=900),
             base.replace(data_seed=1), base.replace(dataset="torus")]  # fmt: skip
    assert {key(one) for one in same} == {key(base)} and len({key(one) for one in other}) == 5
    assert finished.key(base, "umap") != finished.key(base.replace(seed=1), "umap")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "inductive-playground"


def test_maps_are_made_once_and_kept(folder, capsys):
    settings = SMALL.replace(dataset="S-curve", neighbors=7)
    place = finished.place_of(finished.key(settings, "isomap"))
    assert finished.find(settings, "isomap") is None and place.parent == folder
    folder.mkdir()
    place.write_text(json.dumps(finished.make(settings, "isomap")))
    found = finished.find(settings, "isomap")
    assert found.scores[0] > 0.95 and found.origin == "on this machine" and found.seconds >= 0


def test_a_map_of_other_points_is_not_shown(folder):
    settings = SMALL.replace(dataset="S-curve", neighbors=6)
    made = finished.make(settings, "isomap")
    folder.mkdir()
    place = finished.place_of(finished.key(settings, "isomap"))
    place.write_text(json.dumps({**made, "points": [0.5] + made["points"][1:]}))
    assert finished.find(settings, "isomap") is None


@pytest.mark.parametrize("text", ["", "{}", '{"xy": "AAAA", "low": [0, 0], "high": [1, 1]}', "[1]"])
def test_a_damaged_file_is_as_good_as_none(folder, text):
    settings = SMALL.replace(dataset="torus", data_seed=len(text))
    place = finished.place_of(finished.key(settings, "umap"))
    folder.mkdir()
    place.write_text(text)
    assert finished.find(settings, "umap") is None


def test_a_bad_setting_is_refused_on_the_command_line(capsys):
    with pytest.raises(SystemExit) as error:
        finished.main(["--set", "perplexity=900"])
    assert error.value.code == 2 and "below a third of the 1,000 points" in capsys.readouterr().err


def test_what_stands_still_is_shared_between_settings():
    assert still(SMALL) is still(SMALL.replace(seed=5, latent=3, umap_neighbors=9))
    assert isinstance(still(SMALL), Still)
