"""Panels of the approximation page: fit and contributions, error, learning curves, pieces."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.approximation.functions import HIGH, LOW
from core.experiments.approximation.pictures import COARSE, grid
from core.experiments.approximation.pieces import BENT, by_hand, most_pieces, sum_of_relus
from core.experiments.approximation.settings import data, target
from core.figures.style import BLUE, ORANGE, RIVAL, TEST, TRAIN, axes, curve, legend
from core.stage import Panel, bind, history, plot, readout

TARGET, CLEAR = "#d55e00", "rgba(0,0,0,0)"
THICK = {"color": BLUE, "width": 3.5}
# Not among them: the blue of the fit and the red of the function.
COLORS = ("#f59322", "#009e73", "#cc79a7", "#56b4e9", "#8c6bb1", "#8c8c8c")
ABOVE: dict[str, Any] = {
    "showlegend": True,
    "margin": {"l": 48, "r": 10, "t": 34, "b": 40},
    "legend": {
        "orientation": "h", "x": 0, "y": 1.01, "xanchor": "left", "yanchor": "bottom",
        "font": {"size": 12}, "itemwidth": 30,
    },
}  # fmt: skip
LOG: dict[str, Any] = {"type": "log", "exponentformat": "power", "dtick": 1}
CURVES: dict[str, Any] = {"margin": {"l": 58, "r": 10, "t": 10, "b": 40}, "hovermode": "x unified"}
X = grid().astype(np.float32)


def panels(settings: Any) -> list[Panel]:
    """The stage; straight pieces are counted where there are any."""
    shown = [fit_plot(settings), loss_plot(settings.seeds), gap_plot()]
    return [*shown, pieces_plot(settings)] if settings.activation in BENT else shown


def fit_plot(settings: Any) -> Panel:
    """Function, samples, fit, the contribution of each neuron, and where it bends."""
    f = target(settings)
    heights = f(grid(1025))
    low, high = min(-1.0, float(heights.min())), max(1.0, float(heights.max()))
    room = 0.3 * (high - low)
    figure = axes("x", "y", (LOW - 0.02, HIGH + 0.02), (low - room, high + room), **ABOVE)
    binds: list[dict[str, Any]] = []
    if settings.seeds > 1:
        _band(figure, binds)
    _contributions(settings, figure, binds)
    binds.append(bind(len(figure.data), "y", "fit"))
    figure.add_scatter(
        x=X, y=0 * X, mode="lines", line=THICK, legendgroup="fit", showlegend=False,
        hovertemplate="fit: y(%{x:.3f}) = %{y:.3f}<extra></extra>",
    )  # fmt: skip
    _given(settings, figure)
    marks = _marks(settings, figure, binds)
    _entries(settings, figure)
    kinds = [{"id": "draw", "label": "Draw f"}]
    if marks:
        kinds.append({"id": "move", "label": "Move a kink"})
    which = "hidden neuron" if len(settings.hidden) < 2 else "neuron of the last hidden layer"
    return plot(
        "fit", figure, binds, tools={"kinds": kinds, "trace": marks}, width=740, height=400,
        grow=2.4, title="Fit = sum of contributions",
        alt="The function to approximate, its samples and the network's fit; as thin lines what "
        f"each {which} adds to it; dots where straight pieces meet.",
    )  # fmt: skip


def _band(figure: go.Figure, binds: list[dict[str, Any]]) -> None:
    """Between the lowest and the highest fit over the seeds."""
    binds.append(bind(len(figure.data), "y", "band"))
    x = np.append(X, X[::-1])
    figure.add_scatter(
        x=x, y=0 * x, mode="lines", line={"color": CLEAR, "width": 1}, fill="toself",
        fillcolor=BLUE, hoverinfo="skip", legendgroup="band", showlegend=False,
    )  # fmt: skip


def _contributions(settings: Any, figure: go.Figure, binds: list[dict[str, Any]]) -> None:
    """One trace a color, with a gap between its neurons: a trace for each would be slow."""
    x = np.append(grid(COARSE), HIGH).astype(np.float32)
    neurons = settings.hidden[-1] if settings.hidden else 1
    for first, color in enumerate(COLORS[:neurons]):
        mine = range(first, neurons, len(COLORS))
        order = [k for j in mine for k in (*range(j * COARSE, (j + 1) * COARSE), -1)]
        binds.append(bind(len(figure.data), "y", "contributions", order=order))
        xs = np.tile(x, len(mine))
        figure.add_scatter(
            x=xs, y=0 * xs, mode="lines", line={"color": color, "width": 1},
            customdata=np.repeat(np.array(mine) + 1, COARSE + 1),
            hovertemplate="neuron %{customdata} adds %{y:.3f}<extra></extra>",
            legendgroup="contributions", showlegend=False,
        )  # fmt: skip


def _given(settings: Any, figure: go.Figure) -> None:
    """What does not move: the function, its samples, and the fit that is written by hand."""
    fine, f = grid(1025), target(settings)
    figure.add_scatter(
        x=fine.astype(np.float32), y=f(fine).astype(np.float32), mode="lines", name="f",
        line={"color": TARGET, "width": 1.5}, hovertemplate="f(%{x:.3f}) = %{y:.3f}<extra></extra>",
    )  # fmt: skip
    x, y = data(settings)
    figure.add_scatter(
        x=x, y=y, mode="markers", name="samples", marker={"size": 4, "color": TARGET},
        hovertemplate="sample: %{x:.3f}, %{y:.3f}<extra></extra>",
    )  # fmt: skip
    if settings.activation == "ReLU" and len(settings.hidden) == 1:
        n = settings.hidden[0]
        figure.add_scatter(
            x=X, y=sum_of_relus(grid(), *by_hand(f, n)).astype(np.float32), mode="lines",
            name="by hand", visible="legendonly",
            line={"color": RIVAL, "width": 2, "dash": "dash"},
            hovertemplate="by hand: %{y:.3f}<extra></extra>",
        )  # fmt: skip


def _marks(settings: Any, figure: go.Figure, binds: list[dict[str, Any]]) -> list[int]:
    """Kinks of one hidden layer in their neuron's color, which may be moved; else breaks."""
    marker: dict[str, Any] = {"size": 9, "line": {"color": "white", "width": 1.5}}
    words: dict[str, Any] = {"mode": "markers", "legendgroup": "kinks", "showlegend": False}
    trace = len(figure.data)
    if len(settings.hidden) == 1:
        neurons = settings.hidden[0]
        binds += [bind(trace, "x", "kinks", 0), bind(trace, "y", "kinks", 1)]
        marker["color"] = [COLORS[j % len(COLORS)] for j in range(neurons)]
        figure.add_scatter(
            x=[], y=[], marker=marker, customdata=list(range(neurons)),
            hovertemplate="w x + b = 0 at x = %{x:.3f}<extra></extra>", **words,
        )  # fmt: skip
        return [trace]
    if settings.activation in BENT and settings.hidden:
        binds += [bind(trace, "x", "breaks", 0), bind(trace, "y", "breaks", 1)]
        binds.append(bind(trace, "marker.color", "break_layers", colors="category"))
        figure.add_scatter(
            x=[], y=[], marker=marker,
            hovertemplate="a straight piece ends at x = %{x:.3f}<extra></extra>", **words,
        )  # fmt: skip
    return []


