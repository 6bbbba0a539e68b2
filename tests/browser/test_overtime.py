"""Heat maps over time, and other pictures whose axis is that of the steps."""

import numpy as np
import plotly.graph_objects as go
import pytest
from playwright.sync_api import expect

from core.stage import bind, history, plot, raster, tile
from tests.browser.plots import at, color, film_of, inside, painted, square, until


def depths(i):
    """Entry k of 4 is high from frame 5 k on."""
    high = [i >= 5 * k for k in range(4)]
    both = 255 * np.array([[0] * 4, high], np.uint8)
    return {"norms": np.array(high, np.float32), "both": both}


LOOK = {"low": 0, "high": 1, "colors": "gray", "over": "steps", "y": (0, 4)}


def test_a_vector_track_becomes_an_image_over_the_steps(show, page):
    figure = go.Figure(layout={"yaxis": {"range": (0, 4)}})
    up, down = tile("norms", **LOOK), tile("norms", origin="upper", **LOOK)
    rows = tile("both", index=1, over="steps", y=(0, 4), colors="gray")
    show(film_of(20, depths, step=10), raster("plot", figure, [up]),
         raster("down", figure, [down]), raster("rows", figure, [rows]))  # fmt: skip
    at(page, 19)
    assert inside(page, "plot.axes.axis('x').range") == [0, 200]
    for k in range(4):
        for step, value in ((50 * k - 3, 0), (50 * k + 3, 255)):
            if step > 0:
                assert color(page, step, k + 0.5)[:3] == [value] * 3
                assert color(page, step, 3.5 - k, panel="down")[:3] == [value] * 3
                assert color(page, step, k + 0.5, panel="rows")[:3] == [value] * 3
    shown = "[div._fullData[0].z[2][9], div._fullData[0].z[2][10], div._fullData[0].y[2]]"
    assert inside(page, shown) == [0, 1, 2.5]  # what hovering says
    assert painted(page, layer="over")["x y"] > 100  # the cursor


def test_pointing_at_an_exponent_says_the_number(show, page):
    """6.3e-4 where the picture counts powers of ten: on a heat map, and on a line over layers."""
    exponents = np.array([-3.2, 0.0, 2.0, -8.0], np.float32)
    heat = raster("heat", square(), [tile("logs", **LOOK, raised=True, hover="%{z:.2~g}")])
    figure = go.Figure(layout={"yaxis": {"range": (-9, 3)}, "hovermode": "x"})
    figure.add_scatter(x=[1, 2, 3, 4], y=[0] * 4, hovertemplate="%{customdata:.2~g}<extra></extra>")
    binds = [bind(0, "y", "logs"), bind(0, "customdata", "logs", raised=True)]
    show(film_of(3, lambda i: {"logs": exponents}), plot("plot", figure, binds), heat)
    at(page, 2)
    assert inside(page, "div._fullData[0].z.map((row) => row[2])", "heat") == pytest.approx(
        10**exponents
    )
    assert inside(page, "Array.from(div._fullData[0].y)") == pytest.approx(exponents)
    for x, said in ((1, "0.00063"), (2, "1"), (4, "1e-8")):
        place = f"[plot.axes.px({x}, plot.axes.axis('x')), plot.axes.px(-3, plot.axes.axis('y'))]"
        box = page.locator("[data-panel=plot] .ip-host").bounding_box()
        px = inside(page, place)
        page.mouse.move(box["x"] + px[0], box["y"] + px[1])
        expect(page.locator(".hoverlayer .hovertext").first).to_contain_text(said)


def test_it_grows_with_the_film_and_keeps_unlike_steps_and_zoom(show, page):
    figure = go.Figure(layout={"yaxis": {"range": (0, 4)}})
    film = film_of(20, depths, step=10)
    film._steps[10:20] += 800  # a thinned past: frames lie unevenly
    show(film, raster("plot", figure, [tile("norms", **LOOK)], width=600))
    assert color(page, 880, 2.5)[:3] == [0] * 3 and color(page, 910, 2.5)[:3] == [255] * 3
    inside(page, "plot.axes.Plotly.relayout(div, {'xaxis.range[0]': 0, 'xaxis.range[1]': 100})")
    until(page, "plot.axes.axis('x').range[1] === 100")
    assert color(page, 45, 1.5)[:3] == [0] * 3 and color(page, 55, 1.5)[:3] == [255] * 3
    at(page, 3)
    assert inside(page, "plot.axes.axis('x').range[1]") == 100  # the user's zoom stays


GROWN = """step => { // one more frame of the film, drawn while Plotly's time is used up
  const { film, panels } = player;
  film.steps = [...film.steps, step];
  film.serials = [...film.serials, film.newest + 1];
  for (const track of film.tracks.values()) track.frames = [...track.frames, track.frames[0]];
  panels.cost = 1e9;
  for (let i = 0; i < 3; i++) player.draw(film.length - 1);
}"""


def test_axes_of_steps_keep_pace_while_the_film_begins(show, page):
    """However little time is left for Plotly: none in the window ends before half of the film."""
    page.set_viewport_size({"width": 1000, "height": 700})
    figure = go.Figure(layout={"yaxis": {"range": (0, 4)}})
    curve = go.Figure().add_scatter(x=[0], y=[None], mode="lines")
    show(film_of(2, depths), raster("plot", figure, [tile("norms", **LOOK)], height=300),
         plot("loss", curve, [history(0, "norms")], height=300),
         raster("below", figure, [tile("norms", **LOOK)], width=900, height=900),
         raster("far", figure, [tile("norms", **LOOK)], width=900))  # fmt: skip
    page.evaluate("player.loop && cancelAnimationFrame(player.loop)")
    end = "plot.axes.axis('x').range[1]"
    for step in (2, 5, 11, 20, 60, 100, 250):
        page.evaluate(GROWN, step)
        for name in ("plot", "loss", "below"):
            assert inside(page, end, name) >= step / 2, (name, step)
    assert inside(page, end, "far") < 5  # out of sight: at rest, or when it comes into view
    page.evaluate("player.tick(performance.now())")
    until(page, f"{end} > 250", "far")
