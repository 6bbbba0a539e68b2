"""The explorer in a real browser: filter, point, click, take apart, turn, both themes."""

import re

import pytest
from playwright.sync_api import expect

from core.experiments.qm9_explorer.filters import matches
from core.experiments.qm9_explorer.settings import ExplorerSettings
from core.molecules import FEATURE_NAMES
from core.qm9.prediction.census import census
from tests.browser.helpers import READY, WIDTHS, open_page, settle

CLOUD = ".ip-cloud[data-drawn]"
CARD = ".ip-cloud-card"
# Pixels of point k, from the window's left and top.
PIXEL = """([root, k]) => {
  const box = root.cloud.host.getBoundingClientRect();
  return [box.left + root.cloud.px[k], box.top + root.cloud.py[k], root.cloud.rows[k]];
}"""
# A point with room around it inside the plot, so that no other is nearer to the pointer.
LONELY = """(root) => {
  const { px, py, axes, rows } = root.cloud;
  const x = axes.axis("x"), y = axes.axis("y");
  const inside = (i) => px[i] > x._offset + 9 && px[i] < x._offset + x._length - 9
    && py[i] > y._offset + 40 && py[i] < y._offset + y._length - 9;
  return [...rows.keys()].find((i) => inside(i)
    && rows.every((_, j) => j === i || Math.hypot(px[i] - px[j], py[i] - py[j]) > 8));
}"""
EYE = """() => {
  const plots = [...document.querySelectorAll(".js-plotly-plot")];
  const scene = plots.map((p) => p._fullLayout?.scene?._scene).find(Boolean);
  return scene ? scene.getCamera().eye : null;
}"""


def visit(page, app, query=""):
    open_page(page, f"{app.url}/qm9-explorer{query}")
    root = page.locator(CLOUD)
    expect(root).to_be_visible(timeout=READY)
    return root


def number(row):
    return int(census().library.data.index[row])


def lonely(root):
    """Pixels and row of a point that the pointer can't miss."""
    k = root.evaluate(LONELY)
    return root.page.evaluate(PIXEL, [root.element_handle(), k])


def test_filter_point_click_and_turn(page, app):
    root = visit(page, app)
    expect(root).to_have_attribute("data-points", "5000")
    page.locator(".st-key-qm9-explorer-present button").filter(has_text="F").first.click()
    expect(root).to_have_attribute("data-points", "1923")
    settle(page)
    x, y, row = lonely(root)
    assert matches(census(), ExplorerSettings(present=("F",)))[row]

    page.mouse.move(x, y)
    expect(page.locator(CARD)).to_have_attribute("data-row", str(row))
    expect(page.locator(f"{CARD} svg")).to_be_visible()
    expect(page.locator(CARD)).to_contain_text(census().library.data.canonical[row])

    page.mouse.click(x, y)
    page.wait_for_url(re.compile(rf"molecule={number(row)}\b"))
    expect(
        page.get_by_role("heading", level=3).filter(has_text=f"number {number(row)}")
    ).to_be_visible()
    settle(page)
    expect(page.locator(".ip-drawing svg")).to_be_visible()
    nodes = page.locator(f".st-key-qm9-explorer-atoms{number(row)}")
    nodes.scroll_into_view_if_needed()
    heads = nodes.locator("canvas th")  # what a screen reader is told of the grid
    expect(heads.filter(has_text="nH")).to_be_attached()
    assert heads.all_inner_texts()[-11:] == list(FEATURE_NAMES)

    solid = page.locator(".st-key-qm9-explorer-solid")
    solid.scroll_into_view_if_needed()
    page.wait_for_function(EYE, timeout=READY)
    before, box = page.evaluate(EYE), solid.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 120, box["y"] + box["height"] / 2 + 40, steps=8)
    page.mouse.up()
    page.wait_for_function(f"(e) => Math.abs(({EYE})().x - e.x) > 0.05", arg=before)
    page.problems.check()


@pytest.mark.parametrize("width", WIDTHS)
def test_targets_keep_their_percentiles_and_the_molecule_its_edges(page, app, width):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, app)
    head = page.locator("canvas th").filter(has_text="percentile")
    table = page.get_by_test_id("stDataFrame").filter(has=head)
    table.scroll_into_view_if_needed()
    scroller = table.locator(".dvn-scroller")
    expect(scroller).to_be_visible()
    # No column waits behind a scroll bar, and the picture is as wide as it is high.
    assert scroller.evaluate("(s) => s.scrollWidth - s.clientWidth") <= 1
    solid = page.locator(".st-key-qm9-explorer-solid")
    solid.scroll_into_view_if_needed()
    page.wait_for_function(EYE, timeout=READY)
    box = solid.bounding_box()
    assert box["width"] >= 380 and box["x"] + box["width"] <= width
    page.problems.check()


