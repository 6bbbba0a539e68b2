"""What can be read on the player's panels: choices, swatches, letters and small numbers."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.chart import FROM_ZERO, Chart
from core.stage import bind, drag, line, plot, raster, readout, tile, words
from tests.browser.plots import color, film_of, inside, square, until
from tests.server import ROOT


def falling(i):
    """A loss over a few powers of ten."""
    return {"loss": 10.0 ** (1 - i)}


def curve(**more):
    p = Chart("updates", "loss", yaxis=FROM_ZERO, switch=True)
    p.history("loss", name="loss")
    return p.panel("plot", title="Loss", width=330, height=240, **more)


ANEW = """() => {
  const plot = player.panels.panels.get("plot").panel, spec = JSON.parse(JSON.stringify(plot.spec));
  spec.figure.layout.yaxis = { rangemode: "tozero" };
  plot.respec(spec);
}"""


def test_the_scale_of_an_axis_is_chosen_in_the_head_and_says_which_it_is(show, page):
    show(film_of(4, falling), curve())
    kinds = page.get_by_role("radiogroup", name="How the vertical axis counts").get_by_role("radio")
    assert kinds.all_inner_texts() == ["linear", "log"]

    def chosen():
        return [kind.get_attribute("aria-checked") for kind in kinds.all()]

    assert chosen() == ["true", "false"] and inside(page, "div._fullLayout.yaxis.type") == "linear"
    kinds.nth(1).click()
    until(page, "div._fullLayout.yaxis.type === 'log'")
    assert chosen() == ["false", "true"]
    low, high = inside(page, "div._fullLayout.yaxis.range")
    assert low < math.log10(0.01) + 0.01 and 1 - 0.01 < high < 2
    page.evaluate(ANEW)
    until(page, "div._fullLayout.yaxis.type === 'log'")
    assert chosen() == ["false", "true"]
    kinds.nth(0).click()
    until(page, "div._fullLayout.yaxis.type === 'linear'")
    assert inside(page, "div._fullLayout.yaxis.range[0]") == 0


def test_a_swatch_of_many_colors_is_none_of_them_alone(show, page):
    figure = square(showlegend=True)
    for k, tint in enumerate(("#f59322", "#009e73", "#cc79a7")):
        figure.add_scatter(x=[0, 1], y=[k / 3, 1], mode="lines", name="parts", legendgroup="parts",
                           line={"color": tint})  # fmt: skip
    figure.add_scatter(x=[0.5], y=[0.5], mode="markers", name="kinks",
                       marker={"color": ["#f59322", "#009e73"]})  # fmt: skip
    figure.add_scatter(x=[0, 1], y=[1, 0], mode="lines", name="one", line={"color": "#d55e00"})
    show(film_of(2, falling), plot("plot", figure))
    swatches = page.locator(".ip-legend button")

    def drawn(k, name):
        return [mark.get_attribute(name) for mark in swatches.nth(k).locator("svg > *").all()]

    assert drawn(0, "stroke") == ["#f59322", "#009e73", "#cc79a7"]
    assert float(drawn(0, "x2")[-1]) == 22
    assert drawn(1, "fill") == ["#8c8c8c"]
    assert drawn(2, "stroke") == ["#d55e00"] and drawn(2, "x1") == ["0"]


WRITTEN = """() => {
  const plot = player.panels.panels.get("plot").panel, found = [];
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    found.push([text, x, y, this.measureText(text).width]);
  };
  plot.draw(plot.frame);
  CanvasRenderingContext2D.prototype.fillText = fillText;
  return found;
}"""


def test_numbers_beside_near_points_cover_neither_each_other_nor_a_point(show, page):
    at = np.array([[0.5, 0.5], [0.5, 0.53], [0.9, 0.9], [0.53, 0.515]], np.float32)
    figure = square()
    figure.add_scatter(x=[], y=[], mode="markers+text", text=["1", "2", "3", "4"],
                       marker={"size": 10}, textfont={"size": 13},
                       textposition="top right")  # fmt: skip
    binds = [bind(0, "x", "set", 0), bind(0, "y", "set", 1)]
    show(film_of(2, lambda i: {"set": at}), plot("plot", figure, binds, width=330, height=380))
    written = page.evaluate(WRITTEN)
    assert [text for text, *_ in written] == ["1", "2", "3", "4"]
    boxes = [(x, y - 9.75, x + wide, y) for _, x, y, wide in written]
    for k, (left, top, right, low) in enumerate(boxes):
        for other in boxes[:k]:
            assert right < other[0] or left > other[2] or low < other[1] or top > other[3]
    px = inside(page, "[0.5, 0.53, 0.9].map((v) => [plot.axes.px(v, plot.axes.axis('x')),"
                " plot.axes.px(v, plot.axes.axis('y'))])")  # fmt: skip
    lone = boxes[2]
    assert lone[0] > px[2][0] and lone[3] < px[2][1]  # with room it stands at the upper right


def test_handles_carry_their_letters(show, page):
    figure = square()
    figure.add_scatter(x=[0], y=[0])
    panel = plot("plot", figure, drag=drag("place", "place", labels=["A", "B"]))
    show(film_of(2, lambda i: {"place": np.eye(3, 2, dtype=np.float32)}), panel)
    assert page.locator(".ip-handle").all_inner_texts() == ["A", "B", ""]


@pytest.mark.parametrize(("value", "said"), [
    (1.9e-6, "1.9e−6"), (8.1e-7, "8.1e−7"), (-2.17e-6, "−2.17e−6"), (3e-5, "3e−5"),
    (0.00126, "0.00126"), (0.0, "0"), (20.0, "20"), (1 / 3, "0.333"),
])  # fmt: skip
def test_small_numbers_are_written_in_one_way(show, page, value, said):
    show(film_of(2, lambda i: {"loss": value}), words("w", [line("x = {}", ("loss", 0, ".3g"))]),
         readouts=[readout("loss", "Loss", ".3g")])  # fmt: skip
    assert page.locator(".ip-line b").inner_text() == said
    assert page.locator(".ip-readout b").inner_text() == said


def test_a_panel_that_fills_is_as_high_as_the_highest_of_its_row(show, page):
    figure = go.Figure(layout={"showlegend": False}).add_scatter(x=[0, 1], y=[0, 1])
    two = [plot(name, figure, width=300, height=height, fill=True, title=name)
           for name, height in (("low", 150), ("plot", 300))]  # fmt: skip
    show(film_of(2, falling), *two)
    low, high = (page.locator(f"[data-panel={name}] .ip-host").bounding_box()
                 for name in ("low", "plot"))  # fmt: skip
    assert low["height"] == high["height"] == 300
    until(page, "Math.abs(div._fullLayout.height - 300) < 2", "low")


def test_whole_numbers_stand_in_cells_in_ink_that_is_read(show, page):
    counts = np.array([[59, 41], [50, 50]], np.float32)
    panel = tile("counts", (0, 1), (0, 1), low=0, high=109, colors="sequential", numbers="d")
    show(film_of(2, lambda i: {"counts": counts}), raster("plot", square(), [panel], height=300))
    assert sorted(text for text, *_ in page.evaluate(WRITTEN)) == ["41", "50", "50", "59"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ground_of_trails_is_bright_on_a_bright_page_alone(page, show, scheme):
    page.emulate_media(color_scheme=scheme)
    flat = tile("ground", (0, 1), (0, 1), low=0, high=1, colors="ground")
    show(film_of(2, lambda i: {"ground": np.ones((2, 2), np.float32)}),
         raster("plot", square(), [flat]))  # fmt: skip
    high = max(color(page, 0.5, 0.5)[:3])
    assert high == 255 if scheme == "light" else 60 < high < 140


@pytest.mark.parametrize("width", [375, 390])
def test_on_a_phone_the_buttons_of_the_film_stand_in_one_row(page, show, width):
    page.set_viewport_size({"width": width, "height": 844})
    show(film_of(4, falling), curve())
    tops = [page.get_by_role("button", name=name).bounding_box()["y"]
            for name in ("First frame", "Play the film", "Last frame")]  # fmt: skip
    assert len(set(tops)) == 1


FRAME = """<style>{css}</style>
<div class="stPlotlyChart"><svg style="--st-text-color: #14202b"><g class="xtick">
<text style="fill: rgb(128, 132, 149)">10</text></g><g class="g-ytitle">
<text style="fill: rgb(128, 132, 149)">loss</text></g>
<text class="annotation-text" style="fill: rgb(128, 132, 149)">chance</text></svg></div>
<div class="st-key-bench-stage" id="stage"><div class="ip-panel" style="height: 90px"></div></div>
<div class="st-key-home-map"><div data-testid="stHorizontalBlock" style="width: 1232px; gap: 16px">
{cards}</div></div>"""


def test_the_frame_of_a_page_is_read_and_leaves_no_holes(page):
    """Words of Streamlit's charts; the place of the picture once it is there; cards in a row."""
    css = (ROOT / "assets/page/page.css").read_text()
    page.set_viewport_size({"width": 1280, "height": 720})
    cards = '<div class="card" style="width: 330px">x</div>' * 4
    page.set_content(FRAME.format(css=css, cards=cards))
    fills = page.locator("text").evaluate_all("all => all.map((t) => getComputedStyle(t).fill)")
    assert fills == ["rgb(20, 32, 43)"] * 3

    def height():
        return page.locator("#stage").bounding_box()["height"]

    assert height() == 0.6 * 720
    page.evaluate("document.documentElement.toggleAttribute('data-drawn')")  # as `drawn()` does
    assert height() == 90
    tops = {card.bounding_box()["y"] for card in page.locator(".card").all()}
    assert len(tops) == 1


@pytest.mark.parametrize("file", sorted((ROOT / "assets").rglob("*.css")), ids=lambda f: f.name)
def test_no_style_asks_for_a_part_of_a_class(file):
    """Streamlit changes classes at each setting: all below `[class*=a] > *` would be styled anew.

    Measured: 2,070 elements twice at each move of a slider, 25 ms of the browser's thread.
    """
    assert "[class" not in file.read_text()


def test_a_legend_ends_before_the_next_panel_begins(show, page):
    figure = square(showlegend=True)
    for k in range(9):
        figure.add_scatter(x=[0, 1], y=[0, 1], name=f"entry {k}")
    show(film_of(2, falling), plot("plot", figure, width=300))
    panel = page.locator("[data-panel=plot]").bounding_box()
    ends = [b.bounding_box()["x"] + b.bounding_box()["width"]
            for b in page.locator(".ip-legend button").all()]  # fmt: skip
    assert max(ends) <= panel["x"] + panel["width"] - 14
