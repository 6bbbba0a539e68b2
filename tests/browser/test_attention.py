"""The attention page in a real browser: a pattern forms, a click looks at it, a cell is dragged."""

from playwright.sync_api import expect

from tests.browser.helpers import READY, film, open_page, player, wait_for

QUICK = "attention?target=previous+token&layers=1&width=32&length=12"


def test_a_pattern_forms_and_a_click_says_where_a_token_looks(app, page):
    open_page(page, f"{app.url}/{QUICK}")
    root = player(page)
    wait_for(root, "step", 60)
    page.get_by_role("button", name="Pause", exact=True).click()
    arcs = page.locator('[data-panel="arcs"]')
    expect(arcs.get_by_role("heading")).to_contain_text("(12) looks, in the best head")
    arcs.locator("canvas").focus()
    page.keyboard.press("ArrowLeft")
    expect(arcs.get_by_role("heading")).to_contain_text("(11) looks, in the best head")
    numbers = page.locator('[data-panel="numbers"]')
    expect(numbers).to_contain_text("(11)", timeout=READY)
    learned = film(root)["step"]
    root.press("Home")
    expect(root).to_have_attribute("data-step", "0", timeout=READY)
    assert learned >= 60
    page.problems.check()
