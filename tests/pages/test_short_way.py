"""Which requests take the short way, past what Streamlit does to each of them."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.experiment import record
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from core.film import Film
from pages.ui import frames
from pages.ui.runs import Run


@pytest.fixture
def run():
    experiment, film = Boundaries(BoundariesSettings(hidden=())), Film()
    record(experiment, film, 1)
    made = Run(experiment, film, "short-way")
    frames.publish(made)
    return made


@pytest.mark.parametrize(
    ("path", "method", "client", "short"),
    [
        ("/frames", "POST", ("127.0.0.1", 1), True),
        ("/frames", "POST", ("192.168.3.4", 1), True),
        ("/frames", "POST", ("8.8.8.8", 1), False),  # a far one's answer is compressed
        ("/frames", "POST", None, False),
        ("/frames", "GET", ("127.0.0.1", 1), False),
        ("/frames/more", "POST", ("127.0.0.1", 1), False),
        ("/depiction", "POST", ("127.0.0.1", 1), False),
    ],
)
def test_a_near_player_is_answered_before_streamlits_own_middleware(
    run, path, method, client, short
):
    passed, sent = [], []

    async def app(scope, receive, send):
        passed.append(scope["path"])

    async def receive():
        body = json.dumps({"run": run.token, "have": -1, "want": 0}).encode()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "client": client}
    with ThreadPoolExecutor(1) as thread:
        way = frames.ShortWay(app)(scope, receive, send)
        thread.submit(asyncio.run, way).result()
    assert passed == ([] if short else [path])
    if short:
        assert sent[0]["status"] == 200 and run.token.encode() in sent[1]["body"]


def test_what_is_no_request_passes():
    """The lifespan of the app, and its web socket."""
    passed = []

    async def app(scope, receive, send):
        passed.append(scope["type"])

    for kind in ("lifespan", "websocket"):
        with ThreadPoolExecutor(1) as thread:
            way = frames.ShortWay(app)({"type": kind, "path": "/frames"}, None, None)
            thread.submit(asyncio.run, way).result()
    assert passed == ["lifespan", "websocket"]
