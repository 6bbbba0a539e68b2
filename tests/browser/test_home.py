"""Home: a film that plays, a map that leads somewhere, and two clicks to a trained network."""

import re
import subprocess
import sys

from playwright.sync_api import expect

from tests.browser.helpers import film, open_page, player, train, wait_for_frames
from tests.server import ROOT

# Home in a fresh process, as the server runs it, with the loading of torch behind it left out.
WITHOUT_TORCH = """
import sys
import core.app.warm
core.app.warm.warm_in_background = lambda after=0: None
import pages.ui.frames
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("pages/router.py", default_timeout=60).run()
assert app.title[0].value == "Inductive Playground", app.title
assert not app.exception, app.exception
heavy = {"torch", "sklearn", "scipy", "rdkit", "umap"}
print("imported", sorted(heavy & set(sys.modules)))
"""


def test_the_film_plays_by_itself(app, page):
    open_page(page, app.url)
    root = player(page)
    start = film(root)
    assert start["frames"] > 100
    page.wait_for_function(
        "frame => Number(document.querySelector('[data-film]').dataset.frame) > frame + 5",
        arg=start["frame"],
    )
    expect(root).to_have_attribute("data-playing", "true")
    assert page.get_by_role("button", name="Train", exact=True).count() == 0
    page.problems.check()


def test_search_leaves_the_pages_that_mention_it(app, page):
    open_page(page, app.url)
    box = page.get_by_label("Search the pages")
    cards = page.get_by_test_id("stMain").get_by_test_id("stPageLink")
    everything = cards.count()
    box.fill("2.6")
    box.press("Enter")
    expect(cards).not_to_have_count(everything)
    expect(page.get_by_test_id("stMain").get_by_role("link", name="Perceptron")).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_role("link", name="Approximation")).to_have_count(0)
    box.fill("quasar")
    box.press("Enter")
    expect(page.get_by_text("No page mentions “quasar”")).to_be_visible()


def test_a_figure_of_the_chapter_is_one_click_away(app, page):
    open_page(page, app.url)
    page.get_by_test_id("stMain").get_by_role("link", name="3b", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Decision boundaries")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/boundaries\?.*hidden=4"))
    page.problems.check()


def test_two_clicks_to_a_network_that_solves_xor(app, page):
    open_page(page, app.url)
    page.get_by_role("link", name="Train this network yourself").click()
    root = page.locator("[data-film^=boundaries]")
    wait_for_frames(root, 1)
    train(page)
    page.wait_for_function(
        """() => { const { film } = document.querySelector("[data-film^=boundaries]").player;
        return film.at("test_accuracy", film.length - 1)[0] >= 0.95; }"""
    )
    expect(page.get_by_text("Solved at step")).to_be_visible()
    page.problems.check()


def test_home_needs_no_torch():
    command = [sys.executable, "-c", WITHOUT_TORCH]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "imported []"
