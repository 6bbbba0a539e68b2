"""What a click or a hover on a panel chose: the film's second axis, on every kind of panel."""

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect

from core.stage import bind, focus, graph, line, plot, raster, readout, shade, tile, words
from tests.browser.films import events, film, host, pixel, play

TOKENS = ["the", "cat", "sat", "down"]
A = np.array([[i + j / 10 for j in range(4)] for i in range(4)], np.float32)  # row i is i.0 ... i.3
HEADS = np.stack([np.full((3, 5), 100 * k, np.uint8) for k in range(2)])
SNAPSHOTS = [{"A": A + 10 * t, "heads": HEADS, "loss": 1 - t} for t in range(3)]


def scatter(x, y, **axes):
    layout = {"xaxis": {"range": [-1, 4]}, "yaxis": {"range": [-1, 4]}} | axes
    made = go.Figure(layout=layout)
    made.add_scatter(x=x, y=y, mode="markers", marker={"size": 10})
    return made


def bars():
    """Row `token` of the matrix, as bars."""
    figure = go.Figure(layout={"yaxis": {"range": [0, 40]}, "xaxis": {"range": [-0.5, 3.5]}})
    figure.add_bar(x=[0, 1, 2, 3], y=[0, 0, 0, 0])
    return plot(
        "row",
        figure,
        [bind(0, "y", "A", index="focus:token")],
        title="Attention of {focus:token}",
        focus=focus("key", labels=TOKENS),
    )


def chooser(**more):
    chosen = focus("token", 0, labels=TOKENS)
    return plot("tokens", scatter([0, 1, 2, 3], [0, 0, 3, 3]), focus=chosen, **more)


def said():
    return words(
        "said",
        [
            line("{focus:token} reads: {} and {}", ("A", ["focus:token", 1], ".1f"),
                 ("focus:token", 0, "d")),
            line("key {focus:key}: {}", ("A", ["focus:token", "focus:key"], ".1f"),
                 when=("focus:token", 0, 2)),
        ],
    )  # fmt: skip


@pytest.fixture
def root(page, tmp_path):
    found = play(page, tmp_path, film(*SNAPSHOTS), [chooser(), bars(), said()],
                 [readout("A", "first", ".1f", column=["focus:token", 0])])  # fmt: skip
    found.focus()
    page.keyboard.press("Home")
    expect(found).to_have_attribute("data-frame", "0")
    return found


def heights(page):
    """What the bars show: the values that are painted, and those that Plotly has for hover."""
    return page.evaluate(
        "(() => { const { panel } = window.player.panels.panels.get('row');"
        "return Array.from(panel.value(panel.spec.binds[0])); })()"
    )


def test_hover_passes_and_a_click_stays(root, page):
    """Bars, title, lines and readout follow; only the click is told to the page."""
    title = root.get_by_role("heading", name="Attention of")
    number = root.locator(".ip-readout b")
    expect(title).to_have_text("Attention of the")
    assert heights(page) == pytest.approx(A[0].tolist())
    page.mouse.move(*pixel(page, "tokens", 2, 3))
    expect(title).to_have_text("Attention of sat")
    expect(number).to_have_text("2.0")
    expect(host(root, "said").locator("p").first).to_have_text("sat reads: 2.1 and 2")
    expect(host(root, "said").locator("p").last).to_be_visible()
    assert heights(page) == pytest.approx(A[2].tolist()) and events(page) == []
    page.mouse.move(*pixel(page, "tokens", 0.5, 2))
    expect(title).to_have_text("Attention of the")
    expect(host(root, "said").locator("p").last).to_be_hidden()
    page.mouse.click(*pixel(page, "tokens", 3, 3))
    page.mouse.move(*pixel(page, "tokens", 0.5, 2))
    expect(title).to_have_text("Attention of down")
    assert heights(page) == pytest.approx(A[3].tolist())
    assert events(page) == [("tokens", "focus", "token", 3)]
    page.problems.check()


