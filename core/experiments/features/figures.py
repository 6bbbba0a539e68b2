"""Panels of the features page: the picture, what both say of it, the maps, accuracy by shift."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.features.data import CLASSES, EDGES, REACH
from core.experiments.features.figures_more import below
from core.experiments.features.pictures import shifts
from core.figures.chart import Chart
from core.figures.style import BLUE, FAINT, GRAY, ORANGE
from core.stage import Panel, drag, line, readout

CNN, MLP = BLUE, ORANGE  # of all curves, needles and bars
HEIGHT = 300  # of the first row
BARE: dict[str, Any] = {"visible": False}
EDGE = {"l": 6, "r": 6, "t": 4, "b": 4}


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    first = [picture(settings), verdict(settings), maps(settings), by_shift(settings)]
    return [*first, *below(settings)]


def picture(settings: Any) -> Panel:
    """What stands on the stage, to be dragged; a digit may be drawn."""
    n, what = EDGES[settings.data], settings.data.removesuffix("s").replace("ie", "y")
    p = Chart("", "", (0, n), (n, 0), xaxis=BARE, yaxis=BARE, square=True, grid=False, margin=EDGE)
    p.image("image", (0, n), (n, 0), origin="upper", smooth=False, colors="gray")
    pen: dict[str, Any] = {}
    if settings.data == "digits":
        pen["tools"] = {"trace": 0, "kinds": [{"id": "draw", "label": "Draw"}]}
        p.line([0], [0], opacity=0)  # what a pen draws on has a trace
    shuffled = ", pixels shuffled" if settings.shuffled else ""
    return p.panel(
        "picture", title=f"Drag the {'galaxy' if what.startswith('gal') else what}{shuffled}",
        width=212, height=HEIGHT, grow=0.8, drag=drag("place", "place"), **pen,
        alt=f"A held-out picture of {n} × {n} pixels; a handle in its middle moves it.",
    )  # fmt: skip


def verdict(settings: Any) -> Panel:
    """What CNN and MLP say: needles of a dial between two classes, else bars."""
    said = [line("CNN: right", mark="right", when=("right_cnn", 0, 1)),
            line("CNN: wrong", mark="wrong", when=("right_cnn", 0, 0)),
            line("MLP: right", mark="right", when=("right_mlp", 0, 1)),
            line("MLP: wrong", mark="wrong", when=("right_mlp", 0, 0))]  # fmt: skip
    dial = len(CLASSES[settings.data]) == 2
    p = needles(settings) if dial else bars(settings)
    return p.panel(
        "verdict", title="What it is, they say", width=180, height=HEIGHT, grow=0.6, caption=said,
        alt="The verdicts of CNN and MLP on the picture: "
        + ("two needles on a dial." if dial else "the probability of each digit."),
    )  # fmt: skip


def needles(settings: Any) -> Chart:
    """A dial between the two classes; the triangle marks the truth."""
    arc = np.linspace(np.pi, 0, 61)
    p = Chart("", "", (-1.25, 1.25), (-0.45, 1.3), xaxis=BARE, yaxis=BARE, square=True, legend=True,
              margin=EDGE)  # fmt: skip
    p.line(np.cos(arc), np.sin(arc), color=GRAY, width=1.5)
    p.line([0, 0], [0.92, 1], color=GRAY, width=1)
    p.points(("truth", 0), ("truth", 1), color=FAINT, size=22)
    for k, (name, color, width) in enumerate((("MLP", MLP, 4), ("CNN", CNN, 6))):
        p.line(("needles", 0), ("needles", 1), name=name, color=color, width=width,
               moved={"index": 1 - k})  # fmt: skip
    for x, text in zip((-1.22, 1.22), CLASSES[settings.data], strict=True):
        side = "left" if x < 0 else "right"
        p.note(text, x=x, y=-0.12, xanchor=side, yanchor="top", font={"size": 12})
    p.note("unsure", x=0, y=1.04, yanchor="bottom")
    return p


def bars(settings: Any) -> Chart:
    """Probabilities of all classes."""
    p = Chart("digit", "probability", None, (0, 1), legend=True, barmode="group",
              xaxis={"type": "category", "showgrid": False}, margin={"l": 44})  # fmt: skip
    names = list(CLASSES[settings.data])
    for k, (name, color) in enumerate((("CNN", CNN), ("MLP", MLP))):
        p.bars(names, ("verdict", None), color=color, name=name, moved={"index": k},
               hover=f"{name}: %{{x}} with %{{y:.0%}}")  # fmt: skip
    return p


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
        "maps", title="Kernels, and the maps that they make", width=330, height=HEIGHT, grow=1.7,
        alt="The kernels of the first layer, and below them the feature maps of all three layers "
        "of the picture, each layer bright where it answers most.",
    )  # fmt: skip


def by_shift(settings: Any) -> Panel:
    """Accuracy on what is held out, moved further and further."""
    places = list(shifts(settings))
    p = Chart("pixels moved to the right", "accuracy", (-0.3, REACH[settings.data] + 0.3),
              (0, 1.04), xaxis={"dtick": int(settings.stride)}, legend=True, unified=True,
              margin={"l": 48})  # fmt: skip
    for k, (name, color) in enumerate((("CNN", CNN), ("MLP", MLP))):
        p.line(places, ("by_shift", None), name=name, color=color, width=2.5,
               mode="lines+markers", moved={"index": k}, hover="%{y:.0%}")  # fmt: skip
    chance = 1 / len(CLASSES[settings.data])
    p.level(chance, "chance")
    return p.panel(
        "by_shift", title="100 new ones, moved", width=230, height=HEIGHT, grow=1,
        alt="Accuracy of CNN and MLP on held-out images against how far these are moved.",
    )  # fmt: skip


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
