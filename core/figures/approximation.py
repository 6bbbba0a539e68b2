"""Panels of the approximation page: fit and contributions, error, curves, pieces; the sweep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.datasets.functions import HIGH, LOW
from core.experiments.approximation_pictures import COARSE, grid
from core.experiments.approximation_pieces import BENT, by_hand, most_pieces, sum_of_relus
from core.experiments.approximation_settings import data, target
from core.experiments.approximation_sweep import Result
from core.figures.style import BLUE, CATEGORIES, ORANGE, RIVAL, TEST, TRAIN, axes, curve, legend
from core.stage import Panel, bind, history, plot, readout

FAINT = "rgba(8,119,189,0.8)"  # of the band; the player makes it fainter
TARGET = "#d55e00"
MEASURES = {"root mean square": "rmse", "largest": "largest"}


def fit_plot(settings: Any) -> Panel:
    """Target, samples, fit, the contribution of each neuron, and where it bends."""
    fine, f = grid(1025), target(settings)
    low, high = min(-1.0, float(f(fine).min())), max(1.0, float(f(fine).max()))
    room = 0.3 * (high - low)
    figure = axes("x", "y", (LOW - 0.02, HIGH + 0.02), (low - room, high + room))
    binds: list[dict[str, Any]] = []
    _band(settings, figure, binds)
    _contributions(settings, figure, binds)
    binds.append(bind(len(figure.data), "y", "fit"))
    figure.add_scatter(
        x=grid().tolist(), y=[0] * len(grid()), mode="lines", line={"color": BLUE, "width": 3.5},
        hovertemplate="fit: y(%{x:.3f}) = %{y:.3f}<extra></extra>", showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=fine.tolist(), y=f(fine).tolist(), mode="lines", name="function f",
        line={"color": TARGET, "width": 1.5}, hovertemplate="f(%{x:.3f}) = %{y:.3f}<extra></extra>",
    )  # fmt: skip
    x, y = data(settings)
    figure.add_scatter(
        x=x.tolist(), y=y.tolist(), mode="markers", name="samples",
        marker={"size": 4, "color": TARGET, "opacity": 0.75},
        hovertemplate="sample: %{x:.3f}, %{y:.3f}<extra></extra>",
    )  # fmt: skip
    if settings.activation == "ReLU" and len(settings.hidden) == 1:
        n = settings.hidden[0]
        figure.add_scatter(
            x=grid().tolist(), y=sum_of_relus(grid(), *by_hand(f, n)).tolist(), mode="lines",
            name=f"{n} ReLUs by hand", visible="legendonly",
            line={"color": RIVAL, "width": 2, "dash": "dash"},
            hovertemplate="by hand: %{y:.3f}<extra></extra>",
        )  # fmt: skip
    kinds = [{"id": "draw", "label": "Draw f"}]
    tools: dict[str, Any] = {"kinds": kinds, "trace": []}
    if mark := _marks(settings, figure, binds):
        tools["trace"] = [mark]
        kinds.append({"id": "move", "label": "Move a kink"})
    _entries(figure, bool(mark), settings)
    figure.update_layout(
        showlegend=True, margin={"l": 48, "r": 10, "t": 34, "b": 40},
        legend={"orientation": "h", "x": 0, "y": 1.01, "xanchor": "left", "yanchor": "bottom"},
    )  # fmt: skip
    what = "neuron" if len(settings.hidden) == 1 else "neuron of the last hidden layer"
    return plot(
        "fit", figure, binds, tools=tools, width=640, height=470, grow=2.4,
        title="Fit = sum of contributions",
        alt=f"The function to approximate, its samples, the network's fit, and as thin lines what "
        f"each {what} adds to it; dots mark where straight pieces meet.",
    )  # fmt: skip


def _band(settings: Any, figure: go.Figure, binds: list[dict[str, Any]]) -> None:
    if settings.seeds < 2:
        return
    x = grid()
    binds.append(bind(len(figure.data), "y", "band"))
    figure.add_scatter(
        x=np.append(x, x[::-1]).tolist(), y=[0] * 2 * len(x), mode="lines", fill="toself",
        line={"color": "rgba(0,0,0,0)", "width": 1}, fillcolor=FAINT, hoverinfo="skip",
        legendgroup="band", showlegend=False,
    )  # fmt: skip


def _contributions(settings: Any, figure: go.Figure, binds: list[dict[str, Any]]) -> None:
    """One trace a color, with a gap between neurons: many traces would be slow."""
    x = grid(COARSE).tolist()
    neurons = settings.hidden[-1] if settings.hidden else 1
    for first, color in enumerate(CATEGORIES[:neurons]):
        mine = range(first, neurons, len(CATEGORIES))
        order = [k for j in mine for k in (*range(j * COARSE, (j + 1) * COARSE), -1)]
        binds.append(bind(len(figure.data), "y", "contributions", order=order))
        figure.add_scatter(
            x=[*x, HIGH] * len(mine), y=[0] * len(order), mode="lines",
            line={"color": color, "width": 1},
            customdata=[j + 1 for j in mine for _ in range(COARSE + 1)],
            hovertemplate="neuron %{customdata} adds %{y:.3f}<extra></extra>",
            legendgroup="contributions", showlegend=False,
        )  # fmt: skip


def _marks(settings: Any, figure: go.Figure, binds: list[dict[str, Any]]) -> int | None:
    """Kinks of one hidden layer in their neuron's color, else breaks in their layer's."""
    marker: dict[str, Any] = {"size": 9, "line": {"color": "white", "width": 1.5}}
    words: dict[str, Any] = {"mode": "markers", "legendgroup": "kinks", "showlegend": False}
    trace, neurons = len(figure.data), settings.hidden[-1] if settings.hidden else 0
    if len(settings.hidden) == 1:
        binds += [bind(trace, "x", "kinks", 0), bind(trace, "y", "kinks", 1)]
        marker["color"] = [CATEGORIES[j % len(CATEGORIES)] for j in range(neurons)]
        figure.add_scatter(
            x=[], y=[], marker=marker, customdata=list(range(neurons)),
            hovertemplate="w x + b = 0 at x = %{x:.3f}<extra></extra>", **words,
        )  # fmt: skip
        return trace
    if settings.activation in BENT and settings.hidden:
        binds += [bind(trace, "x", "breaks", 0), bind(trace, "y", "breaks", 1)]
        binds.append(bind(trace, "marker.color", "break_layers", colors="category"))
        figure.add_scatter(
            x=[], y=[], marker=marker,
            hovertemplate="a straight piece ends at x = %{x:.3f}<extra></extra>", **words,
        )  # fmt: skip
    return None


def _entries(figure: go.Figure, kinks: bool, settings: Any) -> None:
    """Entries of the legend that switch what the player paints: its own traces are invisible."""
    bent = settings.activation in BENT
    entries = [("fit", "fit", {"mode": "lines", "line": {"color": BLUE, "width": 3.5}})]
    if settings.seeds > 1:
        band = {"mode": "lines", "line": {"color": "rgba(8,119,189,0.3)", "width": 8}}
        entries.append(("band", f"{settings.seeds} seeds", band))
    line = {"mode": "lines", "line": {"color": CATEGORIES[2], "width": 1}}
    entries.append(("contributions", "contributions", line))
    if kinks or (bent and settings.hidden):
        dot = {"mode": "markers", "marker": {"size": 8, "color": CATEGORIES[2]}}
        entries.append(("kinks", "kinks" if bent else "centers", dot))
    for group, name, words in entries:
        if group == "fit":
            figure.data[_place(figure, BLUE)].legendgroup = "fit"
        figure.add_scatter(x=[None], y=[None], name=name, legendgroup=group, **words)


def _place(figure: go.Figure, color: str) -> int:
    """Index of the fit among the traces: the thick line."""
    return next(
        i for i, t in enumerate(figure.data) if t.line.width == 3.5 and t.line.color == color
    )


def gap_plot(settings: Any) -> Panel:
    """|f - y| over the interval, in powers of ten."""
    figure = axes("x", "|f − y|", (LOW, HIGH), (-4, 0.5))
    figure.update_yaxes(type="log", dtick=1, exponentformat="power")
    figure.add_scatter(
        x=grid().tolist(), y=[1] * len(grid()), mode="lines", line={"color": ORANGE, "width": 1.5},
        hovertemplate="off by %{y:.2g} at x = %{x:.3f}<extra></extra>",
    )  # fmt: skip
    return plot(
        "gap", figure, [bind(0, "y", "gap")], title="Error at each x", width=320, height=230,
        alt="Distance between fit and function over the interval, on a logarithmic axis.",
    )  # fmt: skip


def loss_plot(settings: Any) -> Panel:
    """Mean squared error on the samples and against f, with the spread over seeds."""
    figure = legend(axes("updates", "mean squared error", None, None))
    figure.update_yaxes(type="log", exponentformat="power")
    figure.update_layout(margin={"l": 58, "r": 10, "t": 10, "b": 40}, hovermode="x unified")
    binds = []
    if settings.seeds > 1:
        for column, words in (("min", {}), ("max", {"fill": "tonexty"})):
            binds.append(history(len(figure.data), "loss_seeds", column, dot=False))
            figure.add_trace(
                curve(f"{column} of {settings.seeds} seeds", TRAIN, line={"width": 0},
                      fillcolor="rgba(0,158,115,0.18)", showlegend=False, **words)
            )  # fmt: skip
    for track, name, color in (
        ("loss", "on the samples", TRAIN),
        ("test_loss", "against f", TEST),
    ):
        binds.append(history(len(figure.data), track))
        figure.add_trace(curve(name, color))
    return plot(
        "loss", figure, binds, title="Loss", width=320, height=240,
        alt="Mean squared error on the samples and against the function, over the updates.",
    )  # fmt: skip


def pieces_plot(settings: Any) -> Panel:
    """Number of straight pieces over the updates, and the most there can be."""
    figure = legend(axes("updates", "straight pieces", None, None))
    figure.update_yaxes(rangemode="tozero")
    figure.add_trace(curve("counted", BLUE))
    most = most_pieces(settings.hidden)
    binds = [history(0, "linear_pieces")]
    if most <= 4 * sum(settings.hidden) + 4:
        figure.add_hline(
            y=most, line={"dash": "dot", "color": RIVAL}, annotation_text=f"at most {most}"
        )
    return plot(
        "pieces", figure, binds, title=f"Straight pieces (at most {most:,})", width=320, height=240,
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


def sweep_figure(results: Sequence[Result], kind: str, measure: str = "rmse") -> go.Figure:
    """Error against width or depth: every seed a dot, their median a line, their spread a band."""
    titles = {"width": "neurons in one hidden layer", "depth": "hidden layers"}
    name = {"rmse": "error against f, root mean square", "largest": "largest error"}[measure]
    figure = axes(titles[kind], name, None, None)
    x = [r.hidden[0] if kind == "width" else len(r.hidden) for r in results]
    rows = [[v for v in getattr(r, measure) if np.isfinite(v)] for r in results]
    best, middle, worst = ([float(f(row)) if row else None for row in rows]
                           for f in (min, np.median, max))  # fmt: skip
    flat: dict[str, Any] = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=best, showlegend=False, **flat)
    figure.add_scatter(
        x=x, y=worst, fill="tonexty", fillcolor="rgba(8,119,189,0.18)", name="best to worst", **flat
    )
    figure.add_scatter(
        x=[place for place, row in zip(x, rows, strict=True) for _ in row],
        y=[value for row in rows for value in row], mode="markers", name="one seed",
        marker={"color": BLUE, "size": 5, "opacity": 0.5}, hovertemplate="%{y:.3g}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=middle, mode="lines+markers", name="median of seeds",
        line={"color": BLUE, "width": 3}, marker={"size": 8},
        text=[f"{' + '.join(map(str, r.hidden))}: {r.parameters} parameters" for r in results],
        hovertemplate="%{text}<br>median %{y:.3g}<extra></extra>",
    )  # fmt: skip
    if kind == "width":
        hand = [r.by_hand[0 if measure == "largest" else 1] for r in results]
        figure.add_scatter(
            x=x, y=hand, mode="lines", name="ReLUs by hand, not trained",
            line={"color": ORANGE, "dash": "dash", "width": 2},
            hovertemplate="by hand %{y:.3g}<extra></extra>",
        )  # fmt: skip
    ticks = [f"{len(r.hidden)}<br>{r.hidden[0]} wide<br>{r.parameters} par." for r in results]
    if kind == "width":
        ticks = [f"{r.hidden[0]}" for r in results]
    figure.update_xaxes(
        type="log" if kind == "width" else "linear", tickmode="array", tickvals=x, ticktext=ticks
    )
    figure.update_yaxes(type="log", exponentformat="power")
    figure.update_layout(
        height=380, margin={"l": 60, "r": 10, "t": 30, "b": 70 if kind == "depth" else 50},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )  # fmt: skip
    return figure
