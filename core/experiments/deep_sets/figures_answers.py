"""Panels of the deep-sets page that some targets have: one bag, or each element."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.figures_scores import ABOVE, COLORS, TRUE
from core.experiments.deep_sets.settings import answers, limits, property_of, shown_at, unit
from core.figures.style import axes
from core.stage import Panel, bind, plot


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
    figure = axes("isomers, sorted", f"{name} ({unit(settings)})", (0, n + 1),
                  (low - room, high + room), showlegend=True, legend=ABOVE,
                  margin={"l": 52, "r": 8, "t": 34, "b": 40})  # fmt: skip
    figure.add_scatter(x=np.arange(1, n + 1), y=values[order], mode="markers", name="true",
                       text=[names[i] for i in order], marker={"size": 6, "color": TRUE},
                       hovertemplate="%{text}: %{y:.3f}<extra></extra>")  # fmt: skip
    style: dict[str, Any] = {"mode": "lines", "line": {"color": COLORS["deep"], "width": 2}}
    figure.add_scatter(x=[0, n + 1], y=[0, 0], showlegend=False, hoverinfo="skip", **style)
    figure.add_scatter(x=[None], y=[None], name="Deep Sets says", **style)
    return plot(
        "twins", figure, [bind(1, "y", "out", 1, order=[0, 0])], width=330, height=270,
        title=f"One bag, {n} molecules: {low:.2f} to {high:.2f} {unit(settings)}",
        alt="True values of all molecules of QM9 with the same bag of atoms, and the one value "
        "that Deep Sets gives them all.",
    )  # fmt: skip


def each_bars(settings: Any) -> Panel:
    """The output of every element at its place in the list: a shuffle moves the bars along."""
    n = len(shown_at(settings))
    what = "first coordinate" if answers(settings)[0] > 1 else "output"
    figure = axes("place in the list", f"{what} of yᵢ", (0.4, n + 0.6), (-1.1, 1.1),
                  {"dtick": 1})  # fmt: skip
    x = np.arange(1, limits(settings)[1] + 1, dtype=np.float32)
    figure.update_layout(showlegend=True, legend=ABOVE, margin={"l": 48, "r": 8, "t": 34, "b": 40})
    figure.add_bar(x=x, y=0 * x, marker={"color": COLORS["deep"]}, showlegend=False,
                   hovertemplate="y<sub>%{x}</sub> = %{y:.3f}<extra></extra>")  # fmt: skip
    binds = [bind(0, "y", "each", 1)]
    for column, color in ((0, TRUE), (2, COLORS["list"]), (3, COLORS["shuffled"])):
        binds.append(bind(len(figure.data), "y", "each", column))
        figure.add_scatter(
            x=x, y=0 * x, mode="markers", showlegend=False, hoverinfo="skip",
            marker={"size": 8, "color": color, "symbol": "square" if column == 0 else "circle"},
        )  # fmt: skip
    for name, color in (("Deep Sets", COLORS["deep"]), ("true", TRUE),
                        ("MLP on lists", COLORS["list"]),
                        ("MLP on shuffled copies", COLORS["shuffled"])):  # fmt: skip
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name,
                           marker={"color": color, "size": 8})  # fmt: skip
    return plot(
        "each", figure, binds, title="An output for each element", width=330, height=270,
        alt="Bars for the output of each element in the order of the list, with the true values.",
    )  # fmt: skip
