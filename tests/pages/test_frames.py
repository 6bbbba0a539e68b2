"""The route /frames: what it accepts, how far it trains, and who gets how much of the machine."""

import asyncio
import gc
import json
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from starlette.applications import Starlette

from core.experiment import record
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from core.film import Film
from core.settings.lists import read_place
from pages.ui import frames
from pages.ui.runs import Run


def request(content=b"", method="POST", host=None):
    """Status, headers and body, through Starlette's own routing (its TestClient needs httpx2)."""
    app, sent = Starlette(routes=[frames.route]), []
    scope = {"type": "http", "method": method, "path": "/frames", "headers": []}
    scope |= {"query_string": b"", "http_version": "1.1", "client": host and (host, 1)}

    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message):
        sent.append(message)

    with ThreadPoolExecutor(1) as thread:  # a browser test may have left a loop in this one
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent)


@pytest.fixture
def run():
    experiment, film = Boundaries(BoundariesSettings(hidden=(2,))), Film()
    record(experiment, film, 1)
    made = Run(experiment, film, "test-run", {"autotrain": True})
    frames.publish(made)
    return made


def ask(run, have=0, want=0, **more):
    """A player's question; the answer's body."""
    body = json.dumps({"run": run.token, "have": have, "want": want} | more).encode()
    status, headers, message = request(body)
    assert status == 200 and headers["content-type"] == "application/octet-stream"
    return message


def header(message):
    (length,) = struct.unpack("<I", message[:4])
    return json.loads(message[4 : 4 + length])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1, 2]",
        b"null",
        b'{"run": "a", "have": 1}',
        b'{"run": "a", "have": "x", "want": 1}',
        b'{"run": "a", "have": null, "want": 1}',
        b'{"run": "a", "have": 1, "want": NaN}',
        b'{"run": "a", "have": 1, "want": 1e999}',
        b'{"run": "a", "have": 1, "want": 0, "drag": ["b1.0"]}',
        b'{"run": "a", "have": 1, "want": 0, "drag": ["b1.0", []]}',
        b'{"run": "a", "have": 1, "want": 0, "drag": ["b1.0", [NaN]]}',
        b'{"run": "a", "have": 1, "want": 0, "drag": [3, [1.0]]}',
        b'{"run": "a", "have": 1, "want": 0, "drag": ["b1.0", "abc"]}',
        b'{"run": "a", "have": 1, "want": 1, "more": "' + b"x" * 10_000 + b'"}',
        b"[" * 9_999,
        b"\xff\xfe",
    ],
)
def test_what_is_not_a_request_is_refused(body):
    status, _, answer = request(body)
    assert status == 400
    assert "JSON with run, have and want" in json.loads(answer)["error"]


def test_an_unknown_run_has_ended():
    status, _, answer = request(b'{"run": "guessed", "have": 0, "want": 1}')
    assert status == 404 and "reload the page" in json.loads(answer)["error"]


def test_only_post():
    assert request(method="GET")[0] == 405


def test_a_run_ends_with_its_session():
    """The route holds no run by itself: when its page forgets it, it is gone."""
    made = Run(Boundaries(BoundariesSettings(hidden=())), Film(), "forgotten")
    frames.publish(made)
    token = made.token
    assert token in frames.RUNS
    del made
    gc.collect()
    assert token not in frames.RUNS


