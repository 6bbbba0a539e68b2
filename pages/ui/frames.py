"""Frames over HTTP: the player asks, the server trains for a moment and answers with new frames.

Not through Streamlit's script runs: each of those makes the browser render the whole page anew
(measured: the main thread had 3 % left at 5 runs a second), and 60 frames a second need that time.
A run is found by its token, which only its own page knows, and lives as long as its session.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from core.app.turns import scripts
from core.app.warm import ready, somebody_trains
from core.experiment import record
from core.settings import SettingError
from pages.ui.runs import Run

BUDGET = 0.08  # seconds of training in one answer
TURN = 0.05  # the same where others wait for their turn
FIRST = 0.02  # the first answer after a click: movement at once matters more than many frames
FEW = 6  # frames that are wanted at once: such a question does not stand in the queue
MOST = 240  # frames in one answer
LONGEST = 10_000  # bytes of a request

RUNS: WeakValueDictionary[str, Run] = WeakValueDictionary()


def publish(run: Run) -> None:
    """Let the player of this run ask for its frames."""
    RUNS[run.token] = run


class Queue:
    """One run trains at a time, first come, first served.

    Threads that train at once only take the interpreter from each other, many times a second, and
    from the answers: with thirty people in, each got a frame at a time.
    """

    def __init__(self) -> None:
        """Nobody waits."""
        self.lock, self.waiting = asyncio.Lock(), 0

    async def train(self, work: Callable[[float], bytes]) -> bytes:
        """Call `work` with its seconds when its turn has come."""
        self.waiting += 1
        async with self.lock:
            self.waiting -= 1
            return await run_in_threadpool(work, TURN if self.waiting else BUDGET)


_queues: WeakKeyDictionary[Any, Queue] = WeakKeyDictionary()  # event loop -> its queue


def answer(
    run: Run, have: int, want: int, drag: tuple[str, str] | None = None, seconds: float = FIRST
) -> bytes:
    """Train up to `want` frames for `seconds`, and everything that comes after frame `have`.

    `drag` (name, numbers) is what is dragged right now: the experiment changes to it before, and
    the newest frame is renewed. The settings hear of it at release, by the page's event. A refused
    change is told in the message.
    """
    ready()
    scripts.wait()
    refused = {}
    with run.lock:
        if drag:
            try:
                run.experiment.change(*drag)
                run.film.append(run.experiment.steps, run.experiment.snapshot())
            except SettingError as error:
                refused = {"refused": str(error)}
            except Exception as error:
                run.fail(error)
        if want > 0 and not run.done:
            somebody_trains()
            run.flags.pop("autotrain", None)
            left = run.flags.get("goal", 0) - run.experiment.steps
            if left > 0:  # up to the step that a link asked for, and no further
                want = min(want, -(-left // run.experiment.frame_every))
            else:
                run.flags.pop("goal", None)
            try:
                record(run.experiment, run.film, min(want, MOST), seconds, scripts.work)
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


def near(host: str) -> bool:
    """Whether an address is of this machine or of a private network, as in a lecture hall."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


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
    if want <= FEW:
        message = await run_in_threadpool(answer, run, have, want, drag)
    else:
        queue = _queues.setdefault(asyncio.get_running_loop(), Queue())
        message = await queue.train(partial(answer, run, have, want, drag))
    here = request.client is not None and near(request.client.host)
    # Compressing costs more time than a near network takes: Streamlit leaves alone what has an
    # encoding.
    plain = {"Content-Encoding": "identity"} if here else {}
    return Response(message, media_type="application/octet-stream", headers=plain)


PATH = "/frames"
route = Route(PATH, frames, methods=["POST"])


class ShortWay:
    """Frames for a near player pass by what Streamlit does to each request: cookies, compression.

    An answer needs none of it, and the event loop then has a third less to do for each.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Go before an app, as its outermost middleware."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a near player's question for frames; all else goes to the app."""
        frames_asked = scope["type"] == "http" and scope["path"] == PATH
        if frames_asked and scope["method"] == "POST" and near((scope["client"] or [""])[0]):
            response = await frames(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


first = Middleware(ShortWay)
