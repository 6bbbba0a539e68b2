"""The minima page in a real browser: it climbs by itself, and the shift of figure 5 is dragged."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, another_film, open_page, player, wait_for

MODEL = '[data-panel="model"]'


def gap(page):
    """The gap at the sharp bottom, as the caption says it."""
    said = page.locator(f"{MODEL} .ip-line", has_text="Gap at the sharp bottom").inner_text()
    return float(re.search(r"bottom\s*([\d.]+)", said.replace("\n", " "))[1])


def test_the_shift_is_moved_by_keys_while_the_run_rests(app, page):
    open_page(page, f"{app.url}/minima?figure=5&samples=100&hidden=4")
    wait_for(player(page), "step", 40)  # by itself
    page.get_by_role("button", name="Pause", exact=True).click()
    before = gap(page)
    assert 0.2 < before < 0.6
    handle = page.locator(f'{MODEL} [aria-label^="shift"]')
    handle.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([panel, old]) => Number(document.querySelector(panel).innerText"
        ".match(/bottom\\s*([\\d.]+)/)[1]) > old + 0.05",
        arg=[MODEL, before], timeout=READY,
    )  # fmt: skip
    expect(page).to_have_url(re.compile("shift"), timeout=READY)
    page.problems.check()


def test_a_way_that_is_left_out_breaks_no_picture(app, page):
    """Panels of the film before were drawn with the new film, which lacks its tracks."""
    open_page(page, f"{app.url}/minima?samples=100&hidden=4")
    root = player(page)
    wait_for(root, "step", 10)
    before = root.get_attribute("data-film")
    ways = page.get_by_role("toolbar", name="Ways down")
    ways.get_by_role("button", name="full batch").click()
    another_film(root, before)
    wait_for(root, "step", 10)
    page.problems.check()