def test_new_frames_come_as_a_message(run):
    answer = ask(run, have=0, want=3)
    head = header(answer)
    assert head["film"] == "test-run" and head["run"] == run.token
    assert head["first"] == 1 and 2 <= len(head["serials"]) <= 4
    assert head["steps"] == [5 * i for i in range(len(head["steps"]))]
    sizes = {"uint8": 1, "float16": 2, "float32": 4}
    expected = 0
    for track in head["tracks"]:
        frames_sent = len(head["serials"]) - head["first"]
        count = {True: 1, "held": 0}.get(track.get("still"), frames_sent)
        for side in track["shape"]:
            count *= side
        expected += -(-count * sizes[track["dtype"]] // 4) * 4
    (length,) = struct.unpack("<I", answer[:4])
    assert len(answer) == 4 + length + expected
    assert run.acknowledged == 0 and len(run.film) == len(head["serials"])


@pytest.mark.parametrize("want", [0, -5])
def test_asking_for_nothing_trains_nothing(run, want):
    head = header(ask(run, have=-1, want=want))
    assert run.experiment.steps == 0 and head["serials"] == [0] and head["first"] == 0
    assert head["autotrain"] is True


def test_a_run_that_trains_is_no_longer_told_to_start(run):
    assert "autotrain" not in header(ask(run, want=1))


@pytest.mark.parametrize("have", [10**6, 10**30, -(10**30)])
def test_any_number_of_frames_may_be_claimed(run, have):
    assert header(ask(run, have=have))["first"] == (have > 0)


def test_what_is_wanted_is_bounded(run, monkeypatch):
    asked = []
    monkeypatch.setattr(
        frames, "record", lambda e, f, count, seconds, _: asked.append((count, seconds))
    )
    for want in (3, 50, 10**12):
        ask(run, want=want)
    assert asked == [(3, frames.FIRST), (50, frames.BUDGET), (frames.MOST, frames.BUDGET)]


def test_a_run_trains_to_the_step_that_a_link_asks_for_and_no_further(run, monkeypatch):
    monkeypatch.setattr(frames, "BUDGET", 60.0)  # seconds: as many frames as are wanted
    run.flags["goal"] = 42
    ask(run, want=200)
    assert run.experiment.steps == 45 and run.flags["goal"] == 42  # the next whole frame
    ask(run, want=8)  # somebody has pressed Train: it goes on
    assert run.experiment.steps == 85 and "goal" not in run.flags


def test_a_finished_run_is_not_trained(run):
    run.experiment.done = "Stopped, as set."
    head = header(ask(run, want=5))
    assert head["done"] == "Stopped, as set." and run.experiment.steps == 0


def test_people_take_turns():
    """One trains at a time, in the order in which they asked, longer where nobody waits."""
    log = []

    def work(number, seconds):
        log.append((number, seconds))
        time.sleep(0)  # another thread may run
        log.append((number, seconds))
        return b""

    async def crowd():
        queue = frames.Queue()
        await asyncio.gather(*(queue.train(partial(work, number)) for number in range(8)))

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, crowd()).result()
    seconds = [frames.BUDGET, *[frames.TURN] * 6, frames.BUDGET]
    assert log == [(k, seconds[k]) for k in range(8) for _ in range(2)]


def test_a_player_gets_exactly_what_it_lacks(run):
    """Question by question: all frames arrive once, in order."""
    have, got = -1, []
    for _ in range(4):
        head = header(ask(run, have=have, want=2))
        got += head["serials"][head["first"] :]
        have = got[-1]
    assert got == list(range(len(run.film)))


def test_what_is_dragged_renews_the_newest_frame(run):
    """Nothing is trained, and the settings do not know yet: the page tells them at release."""
    before = run.film["loss"][-1]
    head = header(ask(run, drag=["W1.0.0", [0.25]]))
    assert head["steps"] == [0] and head["serials"] == [1] and "refused" not in head
    assert run.experiment.steps == 0 and run.film["W1"][-1][0, 0] == 0.25
    assert run.film["loss"][-1] != before and run.experiment.settings.changes == ()


def test_a_drag_that_is_refused_is_said_and_changes_nothing(run):
    head = header(ask(run, drag=["W1.9.9", [0.25]]))
    assert "W1.9.9" in head["refused"] and head["serials"] == [0]


def test_an_error_in_a_tick_becomes_a_note_and_the_film_stays(run, monkeypatch, capsys):
    ask(run, want=3)
    frames_before, step = len(run.film), run.experiment.steps

    def broken():
        raise RuntimeError("no picture\nof this")

    monkeypatch.setattr(run.experiment, "snapshot", broken)
    head = header(ask(run, have=0, want=3))
    assert len(head["serials"]) == len(run.film) == frames_before
    (note,) = [note for note in head["notes"] if "RuntimeError" in note["text"]]
    assert note["level"] == "warning" and note["step"] == step and head["done"] == note["text"]
    assert f"after {run.experiment.steps} updates" in note["text"] and "\n" not in note["text"]
    assert "Traceback" in capsys.readouterr().err  # for whoever runs the server
    steps = run.experiment.steps
    ask(run, have=0, want=3)
    assert run.experiment.steps == steps


@pytest.mark.parametrize("hidden", [(4, 4), (2,), (8, 8, 8)])
def test_a_run_that_diverges_is_drawn_to_its_end(hidden, monkeypatch):
    """Activations of 1e30 are finite; their squares made the probe's matrix singular."""
    settings = BoundariesSettings(activation="linear", learning_rate=10.0, hidden=hidden)
    made = Run(Boundaries(settings), Film(), "diverging")
    frames.publish(made)
    for _ in range(200):
        head = header(ask(made, have=-1, want=60))
        if head["done"]:
            break
    assert made.failed == "" and "Diverged after" in head["done"]


def test_a_drag_is_read_as_it_was_written():
    name, text = frames.read_drag(["code", [-0.1234567, 1e-9]])
    assert name == "code" and read_place(name, text) == pytest.approx((-0.123457, 1e-9))
