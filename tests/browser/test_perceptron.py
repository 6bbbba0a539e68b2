"""The perceptron page in a real browser: visits in numbers, clicked points, three acts."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, film, open_page, player, ticks, train, wait_for_frames

PLANE = '[data-panel="plane"]'
LINES = '[data-panel="visit"] .ip-line:visible'


def act(page, name):
    return page.get_by_role("radio", name=name)


def click_plane(page, tool, across, down):
    """Use a point tool at a place of the picture, from 0 to 1 on both sides."""
    ready = "e => e.closest('[data-film]').player.panels.all.every((p) => p.axes?.ready ?? true)"
    page.wait_for_function(ready, arg=page.locator(PLANE).element_handle())
    page.locator(f'{PLANE} button[data-tool="{tool}"]').click()
    pad = page.locator(f"{PLANE} .ip-pad")
    box = pad.bounding_box()
    pad.click(position={"x": across * box["width"], "y": down * box["height"]})


def until_done(root):
    expect(root).to_have_attribute("data-done", "true", timeout=READY)


def test_a_step_is_one_visit_worked_out(app, page):
    open_page(page, f"{app.url}/perceptron?dataset=xor")
    root = player(page)
    for step in (1, 2):
        page.get_by_role("button", name="Step", exact=True).click()
        expect(root).to_have_attribute("data-step", str(step), timeout=READY)
    lines = page.locator(LINES)
    expect(lines.nth(1)).to_have_text("x = (0, 1), class t = 1")
    expect(lines.nth(3)).to_have_text("output = 0, but t = 1: a mistake")
    expect(lines.nth(5)).to_have_text("w₂ ← 0 + 1 · (1 − 0) · 1 = 1")
    page.keyboard.press("ArrowLeft")
    expect(lines.nth(3)).to_have_text("output = 0 = t: right, nothing moves")
    page.problems.check()


def test_three_acts(app, page):
    open_page(page, f"{app.url}/perceptron")
    root = player(page)
    expect(act(page, "It learns")).to_be_checked()
    page.get_by_label("Speed").select_option("8")
    train(page)
    until_done(root)
    expect(page.locator(".ip-notes")).to_contain_text("Every point is right")

    act(page, "It cannot").click()
    expect(page).to_have_url(re.compile("dataset=xor"))
    expect(page.locator('[data-panel="story"]')).to_contain_text("1969")
    if root.get_attribute("data-training") != "true":
        train(page)
    wait_for_frames(root, 12)
    expect(page.locator(".ip-notes")).to_contain_text("a cycle of 4 visits with 4 mistakes")

    before = film(root)["film"]
    act(page, "One hidden layer").click()
    expect(page.locator('[data-panel="space"]')).to_be_visible(timeout=READY)
    expect(page.get_by_role("button", name="Equations 2.1, 2.3")).to_be_visible(timeout=READY)
    expect(page.get_by_role("button", name="New seed")).to_be_visible()
    expect(root).not_to_have_attribute("data-film", before, timeout=READY)
    ticks(page, 2)
    if root.get_attribute("data-training") != "true" and root.get_attribute("data-done") != "true":
        train(page)
    until_done(root)
    expect(page.locator(".ip-notes")).to_contain_text("a perceptron could finish the job")
    page.problems.check()


def test_points_are_added_and_removed_by_clicks(app, page):
    open_page(page, f"{app.url}/perceptron?dataset=xor")
    before = film(player(page))["film"]
    click_plane(page, "one", 0.55, 0.75)
    expect(page).to_have_url(re.compile(r"dataset=points.*%2C1$"), timeout=READY)
    expect(player(page)).not_to_have_attribute("data-film", before, timeout=READY)
    expect(page.locator('[data-panel="visit"]')).to_contain_text("No bound")
    added = page.url
    click_plane(page, "remove", 0.55, 0.75)
    expect(page).not_to_have_url(added, timeout=READY)
    page.problems.check()
