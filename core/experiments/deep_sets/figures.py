"""Panels of the deep-sets page: the set on the plane, its embeddings, the equation in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.figures_answers import each_bars, twins
from core.experiments.deep_sets.figures_scores import (
    COLORS,
    NAMES,
    TRUE,
    loss_plot,
    parity_plot,
    readouts,
    size_plot,
)
from core.experiments.deep_sets.pictures import DIGITS, FRAME
from core.experiments.deep_sets.sets import TARGETS, crowd, snap
from core.experiments.deep_sets.settings import (
    answers,
    is_each,
    limits,
    of_molecules,
    shown_at,
    unit,
)
from core.figures.style import BLUE, SQUARE_X, SQUARE_Y, axes
from core.stage import Panel, bind, line, plot, raster, tile, words

__all__ = ["panels", "readouts"]

TOOLS = {
    "trace": 10,
    "initial": "move",
    "kinds": [
        {"id": "move", "label": "Move"},
        {"id": "add", "label": "Add"},
        {"id": "remove", "label": "Remove"},
    ],
}
ELEMENTS = 10  # trace of the elements, which lie on top of all others
FAINT = "rgba(128,128,128,0.55)"
SIGNS = {"sum": "Σ", "mean": "mean", "max": "max"}


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    shown = [plane(settings), stripes(settings), equation(settings), loss_plot(settings),
             size_plot(settings)]  # fmt: skip
    if is_each(settings):
        return [*shown, each_bars(settings)]
    rival = of_molecules(settings) and shown_at(settings).row in bags.load().rivals
    return [*shown, parity_plot(settings), *([twins(settings)] if rival else [])]


def plane(settings: Any) -> Panel:
    """The set: numbers are places in the list, so a shuffle moves the numbers, not the points."""
    molecules = of_molecules(settings)
    figure = _atom_axes() if molecules else _point_axes(settings)
    binds = _drawings(settings, figure)
    places = limits(settings)[1]
    binds += [bind(ELEMENTS, "x", "set", 0), bind(ELEMENTS, "y", "set", 1)]
    figure.add_scatter(
        x=[], y=[], mode="markers+text", text=[str(i + 1) for i in range(places)],
        textposition="top right", textfont={"size": 13}, showlegend=False,
        marker={"size": 12, "color": BLUE, "line": {"color": "white", "width": 1.5}},
        customdata=list(range(places)),
        hovertemplate="x<sub>%{text}</sub> = (%{x:.2f}, %{y:.2f})<extra></extra>",
    )  # fmt: skip
    title = "A set of points, numbered as listed"
    if molecules:
        title = f"Bag of atoms: {settings.smiles}"
    return plot(
        "plane", figure, binds, title=title, width=330, height=380, grow=1.0,
        alt="The elements of the set on a plane, numbered by their place in the list, with the "
        "true value and what the networks say where these are places.",
        **({} if molecules else {"tools": TOOLS}),
    )  # fmt: skip


def _point_axes(settings: Any) -> Any:
    edge = (-FRAME, FRAME)
    legend = {"orientation": "h", "x": 0, "y": 1.0, "xanchor": "left", "yanchor": "bottom",
              "font": {"size": 11}}  # fmt: skip
    marked = settings.target in ("max", "center of mass")
    return axes("a", "b", edge, edge, SQUARE_X, SQUARE_Y, showlegend=marked, legend=legend,
                margin={"l": 42, "r": 8, "t": 30 if marked else 8, "b": 40})  # fmt: skip


def _atom_axes() -> Any:
    names = list(bags.ELEMENTS.values())
    xaxis = {"tickvals": list(range(4)), "ticktext": names, "showgrid": False}
    return axes("element", "attached hydrogens", (-0.8, 3.6), (-0.8, 3.8), xaxis,
                {"dtick": 1, "showgrid": False})  # fmt: skip


def _drawings(settings: Any, figure: Any) -> list[dict[str, Any]]:
    """Lines of the elements, sites, and the true value and outputs where they have a place."""
    figure.add_scatter(
        x=[], y=[], mode="lines", line={"color": FAINT, "width": 1.5}, hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip
    binds = [bind(0, "x", "lines", 0), bind(0, "y", "lines", 1)]
    sites = np.zeros((0, 2))
    if not of_molecules(settings) and TARGETS[settings.target].draw is crowd:
        sites = np.unique(snap(np.random.default_rng(0).uniform(-1, 1, (999, 2))), axis=0)
    figure.add_scatter(
        x=sites[:, 0], y=sites[:, 1], mode="markers", hoverinfo="skip", showlegend=False,
        marker={"size": 26, "color": "rgba(0,0,0,0)", "line": {"color": FAINT, "width": 1}},
    )  # fmt: skip
    marks = ("true value", *NAMES.values())
    for k, (name, color) in enumerate(zip(marks, (TRUE, *COLORS.values()), strict=True)):
        order = [3 * k, 3 * k + 1, 3 * k + 2]
        binds += [bind(2 + 2 * k, c, "marks", i, order=order) for i, c in enumerate("xy")]
        style: dict[str, Any] = {
            "mode": "lines+markers", "line": {"color": color, "width": 2},
            "marker": {"size": 13 if k == 0 else 9, "color": color, "symbol": "square"},
        }  # fmt: skip
        figure.add_scatter(x=[], y=[], hoverinfo="skip", showlegend=False, **style)
        figure.add_scatter(x=[None], y=[None], name=name, **style)  # its entry in the legend
    return binds


def stripes(settings: Any) -> Panel:
    """One row of colors for each phi(x_i), in the order of the list, and their sum below."""
    n, d, sign = len(shown_at(settings)), settings.width, SIGNS[settings.pooling]
    places = limits(settings)[1]
    names = [f"φ(x<sub>{i + 1}</sub>)" for i in range(n)]
    ticks = [-i - 0.5 for i in range(n)]
    yaxis = {"tickvals": [*ticks, -n - 1.5], "ticktext": [*names, f"<b>{sign}</b>"],
             "showgrid": False, "ticks": ""}  # fmt: skip
    if n > 16:
        yaxis["tickfont"] = {"size": 9}
    figure = axes("column of the embedding", "", (0, d), (-n - 2.2, 0), {"showgrid": False}, yaxis,
                  margin={"l": 52, "r": 8, "t": 8, "b": 40})  # fmt: skip
    flat: dict[str, Any] = {"smooth": False, "origin": "upper"}
    return raster(
        "stripes",
        figure,
        [
            # The rows beyond the last element are 0 and lie under the sum.
            tile("phi", (0, d), (-places, 0), **flat),
            tile("pooled", (0, d), (-n - 2.0, -n - 1.0), **flat),
        ],
        title=f"Embeddings and their {settings.pooling}",
        alt="A row of colors for the embedding of each element, in the order of the list: blue "
        "above 0, orange below; under a gap the same for all of them together.",
        width=330, height=380, grow=1.0,
    )  # fmt: skip


def equation(settings: Any) -> Panel:
    """Equation (5.7) or (5.8) with the numbers of this frame, and the two orders compared."""
    n, sign, form = len(shown_at(settings)), SIGNS[settings.pooling], ".3g"
    each, k = is_each(settings), answers(settings)[0]
    number = "(5.8" if each else "(5.7"
    number += ")" if settings.pooling == "sum" else f", but with the {settings.pooling})"
    left, right = (("yᵢ", f"ψ(xᵢ, {sign}ⱼ φ(xⱼ))") if each
                   else ("f({x₁, …, xₙ})", f"ρ({sign}ᵢ φ(xᵢ))"))  # fmt: skip
    lines = [line(f"{left} = {right}   {number}", mark="head")]
    for i in range(min(2, n)):
        values = [("phi_first", 3 * i + c, form) for c in range(min(3, settings.width))]
        lines.append(line(f"φ(x{'₁₂'[i]}) = ({_spots(values)}, …)", *values))
    values = [("pool_first", c, form) for c in range(min(3, settings.width))]
    lines.append(line(f"{sign} of all {n} = ({_spots(values)}, …)", *values, mark="muted"))
    said, truth = (
        [(track, first + c, f".{DIGITS}f") for c in range(k)]
        for track, first in (("out", k), ("truth", 0))
    )
    of = "ψ of the point followed below" if each else f"ρ({sign})"
    lines.append(line(f"{of} = {_tuple(said)} {unit(settings)}".rstrip(), *said))
    if of_molecules(settings) and shown_at(settings).row < 0:
        lines.append(line("true value: not among the molecules kept here", mark="muted"))
    else:
        lines.append(line(f"true value {_tuple(truth)} {unit(settings)}".rstrip(), *truth,
                          mark="muted"))  # fmt: skip
    return words(
        "equation", [*lines, *_two_orders(settings, k)], title="In numbers", width=340, height=380,
        alt="The equation with the numbers of this frame, and each network's output before and "
        "after the shuffle.",
    )  # fmt: skip


def _two_orders(settings: Any, k: int) -> list[dict[str, Any]]:
    """Each contender before and after the last shuffle, and what the two say together."""
    lines = [line("The same set, before → after the shuffle", mark="head")]
    if is_each(settings):
        lines.append(line("(one point, at place {} → at place {})", ("place", 0, "d"),
                          ("place", 1, "d"), mark="muted"))  # fmt: skip
    for row, name in enumerate(NAMES.values()):
        both = [[("out", 2 * k * row + k * late + c, f".{DIGITS}f") for c in range(k)]
                for late in (0, 1)]  # fmt: skip
        text = f"{name}: {_tuple(both[0])} → {_tuple(both[1])}"
        values = [*both[0], *both[1]]
        lines.append(line(text + ", equal", *values, when=("equal", row, 1), mark="right"))
        jump = ("jump", row, ".2g")
        lines.append(line(text + ", differs by {}", *values, jump, when=("equal", row, 0),
                          mark="wrong"))  # fmt: skip
    return lines


def _spots(values: list[Any]) -> str:
    return ", ".join("{}" for _ in values)


def _tuple(values: list[Any]) -> str:
    return "{}" if len(values) == 1 else f"({_spots(values)})"
