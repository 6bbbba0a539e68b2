"""The autoencoders page in a real browser: it trains by itself; what is dragged is seen at once."""

import re

from playwright.sync_api import expect

from core.experiments.autoencoders.baseline import baseline
from core.experiments.autoencoders.settings import AutoencodersSettings
from tests.browser.helpers import READY, film, paused
from tests.browser.plots import PAINTED

TRACK = """name => {
  const { film } = document.querySelector("[data-film]").player;
  return Array.from(film.at(name, film.length - 1));
}"""
MOVED = """([name, old]) => {
  const { film } = document.querySelector("[data-film]").player;
  return Array.from(film.at(name, film.length - 1)).join() !== old.join();
}"""


def pushed(page, panel, handle, *keys):
    """Move a handle with the arrow keys."""
    held = page.locator(f'[data-panel="{panel}"] .ip-handle').nth(handle)
    expect(held).to_be_attached(timeout=READY)
    held.focus()
    for key in keys:
        page.keyboard.press(key)


def test_the_dot_is_moved_and_its_decode_follows(app, page):
    root = paused(page, f"{app.url}/autoencoders?others=0")
    before, decode, seen = film(root), page.evaluate(TRACK, "decode"), page.evaluate(TRACK, "map")
    pushed(page, "map", 2, *["ArrowLeft"] * 9)
    page.wait_for_function(MOVED, arg=["decode", decode])
    expect(page).to_have_url(re.compile("place.2"), timeout=READY)
    after = film(root)
    assert (after["film"], after["step"]) == (before["film"], before["step"])
    assert page.evaluate(TRACK, "map") == seen  # nothing was trained
    page.problems.check()


def test_an_end_of_the_walk_jumps_to_a_sample(app, page):
    paused(page, f"{app.url}/autoencoders?others=0")
    walk, places = page.evaluate(TRACK, "walk"), page.evaluate(TRACK, "place")
    pushed(page, "map", 0, *["ArrowUp"] * 12)
    page.wait_for_function(MOVED, arg=["walk", walk])
    after = page.evaluate(TRACK, "place")
    assert after[:2] != places[:2] and after[2:4] == places[2:4]
    page.problems.check()


def test_the_threshold_is_dragged_along_the_roc_curve(app, page):
    paused(page, f"{app.url}/autoencoders?others=0&left_out=3")
    alarms, caught = page.evaluate(TRACK, "here")
    pushed(page, "errors", 0, *["ArrowLeft"] * 4)
    page.wait_for_function(MOVED, arg=["here", [alarms, caught]])
    now = page.evaluate(TRACK, "here")
    assert now[0] >= alarms and now[1] >= caught
    page.problems.check()


def test_a_sample_that_is_pointed_at_is_named_and_seen(app, page):
    root = paused(page, f"{app.url}/autoencoders?others=0")
    root.evaluate("e => { window.player = e.player; }")
    dark = f"({PAINTED})(['decode', 'under'])['x y']"
    without = page.evaluate(dark)
    page.evaluate("player.focus.hover('sample', 3)")
    label = int(baseline(AutoencodersSettings()).label[3])
    title = page.locator("[data-panel=map] h2")
    expect(title).to_have_text(f"Sample 4: class {label}, trained on")
    assert page.evaluate(dark) > without + 4000
    page.locator("[data-panel=map] .ip-choose").focus()
    page.keyboard.press("ArrowRight")
    expect(title).to_contain_text("Sample 5: class")
    page.problems.check()
