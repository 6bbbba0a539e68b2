"""A phone in a hand: what is pressed is as high as a thumb, and a finger trains and draws."""

import pytest
from playwright.sync_api import expect

from tests.browser.frame import SIZES, STAGE, first_row
from tests.browser.helpers import open_page, player, settle, ticks, wait_for, watch
from tests.browser.sketches import Sheet

WIDTH, HEIGHT = SIZES["phone"]
# Each button that is seen: what it is of, its words, and how many pixels high a finger finds it.
# A neuron of the network is a part of the picture, as large as there is room for.
REACH = """() => [...document.querySelectorAll(".ip-root :is(button, select):not(.ip-node)")]
  .filter((one) => one.getClientRects().length && one.offsetWidth)
  .map((one) => {
    one.scrollIntoView({ block: "center" });
    const { left, top, width, height } = one.getBoundingClientRect();
    const hit = (dy) => document.elementFromPoint(left + width / 2, top + height / 2 + dy)
      ?.closest("button, select, input") === one;
    let up = 0, down = 0;
    while (up < 40 && hit(-up)) up++;
    while (down < 40 && hit(down)) down++;
    return [one.className || one.parentElement.className, one.textContent, up + down - 1];
  })"""
# Rows of the sketcher's buttons: left and right end, and how wide and high the smallest is.
ROWS = """() => Object.values(Object.groupBy(
  [...document.querySelectorAll(".ip-bench :is(button, select)")]
    .map((one) => one.getBoundingClientRect()),
  ({ top }) => Math.round(top))).map((row) => [Math.min(...row.map((box) => box.left)),
    Math.max(...row.map((box) => box.right)), Math.min(...row.map((box) => box.width)),
    Math.min(...row.map((box) => box.height))])"""
KINDS = {
    "boundaries": ("ip-tools", "ip-legend", "ip-stepper"),
    "attention": ("ip-fold", "ip-switch"),
}


@pytest.fixture
def phone(browser):
    """A tab of a phone that is touched."""
    size = {"width": WIDTH, "height": HEIGHT}
    with browser.new_context(viewport=size, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.problems = watch(page)
        yield page


@pytest.mark.parametrize("where", list(KINDS))
def test_a_thumb_finds_every_button_and_trains(phone, app, where):
    open_page(phone, f"{app.url}/{where}")
    root = player(phone)
    expect(phone.locator(STAGE).first).to_be_visible()
    settle(phone)
    assert first_row(phone)[0] <= HEIGHT / 2  # the picture, before the controls
    if where == "boundaries":
        train = phone.get_by_role("button", name="Train", exact=True)
        expect(train).to_be_in_viewport(ratio=1)
        train.tap()
        wait_for(root, "step", 10)
    phone.get_by_role("button", name="Pause", exact=True).tap()
    expect(root).to_have_attribute("data-training", "false")
    ticks(phone, 10)
    found = phone.evaluate(REACH)
    assert {*KINDS[where], "ip-speed"} <= {kind for kinds, *_ in found for kind in kinds.split()}
    assert not [one for one in found if one[2] < 36]
    phone.problems.check()


def test_a_finger_draws_a_bond(phone, app):
    """The sheet takes the finger's way for a stroke: the page does not scroll under it."""
    open_page(phone, f"{app.url}/predict?smiles=C")
    sheet = Sheet(phone)
    rows = phone.evaluate(ROWS)
    assert len(rows) == 3 and min(min(width, height) for *_, width, height in rows) >= 40
    for ends in zip(*(row[:2] for row in rows), strict=True):
        assert max(ends) - min(ends) < 2  # even: no button stands alone
    phone.locator(".ip-bench").get_by_label("Draw O:").tap()
    ((_, x, y, _),) = sheet.read()["atoms"]
    hand = phone.context.new_cdp_session(phone)
    way = [(x, y), (x + 20, y + 12), (x + 50, y + 30)]
    for kind, points in zip(("touchStart", "touchMove", "touchMove"), way, strict=True):
        touched = [{"x": points[0], "y": points[1]}]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touched})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    sheet.expect_smiles("CO")
    carbon, oxygen = sheet.read()["atoms"]
    assert oxygen[1] > carbon[1] and oxygen[2] > carbon[2]
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    phone.problems.check()
