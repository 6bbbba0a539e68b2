"""Frames over HTTP: the player asks, the server trains for a moment and answers with new frames.

Not through Streamlit's script runs: each of those makes the browser render the whole page anew
(measured: the main thread had 3 % left at 5 runs a second), and 60 frames a second need that time.
A run is found by its token, which only its own page knows, and lives as long as its session.
"""

from __future__ import annotations

import json
import math
import threading
import time
from typing import Any
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.app.warm import ready
from core.experiment import record
from core.settings import SettingError
from pages.ui.runs import Run

BUDGET = 0.08  # seconds of training in one answer
FIRST = 0.02  # the first answer after a click: movement at once matters more than many frames
MOST = 240  # frames in one answer
LONGEST = 10_000  # bytes of a request

RUNS: WeakValueDictionary[str, Run] = WeakValueDictionary()
_asked: dict[str, float] = {}  # token -> time of its last training: who trains right now
_asking = threading.Lock()  # each answer is a thread of its own


def publish(run: Run) -> None:
    """Let the player of this run ask for its frames."""
    RUNS[run.token] = run


def budget(token: str, now: float) -> float:
    """Seconds that this run may train now: less when many people are in."""
    with _asking:
        _asked[token] = now
        for other in [t for t, at in _asked.items() if now - at > 2]:
            del _asked[other]
        return BUDGET / max(1.0, len(_asked) / 2)


def answer(run: Run, have: int, want: int, drag: tuple[str, str] | None = None) -> bytes:
    """Train up to `want` frames further, and everything that comes after frame `have`.

    `drag` (name, numbers) is what is dragged right now: the experiment changes to it before, and
    the newest frame is renewed. The settings hear of it at release, by the page's event. A refused
    change is told in the message.
    """
    ready()
    refused = {}
    with run.lock:
        if drag:
            try:
                run.experiment.change(*drag)
                run.film.append(run.experiment.steps, run.experiment.snapshot())
            except SettingError as error:
                refused = {"refused": str(error)}
        if want > 0 and not run.done:
            run.flags.pop("autotrain", None)
            left = run.flags.get("goal", 0) - run.experiment.steps
            if left > 0:  # up to the step that a link asked for, and no further
                want = min(want, -(-left // run.experiment.frame_every))
            else:
                run.flags.pop("goal", None)
            seconds = FIRST if want <= 6 else budget(run.token, time.monotonic())
            try:
                record(run.experiment, run.film, min(want, MOST), seconds)
            except Exception as error:  # whatever it is: the page says it, and the film stays
                run.fail(error)
        run.acknowledged = have
        return run.message(have, **refused)


def read_drag(given: Any) -> tuple[str, str]:
    """Name and "x,y" of a drag as the player sends it. `ValueError` if it is none."""
    name, numbers = given
    values = [float(number) for number in numbers]
    if not (isinstance(name, str) and 0 < len(values) <= 4 and all(map(math.isfinite, values))):
        raise ValueError("a drag is [name, [numbers]]")
    return name, ",".join(f"{value:.6g}" for value in values)


async def frames(request: Request) -> Response:
    """POST {"run": token, "have": serial, "want": frames}; answers bytes of `Film.message`.

    With "drag": [name, [numbers]] what is dragged changes before; see `answer`.
    """
    body = await request.body()
    try:
        asked: dict[str, Any] = json.loads(body[:LONGEST])
        token, have, want = str(asked["run"]), int(asked["have"]), int(asked["want"])
        drag = read_drag(asked["drag"]) if "drag" in asked else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return JSONResponse({"error": "the body must be JSON with run, have and want"}, 400)
    run = RUNS.get(token)
    if run is None:
        return JSONResponse({"error": "this run has ended; reload the page"}, 404)
    message = await run_in_threadpool(answer, run, have, want, drag)
    return Response(message, media_type="application/octet-stream")


route = Route("/frames", frames, methods=["POST"])
