"""The optimizers page in a real browser: the start is moved, and the race runs anew."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, another_film, film, open_page, player, wait_for

# Where the first of them would go from the place that is held, while it is held.
AHEAD = """() => {
  const { film } = document.querySelector("[data-film]").player, last = film.length - 1;
  const ahead = film.at("ahead", last), start = film.at("start", last);
  return ahead[0] !== start[0] && ahead.every(Number.isFinite);
}"""


def test_the_start_is_moved_and_the_race_begins_anew(app, page):
    open_page(page, f"{app.url}/optimizers?optimizers=GD,momentum&max_steps=40")
    root = player(page)
    wait_for(root, "step", 40)
    before = film(root)["film"]
    handle = page.get_by_role("button", name=re.compile("^start: "))
    first = handle.get_attribute("aria-label")
    handle.hover()
    page.mouse.down()
    at = handle.bounding_box()
    page.mouse.move(at["x"] + 30, at["y"] - 20, steps=3)
    page.wait_for_function(AHEAD, timeout=READY)  # the first steps from there, in the same film
    assert film(root)["film"] == before
    page.mouse.up()
    another_film(root, before)
    wait_for(root, "step", 40)
    assert handle.get_attribute("aria-label") != first
    expect(page).to_have_url(re.compile("start="), timeout=READY)
    # On a logarithmic axis a key moves by a factor: 0.06 * 10^(0.02 * 4.5).
    page.get_by_role("button", name=re.compile("^learning_rate: ")).press("ArrowRight")
    expect(page).to_have_url(re.compile("learning_rate=0.0738"), timeout=READY)
    page.problems.check()
