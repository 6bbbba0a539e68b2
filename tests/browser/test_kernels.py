"""The kernels page in a real browser: pointing, dragging a cell, drawing."""

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from core.experiments.kernels.settings import KernelsSettings, kernel
from core.experiments.kernels.sheet import Sheet
from tests.browser.helpers import READY, open_page, player, settle, ticks

NOW = """name => { const { player } = document.querySelector("[data-film]");
  return Array.from(player.focus.values(name, player.frame)); }"""
PLACES = """() => [...document.querySelectorAll("[data-panel]")].map((panel) => {
  const { top, bottom } = panel.getBoundingClientRect();
  return [Math.round(top), Math.round(bottom)]; })"""
AT_REST = "() => document.querySelector('[data-film]').dataset.playing === 'false'"


def opened(page, app, query="edge=64"):
    open_page(page, f"{app.url}/kernels?{query}")
    root = player(page)
    root.focus()
    page.keyboard.press("End")
    page.wait_for_function(AT_REST)
    settle(page)
    return root


def settings_of(page):
    query = parse_qs(urlsplit(page.url).query)
    return KernelsSettings.from_link({name: values[0] for name, values in query.items()})[0]


def box(page, selector):
    found = page.locator(selector).first
    expect(found).to_be_visible(timeout=READY)
    at = found.bounding_box()
    return at["x"] + at["width"] / 2, at["y"] + at["height"] / 2


def point(page, dx, dy):
    """Hold the pointer over the picture until something is looked at: panels may yet be renewed."""
    looked = "() => document.querySelector('[data-film]').player.focus.get('pixel') !== null"
    for k in range(50):
        x, y = box(page, "[data-panel=picture] .ip-host")
        page.mouse.move(x + dx + k % 2, y + dy)
        ticks(page, 10)
        if page.evaluate(looked):
            return
    pytest.fail("nothing is looked at")


def test_the_window_slides_by_itself_and_nothing_jumps(page, app):
    """On a projector: the panels keep their places, and no line of the equation is cut off."""
    page.set_viewport_size({"width": 1280, "height": 720})
    open_page(page, f"{app.url}/kernels?edge=32")
    root = player(page)
    before = page.evaluate(PLACES)
    page.wait_for_function("() => Number(document.querySelector('[data-film]').dataset.frame) > 3")
    expect(root.get_by_role("button", name="Train", exact=True)).to_be_hidden()
    root.focus()
    page.keyboard.press("End")
    page.wait_for_function(AT_REST)
    assert page.evaluate(PLACES) == before
    whole = "box => box.scrollHeight <= box.clientHeight"
    assert page.locator("[data-panel=equation] .ip-words").evaluate(whole)
    page.problems.check()


@pytest.mark.parametrize(
    "query",
    ["edge=64", "edge=64&stride=3&side=5&kernel=Gabor&padding=reflect&dilation=2",
     "edge=64&color=1&flip=1&kernel=emboss", "edge=32&layer=transposed&stride=2"],
)  # fmt: skip
def test_pointing_at_the_picture_shows_the_numbers_of_that_place(page, app, query):
    """The browser's window, products and sum are the layer's own output there."""
    opened(page, app, query)
    sheet = Sheet(settings_of(page))
    for dx, dy in ((-31, -22), (17, 40)):
        point(page, dx, dy)
        i, j = (int(v) for v in page.evaluate(NOW, "place"))
        assert page.evaluate(NOW, "total") == pytest.approx([sheet.h[0, i, j]], abs=1e-5)
        np.testing.assert_allclose(
            page.evaluate(NOW, "patch"), sheet.patch(i, j).ravel(), atol=1e-6
        )
        expect(page.locator("[data-panel=equation]")).to_contain_text(
            f"Row i = {i}, column j = {j}"
        )
    page.problems.check()


def test_a_cell_is_dragged_and_stays_as_it_was_left(page, app):
    opened(page, app)
    before = page.evaluate(NOW, "out")
    x, y = box(page, "[data-panel=kernel] .ip-handle >> nth=4")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 50, steps=4)  # half of the range of -2 to 2
    page.wait_for_function(
        f"before => String(({NOW})('out')) !== before", arg=",".join(map(str, before))
    )
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('kernel=own')", timeout=READY)
    settle(page)
    K = kernel(settings_of(page))
    assert K[0, 1, 1] == pytest.approx(2, abs=0.3) and K[0, 0, 0] == -1
    assert page.evaluate(NOW, "kernel")[4] == pytest.approx(K[0, 1, 1])
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    page.problems.check()


def test_a_stroke_becomes_the_picture(page, app):
    opened(page, app, "picture=drawn&edge=32")
    assert max(page.evaluate(NOW, "image")) == 0
    expect(page.locator("[data-panel=picture] [data-tool=draw]")).to_be_checked()
    ticks(page, 30)  # until nothing moves any more
    x, y = box(page, "[data-panel=picture] .ip-host")
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    page.mouse.move(x + 40, y - 30, steps=5)
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('strokes')", timeout=READY)
    settle(page)
    page.wait_for_function(f"() => Math.max(...({NOW})('image')) > 200")
    page.problems.check()


WRITTEN = """() => { const write = CanvasRenderingContext2D.prototype.fillText; window.written = [];
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    if (/^[−\\d.]+$/.test(text)) window.written.push([text, this.measureText(text).width]);
    return write.call(this, text, ...at); }; }"""


def test_numbers_stay_inside_their_cells(page, app):
    """On a projector 49 cells of 30 pixels have no room for −0.0039: digits go, not the sign."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.add_init_script(f"({WRITTEN})()")
    opened(page, app, "edge=64&kernel=Sobel+y&side=7")
    cell = page.locator("[data-panel=kernel] .ip-cell").first
    expect(cell).to_be_visible(timeout=READY)
    wide = cell.evaluate("cell => cell.offsetWidth")
    page.wait_for_function("window.written.some(([text]) => text.endsWith('.39'))")
    written = page.evaluate("window.written")
    assert max(width for _, width in written) < wide, (wide, max(written, key=lambda one: one[1]))
    assert {"−0.004", "0.02"} <= {text for text, _ in written}
