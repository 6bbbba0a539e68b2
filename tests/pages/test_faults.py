"""Many ask at once, from near and far; errors of the program are said, and what is there stays."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.experiment import record
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from core.film import Film
from pages.ui import frames
from pages.ui.runs import Run
from tests.pages.test_attention import visit
from tests.pages.test_frames import ask, header, request


@pytest.fixture
def run():
    made = Run(Boundaries(BoundariesSettings(hidden=(2,))), Film(), "test-run")
    record(made.experiment, made.film, 1)
    frames.publish(made)
    return made


@pytest.mark.parametrize(
    ("host", "plain"),
    [("127.0.0.1", True), ("::1", True), ("192.168.1.7", True), ("10.3.2.1", True),
     ("8.8.8.8", False), ("2001:4860:4860::8888", False), ("a name", False), (None, False)],
)  # fmt: skip
def test_only_far_away_frames_are_worth_compressing(run, host, plain):
    """Streamlit compresses what has no encoding of its own."""
    body = json.dumps({"run": run.token, "have": -1, "want": 0}).encode()
    status, headers, _ = request(body, host=host)
    assert status == 200 and (headers.get("content-encoding") == "identity") == plain


def test_many_ask_while_runs_come_and_go():
    """No question meets a list that changes under it, and each gets its own film."""
    made = [
        Run(Boundaries(BoundariesSettings(hidden=(2,), seed=k)), Film(), f"film-{k}")
        for k in range(12)
    ]
    for one in made:
        frames.publish(one)

    def player(k):
        for _ in range(6):
            passing = Run(made[k].experiment, Film(), "passing")
            frames.publish(passing)  # and is forgotten at once
            assert header(ask(made[k], have=-1, want=2))["film"] == f"film-{k}"

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(player, range(12)))
    assert all(len(one.film) > 6 for one in made)


def broken(*_):
    raise ZeroDivisionError("no such thing")


def test_an_error_of_the_program_in_a_drag_is_said_and_the_film_stays(run, monkeypatch, capsys):
    ask(run, want=3)
    kept = len(run.film)
    monkeypatch.setattr(run.experiment, "change", broken)
    head = header(ask(run, have=0, drag=["b1.0", [1.0]]))
    assert "an error of the program (ZeroDivisionError: no such thing)" in head["done"]
    assert len(run.film) == kept and "Traceback" in capsys.readouterr().err


def test_an_error_of_the_program_in_a_change_is_said_and_the_film_stays(monkeypatch):
    app = visit(width="16", open="more")
    run = app.session_state["attention.run"]
    run.experiment.step(5)
    monkeypatch.setattr(run.experiment, "change", broken)
    app.select_slider(key="attention.temperature").set_value(0.1).run()
    assert [error.value for error in app.exception] == []
    assert "an error of the program (ZeroDivisionError: no such thing)" in run.done
    assert len(run.film) >= 1
