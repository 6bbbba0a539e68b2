"""The patterns page in a real browser: a mask is painted, and is what is trained with then."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, open_page, player, settle, wait_for

MASK = '[data-panel="mask"]'


def test_a_painted_cell_becomes_a_new_run_and_a_hover_looks_at_all_panels(app, page):
    open_page(page, f"{app.url}/patterns?max_steps=20")
    root = player(page)
    wait_for(root, "step", 10)
    expect(page.locator(f"{MASK} .main-svg").first).to_be_visible(timeout=READY)
    pad = page.locator(f"{MASK} .ip-pad")
    pad.scroll_into_view_if_needed()
    place = """() => {
      const host = document.querySelector('[data-panel="mask"] .ip-host');
      const { xaxis, yaxis } = host.querySelector(".js-plotly-plot")._fullLayout;
      const box = host.getBoundingClientRect();
      return [box.left + xaxis._offset + xaxis.d2p(7), box.top + yaxis._offset + yaxis.d2p(7)];
    }"""
    page.mouse.click(*page.evaluate(place))  # first row, last column
    expect(page).to_have_url(re.compile(r"own=drawn.*drawn=10000001|drawn=10000001.*own=drawn"))
    settle(page)
    wait_for(root, "step", 10)
    caption = page.locator('[data-panel="arrows-transformer"] .ip-caption')
    canvas = page.locator('[data-panel="arrows-mlp"] canvas')
    canvas.scroll_into_view_if_needed()
    expect(caption).to_contain_text("h₄ =")
    canvas.focus()
    canvas.press("ArrowRight")
    expect(caption).to_contain_text("h₅ =")
    page.problems.check()
