"""Panels of the approximation page: fit and contributions, error, learning curves, pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.experiments.approximation.functions import HIGH, LOW
from core.experiments.approximation.pictures import COARSE, grid
from core.experiments.approximation.pieces import BENT, by_hand, most_pieces, sum_of_relus
from core.experiments.approximation.settings import data, target
from core.experiments.approximation.sweep import Result
from core.figures.chart import FROM_ZERO, LOG, WIDE, Chart
from core.figures.style import BLUE, CLEAR, ORANGE, RIVAL, TEST, TRAIN, TRUTH, faint
from core.stage import Panel, focus, readout, structure

# Not among them: the blue of the fit and the red of the function.
COLORS = ("#f59322", "#009e73", "#cc79a7", "#56b4e9", "#8c6bb1", "#8c8c8c")
X = grid().astype(np.float32)


def panels(settings: Any) -> list[Panel]:
    """The stage; straight pieces are counted where there are any."""
    shown = [fit_plot(settings), loss_plot(settings.seeds), gap_plot()]
    return [*shown, pieces_plot(settings)] if settings.activation in BENT else shown


def fit_plot(settings: Any) -> Panel:
    """Function, samples, fit, the contribution of each neuron, and where it bends."""
    heights = target(settings)(grid(1025))
    low, high = min(-1.0, float(heights.min())), max(1.0, float(heights.max()))
    room = 0.3 * (high - low)
    limits = (low - room, high + room)
    p = Chart("x", "y", (LOW - 0.02, HIGH + 0.02), limits, legend=True)
    if settings.seeds > 1:  # between the lowest and the highest fit
        p.line(np.append(X, X[::-1]), ("band", None), name=f"{settings.seeds} seeds", color=CLEAR,
               width=1, fill="toself", fillcolor=BLUE, legendgroup="band")  # fmt: skip
    everything = _contributions(settings, p)
    p.line(X, ("fit", None), name="fit", color=BLUE, width=3.5, legendgroup="fit",
           hover="fit: y(%{x:.3f}) = %{y:.3f}")  # fmt: skip
    _given(settings, p)
    marks = _marks(settings, p)
    p.tools(marks, draw="Draw f", **({"move": "Move a kink"} if marks else {}))
    which = "hidden neuron" if len(settings.hidden) < 2 else "neuron of the last hidden layer"
    return p.panel(
        "fit", width=740, height=400, grow=2.4, title="Fit = sum of contributions",
        focused="What neuron {focus:neuron} alone adds",
        focus=focus("neuron", by="point", trace=everything, size=COARSE, stays=False),
        structure=structure(settings, "hidden"),
        alt="The function to approximate, its samples and the network's fit; as thin lines what "
        f"each {which} adds to it; dots where straight pieces meet.",
    )  # fmt: skip


def _contributions(settings: Any, p: Chart) -> int:
    """One trace a color, with a gap between its neurons: a trace for each would be slow.

    While one neuron is pointed at, it is drawn alone. Returns the trace of all of them, neuron by
    neuron, which is never drawn: the pointer looks for the nearest curve there.
    """
    x = np.append(grid(COARSE), HIGH).astype(np.float32)
    neurons = settings.hidden[-1] if settings.hidden else 1
    for first, color in enumerate(COLORS[:neurons]):
        mine = range(first, neurons, len(COLORS))
        order = [k for j in mine for k in (*range(j * COARSE, (j + 1) * COARSE), -1)]
        p.line(
            np.tile(x, len(mine)), ("contributions", None), color=color, width=1,
            moved={"order": order, "unless": "focus:neuron"}, name="contributions",
            customdata=np.repeat(np.array(mine) + 1, COARSE + 1),
            hover="neuron %{customdata} adds %{y:.3f}", legendgroup="contributions",
        )  # fmt: skip
    alone = {"part": {"index": "focus:neuron", "size": COARSE}}
    p.line(x[:-1], ("contributions", None), moved=alone, color=ORANGE, width=3,
           hover="adds %{y:.3f} at x = %{x:.3f}")  # fmt: skip
    return p.line(np.tile(x[:-1], neurons), ("contributions", None), visible="legendonly")


def _given(settings: Any, p: Chart) -> None:
    """What does not move: the function, its samples, and the fit that is written by hand."""
    fine, f = grid(1025), target(settings)
    p.line(fine, f(fine), name="f", color=TRUTH, width=1.5, hover="f(%{x:.3f}) = %{y:.3f}")
    x, y = data(settings)
    p.points(x, y, name="samples", size=4, color=TRUTH, hover="sample: %{x:.3f}, %{y:.3f}")
    if settings.activation == "ReLU" and len(settings.hidden) == 1:
        hand = sum_of_relus(grid(), *by_hand(f, settings.hidden[0]))
        p.line(X, hand, name="by hand", visible="legendonly", color=RIVAL, dash="dash",
               hover="by hand: %{y:.3f}")  # fmt: skip


def _marks(settings: Any, p: Chart) -> list[int]:
    """Kinks of one hidden layer in their neuron's color, which may be moved; else breaks."""
    bent = settings.activation in BENT
    look: dict[str, Any] = {"size": 9, "edge": ("white", 1.5), "legendgroup": "kinks"}
    look["name"] = "kinks" if bent else "centers"
    if len(settings.hidden) == 1:
        neurons = range(settings.hidden[0])
        colors = [COLORS[j % len(COLORS)] for j in neurons]
        return [p.points(xy="kinks", color=colors, customdata=list(neurons),
                         hover="w x + b = 0 at x = %{x:.3f}", **look)]  # fmt: skip
    if bent and settings.hidden:
        p.points(xy="breaks", color=("break_layers", None), scale={"colors": "category"},
                 hover="a straight piece ends at x = %{x:.3f}", **look)  # fmt: skip
    return []


