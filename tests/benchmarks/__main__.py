"""python -m tests.benchmarks: start the app, drive Chromium, print one table."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

from tests.benchmarks.table import Row, as_json, table

PARTS = (
    "frames", "click", "slider", "stroke", "scrub", "sky", "codes", "cells", "features",
    "changes", "circuits", "descent", "training", "cost", "maps", "networks", "embeddings", "crowd",
)  # fmt: skip


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the rows")
    parser.add_argument("--seconds", type=float, default=60, help="for each CPU row (default 60)")
    parser.add_argument("--port", type=int, default=0, help="of the app (default: a free one)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args()


@contextmanager
def chromium() -> Iterator:
    """The browser of the browser tests."""
    import shutil

    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGUMENTS

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("no chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def measure_pages(parts: set[str], port: int, seconds: float) -> list[Row]:
    """Rows that need the app: each part on a page of its own, one open at a time."""
    from tests.benchmarks import cost, frames, rival, strokes
    from tests.browser.conftest import SIZE
    from tests.browser.helpers import open_page, player
    from tests.server import Server

    rows: list[Row] = []
    with ExitStack() as stack:
        command = (sys.executable, "app.py", "--no-window", "--port", str(port))
        server = stack.enter_context(Server(command))
        browser = stack.enter_context(chromium())
        context = stack.enter_context(browser.new_context(viewport=SIZE))
        rows += each_alone(parts, server.url, context)
        if "slider" in parts:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            other = stack.enter_context(rival.serve(folder))
            page = open_page(context.new_page(), f"{server.url}/boundaries")
            player(page)
            mine = frames.ours(page)
            page.close()
            page = context.new_page()
            page.goto(other.url)
            rows += frames.sliders(mine, frames.theirs(page))
            page.close()
        if "training" in parts:
            from tests.benchmarks import training

            rows += training.rows(context, server.url)
        if "embeddings" in parts:
            from tests.benchmarks import embeddings

            rows += embeddings.first_map(context, server)
        if "stroke" in parts:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            other = stack.enter_context(strokes.rival(folder))
            page = open_page(context.new_page(), f"{server.url}/predict?smiles={strokes.START}")
            plain = context.new_page()
            plain.goto(other.url)
            rows += strokes.rows(*strokes.strokes(page, plain))
            page.close(), plain.close()
        if "cost" in parts:
            rows += cost.rows(server, context, seconds)
    return rows


def each_alone(parts: set[str], url: str, context) -> list[Row]:
    """Rows that need one page and nothing else."""
    from tests.benchmarks import cells, changes, circuits, codes, descent, fields, frames, skies
    from tests.browser.helpers import open_page, player

    alone = {
        "frames": [("boundaries", frames.playing)],
        "click": [("boundaries", frames.clicks)],
        "scrub": [("boundaries", frames.scrubbing)],
        "sky": [("summaries?max_steps=10&samples=128", skies.rows)],
        "codes": [("autoencoders", codes.rows)],
        "cells": [("kernels?edge=256", cells.rows)],
        "features": [("features", fields.film)],
        "changes": [(where, changes.slider(where)) for where in changes.SLIDERS],
        "circuits": [(circuits.LARGE, circuits.rows)],
        "descent": [(descent.RACE, descent.rows)],
    }
    rows: list[Row] = []
    for where, measure in chain.from_iterable(alone[p] for p in PARTS if p in alone and p in parts):
        page = open_page(context.new_page(), f"{url}/{where}")
        player(page)
        rows += measure(page)
        page.close()
    return rows


def main() -> None:
    """Measure the chosen parts."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the app is stopped too
    chosen = options()
    parts = set(chosen.only)
    rows: list[Row] = []
    if parts - {"maps", "networks", "embeddings", "crowd"}:
        rows += measure_pages(parts, chosen.port, chosen.seconds)
    if "embeddings" in parts:
        from tests.benchmarks import embeddings
        from tests.browser.conftest import SIZE

        rows += embeddings.five_maps()
        with chromium() as browser, browser.new_context(viewport=SIZE) as context:
            rows += embeddings.film(context)
    if "maps" in parts:
        from tests.benchmarks import maps
        from tests.browser.conftest import SIZE

        with chromium() as browser, browser.new_context(viewport=SIZE) as context:
            rows += maps.rows(context)
    if "networks" in parts:
        from tests.benchmarks import networks

        rows += networks.rows()
    if "crowd" in parts:
        from tests.benchmarks import crowd

        rows += crowd.rows()
    print(as_json(rows) if chosen.json else table(rows))


if __name__ == "__main__":
    main()
