"""Markers, which the player stamps into an image: how they look, and thousands of them."""

import numpy as np
import pytest

from core.figures.chart import Chart
from core.stage import bind, focus, plot
from tests.browser.plots import at, color, film_of, inside, painted, square, until


def test_markers_have_their_size_symbol_rim_and_opacity(show, page):
    figure = square()
    looks = [
        {"size": 30, "color": "#d55e00"},
        {"size": 30, "color": "#d55e00", "symbol": "square", "opacity": 0.5},
        {"size": 30, "color": "rgba(0,0,0,0)", "line": {"color": "#009e73", "width": 6}},
    ]
    for marker in looks:
        figure.add_scatter(x=[], y=[], mode="markers", marker=marker)
    axes = {f"xy{k}": np.array([[0.2 + 0.3 * k, 0.5]], np.float32) for k in range(3)}
    binds = [bind(k, name, f"xy{k}", i) for k in range(3) for i, name in enumerate("xy")]
    show(film_of(1, lambda i: axes), plot("plot", figure, binds, width=500, height=400))
    for k, area in enumerate((np.pi * 15**2, 30**2, np.pi * (18**2 - 12**2))):
        count = inside(page, AROUND % (0.2 + 0.3 * k, 0.5))
        assert count == pytest.approx(area, rel=0.08)
    assert color(page, 0.2, 0.5) == [213, 94, 0, 255]
    assert color(page, 0.5, 0.5) == pytest.approx([213, 94, 0, 128], abs=3)
    assert color(page, 0.8, 0.5)[3] == 0


# How many pixels within 30 of a point are painted.
AROUND = """(() => {
  const [x, y] = [plot.axes.px(%s, plot.axes.axis("x")), plot.axes.px(%s, plot.axes.axis("y"))];
  const context = plot.axes.under.getContext("2d");
  const { data } = context.getImageData(Math.round(x) - 30, Math.round(y) - 30, 60, 60);
  return data.filter((v, i) => i %% 4 === 3 && v > 60).length;
})()"""


def test_many_points_are_painted_at_once_and_hovered_when_a_pointer_comes(show, page):
    rng = np.random.default_rng(0)
    film = film_of(2, lambda i: {"map": rng.uniform(0.1, 0.9, (2000, 2)).astype(np.float32)})
    figure = square()
    figure.add_scatter(x=[], y=[], mode="markers", marker={"size": 5})
    binds = [bind(0, name, "map", i) for i, name in enumerate("xy")]
    show(film, plot("plot", figure, binds, width=500, height=400))
    assert painted(page)["x y"] > 9000
    assert inside(page, "(div._fullData[0].x || []).length") == 0  # 2,000 nodes take Plotly a while
    page.locator(".ip-host").hover()
    until(page, "div._fullData[0].x.length === 2000")
    at(page, 1)
    assert inside(page, "div._fullData[0].x[5]") == pytest.approx(float(film["map"][1, 5, 0]))


def test_points_that_say_nothing_are_painted_and_no_nodes_of_plotly(show, page):
    """A thousand nodes take it 40 ms: a page of five maps is there in half of the time without."""
    there, moved = (np.random.default_rng(k).uniform(0.1, 0.9, (1000, 2)) for k in range(2))
    color = there[:, 0].astype(np.float32)
    film = film_of(2, lambda i: {"map": (moved + i / 20).astype(np.float32), "color": color})
    p = Chart("", "", (0, 1), (0, 1))
    p.points(there[:, 0], there[:, 1], size=5, color=("color", None), scale={"colors": "along"})
    p.points(xy="map", size=5, color="#d55e00")
    p.points(xy="map", size=5, name="says its name", hover="%{x}")
    panel = p.panel("plot", width=500, height=400, focus=focus("sample"))
    show(film, panel)
    assert painted(page)["x y"] > 9000
    page.locator(".ip-host").hover()
    until(page, "div._fullData[2].x?.length === 1000")  # what is said has its twin
    at(page, 1)
    assert inside(page, "[0, 1].map((i) => (div._fullData[i].x || []).length)") == [0, 0]
    assert painted(page)["x y"] > 9000
    host, (x, y) = page.locator(".ip-host").bounding_box(), there[5]
    u, v = inside(
        page, f"[plot.axes.px({x}, plot.axes.axis('x')), plot.axes.px({y}, plot.axes.axis('y'))]"
    )
    page.mouse.move(host["x"] + u, host["y"] + v)
    page.wait_for_function("player.focus.get('sample') === 5")


COUNT = """name => {
  const { panel } = player.panels.panels.get(name), paint = panel.drawUnder.bind(panel);
  panel.painted_ = 0;
  panel.drawUnder = () => { panel.painted_ += 1; paint(); };
}"""

# After 15 pictures of the display without a stroke Plotly has had its last word; counts anew.
QUIET = """name => new Promise((done) => {
  const { panel } = player.panels.panels.get(name);
  let rest = 0, seen = panel.painted_;
  const look = () => {
    rest = panel.painted_ === seen ? rest + 1 : 0;
    seen = panel.painted_;
    if (rest < 15) { requestAnimationFrame(look); return; }
    panel.painted_ = 0;
    done();
  };
  look();
})"""


def test_points_that_have_not_moved_are_not_painted_again(show, page):
    places = np.random.default_rng(0).uniform(0.1, 0.9, (50, 2)).astype(np.float32)
    kinds = np.zeros(50, np.float32)
    film = film_of(6, lambda i: {"kinds": kinds, "moves": places / (1 + i)})
    panels = []
    for name in ("still", "moves"):
        figure = square()
        figure.add_scatter(x=places[:, 0], y=places[:, 1], mode="markers", marker={"size": 5})
        binds = [bind(0, "marker.color", "kinds", colors="category")]
        if name == "moves":
            binds += [bind(0, axis, name, i) for i, axis in enumerate("xy")]
        brush = {"name": "samples", "trace": 0}
        panels.append(plot(name, figure, binds, width=300, height=300, brush=brush))
    show(film, *panels)
    for name in ("still", "moves"):
        page.evaluate(COUNT, name)
        page.evaluate(QUIET, name)

    def counts():
        return [inside(page, "plot.painted_", name) for name in ("still", "moves")]

    whole = painted(page, "still")["x y"]
    for frame in (2, 4):
        at(page, frame)
    assert counts()[0] == 0 and counts()[1] >= 2
    assert painted(page, "still")["x y"] == whole > 50
    assert color(page, *map(float, places[0] / 5), panel="moves")[3] > 0
    page.evaluate("player.brush('samples', new Float32Array(50).fill(0.01))")
    until(page, "plot.painted_ > 0", "still")
    assert painted(page, "still")["x y"] == 0  # too faint to be counted
    page.evaluate("player.brush('samples', null)")
    until(page, "plot.painted_ > 1", "still")
    assert painted(page, "still")["x y"] == whole
