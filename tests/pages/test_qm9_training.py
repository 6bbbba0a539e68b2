"""The page of training on QM9: another look at the same run, guided experiments, full runs."""

import time

import pytest

from core.experiments.qm9_training.pictures import Qm9Training
from core.qm9.data import data
from core.qm9.data.source import DataError
from core.qm9.training import jobs
from core.qm9.training.jobs_log import Job
from tests.pages.test_pages import launch
from tests.sitemap import pages

LIMIT = 120  # seconds


@pytest.fixture
def app(tmp_path, monkeypatch):
    """The page, with a folder of its own for full runs."""
    monkeypatch.setenv("INDUCTIVE_PLAYGROUND_RUNS", str(tmp_path / "runs"))
    yield launch(next(page for page in pages() if page.url == "/qm9-training"))
    for name in jobs.names():
        if jobs.read(name).trains:
            jobs.stop(name)
            until(name, lambda job: not job.trains)


def until(name, reached) -> Job:
    end = time.monotonic() + LIMIT
    while not reached(job := jobs.read(name)):
        assert time.monotonic() < end, job.state
        time.sleep(0.05)
    return job


def run_of(app):
    return app.session_state["qm9-training.run"]


def test_the_recorded_curves_are_there_while_qm9_is_read(monkeypatch):
    def unreadable(show, waiting):
        raise DataError("package qm9pack is not installed: pip install qm9pack")

    monkeypatch.setattr(Qm9Training, "ready", staticmethod(lambda: False))
    monkeypatch.setattr(data, "load", unreadable)
    app = launch(next(page for page in pages() if page.url == "/qm9-training"))
    assert "not installed" in app.error[0].value
    assert [one.value for one in app.subheader] == ["How many molecules does a bias replace?"]


def test_another_target_is_another_look_at_the_same_run(app):
    before = run_of(app)
    app.selectbox(key="qm9-training.target").select("mu").run()
    assert run_of(app) is before and before.experiment.settings.target == "mu"
    assert app.query_params["target"] == "mu"
    app.slider(key="qm9-training.molecules").set_value(500).run()
    assert run_of(app) is not before and run_of(app).experiment.settings.target == "mu"
    assert not app.exception


def test_a_fifth_model_is_refused_in_one_sentence(app):
    names = ["mlp", "deep-sets", "gcn", "gat", "mpnn"]
    app.button_group(key="qm9-training.models").set_value(names).run()
    assert any("up to 4" in error.value for error in app.error)
    assert run_of(app).experiment.settings.models == ("mlp", "mpnn")


def test_the_page_says_what_the_race_shares_and_who_made_the_curves(app):
    words = " ".join(caption.value for caption in app.caption)
    for part in ("same 2,000 molecules", "620 updates of 64", "seed 0", "seed"):
        assert part in words
    (commands,) = (code.value for code in app.code if "core.qm9 curves" in code.value)
    assert commands.count("core.qm9 train --model") == 6 and "110,000" in commands
    assert any("**one seed**" in one.value and "Why" in one.value for one in app.markdown)


def test_a_full_run_is_started_stopped_resumed_and_loaded(app):
    def key(name):
        return f"qm9-training.full.{name}"

    app.text_input(key=key("name")).set_value("a run").run()
    app.button(key=key("start")).click().run()
    assert any("'a run' can't name a run" in error.value for error in app.error)
    app.text_input(key=key("name")).set_value("tiny").run()
    assert not any("Muon" in caption.value for caption in app.caption)
    app.selectbox(key=key("model")).select("best").run()
    assert any("optimizer Muon" in caption.value for caption in app.caption)
    app.selectbox(key=key("model")).select("gcn")
    app.number_input(key=key("subset")).set_value(300)
    app.number_input(key=key("batch_size")).set_value(10)
    app.number_input(key=key("epochs")).set_value(300.0)
    app.button(key=key("start")).click().run()
    assert not app.exception and not app.error
    assert jobs.read("tiny").settings["subset"] == 300
    until("tiny", lambda job: job.last.get("step", 0) > 0)
    app.run()
    app.button(key=key("stop")).click().run()
    until("tiny", lambda job: job.state == "stopped")
    app.run()
    app.button(key=key("load")).click().run()
    (table,) = (frame.value for frame in app.dataframe)
    assert len(table) == 20 and {"this run", "best", "mlp", "unit"} <= set(table.columns)
    app.button(key=key("resume")).click().run()
    assert jobs.read("tiny").trains and not app.exception
    app.button(key=key("start")).click().run()
    assert any("holds a run already" in error.value for error in app.error)
