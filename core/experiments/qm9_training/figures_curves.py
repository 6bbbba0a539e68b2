"""Learning curves of QM9: test error against the number of molecules trained on."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import plotly.graph_objects as go

from core.experiments.qm9_training.figures import ABOVE, COLORS, words
from core.figures.style import TEST, TRAIN, axes
from core.qm9.training.jobs_log import Job, validation_ratio


def learning_curves(table: dict[str, Any], measure: str) -> go.Figure:
    """Test error against training molecules, one line an architecture, a band over its seeds.

    Args:
        table: "table" of assets/results/qm9-learning-curves.json.
        measure: "error_ratio", or the key of a target.
    """
    ratio = measure == "error_ratio"
    title = "mean of test error / chemical accuracy" if ratio else f"test error, {words(measure)}"
    found = {model: points(sizes, measure) for model, sizes in table.items()}
    every = [p for line in found.values() for p in line]
    figure = axes(
        "training molecules", title, None, None, log_axis([p.molecules for p in every], (1, 2, 5)),
        log_axis([p.mean for p in every]), height=430, hovermode="closest",
        margin={"l": 64, "r": 10, "t": 40, "b": 50}, **ABOVE,
    )  # fmt: skip
    for model, line in found.items():
        _band(figure, model, [p for p in line if p.seeds > 1])
        figure.add_scatter(
            x=[p.molecules for p in line], y=[p.mean for p in line], mode="lines+markers",
            name=model, legendgroup=model, line={"color": COLORS[model], "width": 2.5},
            marker={"size": 8},
            customdata=[f"{p.seeds} seed" + "s" * (p.seeds > 1) for p in line],
            hovertemplate=f"{model}, %{{x:,}} molecules: %{{y:.3g}} (%{{customdata}})"
            "<extra></extra>",
        )  # fmt: skip
    return figure


class Point(NamedTuple):
    """One size of one architecture: mean and standard deviation over its seeds."""

    molecules: int
    mean: float
    std: float
    seeds: int


def points(sizes: dict[str, Any], measure: str) -> list[Point]:
    """One architecture of the table, smallest size first."""
    found = []
    for n, cell in sizes.items():
        ratio = cell["error_ratio"]
        both = (ratio["mean"], ratio["std"]) if measure == "error_ratio" else (
            cell["mae"][measure], cell["mae_std"][measure])  # fmt: skip
        found.append(Point(int(n), float(both[0]), float(both[1]), int(cell["seeds"])))
    return sorted(found)


def reading(table: dict[str, Any], measure: str) -> str:
    """What the curves say: who leads at either end, and whose error falls most and least.

    Args:
        table: As in `learning_curves`.
        measure: As in `learning_curves`.
    """
    lines = {model: points(sizes, measure) for model, sizes in table.items()}
    start, end = ({model: line[i] for model, line in lines.items()} for i in (0, -1))
    first, last = (sorted(at, key=lambda model: at[model].mean) for at in (start, end))
    low, high = start[first[0]].molecules, end[last[0]].molecules
    fall = {model: 1 - end[model].mean / start[model].mean for model in lines}
    most, least = max(fall, key=fall.__getitem__), min(fall, key=fall.__getitem__)
    return (
        f"With {low:,} molecules **{first[0]}** errs least and {first[-1]} most; with {high:,} "
        f"**{last[0]}** least (number {first.index(last[0]) + 1} of {len(first)} with {low:,}) and "
        f"{last[-1]} most. From one to the other the error of {most} falls by {fall[most]:.0%}, "
        f"that of {least} by {fall[least]:.0%}."
    )


def _band(figure: go.Figure, model: str, line: list[Point]) -> None:
    """One standard deviation to either side, where there are several seeds."""
    if not line:
        return
    color = COLORS[model]
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    x = [p.molecules for p in line]
    high, low = [p.mean + p.std for p in line], [max(p.mean - p.std, 1e-9) for p in line]
    figure.add_scatter(
        x=[*x, *x[::-1]], y=[*high, *low[::-1]], mode="lines", fill="toself", hoverinfo="skip",
        line={"width": 0}, fillcolor=f"rgba({r},{g},{b},0.18)", legendgroup=model,
        showlegend=False,
    )  # fmt: skip


def log_axis(values: Iterable[float], digits: tuple[int, ...] = (1, 2, 3, 5, 7)) -> dict[str, Any]:
    """A logarithmic axis with marks at these digits of each power of ten in reach."""
    every = [v for v in values if v > 0]
    low, high = min(every, default=1.0) / 1.3, max(every, default=10.0) * 1.3
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [m * 10.0**k for k in powers for m in digits if low <= m * 10.0**k <= high]
    return {
        "type": "log", "range": (math.log10(low), math.log10(high)), "tickmode": "array",
        "tickvals": marks, "ticktext": [f"{mark:,.6g}" for mark in marks],
    }  # fmt: skip


def run_curves(job: Job) -> go.Figure:
    """Loss and validation error of a full run over its epochs."""
    found = job.validation
    ratios = [(epoch, validation_ratio(errors)) for epoch, errors in found]
    if found and ratios[0][1] is None:
        key = next(iter(found[0][1]))
        title, ratios = f"validation error, {words(key)}", [(e, v[key]) for e, v in found]
    else:
        title = "validation error / chemical accuracy"
    figure = axes(
        "epochs", "training loss", None, None, {"rangemode": "tozero"},
        {"rangemode": "tozero"}, height=330, hovermode="x unified",
        margin={"l": 60, "r": 64, "t": 40, "b": 50}, uirevision=job.name,
        yaxis2={"title": {"text": title}, "overlaying": "y", "side": "right", "showgrid": False,
                "rangemode": "tozero", "tickmode": "auto"}, **ABOVE,
    )  # fmt: skip
    figure.add_scatter(
        x=[e for e, _ in job.losses], y=[v for _, v in job.losses], mode="lines", name="training",
        line={"color": TRAIN, "width": 1.5}, hovertemplate="loss %{y:.3g}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[e for e, _ in ratios], y=[v for _, v in ratios], mode="lines+markers",
        name="validation (right)", yaxis="y2", line={"color": TEST, "width": 2.5},
        hovertemplate="validation %{y:.3g}<extra></extra>",
    )  # fmt: skip
    return figure