def gap_plot() -> Panel:
    """|f - y| over the interval, in powers of ten."""
    p = Chart("x", "|f − y|", (LOW, HIGH), (-4, 0.5), yaxis=LOG, **WIDE)
    p.line(X, ("gap", None), color=ORANGE, width=1.5, hover="off by %{y:.2g} at x = %{x:.3f}")
    return p.panel(
        "gap", title="Error at each x", width=360, height=230, fill=True,
        alt="Distance between fit and function over the interval, on a logarithmic axis.",
    )  # fmt: skip


def loss_plot(seeds: int) -> Panel:
    """Mean squared error on the samples and against f, with the spread over seeds."""
    p = Chart("updates", "mean squared error", yaxis=LOG, legend=True, unified=True, **WIDE)
    if seeds > 1:
        p.band("loss_seeds", TRAIN, f"{seeds} seeds")
    p.history("loss", name="on the samples", color=TRAIN)
    p.history("test_loss", name="against f", color=TEST)
    return p.panel(
        "loss", title="Loss", width=360, height=230, fill=True,
        alt="Mean squared error on the samples and against the function, over the updates.",
    )  # fmt: skip


def pieces_plot(settings: Any) -> Panel:
    """Number of straight pieces over the updates."""
    p = Chart("updates", "straight pieces", yaxis=FROM_ZERO)
    p.history("linear_pieces", name="counted")
    return p.panel(
        "pieces", title=f"Straight pieces (at most {most_pieces(settings.hidden):,})", width=360,
        height=230, fill=True, alt="Number of straight pieces of the fit over the updates.",
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


MEASURES = {"root mean square": "rmse", "largest": "largest"}
TITLES = {"width": "neurons in one hidden layer", "depth": "hidden layers"}
NAMES = {"rmse": "error against f, root mean square", "largest": "largest error"}


def sweep_figure(results: Sequence[Result], kind: str, measure: str = "rmse") -> go.Figure:
    """Every seed a dot, their median a thick line, their spread a band."""
    wide = kind == "width"
    x = [r.hidden[0] if wide else len(r.hidden) for r in results]
    words = "{}" if wide else "{1}<br>of {0}<br>{2} parameters"
    marks = [words.format(r.hidden[0], len(r.hidden), r.parameters) for r in results]
    axis: dict[str, Any] = {"type": "log"} if wide else {}
    p = Chart(
        TITLES[kind], NAMES[measure], legend=True,
        xaxis={"tickmode": "array", "tickvals": x, "ticktext": marks, **axis},
        yaxis={"type": "log", "exponentformat": "power"},
    )  # fmt: skip
    rows = [[v for v in getattr(r, measure) if np.isfinite(v)] for r in results]
    p.line(x, [min(row, default=None) for row in rows], width=0)
    p.line(x, [max(row, default=None) for row in rows], width=0, name="best to worst",
           fill="tonexty", fillcolor=faint(BLUE))  # fmt: skip
    places = [place for place, row in zip(x, rows, strict=True) for _ in row]
    p.points(places, [value for row in rows for value in row], name="one seed", size=5,
             marker={"opacity": 0.5}, hover="%{y:.3g}")  # fmt: skip
    p.line(
        x, [float(np.median(row)) if row else None for row in rows], mode="lines+markers",
        name="median of seeds", width=3, marker={"size": 8},
        text=[f"{' + '.join(map(str, r.hidden))}: {r.parameters} parameters" for r in results],
        hover="%{text}<br>median %{y:.3g}",
    )  # fmt: skip
    if wide:
        hand = [r.by_hand[0 if measure == "largest" else 1] for r in results]
        p.line(x, hand, name="ReLUs written by hand", color=ORANGE, dash="dash",
               hover="by hand %{y:.3g}")  # fmt: skip
    return p.figure(height=400, margin={"l": 60, "r": 10, "t": 30, "b": 50 if wide else 90})
