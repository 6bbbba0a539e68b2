"""Panels of the deep-sets page that some targets have: one bag, or each element."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.figures_scores import COLORS, NAMES, TRUE
from core.experiments.deep_sets.settings import answers, limits, property_of, shown_at, unit
from core.figures.chart import Chart
from core.stage import Panel


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
    p.points(np.arange(1, n + 1), values[order], name="true", color=TRUE,
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
    p.points(x, ("each", 0), name="true", size=8, color=TRUE, marker={"symbol": "square"})
    for column, who in enumerate(lists, 2):
        p.points(x, ("each", column), name=NAMES[who], size=8, color=COLORS[who])
    return p.panel(
        "each", title="An output for each element", width=330, height=270,
        alt="Bars for the output of each element in the order of the list, with the true values.",
    )  # fmt: skip
