"""A film made by a test: what the player draws needs no app."""

import json

import plotly.graph_objects as go

from core.film import Film
from core.film.html import film_html
from core.stage import stage
from tests.browser.films import screen

# Opaque pixels on a panel's canvas inside each pair of axes of its figure.
PAINTED = """([id, layer]) => {
  const { axes } = player.panels.panels.get(id).panel, canvas = axes[layer];
  const { data, width } =
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pairs = [...new Set(axes.div._fullData.map((t) => `${t.xaxis || "x"} ${t.yaxis || "y"}`))];
  return Object.fromEntries(pairs.map((pair) => {
    const [x, y] = pair.split(" ").map((name) => axes.axis(name)), s = axes.scale;
    let count = 0;
    for (let v = Math.ceil(s * y._offset); v < s * (y._offset + y._length); v++)
      for (let u = Math.ceil(s * x._offset); u < s * (x._offset + x._length); u++)
        if (data[4 * (v * width + u) + 3] > 30) count++;
    return [pair, count];
  }));
}"""
# Color of a canvas at a point of the data, as [red, green, blue, alpha].
COLOR = """([id, layer, x, y, xaxis, yaxis]) => {
  const { axes } = player.panels.panels.get(id).panel, { scale: s } = axes;
  const u = s * axes.px(x, axes.axis(xaxis)), v = s * axes.px(y, axes.axis(yaxis));
  return [...axes[layer].getContext("2d").getImageData(Math.floor(u), Math.floor(v), 1, 1).data];
}"""
READY = """() => window.player?.panels && [...player.panels.panels.values()].every(({ panel }) =>
  !panel.axes || panel.axes.ready) && player.root.dataset.frame"""
RESTED = """() => !player.playing && [...player.panels.panels.values()].every(({ panel }) =>
  !panel.stale?.())"""


def film_of(frames, snapshot, step=1):
    """A film of `frames` snapshots: `snapshot(i)` is that of step i * step."""
    film = Film()
    for i in range(frames):
        film.append(i * step, snapshot(i))
    return film


def play(page, folder, film, panels, **words):
    """The film in the tab, at its first frame, at rest."""
    screen(page, folder, film_html(film, stage(panels, **words), "A film"))
    page.wait_for_function(READY)
    at(page, 0)


def at(page, frame):
    """Go to a frame, and wait until the twins for hover are there too."""
    page.evaluate("frame => { player.seek(frame); player.show(); }", frame)
    page.wait_for_function(RESTED)


def painted(page, panel="plot", layer="under"):
    """Painted pixels by pair of axes: {"x y": 12, "x2 y2": 0}."""
    return page.evaluate(PAINTED, [panel, layer])


def color(page, x, y, axes="x y", panel="plot", layer="under"):
    """Color of a canvas at a point of the data."""
    return page.evaluate(COLOR, [panel, layer, x, y, *axes.split()])


INSIDE = """() => {{
  const plot = player.panels.panels.get({panel}).panel, div = plot.axes?.div;
  return {expression};
}}"""


def inside(page, expression, panel="plot"):
    """A value of JavaScript in which `plot` is the panel and `div` its Plotly figure."""
    return page.evaluate(INSIDE.format(panel=json.dumps(panel), expression=expression))


def until(page, expression, panel="plot"):
    """Wait until such a value is true."""
    page.wait_for_function(INSIDE.format(panel=json.dumps(panel), expression=expression))


def square(low=0.0, high=1.0, **layout):
    """A figure whose axes, the first pair, go from low to high."""
    axis = {"range": (low, high), "showgrid": False, "zeroline": False}
    return go.Figure(layout={"xaxis": axis, "yaxis": axis, **layout})
