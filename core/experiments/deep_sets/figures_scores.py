"""Numbers of the deep-sets page: loss, error over the size of the set, parity."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.deep_sets.held_out import floor, test_data
from core.experiments.deep_sets.settings import (
    is_each,
    limits,
    of_molecules,
    scale,
    training_data,
    unit,
)
from core.figures.style import axes, curve
from core.stage import Panel, bind, history, plot, readout

NAMES = {"deep": "Deep Sets", "list": "MLP on lists", "shuffled": "MLP on shuffled copies"}
COLORS = {"deep": "#0877bd", "list": "#f59322", "shuffled": "#009e73"}
ABOVE = {"orientation": "h", "x": 0, "y": 1.0, "xanchor": "left", "yanchor": "bottom",
         "font": {"size": 11}}  # fmt: skip
LOG: dict[str, Any] = {"type": "log", "exponentformat": "power", "dtick": 1}
GRAY, TRUE = "#8c8c8c", "#d55e00"


def _with_legend(figure: Any) -> Any:
    figure.update_layout(
        showlegend=True, legend=ABOVE, margin={"l": 56, "r": 8, "t": 46, "b": 40},
        hovermode="x unified",
    )  # fmt: skip
    return figure


def loss_plot(settings: Any) -> Panel:
    """Squared error over the variance: dotted on the training sets, solid on new ones."""
    figure = _with_legend(axes("updates", "squared error / variance", None, None, yaxis=LOG))
    binds = []
    for name, tracks in (
        ("deep", ("test_deep", "loss")),
        ("list", ("test_list", "loss_list")),
        ("shuffled", ("test_shuffled", "loss_shuffled")),
    ):
        for track, dash, what in zip(tracks, ("solid", "dot"), ("", " (training)"), strict=True):
            binds.append(history(len(figure.data), track, dot=dash == "solid"))
            width = 2 if dash == "solid" else 1
            figure.add_trace(curve(NAMES[name] + what, COLORS[name], showlegend=dash == "solid",
                                   line={"dash": dash, "width": width}))  # fmt: skip
    if of_molecules(settings):
        left = floor(settings, *_measure(settings))[0]
        style: dict[str, Any] = {"color": GRAY, "dash": "dash", "width": 1.5}
        figure.add_hline(left, line=style)
        figure.add_scatter(x=[None], y=[None], mode="lines", name="best for any bag", line=style)
    return plot(
        "loss", figure, binds, title="Error on new sets, listed in random order", width=330,
        height=270, alt="Squared error of the three networks over the updates, on a log axis.",
    )  # fmt: skip


def _measure(settings: Any) -> tuple[float, float]:
    """Scale of the target, and variance of the scaled one: 1 up to rounding for molecules."""
    train = training_data(settings)
    _, size = scale(settings, train)
    return float(size[0]), float((train.y / size).var(0, correction=0).mean())


def size_plot(settings: Any) -> Panel:
    """Root mean square error over the standard deviation, for every size of set."""
    trained, most = limits(settings)
    figure = _with_legend(
        axes("elements in the set", "relative error", (0.5, most + 0.5), (-3, 1.2), yaxis=LOG)
    )
    figure.add_vrect(0.5, trained + 0.5, fillcolor="rgba(128,128,128,0.16)", line_width=0,
                     layer="below", annotation_text="trained on",
                     annotation_position="bottom left", annotation_font_size=11)  # fmt: skip
    x = np.arange(1, most + 1, dtype=np.float32)
    binds = []
    for row, (name, color, dash) in enumerate((
        (NAMES["deep"], COLORS["deep"], "solid"),
        (NAMES["list"], COLORS["list"], "solid"),
        (NAMES["shuffled"], COLORS["shuffled"], "solid"),
        ("…listed as in training", COLORS["list"], "dash"),
    )):  # fmt: skip
        binds.append(bind(2 * row, "y", "by_size", row))
        style = {"mode": "lines", "line": {"color": color, "width": 2, "dash": dash}}
        figure.add_scatter(x=x, y=0 * x + 1, showlegend=False, name=name,
                           hovertemplate="%{y:.3f}", **style)  # fmt: skip
        figure.add_scatter(x=[None], y=[None], name=name, **style)  # its entry in the legend
    if of_molecules(settings):
        left = floor(settings, *_measure(settings))[1]
        figure.add_scatter(x=x, y=left, mode="lines", name="best for any bag",
                           line={"color": GRAY, "dash": "dash", "width": 1.5})  # fmt: skip
    what = "heavy atoms" if of_molecules(settings) else "elements"
    return plot(
        "size", figure, binds, width=420, height=270, grow=1.3,
        title=f"Error over size: trained on up to {trained} {what}, tested up to {most}",
        alt="Relative error of the three networks for each number of elements, on a log axis; the "
        "sizes trained on are shaded.",
    )  # fmt: skip


def parity_plot(settings: Any) -> Panel:
    """True value against output on new sets of trained sizes."""
    lists = test_data(settings)
    y = (lists.y[:, 0] if is_each(settings) else lists.y)[:, 0]
    known = y[lists.mask.sum(1) <= limits(settings)[0]].numpy()
    low, high = float(known.min()), float(known.max())
    edge = (low - 0.1 * (high - low), high + 0.1 * (high - low))
    name = "first coordinate" if lists.y.shape[-1] > 1 else f"{unit(settings)}"
    tail = f" ({name})" if name else ""
    figure = axes(f"true value{tail}", f"output{tail}", edge, edge, showlegend=True, legend=ABOVE,
                  margin={"l": 52, "r": 8, "t": 46, "b": 40})  # fmt: skip
    figure.add_scatter(x=edge, y=edge, mode="lines", line={"color": GRAY, "width": 1},
                       hoverinfo="skip", showlegend=False)  # fmt: skip
    binds = []
    for column, who in ((2, "list"), (3, "shuffled"), (1, "deep")):
        trace = len(figure.data)
        binds += [bind(trace, "x", "parity", 0), bind(trace, "y", "parity", column)]
        marker = {"size": 5, "color": COLORS[who], "opacity": 0.75}
        figure.add_scatter(x=[], y=[], mode="markers", marker=marker, showlegend=False,
                           hovertemplate="true %{x:.3f}, said %{y:.3f}<extra></extra>")  # fmt: skip
        figure.add_scatter(x=[None], y=[None], mode="markers", marker={**marker, "size": 8},
                           name=NAMES[who])  # fmt: skip
    return plot(
        "parity", figure, binds, title="True and said, new sets in random order", width=330,
        height=270,
        alt="Output against true value for new sets; on the diagonal they are equal.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers under the stage."""
    return [
        readout("loss", "Training loss, Deep Sets", ".3g", color=COLORS["deep"]),
        readout("test_deep", "New sets: Deep Sets", ".3g", color=COLORS["deep"]),
        readout("test_list", "MLP on lists", ".3g", color=COLORS["list"]),
        readout("test_as_trained", "…listed as in training", ".3g", color=COLORS["list"]),
        readout("test_shuffled", "MLP on shuffled copies", ".3g", color=COLORS["shuffled"]),
        readout("dead", "Dead ReLUs in φ", ".0%"),
    ]
