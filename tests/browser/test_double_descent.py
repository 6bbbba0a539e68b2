"""The double-descent page in a real browser: it begins by itself; the handle chooses a width."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, open_page, player, wait_for


def drawn(root, name):
    """A number of the frame that is drawn."""
    return root.evaluate("(r, name) => r.player.film.at(name, r.player.frame)[0]", name)


def test_the_handle_is_dragged_along_the_widths_and_a_pointer_looks(app, page):
    open_page(page, f"{app.url}/double-descent?n=20")
    root = player(page)
    wait_for(root, "step", 44)  # the last of 45 widths
    root.press("End")
    assert drawn(root, "peak_at") == 20
    handle = page.locator('[data-panel="error"] .ip-handle')
    place = handle.bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 120, y, steps=6)
    page.mouse.up()
    caption = page.locator('[data-panel="fit"]')
    expect(caption).to_contain_text(re.compile(r"Width \d\d:"), timeout=READY)
    assert 1 < drawn(root, "drawn") < 320
    expect(page).to_have_url(re.compile("shown"), timeout=READY)
    page.mouse.move(x - 60, y - 120)
    expect(caption).to_contain_text("Red: at width", timeout=READY)
    page.problems.check()
