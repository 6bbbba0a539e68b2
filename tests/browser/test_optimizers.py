"""The optimizers page in a real browser: the start is moved, and the race runs anew."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, another_film, film, open_page, player, wait_for


def test_the_start_is_moved_and_the_race_begins_anew(app, page):
    open_page(page, f"{app.url}/optimizers?optimizers=GD,momentum&max_steps=40")
    root = player(page)
    wait_for(root, "step", 40)
    before = film(root)["film"]
    handle = page.get_by_role("button", name=re.compile("^start: "))
    first = handle.get_attribute("aria-label")
    handle.press("ArrowRight")
    another_film(root, before)
    wait_for(root, "step", 40)
    assert handle.get_attribute("aria-label") != first
    expect(page).to_have_url(re.compile("start="), timeout=READY)
    # On a logarithmic axis a key moves by a factor: 0.06 * 10^(0.02 * 4.5).
    page.get_by_role("button", name=re.compile("^learning_rate: ")).press("ArrowRight")
    expect(page).to_have_url(re.compile("learning_rate=0.0738"), timeout=READY)
    page.problems.check()
