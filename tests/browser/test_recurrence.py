"""The recurrence page in a real browser: it trains at first sight; time travel; a measurement."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, film, open_page, player, wait_for

READOUTS = ".ip-readout"


def shares(page):
    """What the row of numbers says, label -> percent, of the first network with each label."""
    found = {}
    for text in page.locator(READOUTS).all_inner_texts():
        if match := re.search(r"^(.+?)\s+(\d+)\s*%$", text.replace("\n", " ")):
            found.setdefault(match[1], int(match[2]))
    return found


def test_it_learns_at_first_sight_and_time_travel_undoes_it(app, page):
    open_page(page, f"{app.url}/recurrence?cells=RNN&length=10")
    root = player(page)
    wait_for(root, "step", 200)
    page.get_by_role("button", name="Pause", exact=True).click()
    learned = shares(page)["RNN"]
    assert learned > 60
    root.press("Home")
    expect(root).to_have_attribute("data-step", "0", timeout=READY)
    assert shares(page)["RNN"] < 40 < learned
    page.problems.check()


def test_another_cell_joins_while_the_others_train(app, page):
    """Panels are new before their film is: what is drawn in between must not miss its numbers."""
    open_page(page, f"{app.url}/recurrence?cells=RNN&length=10")
    root = player(page)
    wait_for(root, "step", 20)
    for cell in ("GRU", "LSTM", "GRU"):
        page.get_by_role("button", name=cell, exact=True).click()
        page.wait_for_timeout(400)  # it trains on meanwhile
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text("This picture failed")).to_have_count(0)
    page.problems.check()


def test_the_time_of_a_reading_is_measured(app, page):
    open_page(page, f"{app.url}/recurrence?figure=9")
    expect(page.locator('[data-panel="unrolled"]')).to_be_visible(timeout=READY)
    assert film(player(page))["frames"] >= 1
    page.get_by_role("button", name="Measure it here").click()
    expect(page.get_by_text("One reading of 2,048 steps")).to_be_visible(timeout=READY)
    page.problems.check()
