"""The features page in a real browser: it trains by itself; the galaxy is moved; a digit drawn."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, film, paused

TRACK = """name => {
  const { film } = document.querySelector("[data-film]").player;
  return Array.from(film.at(name, film.length - 1));
}"""
PLACED = """([x, y]) => {
  const { film } = document.querySelector("[data-film]").player;
  const at = film.at("place", film.length - 1);
  return Math.abs(at[0] - x) < 2 && Math.abs(at[1] - y) < 2;
}"""
UNKNOWN = """() => {
  const { film } = document.querySelector("[data-film]").player;
  return film.at("right_cnn", film.length - 1)[0] === 0.5;
}"""


def box(page):
    """The picture on the stage, in pixels of the page: left, top, and pixels of a cell."""
    return page.evaluate("""() => {
      const plot = document.querySelector('[data-panel="picture"] .js-plotly-plot');
      const { left, top } = plot.getBoundingClientRect(), { xaxis, yaxis } = plot._fullLayout;
      return [left + xaxis._offset, top + yaxis._offset, xaxis._length];
    }""")


def test_the_galaxy_is_dragged_and_its_maps_go_along(app, page):
    root = paused(page, f"{app.url}/features", 4)
    before, kernels = film(root), page.evaluate(TRACK, "kernels")
    maps = page.evaluate(TRACK, "maps1")
    handle = page.locator('[data-panel="picture"] .ip-handle')
    expect(handle).to_be_attached(timeout=READY)
    left, top, wide = box(page)
    at = handle.bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(left + 0.5 * wide, top + 0.5 * wide, steps=4)
    page.mouse.move(left + 23 / 32 * wide, top + 10 / 32 * wide, steps=4)
    page.mouse.up()
    page.wait_for_function(PLACED, arg=[23, 10])
    expect(page).to_have_url(re.compile("place"), timeout=READY)
    after = film(root)
    assert (after["film"], after["step"]) == (before["film"], before["step"])
    assert page.evaluate(TRACK, "kernels") == kernels  # nothing was trained
    assert page.evaluate(TRACK, "maps1") != maps
    page.problems.check()


def test_a_digit_is_drawn(app, page):
    paused(page, f"{app.url}/features?data=digits", 4)
    page.locator('[data-panel="picture"] [data-tool="draw"]').click()
    left, top, wide = box(page)
    page.mouse.move(left + 0.4 * wide, top + 0.2 * wide)
    page.mouse.down()
    page.mouse.move(left + 0.4 * wide, top + 0.8 * wide, steps=8)
    page.mouse.up()
    page.wait_for_function(UNKNOWN)
    expect(page.get_by_role("button", name="Clear the drawing")).to_be_visible(timeout=READY)
    page.problems.check()
