"""A real Chromium and a real server for the tests in this folder."""

import os
import shutil

import pytest

from tests.browser.films import Cinema
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
def chromium():
    """How to start Chromium: Playwright's launcher and its words. Live, it keeps a loop running."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "no chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs browser tests: {reason}")
        pytest.skip(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # milliseconds; CI has two cores, and others use them
    with sync_playwright() as playwright:
        yield playwright.chromium, {"executable_path": path, "args": list(ARGUMENTS)}


@pytest.fixture(scope="package")
def browser(chromium):
    """Headless Chromium, for tests that need a profile of their own."""
    launcher, words = chromium
    browser = launcher.launch(**words)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def profile(chromium, tmp_path_factory):
    """A profile on disk, where Chromium keeps compiled scripts: pages open in 60 % of the time."""
    launcher, words = chromium
    folder = tmp_path_factory.mktemp("profile")
    profile = launcher.launch_persistent_context(folder, viewport=SIZE, **words)
    profile.set_default_timeout(READY)
    yield profile
    profile.close()


@pytest.fixture(scope="package")
def app(chromium):
    """The app on a free port, shared by the tests of this folder; asks for the browser before."""
    with Server() as server:
        yield server


@pytest.fixture
def fresh_app(chromium):
    """A server that nobody has visited yet."""
    with Server() as server:
        yield server


@pytest.fixture
def context(profile):
    """The shared profile, without what a test has left in it: tabs, cookies, permissions."""
    before = set(profile.pages)
    yield profile
    for page in set(profile.pages) - before:
        page.close()
    profile.clear_cookies()
    profile.clear_permissions()


@pytest.fixture(scope="package")
def cinema():
    """Where films that tests make are shown."""
    with Cinema().open() as cinema:
        yield cinema


@pytest.fixture
def page(context, cinema):
    """An empty tab; `page.problems` collects what went wrong in it (helpers.Problems)."""
    page = context.new_page()
    page.problems, page.cinema = watch(page), cinema
    return page


@pytest.fixture
def show(page, tmp_path):
    """Plays a film that a test made: show(film, *panels), from a file, without a server."""
    return lambda film, *panels, **words: play(page, tmp_path, film, panels, **words)