def test_the_choice_holds_while_the_film_plays(root, page):
    page.mouse.click(*pixel(page, "tokens", 1, 0))
    root.focus()
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-frame", "2")
    assert heights(page) == pytest.approx((A[1] + 20).tolist())
    page.wait_for_function(  # Plotly's twins, at rest
        "Math.abs(window.player.panels.panels.get('row').panel.axes.div._fullData[0].y[2] - 21.2)"
        "< 1e-3"
    )


def test_what_is_chosen_has_a_ring_and_what_is_hovered_another(root, page):
    rings = host(root, "tokens").locator(".ip-focus")
    page.mouse.move(*pixel(page, "tokens", 2, 3))
    for ring, at in zip(rings.all(), [(0, 0), (2, 3)], strict=True):
        box = ring.bounding_box()
        center = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert center == pytest.approx(pixel(page, "tokens", *at), abs=3)
    page.mouse.move(*pixel(page, "tokens", 0.5, 2))
    expect(rings.last).to_be_hidden()
    page.mouse.move(*pixel(page, "row", 1, 2))  # anywhere above its bar
    box = host(root, "row").locator(".ip-focus:visible").bounding_box()
    left, right = pixel(page, "row", 0.6, 0)[0], pixel(page, "row", 1.4, 0)[0]
    assert [box["x"], box["x"] + box["width"]] == pytest.approx([left, right], abs=4)


def test_arrow_keys_choose_while_the_panel_has_the_focus_ring(root, page):
    panel = host(root, "tokens").get_by_role("slider")
    panel.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(panel).to_have_attribute("aria-valuetext", "token sat")
    expect(root).to_have_attribute("data-frame", "0")  # the film has not moved
    page.wait_for_function("window.events.length > 0")
    assert events(page) == [("tokens", "focus", "token", 2)]  # where the keys came to rest
    root.focus()
    page.keyboard.press("ArrowRight")
    expect(root).to_have_attribute("data-frame", "1")


def test_a_page_may_choose_and_a_new_stage_keeps_the_users_choice(root, page):
    """`initial` counts when it changes: another stage with the same one undoes no click."""
    page.mouse.click(*pixel(page, "tokens", 1, 0))
    again = """initial => {
      const stage = structuredClone(window.player.stage);
      stage.panels[0].focus.initial = initial;
      window.player.setStage(stage, `other ${initial}`);
      return window.player.focus.get("token");
    }"""
    assert page.evaluate(again, 0) == 1
    assert page.evaluate(again, 3) == 3


def mosaic():
    figure = go.Figure(layout={"xaxis": {"range": [0, 10]}, "yaxis": {"range": [0, 3]}})
    shown = {"low": 0, "high": 255, "colors": "gray", "origin": "upper"}
    tiles = [tile("heads", (5 * k, 5 * k + 5), (0, 3), k, **shown) for k in range(2)]
    return figure, tiles


@pytest.mark.parametrize(
    ("by", "at", "index", "size"),
    [
        ("cell", (2.5, 0.5), 12, (1, 1)),  # row 2 from above, column 2
        ("row", (2.5, 0.5), 2, (5, 1)),
        ("column", (2.5, 0.5), 2, (1, 3)),
        ("tile", (7.5, 0.5), 1, (5, 3)),
    ],
)
def test_a_raster_chooses(page, tmp_path, by, at, index, size):
    figure, tiles = mosaic()
    panel = raster("image", figure, tiles, focus=focus("part", by=by))
    root = play(page, tmp_path, film(*SNAPSHOTS), [panel])
    page.mouse.click(*pixel(page, "image", *at))
    assert events(page) == [("image", "focus", "part", index)]
    box = host(root, "image").locator(".ip-focus").first.bounding_box()
    scale = [pixel(page, "image", 1, 1)[k] - pixel(page, "image", 0, 0)[k] for k in range(2)]
    assert box["width"] == pytest.approx(size[0] * scale[0], abs=3)
    assert box["height"] == pytest.approx(-size[1] * scale[1], abs=3)


