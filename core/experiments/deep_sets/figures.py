"""Panels of the deep-sets page: the set on the plane, its embeddings, the equation in numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.deep_sets import bags
from core.experiments.deep_sets import figures_scores as scores
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
from core.figures.chart import Chart
from core.figures.style import CLEAR, FAINT, TRUTH
from core.molecules.picture import picture
from core.stage import Panel, graph, line, words

readouts = scores.readouts
SIGNS = {"sum": "Σ", "mean": "mean", "max": "max"}


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    shown = [scores.shuffle_bars(settings), plane(settings), equation(settings)]
    shown += [stripes(settings), scores.loss_plot(settings), scores.size_plot(settings)]
    if is_each(settings):
        return [*shown, scores.each_bars(settings)]
    shown.append(scores.parity_plot(settings))
    if not of_molecules(settings):
        return shown
    rival = shown_at(settings).row in bags.load().rivals
    molecule = graph("molecule", picture(settings.smiles), title="Draw one: only its atoms count",
                     width=380, height=380, grow=1.0)  # fmt: skip
    return [shown[0], molecule, *shown[1:], *([scores.twins(settings)] if rival else [])]


def plane(settings: Any) -> Panel:
    """The set: numbers are places in the list, so a shuffle moves the numbers, not the points."""
    molecules = of_molecules(settings)
    p = _atom_axes() if molecules else _point_axes(settings)
    p.line(xy="lines", color=FAINT, width=1.5)
    if not molecules and TARGETS[settings.target].draw is crowd:
        sites = np.unique(snap(np.random.default_rng(0).uniform(-1, 1, (999, 2))), axis=0)
        p.points(sites[:, 0], sites[:, 1], size=26, color=CLEAR, edge=(FAINT, 1))
    marks = {"true value": TRUTH} | {
        scores.NAMES[who]: color for who, color in scores.COLORS.items()
    }
    for k, (name, color) in enumerate(marks.items()):
        marker = {"size": 9 if k else 13, "color": color, "symbol": "square"}
        p.line(xy="marks", name=name, color=color, mode="lines+markers", marker=marker,
               moved={"order": [3 * k, 3 * k + 1, 3 * k + 2]})  # fmt: skip
    places = range(limits(settings)[1])
    elements = p.points(
        xy="set", mode="markers+text", text=[str(i + 1) for i in places],
        textposition="top right", textfont={"size": 13}, size=12, edge=("white", 1.5),
        customdata=list(places), hover="x<sub>%{text}</sub> = (%{x:.2f}, %{y:.2f})",
    )  # fmt: skip
    title = f"Bag of atoms: {settings.smiles}"
    if not molecules:
        title = "A set of points, numbered as listed"
        p.tools(elements, "move", move="Move", add="Add", remove="Remove")
    return p.panel(
        "plane", title=title, width=330, height=380, grow=1.0,
        alt="The elements of the set on a plane, numbered by their place in the list, with the "
        "true value and what the networks say where these are places.",
    )  # fmt: skip


def _point_axes(settings: Any) -> Chart:
    edge = (-FRAME, FRAME)
    marked = settings.target in ("max", "center of mass")
    return Chart("a", "b", edge, edge, square=True, legend=marked)


def _atom_axes() -> Chart:
    xaxis = {"tickvals": list(range(4)), "ticktext": list(bags.ELEMENTS.values())}
    return Chart("element", "attached hydrogens", (-0.8, 3.6), (-0.8, 3.8), xaxis=xaxis,
                 yaxis={"dtick": 1}, grid=False)  # fmt: skip


def stripes(settings: Any) -> Panel:
    """One row of colors for each phi(x_i), in the order of the list, and their sum below."""
    n, d, sign = len(shown_at(settings)), settings.width, SIGNS[settings.pooling]
    names = [*(f"φ(x<sub>{i + 1}</sub>)" for i in range(n)), f"<b>{sign}</b>"]
    places = [*(-i - 0.5 for i in range(n)), -n - 1.5]
    yaxis = {"tickvals": places, "ticktext": names, "ticks": ""}
    yaxis |= {"tickfont": {"size": 9}} if n > 16 else {}
    p = Chart("column of the embedding", "", (0, d), (-n - 2.2, 0), yaxis=yaxis, grid=False)
    flat: dict[str, Any] = {"smooth": False, "origin": "upper"}
    of = f"the {settings.pooling}"
    # The rows beyond the last element are 0 and lie under the sum.
    p.image("phi", (0, d), (-limits(settings)[1], 0), colorbar=("of the largest", -1, 1), **flat)
    p.image("pooled", (0, d), (-n - 2.0, -n - 1.0), **flat)
    return p.panel(
        "stripes", title=f"Embeddings and their {settings.pooling}", width=330, height=380,
        alt="A row of colors for the embedding of each element, in the order of the list: blue "
        "above 0, orange below; under a gap the same for all of them together.", grow=1.0,
        caption=[line(f"The largest: {{}} in the rows, {{}} in {of}, on a scale of its own.",
                      *(("largest", k, ".3g") for k in (0, 1)))],
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
    for row, name in enumerate(scores.NAMES.values()):
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
