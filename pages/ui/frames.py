"""Frames over HTTP: the player asks, the server trains for a moment and answers with new frames.

Not through Streamlit's script runs: each of those makes the browser render the whole page anew
(measured: the main thread had 3 % left at 5 runs a second), and 60 frames a second need that time.
A run is found by its token, which only its own page knows, and lives as long as its session.
"""

from __future__ import annotations

import json
import time
from typing import Any
from weakref import WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.app.warm import ready
from core.experiment import record
from pages.ui.runs import Run

BUDGET = 0.08  # seconds of training in one answer
FIRST = 0.02  # the first answer after a click: movement at once matters more than many frames
MOST = 240  # frames in one answer
LONGEST = 10_000  # bytes of a request

RUNS: WeakValueDictionary[str, Run] = WeakValueDictionary()
_asked: dict[str, float] = {}  # token -> time of its last training: who trains right now


def publish(run: Run) -> None:
    """Let the player of this run ask for its frames."""
    RUNS[run.token] = run


def budget(token: str, now: float) -> float:
    """Seconds that this run may train now: less when many people are in."""
    _asked[token] = now
    for other in [t for t, at in _asked.items() if now - at > 2]:
        _asked.pop(other, None)
    return BUDGET / max(1.0, len(_asked) / 2)


def answer(run: Run, have: int, want: int) -> bytes:
    """Train up to `want` frames further, and everything that comes after frame `have`."""
    ready()
    with run.lock:
        if want > 0 and not run.done:
            run.flags.pop("autotrain", None)
            seconds = FIRST if want <= 6 else budget(run.token, time.monotonic())
            try:
                record(run.experiment, run.film, min(want, MOST), seconds)
            except Exception as error:  # whatever it is: the page says it, and the film stays
                run.fail(error)
        run.acknowledged = have
        return run.message(have)


async def frames(request: Request) -> Response:
    """POST {"run": token, "have": serial, "want": frames}; answers bytes of `Film.message`."""
    body = await request.body()
    try:
        asked: dict[str, Any] = json.loads(body[:LONGEST])
        token, have, want = str(asked["run"]), int(asked["have"]), int(asked["want"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return JSONResponse({"error": "the body must be JSON with run, have and want"}, 400)
    run = RUNS.get(token)
    if run is None:
        return JSONResponse({"error": "this run has ended; reload the page"}, 404)
    message = await run_in_threadpool(answer, run, have, want)
    return Response(message, media_type="application/octet-stream")


route = Route("/frames", frames, methods=["POST"])
