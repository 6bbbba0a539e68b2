"""The summaries page in a real browser: judges that begin by themselves, phases, a shift."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from core.experiments.summaries.pictures import Summaries
from core.experiments.summaries.settings import shown
from tests.browser.helpers import READY, film, open_page, player, settle, wait_for

# What the newest frame says: a checksum of a track.
LOOK = """name => {
  const { frames } = document.querySelector("[data-film]").player.film.tracks.get(name);
  return frames[frames.length - 1].reduce((sum, value, i) => (sum * 31 + value * 1000 + i) | 0, 7);
}"""
CHANGED = f"([name, before]) => ({LOOK})(name) !== before"


@pytest.fixture
def root(page, app):
    """The page with few updates, at rest."""
    open_page(page, f"{app.url}/summaries?max_steps=10&samples=128")
    found = player(page)
    wait_for(found, "step", 10)  # nobody pressed a button
    settle(page)
    return found


def handle(page, panel):
    found = page.locator(f"[data-panel={panel}] .ip-handle")
    expect(found).to_be_visible(timeout=READY)
    box = found.bounding_box()
    return found, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_slider_turns_the_phases_and_the_judges_stay(page, root):
    before = {name: page.evaluate(LOOK, name) for name in ("field", "twin", "scores")}
    page.get_by_role("slider", name="Phases randomized in %").focus()
    page.keyboard.press("Home")
    page.wait_for_function(CHANGED, arg=["twin", before["twin"]], timeout=READY)
    after = {name: page.evaluate(LOOK, name) for name in before}
    assert after["twin"] == after["field"] == before["field"]  # all phases are its own
    assert after["scores"] == before["scores"] and film(root)["step"] == 10
    page.problems.check()


def test_the_handle_turns_the_phases_along_its_line_and_the_slider_follows(page, root):
    before = page.evaluate(LOOK, "twin")
    point, x, y = handle(page, "twin")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 90, steps=4)
    page.wait_for_function(CHANGED, arg=["twin", before], timeout=READY)  # while it is held
    held = point.bounding_box()
    assert held["x"] + held["width"] / 2 < x - 50
    assert abs(held["y"] + held["height"] / 2 - y) < 1.5
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('phases')", timeout=READY)
    settle(page)
    slider = page.get_by_role("slider", name="Phases randomized in %")
    expect(slider).not_to_have_value("100")
    value = int(slider.input_value())
    assert 50 < value < 90
    texts = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    assert shown(Summaries.Settings.from_link(texts)[0]).phases == value
    page.problems.check()


def test_a_shift_leaves_the_power_spectrum_alone(page, root):
    before = {name: page.evaluate(LOOK, name) for name in ("field", "twin")}
    _, x, y = handle(page, "field")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 25, steps=4)
    page.mouse.up()
    page.wait_for_function(CHANGED, arg=["field", before["field"]], timeout=READY)
    page.wait_for_function("() => location.search.includes('shift')", timeout=READY)
    assert page.evaluate(LOOK, "twin") == before["twin"]
    expect(root.get_by_text("Largest change of P(k)")).to_be_visible()
    page.problems.check()


def test_a_link_opens_the_figure_of_the_chapter(page, app):
    open_page(page, f"{app.url}/summaries?figure=1")
    player(page)
    settle(page)
    assert Summaries.Settings().phases == 100
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