def test_two_axes_of_one_image_are_two_choices(page, tmp_path):
    """Query and key of an attention matrix; arrow keys move each along its own axis."""
    figure, tiles = mosaic()
    both = [focus("query", 0, by="row"), focus("key", 0, by="column")]
    panels = [raster("image", figure, tiles, focus=both)]
    panels.append(words("said", [line("{}", ("heads", [1, "focus:query", "focus:key"], "d"))]))
    root = play(page, tmp_path, film(*SNAPSHOTS), panels)
    slider = host(root, "image").get_by_role("slider")
    slider.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(slider).to_have_attribute("aria-valuetext", "query 2, key 3")
    expect(host(root, "said")).to_have_text("100")


def test_a_tile_shows_what_is_looked_at(page, tmp_path):
    """Painted pixels: head 0 is black, head 1 is gray, and `instead` only while there is one."""
    figure = go.Figure(layout={"xaxis": {"range": [0, 5]}, "yaxis": {"range": [0, 3]}})
    shown = {"low": 0, "high": 255, "colors": "gray"}
    image = tile("heads", (0, 5), (0, 3), "focus:head", **shown)
    other = tile("heads", (0, 5), (0, 3), 0, instead={"track": "heads", "index": "focus:hovered"})
    panels = [raster("one", figure, [image]), raster("other", figure, [other | shown])]
    panels[0] |= {"focus": focus("head", 0, by="tile")}
    panels[1] |= {"title": "Input", "focused": "Head {focus:hovered}", "focus": focus("hovered")}
    root = play(page, tmp_path, film(*SNAPSHOTS), panels)
    gray = """id => {
      const { axes } = window.player.panels.panels.get(id).panel, { lower } = axes;
      return lower.getContext("2d").getImageData(lower.width / 2, lower.height / 2, 1, 1).data[0];
    }"""
    assert [page.evaluate(gray, id) for id in ("one", "other")] == [0, 0]
    page.evaluate("window.player.focus.choose('head', 1, 'one')")
    page.evaluate("window.player.focus.hover('hovered', 1)")
    assert [page.evaluate(gray, id) for id in ("one", "other")] == [100, 100]
    expect(root.get_by_role("heading", name="Head 2")).to_be_visible()
    page.evaluate("window.player.focus.hover('hovered', null)")
    expect(root.get_by_role("heading", name="Input")).to_be_visible()
    assert page.evaluate(gray, "other") == 0


WATER = {"atoms": [["C", 0, 0, 0, 3], ["C", 1, 0, 0, 2], ["O", 2, 0, 0, 1]],
         "bonds": [[0, 1, 1, 0], [1, 2, 1, 0]]}  # fmt: skip


def test_a_molecule_chooses_its_atoms(page, tmp_path):
    panels = [graph("molecule", WATER, [shade("atom", "A", index=("focus:atom",))],
                    focus=focus("atom"))]  # fmt: skip
    panels.append(words("said", [line("atom {focus:atom}")]))
    root = play(page, tmp_path, film(*SNAPSHOTS), panels)
    at = page.evaluate(
        """() => {
          const { panel } = window.player.panels.panels.get("molecule"), { view, canvas } = panel;
          const box = canvas.getBoundingClientRect();
          return [box.left + view.x + 2 * view.scale, box.top + view.y];
        }"""
    )
    page.mouse.click(*at)
    page.mouse.move(0, 0)
    expect(host(root, "said")).to_have_text("atom 3")
    assert events(page) == [("molecule", "focus", "atom", 2)]
    root.locator(".ip-molecule").focus()
    page.keyboard.press("ArrowLeft")
    expect(host(root, "said")).to_have_text("atom 2")
