"""Numbers of the deep-sets page: loss, error over the size of the set, parity."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.held_out import floor, test_data
from core.experiments.deep_sets.pictures import DIGITS
from core.experiments.deep_sets.settings import (
    answers,
    is_each,
    limits,
    of_molecules,
    property_of,
    scale,
    shown_at,
    training_data,
    unit,
)
from core.figures.chart import LOG, WIDE, Chart
from core.figures.parity import parity
from core.figures.style import BLUE, FAINT, GRAY, TRUTH
from core.stage import Panel, readout

NAMES = {"deep": "Deep Sets", "list": "MLP on lists", "shuffled": "MLP on shuffled copies"}
COLORS = {"deep": "#0877bd", "list": "#f59322", "shuffled": "#009e73"}
ERROR = "squared error / variance"  # the one measure of the page: 1 is what a constant gets


def loss_plot(settings: Any) -> Panel:
    """Squared error over the variance: dotted on the training sets, solid on new ones."""
    p = Chart("updates", ERROR, yaxis=LOG, legend=True, unified=True, **WIDE)
    for who, loss in (("deep", "loss"), ("list", "loss_list"), ("shuffled", "loss_shuffled")):
        p.history(f"test_{who}", name=NAMES[who], color=COLORS[who], dash="solid")
        p.history(loss, name=f"{NAMES[who]} (training)", color=COLORS[who], dash="dot", width=1,
                  showlegend=False, moved={"dot": False})  # fmt: skip
    if of_molecules(settings):
        p.level(floor(settings, *_measure(settings))[0], "best for any bag")
    return p.panel(
        "loss", title="Error on new sets, listed in random order", width=330, height=270,
        alt="Squared error of the three networks over the updates, on a log axis.",
    )  # fmt: skip


def _measure(settings: Any) -> tuple[float, float]:
    """Scale of the target, and variance of the scaled one: 1 up to rounding for molecules."""
    train = training_data(settings)
    _, size = scale(settings, train)
    return float(size[0]), float((train.y / size).var(0, correction=0).mean())


def size_plot(settings: Any) -> Panel:
    """The error of the loss, for every size of set."""
    trained, most = limits(settings)
    p = Chart("elements in the set", ERROR, (0.5, most + 0.5), (-6, 2.4), yaxis=LOG,
              legend=True, unified=True, **WIDE)  # fmt: skip
    p.shape(type="rect", x0=0.5, x1=trained + 0.5, y0=0, y1=1, yref="y domain", layer="below",
            fillcolor="rgba(128,128,128,0.16)", line={"width": 0})  # fmt: skip
    p.note("trained on", x=0.5, y=0, xanchor="left", yref="y domain", yanchor="bottom")
    x = list(range(1, most + 1))
    curves = [(NAMES[who], COLORS[who], "solid") for who in NAMES]
    curves.append(("…listed as in training", COLORS["list"], "dash"))
    for row, (name, color, dash) in enumerate(curves):
        p.line(x, ("by_size", row), name=name, color=color, dash=dash, hover="%{y:.3g}")
    if of_molecules(settings):
        p.line(x, floor(settings, *_measure(settings))[1], name="best for any bag", color=GRAY,
               dash="dash", width=1.5, hover="%{y:.3g}")  # fmt: skip
    what = "heavy atoms" if of_molecules(settings) else "elements"
    return p.panel(
        "size", width=420, height=270, grow=1.3,
        title=f"Error over size: trained on up to {trained} {what}, tested up to {most}",
        alt="Squared error over the variance of the three networks for each number of elements, on "
        "a log axis; the sizes trained on are shaded.",
    )  # fmt: skip


def shuffle_bars(settings: Any) -> Panel:
    """Each network's output before and after the shuffle, the first number of it."""
    k = answers(settings)[0]
    names = ["Deep Sets", "MLP on<br>lists", "MLP on<br>shuffled"]
    what = "first coordinate" if k > 1 else unit(settings)
    p = Chart(
        "",
        f"output ({what})" if what else "output",
        (-0.6, 2.6),
        grid=False,
        legend=True,
        barmode="overlay",
        xaxis={"tickvals": [0, 1, 2], "ticktext": names},
        **WIDE,
    )
    for late, (name, color) in enumerate((("before", FAINT), ("after", BLUE))):
        places = [i + 0.4 * late - 0.2 for i in range(3)]  # side by side
        p.bars(places, ("out", late * k), name=name, color=color, width=0.36,
               hover=f"{name}: %{{y:.{DIGITS}f}}")  # fmt: skip
    p.line([-0.6, 2.6], ("truth", None), name="true", color=TRUTH, dash="dash",
           moved={"order": [0, 0]})  # fmt: skip
    return p.panel(
        "shuffle", width=300, height=380,
        title=f"One {'point' if is_each(settings) else 'set'}, before and after the shuffle",
        alt="Two bars for each network, its output for the set before and after the list was "
        "shuffled, and the true value: Deep Sets' two are equal.",
    )  # fmt: skip


