"""Five maps of 2,000 moving points, as a page of embeddings has them: frames a second."""

import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import plotly.graph_objects as go

from core.stage import bind, plot
from tests.benchmarks.frames import DRAWN
from tests.benchmarks.table import Row, spread
from tests.browser.plots import film_of, play

MAPS, POINTS, FRAMES, SECONDS, TIMES = 5, 2000, 300, 4, 3


def film():
    """Each point on its way from a cloud to one of seven heaps."""
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 7, POINTS).astype(np.uint8)
    start = rng.normal(size=(MAPS, POINTS, 2))
    heaps = rng.uniform(-3, 3, (MAPS, 7, 2))[:, kinds] + 0.3 * rng.normal(size=start.shape)

    def snapshot(i):
        moved = start + (heaps - start) * (i / (FRAMES - 1))
        tracks = {f"map{k}": one.astype(np.float16) for k, one in enumerate(moved)}
        return tracks | {"kinds": kinds}

    return film_of(FRAMES, snapshot)


def panels():
    """A plot for each map, points of 5 pixels in the color of their kind."""
    axis = {"range": (-4, 4), "showgrid": False}
    for k in range(MAPS):
        figure = go.Figure(layout={"xaxis": axis, "yaxis": axis})
        figure.add_scatter(x=[], y=[], mode="markers", marker={"size": 5})
        binds = [bind(0, name, f"map{k}", column) for column, name in enumerate("xy")]
        binds.append(bind(0, "marker.color", "kinds", colors="category"))
        yield plot(f"map{k}", figure, binds, width=240, height=300)


def rows(context) -> list[Row]:
    """Distinct frames a second, beside what the idle page reaches."""
    page, found = context.new_page(), []
    with tempfile.TemporaryDirectory() as folder:
        play(page, Path(folder), film(), list(panels()), loop=True)
    display = page.evaluate(DRAWN, 2)["display"]
    for _ in range(TIMES):
        page.evaluate("player.head = 0, player.playing = true")
        found.append(page.evaluate(DRAWN, SECONDS)["drawn"])
    page.close()
    return [
        Row(f"{MAPS} maps of {POINTS:,} moving points", median(found), "frames/s", 50, most=False,
            beside=f"34 to 42 as paths of a canvas; display {display:.1f}", detail=spread(found))
    ]  # fmt: skip
