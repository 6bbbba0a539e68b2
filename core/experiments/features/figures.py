"""Panels of the features page: the picture, what both say of it, the maps, accuracy by shift."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.features.data import CLASSES, EDGES, REACH, TESTS, Things
from core.experiments.features.figures_more import below
from core.experiments.features.pictures import shifts
from core.figures.chart import Chart
from core.figures.style import BLUE, FAINT, GRAY, ORANGE
from core.stage import Panel, drag, line, readout

CNN, MLP = BLUE, ORANGE  # of all curves, needles and bars
HEIGHT = 320  # of the first row
BARE: dict[str, Any] = {"visible": False}
EDGE = {"l": 6, "r": 6, "t": 4, "b": 4}


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    first = [picture(settings), maps(settings), by_shift(settings)]
    return [*first, *below(settings)]


def picture(settings: Any) -> Panel:
    """What stands on the stage, to be dragged, and below it what both say of it."""
    n, dial = EDGES[settings.data], len(CLASSES[settings.data]) == 2
    axes = (axes_of_dial if dial else axes_of_bars)({"domain": (0, 0.32)})
    p = Chart("", "", (0, n), (n, 0), xaxis=BARE, yaxis=BARE | {"domain": (0.38, 1)}, square=True,
              grid=False, legend=True, **{"margin": EDGE} | axes)  # fmt: skip
    p.image("image", (0, n), (n, 0), origin="upper", smooth=False, colors="gray")
    p.line([0, n], [n, 0], opacity=0)  # Plotly leaves away axes on which no trace lies
    if dial:
        needles(p)
    else:
        bars(p, CLASSES[settings.data])
        p.tools(0, draw="Draw")
    said = [
        line(f"{name}: {what}", mark=what, when=(f"right_{name.lower()}", 0, value))
        for name in ("CNN", "MLP") for what, value in (("right", 1), ("wrong", 0))
    ]  # fmt: skip
    shuffled = ", pixels shuffled" if settings.shuffled else ""
    return p.panel(
        "picture", title=f"Drag the {'galaxy' if dial else 'digit'}{shuffled}", width=236,
        height=HEIGHT, grow=0.8, drag=drag("place", "place"), caption=said,
        alt=f"A held-out picture of {n} × {n} pixels; a handle in its middle moves it. Below, the "
        "verdicts of CNN and MLP on it"
        + (", from counterclockwise at the left to clockwise at the right." if dial else "."),
    )  # fmt: skip


def axes_of_dial(below: dict[str, Any]) -> dict[str, Any]:
    """Axes that nobody sees, a unit as long on both."""
    return {
        "xaxis2": BARE | {"range": (-1.7, 1.7), "anchor": "y2", "showgrid": False},
        "yaxis2": BARE | below | {"range": (-0.42, 1.32), "anchor": "x2", "scaleanchor": "x2",
                                  "constrain": "domain", "showgrid": False},
    }  # fmt: skip


def needles(p: Chart) -> None:
    """A dial between two classes; the gray dot is the truth."""
    arc = np.linspace(np.pi, 0, 61)
    here: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2"}
    p.line(np.cos(arc), np.sin(arc), color=GRAY, width=1.5, **here)
    p.points(("truth", 0), ("truth", 1), name="truth", color=FAINT, size=18, **here)
    for k, (name, color, width) in enumerate((("MLP", MLP, 3), ("CNN", CNN, 5))):
        p.line(("needles", 0), ("needles", 1), name=name, color=color, width=width,
               moved={"index": 1 - k}, **here)  # fmt: skip
    for x, side, text in ((0, "left", "↺"), (1, "right", "↻")):
        p.note(text, x=x, y=0, xref="paper", yref="paper", xanchor=side, yanchor="bottom",
               font={"size": 26})  # fmt: skip


def axes_of_bars(below: dict[str, Any]) -> dict[str, Any]:
    """A place for each class."""
    return {
        "barmode": "group",
        "xaxis2": {"type": "category", "showgrid": False, "anchor": "y2", "dtick": 1},
        "yaxis2": below | {"range": (0, 1), "anchor": "x2", "title": {"text": "probability"}},
        "margin": {"l": 46, "r": 6, "t": 4, "b": 24},
    }


def bars(p: Chart, classes: tuple[str, ...]) -> None:
    """Probabilities of all classes."""
    for k, (name, color) in enumerate((("CNN", CNN), ("MLP", MLP))):
        p.bars(list(classes), ("verdict", None), color=color, name=name, moved={"index": k},
               hover=f"{name}: %{{x}} with %{{y:.0%}}", xaxis="x2", yaxis="y2")  # fmt: skip


def maps(settings: Any) -> Panel:
    """Kernels of the first layer, and the feature maps of all three."""
    C = settings.channels
    rows = ("kernels", "maps1", "maps2", "maps3")
    names = ["kernels", "layer 1", "layer 2", "layer 3"]
    bare: dict[str, Any] = {"showgrid": False, "ticks": "", "showticklabels": False}
    down = {"tickmode": "array", "tickvals": [3.5, 2.5, 1.5, 0.5], "ticktext": names}
    p = Chart("", "", (0, C), (0, 4), xaxis=bare, square=True,
              yaxis={**bare, **down, "showticklabels": True},
              margin={"l": 58, "r": 4, "t": 4, "b": 4})  # fmt: skip
    for r, track in enumerate(rows):
        for c in range(C):
            look = {"colors": "signed", "low": 0, "high": 255} if r == 0 else {"colors": "gray"}
            p.image(track, (c + 0.04, c + 0.96), (3 - r + 0.04, 3 - r + 0.96), c, origin="upper",
                    smooth=False, **look)  # fmt: skip
    return p.panel(
        "maps", title="Kernels of layer 1, maps of all three", width=380, height=HEIGHT, grow=1.7,
        alt="The kernels of the first layer, and below them the feature maps of all three layers "
        "of the picture, each layer bright where it answers most.",
    )  # fmt: skip


def by_shift(settings: Any) -> Panel:
    """Accuracy on what is held out, moved further and further."""
    places = list(shifts(settings))
    p = Chart("pixels to the right", "accuracy", (-0.3, REACH[settings.data] + 0.3),
              (0, 1.04), xaxis={"dtick": int(settings.stride)}, legend=True, unified=True,
              margin={"l": 48})  # fmt: skip
    # The one below is wider: where both say the same, both are seen.
    for k, (name, color, width) in enumerate((("CNN", CNN, 6), ("MLP", MLP, 2))):
        p.line(places, ("by_shift", None), name=name, color=color, width=width,
               mode="lines+markers", marker={"size": 6 + width, "color": color},
               moved={"index": k}, hover="%{y:.0%}")  # fmt: skip
    called, share = commonest(settings)
    p.level(share)
    p.note(f"always {called}", x=0, y=share, xanchor="left", yanchor="top")
    return p.panel(
        "by_shift", title="100 new ones, moved", width=236, height=HEIGHT, grow=0.8,
        alt="Accuracy of CNN and MLP on held-out images against how far these are moved.",
    )  # fmt: skip


def commonest(settings: Any) -> tuple[str, float]:
    """The class of most of the 100, and their share: what a network gets that says nothing else."""
    y = Things(settings.data, TESTS, settings.data_seed, 1, 0).label
    counts = np.bincount(y)
    return CLASSES[settings.data][int(counts.argmax())], float(counts.max() / len(y))


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers that decide."""
    far = REACH[settings.data]
    return [
        readout("far_cnn", f"CNN at {far} pixels", ".0%", color=CNN),
        readout("far_mlp", "MLP", ".0%", color=MLP),
        readout("accuracy_cnn", "in the middle: CNN", ".0%", color=CNN),
        readout("accuracy_mlp", "MLP", ".0%", color=MLP),
        readout("loss", "loss: CNN", ".3f"),
    ]
