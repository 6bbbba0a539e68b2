"""Pictures below the stage: cuts at random, ways between minima, one function rescaled, seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.experiments.minima.connect import ALONG, IN_ORDER, ORDERED, OTHER, SAME, barrier
from core.experiments.minima.figures import COLORS
from core.experiments.minima.rescale import FACTORS, Scaled
from core.experiments.minima.seeds import Row, column
from core.experiments.minima.settings import WAYS, said
from core.experiments.minima.slices import LINE, SIDE
from core.figures.chart import FROM_ZERO, Chart
from core.figures.style import BLUE, GRAY, ORANGE, RED, TEST, TRAIN

Numbers = NDArray[np.float64]
HEIGHT = 360
MARGIN = {"l": 60, "r": 10, "t": 40, "b": 50}


def lines_figure(lines: Mapping[str, Numbers], settings: Any) -> go.Figure:
    """Both losses along one random direction."""
    p = Chart("distance, in lengths of each neuron's weights", "loss", legend=True,
              yaxis=FROM_ZERO)  # fmt: skip
    for way, (train, test) in lines.items():
        name, color = said(settings, way), COLORS[way]
        p.line(LINE, train, name=name, color=color, width=2.5, hover="training loss %{y:.3f}")
        p.line(LINE, test, name=f"{name}, test", color=color, dash="dash",
               hover="test loss %{y:.3f}")  # fmt: skip
    return p.figure(height=HEIGHT, margin=MARGIN)


def planes_figure(planes: Mapping[str, Numbers], settings: Any) -> go.Figure:
    """Contours of both losses in a random plane through each minimum, at the same levels."""
    names = [said(settings, way) for way in planes]
    figure = make_subplots(1, len(planes), subplot_titles=names, shared_yaxes=True)
    for k, (way, (train, test)) in enumerate(planes.items(), start=1):
        looks = (("training", train, COLORS[way], "solid"), ("test", test, GRAY, "dash"))
        for name, loss, color, dash in looks:
            figure.add_trace(
                go.Contour(
                    x=SIDE, y=SIDE, z=loss, name=f"{name} loss", showscale=False,
                    colorscale=[[0, color], [1, color]], line={"width": 1.5, "dash": dash},
                    contours={"coloring": "lines", "start": 0.1, "end": 1.5, "size": 0.1},
                    hovertemplate=f"{name} loss %{{z:.3f}}<extra></extra>",
                ), 1, k,
            )  # fmt: skip
        figure.update_xaxes(title_text="first direction", row=1, col=k)
    figure.update_yaxes(title_text="second direction", row=1, col=1)
    return figure.update_layout(height=HEIGHT, margin=MARGIN)


def said_of_lines(lines: Mapping[str, Numbers], settings: Any) -> str:
    """How far each loss has risen a fifth of the weights away."""
    places = [int(np.abs(LINE - t).argmin()) for t in (-0.2, 0.2)]
    middle = len(LINE) // 2
    parts = []
    for way, (train, test) in lines.items():
        rise, other = (float(loss[places].mean() - loss[middle]) for loss in (train, test))
        parts.append(f"{said(settings, way)} by {rise:.3f} (test {other:.3f})")
    return f"A fifth of the weights' length away, the training loss has risen: {', '.join(parts)}."


def paths_figure(paths: Mapping[str, Numbers]) -> go.Figure:
    """Both losses along the straight ways between minima; dots: of two that began alike, in order.

    Where no neuron moves, the dots lie on the line.
    """
    p = Chart("t: from the one minimum, 0, to the other, 1", "loss", legend=True, yaxis=FROM_ZERO)
    for name, (train, test) in paths.items():
        color = {OTHER: ORANGE, ORDERED: TRAIN}.get(name, BLUE)
        if name.startswith(SAME) and name.endswith(IN_ORDER):
            p.points(ALONG, train, name=name, color=color, hover="training loss %{y:.3f}")
            continue
        p.line(ALONG, train, name=name, color=color, width=2.5, hover="training loss %{y:.3f}")
        p.line(ALONG, test, color=color, dash="dash", hover="test loss %{y:.3f}")
    return p.figure(height=HEIGHT, margin=MARGIN)


def said_of_paths(paths: Mapping[str, Numbers]) -> str:
    """How high the barriers are."""
    parts = [
        f"{name}: {barrier(train):.3f} (test {barrier(test):.3f})"
        for name, (train, test) in paths.items()
    ]
    alike = [name for name in paths if name.startswith(SAME) and not name.endswith(IN_ORDER)]
    stayed = alike and all(np.array_equal(paths[name], paths[name + IN_ORDER]) for name in alike)
    more = " From the same first weights no neuron had to move: the order is the same already."
    return (
        f"Barrier, the rise above the straight line between both ends. {'; '.join(parts)}."
        + more * bool(stayed)
    )


def rescaled_figure(found: Sequence[Scaled], edge: float) -> go.Figure:
    """Curvature and losses over the factor, on logarithmic axes."""
    a = [row.factor for row in found]
    ticks = {"tickvals": FACTORS[::2], "ticktext": [f"{value:g}" for value in FACTORS[::2]]}
    p = Chart("factor a", "curvature λ, loss", legend=True, xaxis={"type": "log", **ticks},
              yaxis={"type": "log", "exponentformat": "power"})  # fmt: skip
    for name, values, color in (
        ("largest curvature", [row.sharpness for row in found], BLUE),
        ("training loss", [row.loss for row in found], TRAIN),
        ("test loss", [row.test for row in found], TEST),
    ):
        p.line(a, values, name=name, color=color, mode="lines+markers", hover="%{y:.4g}")
    p.level(edge, "edge 2/η", RED)
    return p.figure(height=HEIGHT, margin=MARGIN)


def seeds_figure(rows: Sequence[Row], settings: Any) -> go.Figure:
    """Test loss over curvature, a dot for each seed and way."""
    p = Chart("largest curvature λ of the training loss", "test loss", legend=True,
              xaxis=FROM_ZERO)  # fmt: skip
    for way in WAYS:
        sharp, loss = (column(rows, way, name) for name in ("curvature", "test loss"))
        right = [f"{value:.1%}" for value in column(rows, way, "accuracy")]
        p.points(sharp, loss, name=said(settings, way), color=COLORS[way], size=9, text=right,
                 hover="λ %{x:.1f}, test loss %{y:.3f}, right %{text}")  # fmt: skip
    return p.figure(height=HEIGHT, margin=MARGIN)


def settings_of(settings: Any) -> str:
    """Of which run something is shown that was begun before the controls were set anew."""
    kinds = settings.kinds()
    parts = [f"{kinds[name].label}: {text}" for name, text in settings.fresh().to_link().items()]
    return f"With {', '.join(parts)}." if parts else "With all controls as they are at first."