def _entries(settings: Any, figure: go.Figure) -> None:
    """Entries of the legend, to switch what the player paints: its own traces are invisible."""
    thin = {"mode": "lines", "line": {"color": COLORS[1], "width": 1}}
    entries = [("fit", "fit", {"mode": "lines", "line": THICK}),
               ("contributions", "contributions", thin)]  # fmt: skip
    if settings.seeds > 1:
        wide = {"mode": "lines", "line": {"color": "rgba(8,119,189,0.3)", "width": 8}}
        entries.append(("band", f"{settings.seeds} seeds", wide))
    bent = settings.activation in BENT
    if settings.hidden and (bent or len(settings.hidden) == 1):
        dot = {"mode": "markers", "marker": {"size": 8, "color": COLORS[1]}}
        entries.append(("kinks", "kinks" if bent else "centers", dot))
    for group, name, words in entries:
        figure.add_scatter(x=[None], y=[None], name=name, legendgroup=group, **words)


def gap_plot() -> Panel:
    """|f - y| over the interval, in powers of ten."""
    figure = axes("x", "|f − y|", (LOW, HIGH), (-4, 0.5), yaxis=LOG,
                  margin=CURVES["margin"])  # fmt: skip
    figure.add_scatter(
        x=X, y=0 * X + 1, mode="lines", line={"color": ORANGE, "width": 1.5},
        hovertemplate="off by %{y:.2g} at x = %{x:.3f}<extra></extra>",
    )  # fmt: skip
    return plot(
        "gap", figure, [bind(0, "y", "gap")], title="Error at each x", width=360, height=230,
        alt="Distance between fit and function over the interval, on a logarithmic axis.",
    )  # fmt: skip


def loss_plot(seeds: int) -> Panel:
    """Mean squared error on the samples and against f, with the spread over seeds."""
    figure = legend(axes("updates", "mean squared error", None, None, yaxis=LOG, **CURVES))
    binds = []
    if seeds > 1:
        for column, words in (("min", {}), ("max", {"fill": "tonexty"})):
            binds.append(history(len(figure.data), "loss_seeds", column, dot=False))
            figure.add_trace(
                curve(f"{column} of {seeds} seeds", TRAIN, line={"width": 0},
                      fillcolor="rgba(0,158,115,0.18)", showlegend=False, **words)
            )  # fmt: skip
    for track, name, color in (
        ("loss", "on the samples", TRAIN),
        ("test_loss", "against f", TEST),
    ):
        binds.append(history(len(figure.data), track))
        figure.add_trace(curve(name, color))
    return plot(
        "loss", figure, binds, title="Loss", width=360, height=400,
        alt="Mean squared error on the samples and against the function, over the updates.",
    )  # fmt: skip


def pieces_plot(settings: Any) -> Panel:
    """Number of straight pieces over the updates."""
    figure = axes("updates", "straight pieces", None, None, yaxis={"rangemode": "tozero"})
    figure.add_trace(curve("counted", BLUE))
    return plot(
        "pieces", figure, [history(0, "linear_pieces")], width=360, height=230,
        title=f"Straight pieces (at most {most_pieces(settings.hidden):,})",
        alt="Number of straight pieces of the fit over the updates.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers under the stage."""
    found = [
        readout("loss", "Training loss", ".3g", color=TRAIN),
        readout("rmse", "Error, root mean square", ".3g", color=TEST),
        readout("max_error", "Largest error", ".3g", color=ORANGE),
        readout("parameters", "Parameters", "d"),
    ]
    if settings.activation in BENT:
        found.append(readout("linear_pieces", "Straight pieces", "d", color=BLUE))
    if settings.activation == "ReLU":
        found.append(readout("off", "Dead ReLUs", "d"))
    return found