def test_a_click_beside_all_points_picks_the_nearest(page, app):
    root = visit(page, app, "?present=F&rings=2")
    expect(root).to_have_attribute("data-points", "23")
    box = root.locator(".ip-cloud-plot").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.75)
    page.wait_for_url(re.compile(r"molecule=\d+"))
    settle(page)
    picked = int(re.search(r"molecule=(\d+)", page.url)[1])
    assert matches(census(), ExplorerSettings(present=("F",), rings=("2",)))[census().row(picked)]


def test_zooming_keeps_points_where_their_axes_say(page, app):
    root = visit(page, app)
    before = root.evaluate("(e) => [e.cloud.axes.axis('x').range, Array.from(e.cloud.px)]")
    box = root.locator(".ip-cloud-plot").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 300, steps=5)
    page.mouse.up()
    wider = "([e, w]) => { const r = e.cloud.axes.axis('x').range; return r[1] - r[0] < w; }"
    width = before[0][1] - before[0][0]
    page.wait_for_function(wider, arg=[root.element_handle(), width * 0.9])
    errors = root.evaluate("""(e) => {
      const { axes, px, x } = e.cloud, axis = axes.axis("x");
      return Math.max(...Array.from(px, (p, i) => Math.abs(p - axis._offset - axis.d2p(x[i]))));
    }""")
    assert errors < 0.01
    assert "molecule=" not in page.url  # a drag is no click


def test_a_chosen_atom_is_marked(page, app):
    visit(page, app, "?molecule=214")
    table = page.locator(".st-key-qm9-explorer-atoms214")
    table.scroll_into_view_if_needed()
    plain = page.locator(".ip-drawing").inner_html()
    box = table.locator("canvas").first.bounding_box()
    page.mouse.click(box["x"] + 16, box["y"] + 52)  # the box before the first row
    expect(page.locator(".ip-drawing ellipse, .ip-drawing path[class^=atom]").first).to_be_visible()
    page.wait_for_function(
        "(was) => document.querySelector('.ip-drawing').innerHTML !== was", arg=plain
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ink_is_read_on_either_ground(browser, app, theme):
    with browser.new_context(color_scheme=theme) as context:
        tab = context.new_page()
        visit(tab, app, "?molecule=214")
        expect(tab.locator(".ip-drawing svg path").first).to_be_visible()
        ink, ground = tab.evaluate("""() => [
          getComputedStyle(document.querySelector(".ip-drawing svg path")).stroke,
          getComputedStyle(document.querySelector(".stApp")).backgroundColor]""")
        light, dark = (sum(map(int, re.findall(r"\d+", color)[:3])) / 3 for color in (ground, ink))
        assert abs(light - dark) > 150
        assert (light > dark) == (theme == "light")


SMALLEST = """() => Math.min(...[...document.querySelectorAll(".ip-cloud *")]
  .filter((e) => !["tspan", "STYLE"].includes(e.tagName) && !e.closest(".ip-cloud-picture")
    && e.getClientRects().length
    && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""


def test_the_cloud_is_presented_and_comes_into_view_after_a_guided_experiment(page, app):
    page.set_viewport_size({"width": 1280, "height": 720})
    root = visit(page, app)
    plot = page.locator(".ip-cloud-plot")
    expect(plot.locator(".xtick text").first).to_be_visible()
    before = plot.bounding_box()
    page.keyboard.press("p")
    page.wait_for_function("document.querySelector('.ip-cloud-plot').offsetHeight > 540")
    page.wait_for_function(f"({SMALLEST})() >= 18")
    assert root.bounding_box()["y"] + root.bounding_box()["height"] <= 720
    expect(page.locator(".st-key-bench-controls")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".st-key-bench-controls")).to_be_visible()
    assert plot.bounding_box() == before
    page.get_by_role("button", name="Present: as large as the window (p)").click()
    page.get_by_role("button", name="Back to the page (Escape)").click()
    assert plot.bounding_box() == before
    page.get_by_role("radiogroup", name="Your prediction").locator("label").first.click()
    page.get_by_role("button", name="Look").click()
    expect(plot).to_be_in_viewport(ratio=0.9)
    answer = page.locator(".st-key-verdict")
    expect(answer).to_be_in_viewport(ratio=0.9, timeout=READY)  # a moment later
    page.problems.check()