def parity_plot(settings: Any) -> Panel:
    """True value against output on new sets of trained sizes."""
    lists = test_data(settings)
    y = (lists.y[:, 0] if is_each(settings) else lists.y)[:, 0]
    known = y[lists.mask.sum(1) <= limits(settings)[0]].numpy()
    name = "first coordinate" if lists.y.shape[-1] > 1 else unit(settings)
    tail = f" ({name})" if name else ""
    p = parity(f"true value{tail}", f"output{tail}", known, room=0.1)
    for column, who in ((2, "list"), (3, "shuffled"), (1, "deep")):
        p.points(("parity", 0), ("parity", column), name=NAMES[who], size=5, color=COLORS[who],
                 marker={"opacity": 0.75}, hover="true %{x:.3f}, said %{y:.3f}")  # fmt: skip
    return p.panel(
        "parity", title="True and said, new sets in random order", width=330, height=270,
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


def twins(settings: Any) -> Panel:
    """All molecules of QM9 with the bag on the stage, and the one number they get."""
    table, column = bags.load(), property_of(settings)
    mine = table.of_rival == int(np.flatnonzero(table.rivals == shown_at(settings).row)[0])
    values = table.twins[mine, column]
    order = np.argsort(values)
    names = [text for text, is_mine in zip(table.twin_smiles, mine, strict=True) if is_mine]
    n, name = len(values), settings.target.removeprefix("molecule: ")
    low, high = float(values.min()), float(values.max())
    room = 0.5 * (high - low)
    p = Chart("isomers, sorted", f"{name} ({unit(settings)})", (0, n + 1),
              (low - room, high + room), legend=True)  # fmt: skip
    p.points(np.arange(1, n + 1), values[order], name="true", color=TRUTH,
             text=[names[i] for i in order], hover="%{text}: %{y:.3f}")  # fmt: skip
    p.line([0, n + 1], ("out", 1), name="Deep Sets says", color=COLORS["deep"],
           moved={"order": [0, 0]})  # fmt: skip
    return p.panel(
        "twins", width=330, height=270,
        title=f"One bag, {n} molecules: {low:.2f} to {high:.2f} {unit(settings)}",
        alt="True values of all molecules of QM9 with the same bag of atoms, and the one value "
        "that Deep Sets gives them all.",
    )  # fmt: skip


def each_bars(settings: Any) -> Panel:
    """The output of every element at its place in the list: a shuffle moves the bars along."""
    n = len(shown_at(settings))
    what = "first coordinate" if answers(settings)[0] > 1 else "output"
    p = Chart("place in the list", f"{what} of yᵢ", (0.4, n + 0.6), (-1.1, 1.1),
              xaxis={"dtick": 1}, legend=True)  # fmt: skip
    x = list(range(1, limits(settings)[1] + 1))
    deep, *lists = COLORS
    p.bars(x, ("each", 1), name=NAMES[deep], color=COLORS[deep],
           hover="y<sub>%{x}</sub> = %{y:.3f}")  # fmt: skip
    p.points(x, ("each", 0), name="true", size=8, color=TRUTH, marker={"symbol": "square"})
    for column, who in enumerate(lists, 2):
        p.points(x, ("each", column), name=NAMES[who], size=8, color=COLORS[who])
    return p.panel(
        "each", title="An output for each element", width=330, height=270,
        alt="Bars for the output of each element in the order of the list, with the true values.",
    )  # fmt: skip
