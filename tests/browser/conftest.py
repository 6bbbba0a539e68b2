"""A real Chromium and a real server for the tests in this folder."""

import os
import shutil

import pytest

from tests.browser.helpers import READY, watch
from tests.browser.plots import play
from tests.server import Server

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZE = {"width": 1440, "height": 900}


@pytest.fixture(scope="package")
def browser():
    """Headless Chromium; package scope, because a live Playwright keeps an event loop running."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "no chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs browser tests: {reason}")
        pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # milliseconds; CI has two cores, and others use them
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def app(browser):
    """The app on a free port, shared by the tests of this folder; asks for the browser before."""
    with Server() as server:
        yield server


@pytest.fixture
def fresh_app(browser):
    """A server that nobody has visited yet."""
    with Server() as server:
        yield server


@pytest.fixture
def context(browser):
    """A browser profile of its own."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(READY)
    yield context
    context.close()


@pytest.fixture
def page(context):
    """An empty tab; `page.problems` collects what went wrong in it (helpers.Problems)."""
    page = context.new_page()
    page.problems = watch(page)
    return page


@pytest.fixture
def show(page, tmp_path):
    """Plays a film that a test made: show(film, *panels), from a file, without a server."""
    return lambda film, *panels, **words: play(page, tmp_path, film, panels, **words)
