"""The map of chemical space: PCA by hand, UMAP that keeps neighbors, a job that can be stopped."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core import ROOT
from core.experiments.qm9_explorer import space, space_job
from core.experiments.qm9_explorer.settings import MODELS
from core.experiments.qm9_explorer.space_maps import Maps
from core.qm9.prediction.census import census
from core.work import stop_all


@pytest.mark.parametrize("model", ["gcn", "mlp"])
def test_pca_is_the_singular_value_decomposition(model):
    h = space.embedding(model, 0)
    found = space.pca(model, 0)
    centered = h - h.mean(0)
    _, s, v = np.linalg.svd(centered, full_matrices=False)
    np.testing.assert_allclose(np.abs(found.xy), np.abs(centered @ v[:2].T), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.ratio, (s**2 / (s**2).sum())[:2], rtol=1e-9)


def test_maps_are_made_part_by_part_and_can_rest(monkeypatch):
    monkeypatch.setattr(space, "POINTS", 80)
    monkeypatch.setattr(space, "PARTS", 4)
    work = Maps(("mlp", "gcn"), 98_765)
    for _ in range(5):
        work.work(0)
    assert work.fraction == 5 / 8 and len(work.result) == 1 and work.words.startswith("gcn reads")
    work.stop()
    work.work()
    assert work.fraction == 5 / 8
    work.go_on()
    work.work()
    assert work.done
    for model, found in zip(work.models, work.result, strict=True):
        whole = space._package(model).predictor.embeddings(of_sample(98_765))
        h = whole - whole.mean(0)
        assert found.ratio.sum() == pytest.approx((found.xy**2).sum() / (h**2).sum(), rel=1e-4)


def of_sample(seed):
    from core.qm9.data import graphs

    return graphs.from_qm9(census().library.data.take(space.rows_of(seed)))


def test_a_molecule_of_the_sample_is_placed_where_its_point_lies():
    rows = space.rows_of(0)
    for k in (0, 17, 3999):
        at = space.place("gcn", 0, census().library.data.molecule(int(rows[k])))
        np.testing.assert_allclose(at, space.pca("gcn", 0).xy[k], atol=2e-4)


def test_the_embedding_is_what_the_network_sums():
    """Equation (5.12): the network's own summary, computed apart from the predictor."""
    import torch

    from core.qm9.data import graphs
    from core.qm9.networks import package

    some = census().library.data.take(space.rows_of(0)[:8])
    with torch.inference_mode():
        expected = package.load("gcn").predictor.members[0].summary(graphs.from_qm9(some))
    np.testing.assert_allclose(space.embedding("gcn", 0)[:8], expected.numpy(), atol=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_a_recorded_layout_is_of_this_network(model):
    found = space.umap(model, 0)
    assert found is not None, (
        "run `python -m core.experiments.qm9_explorer.space` again: the network has changed"
    )
    xy, command = found
    assert xy.shape == (space.POINTS, 2) and "core.experiments.qm9_explorer.space" in command


def test_recorded_neighbors_are_neighbors_of_the_embedding():
    """Trustworthiness is 0.5 for a random layout and 1 for one that keeps all neighbors."""
    xy, _ = space.umap("gcn", 0)
    h = space.embedding("gcn", 0)
    assert trustworthiness(h[:1500], xy[:1500], n_neighbors=10) > 0.9


def test_a_layout_survives_packing():
    xy = np.random.default_rng(0).normal(size=(50, 2))
    again = space.unpacked(json.loads(json.dumps(space.packed(xy, "w"))))
    np.testing.assert_allclose(again, xy, atol=1e-4)


def test_files_are_small():
    assert space.RECORDED.stat().st_size < 300_000


@pytest.mark.parametrize("content", ["", "{}", '{"seed": 5}', '{"seed": 5, "models": {"gcn": 3}}'])
def test_a_damaged_file_is_as_none(content, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = space.place_of("gcn", 5)
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert space.umap("gcn", 5) is None


def test_an_unknown_network_is_refused_in_one_line(capsys):
    with pytest.raises(SystemExit) as stopped:
        space.main(["--models", "nonsense"])
    assert stopped.value.code == 2
    assert "nonsense is unknown: choose from best" in capsys.readouterr().err


def test_a_job_is_shared_stopped_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    job = space_job.start("mlp", 41)
    try:
        assert space_job.start("mlp", 41) is job
        assert 0 <= job.fraction <= 1 and job.words and job.going
        other = space_job.start("mlp", 42)
        assert other is not job
        with pytest.raises(RuntimeError, match="try again"):
            space_job.start("mlp", 43)
    finally:
        stop_all()
    assert job.process.poll() is not None and not job.going and not job.failed
    assert space_job.found("mlp", 41) is None and not job.log.exists()
    assert space.umap("mlp", 41) is None


def test_a_process_ends_cleanly_while_the_map_is_prepared():
    """The thread was inside torch: "terminate called without an active exception"."""
    words = "import time; from core.experiments.qm9_explorer import space; space.prepare()"
    for seconds in (1, 4):  # torch is still imported; it computes
        command = [sys.executable, "-c", f"{words}; time.sleep({seconds})"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
