"""The attention page in a real browser: a pattern forms, a click looks at it, a cell is dragged."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import READY, film, paused

# Where a cell of a map lies on the screen: [map, row, column].
MIDDLE = """(panel, [map, row, column]) => {
  const { player } = document.querySelector("[data-film]");
  const { chooser, axes } = player.panels.panels.get("maps").panel;
  const { left, top, width, height, rows, columns } = chooser.tile(map);
  const box = axes.host.getBoundingClientRect();
  return [box.left + left + (width * (column + 0.5)) / columns,
          box.top + top + (height * (row + 0.5)) / rows];
}"""
# Where a place of the picture lies on the screen, and the ink of the newest frame.
PLACE = """(panel, [x, y]) => {
  const { axes } = document.querySelector("[data-film]").player.panels.panels.get("picture").panel;
  const box = axes.host.getBoundingClientRect();
  return [box.left + axes.px(x, axes.axis("x")), box.top + axes.px(y, axes.axis("y"))];
}"""
INK = """() => {
  const { film } = document.querySelector("[data-film]").player;
  return [...film.at("picture", film.length - 1)];
}"""
QUICK = "attention?target=previous+token&layers=1&width=32&length=12"


def test_a_pattern_forms_and_a_click_says_where_a_token_looks(app, page):
    root = paused(page, f"{app.url}/{QUICK}")
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


def test_a_click_on_a_map_chooses_head_query_and_key(app, page):
    """And what is by hand, which stays in the link."""
    query = "attention?length=12&heads=2&layers=2&width=32&beside=0&open=hand"
    paused(page, f"{app.url}/{query}", 20)
    maps, arcs = page.locator('[data-panel="maps"]'), page.locator('[data-panel="arcs"]')
    marks = maps.locator(".ip-focus-chosen:visible")
    expect(marks).to_have_count(0)  # the best head is looked at, whichever of the maps that is
    x, y = maps.evaluate(MIDDLE, [3, 7, 4])  # of layer 2, head 2: row 8, column 5
    page.mouse.click(x, y)
    page.mouse.move(5, 5)
    expect(arcs.get_by_role("heading")).to_contain_text("(8) looks, in layer 2, head 2")
    expect(marks).to_have_count(3)
    expect(page.locator('[data-panel="numbers"]')).to_contain_text("(5)")
    expect(page.locator('[data-panel="by_hand"]')).to_contain_text("Of token 8, in layer 2, head 2")
    expect(page).to_have_url(
        re.compile("(?=.*head%3D3)(?=.*query%3D7)(?=.*key%3D4)"), timeout=READY
    )
    page.problems.check()


def test_a_switch_over_a_map_silences_its_head(app, page):
    """At once, in the newest frame, as the words say; and again it speaks."""
    query = "attention?length=12&heads=2&layers=2&width=32&beside=0"
    root = paused(page, f"{app.url}/{query}", 20)
    learned = film(root)["step"]
    maps, answers = page.locator('[data-panel="maps"]'), page.locator('[data-panel="answers"]')
    switch = maps.get_by_role("switch", name="layer 1, head 2")
    expect(maps.get_by_role("switch")).to_have_count(4)
    expect(maps).to_contain_text("All heads speak.")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false", timeout=READY)
    expect(maps.get_by_text("Layer 1, head 2 is off: loss")).to_be_visible()
    expect(answers.get_by_text("Without layer 1, head 2.")).to_be_visible()
    expect(maps.locator(".ip-off:visible")).to_have_count(1)
    expect(maps.locator(".ip-focus-chosen:visible")).to_have_count(0)  # it chose no map
    assert film(root)["step"] >= learned
    expect(page).to_have_url(re.compile("silent%3D1"), timeout=READY)
    root.press("Home")  # an earlier frame, made with it
    expect(root).to_have_attribute("data-step", "0", timeout=READY)
    expect(maps.get_by_text("Without layer 1, head 2 this frame has loss")).to_be_visible()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(maps.locator(".ip-off:visible")).to_have_count(0)
    other = maps.get_by_role("switch", name="layer 2, head 1")
    other.click()  # and the frame that is looked at stays
    expect(other).to_have_attribute("aria-checked", "false", timeout=READY)
    expect(maps).to_contain_text(re.compile("This one has loss .*without layer 2, head 1 "))
    expect(root).to_have_attribute("data-step", "0")
    for one in switch, other:
        one.press("Space")
        expect(one).to_have_attribute("aria-checked", "true", timeout=READY)
    expect(maps).to_contain_text("All heads speak.")
    page.problems.check()


def test_a_drawn_digit_is_read(app, page):
    """In two strokes, which go on with each other; then it is cleared."""
    query = "attention?target=digits+as+patches&width=16&layers=1&heads=1"
    paused(page, f"{app.url}/{query}", 10)
    panel = page.locator('[data-panel="picture"]')
    expect(panel).to_contain_text("It reads a")
    panel.get_by_role("radio", name="Draw").click()
    for path in ([2, 7.5], [2, 0.5]), ([6, 7.5], [6, 0.5]):
        (x, y), to = (panel.evaluate(PLACE, at) for at in path)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(*to, steps=8)
        page.mouse.up()
        expect(page).to_have_url(re.compile(f"%2F{'01'[path[0][0] == 6]}%2C"), timeout=READY)
    page.wait_for_function(f"() => ({INK})()[61]")  # the frame that comes after the link
    ink = page.evaluate(INK)
    rows = [ink[8 * k : 8 * k + 8] for k in range(8)]
    assert all(row[1:3] == row[5:7] == [1, 1] and row[3:5] == [0, 0] for row in rows)
    page.get_by_role("button", name="Clear the drawing").click()
    expect(page.get_by_role("button", name="Clear the drawing")).to_have_count(0)
    page.problems.check()
