"""Maps that are made beside the page: by one process, in the order of wishes, for five seeds."""

import time

import numpy as np
import pytest

from core.experiments.manifolds import finished, job, serve, spread
from core.experiments.manifolds.settings import ManifoldsSettings
from core.experiments.manifolds.spread import Spread

SMALL = ManifoldsSettings(samples=300, perplexity=20)


def test_progress_never_runs_ahead_of_its_stage():
    now = time.monotonic()
    assert job.share(0, now) < 0.02 and job.share(job.DONE, now) == 1
    early, late = job.share(2, now), job.share(2, now - 500)
    assert early == pytest.approx(4 / 17, abs=0.01) and late == pytest.approx(14 / 17)


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    """A process that makes maps, and an empty folder; umap is imported and compiled but once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("maps")))
        patch.setattr(job, "_maker", [])
        patch.setattr(job, "_makings", {})
        yield
        for one in job._maker:
            one.end()


def test_all_seeds_of_all_methods_are_made(maker, monkeypatch):
    monkeypatch.setattr(spread, "UPDATES", 50)
    monkeypatch.setattr(spread, "ITERATIONS", 50)
    few = ManifoldsSettings(samples=200, perplexity=15, umap_neighbors=8)
    work, seen = Spread(few), [0.0]
    while work.going:
        work.work(0.2)
        seen.append(work.fraction)
    assert len(job._maker) == 1
    assert not work.failed and seen == sorted(seen) and work.words == "15 of 15 maps"
    rows = {(row["method"], row["score"]): row for row in work.result}
    assert {method for method, _ in rows} == {"Autoencoder", "t-SNE", "UMAP"}
    assert {m for m, score in rows if score == "variance lost"} == {"Autoencoder", "UMAP"}
    for (_, score), row in rows.items():
        assert row["seeds"] == 5 and row["least"] <= row["median"] <= row["most"]
        assert score != "two seeds differ by" or 0.01 < row["median"] < 1.42


def test_maps_are_made_beside_the_page_and_the_newest_wish_comes_first(maker):
    wished = [SMALL.replace(data_seed=seed, umap_neighbors=5) for seed in (50, 51, 52)]
    works = [job.start(one) for one in wished]
    assert job.start(wished[0]) is works[0] and len({id(work.maker) for work in works}) == 1
    seen = []
    while not all(work.done for work in works):
        assert not any(work.failed for work in works)
        seen.append([work.fraction for work in works])
        time.sleep(0.1)
    assert (np.diff(seen, axis=0) >= -1e-9).all() and [job.missing(one) for one in wished] == 3 * [
        ()
    ]
    order = {work.maker.stages[work.number][1]: number for number, work in enumerate(works)}
    assert [order[moment] for moment in sorted(order)][-1] != 2  # the last wish did not come last
    assert 0 < finished.find(wished[0], "umap").lost < 0.5  # it came with its way back


def test_a_stopped_process_says_so_and_another_begins(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(job, "_maker", [])
    monkeypatch.setattr(job, "_makings", {})
    wish, other = (SMALL.replace(data_seed=seed) for seed in (60, 61))
    work, waits = job.start(wish), job.start(other)
    work.stop()
    assert work.stopped and not work.going and not work.failed
    assert "has ended" in waits.failed
    assert job.start(wish) is work  # until somebody asks for it anew
    job.forget(wish)
    again = job.start(wish)
    assert again is not work and again.maker is not work.maker and again.going
    again.stop()


def test_requests_that_make_no_sense_do_not_end_the_process(capsys):
    serve.answer({"id": 7, "set": {"perplexity": "900"}})
    assert capsys.readouterr().out.split() == ["7", "0", "7", "-1"]
    waiting = serve.Requests(['{"id": 1}\n', '{"id": 2}\n'])
    time.sleep(0.05)
    assert [waiting.take(1)["id"] for _ in range(2)] == [2, 1] and waiting.take(1) is None
