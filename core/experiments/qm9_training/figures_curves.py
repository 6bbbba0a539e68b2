"""Curves of runs that are not made on the page: recorded learning curves, and a full run's log."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import plotly.graph_objects as go

from core import ROOT
from core.figures.chart import FROM_ZERO, WIDE, Chart
from core.figures.style import CATEGORIES, TEST, TRAIN, faint
from core.qm9.data.targets import TARGET
from core.qm9.networks.models import QM9_MODELS
from core.qm9.training.jobs_log import Job, validation_ratio
from core.stage import Panel

CURVES = ROOT / "assets" / "results" / "qm9-learning-curves.json"
COLORS = dict(zip(QM9_MODELS, CATEGORIES, strict=False)) | {
    "mlp": "#f59322", "deep-sets": "#8c6bb1", "mpnn": "#0877bd", "transformer": "#d55e00",
    "gat": "#cc79a7", "best": "#56b4e9",
}  # fmt: skip


def recorded(measure: str) -> list[Panel]:
    """The recorded curve of a target as a panel, to be seen before the race; none without a file.

    Args:
        measure: As in `learning_curves`.
    """
    if not CURVES.is_file():
        return []
    drawn = _curves(json.loads(CURVES.read_text("utf-8"))["table"], measure)
    return [drawn.panel(
        "recorded", width=340, height=330, title="Recorded: how many molecules a bias replaces",
        alt="Test error of six architectures against the number of molecules trained on.",
    )]  # fmt: skip


def learning_curves(table: dict[str, Any], measure: str) -> go.Figure:
    """Test error against training molecules, one line an architecture, a band over its seeds.

    Args:
        table: "table" of assets/results/qm9-learning-curves.json.
        measure: "error_ratio", or the key of a target.
    """
    margin = {"l": 64, "r": 10, "t": 40, "b": 50}
    return _curves(table, measure).figure(height=430, hovermode="closest", margin=margin)


def _curves(table: dict[str, Any], measure: str) -> Chart:
    title = "mean of test error / chemical accuracy"
    if measure != "error_ratio":
        title = f"test error, {TARGET[measure].title}"
    found = {model: points(sizes, measure) for model, sizes in table.items()}
    every = [p for line in found.values() for p in line]
    p = Chart("training molecules", title, legend=True, **WIDE,
              xaxis=log_axis([point.molecules for point in every], (1, 2, 5)),
              yaxis=log_axis([point.mean for point in every]))  # fmt: skip
    for model, line in found.items():
        _band(p, model, [point for point in line if point.seeds > 1])
        p.line(
            [point.molecules for point in line], [point.mean for point in line], width=2.5,
            name=model, legendgroup=model, color=COLORS[model], mode="lines+markers",
            marker={"size": 8, "color": COLORS[model]},
            customdata=[f"{point.seeds} seed" + "s" * (point.seeds > 1) for point in line],
            hover=f"{model}, %{{x:,}} molecules: %{{y:.3g}} (%{{customdata}})",
        )  # fmt: skip
    if met := crossing(found):
        p.points(
            [met.molecules], [met.error], size=18, color=COLORS[met.model],
            marker={"symbol": "circle-open", "line": {"width": 3}},
            hover=f"here {met.model} passes the last of the others, if lines are straight",
        )  # fmt: skip
        p.note(f"{met.model} passes the rest", x=math.log10(met.molecules),
               y=math.log10(met.error), showarrow=True, ax=-75, ay=32)  # fmt: skip
    return p


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


class Crossing(NamedTuple):
    """Where `model` passes the last of the others, between two recorded sizes."""

    model: str
    molecules: float
    error: float
    low: int
    high: int
    seeds: int


def crossing(lines: Mapping[str, list[Point]]) -> Crossing | None:
    """Where the model that ends with the least error passes the last of the others.

    Lines are straight between recorded sizes, on two logarithmic axes, as they are drawn. None
    where it has been ahead from the start, or is alone. `seeds` are those of its point behind.
    """
    best = min(lines, key=lambda model: lines[model][-1].mean)
    mine, found = lines[best], []
    sizes = [point.molecules for point in mine]
    for other in (line for model, line in lines.items() if model != best):
        if [point.molecules for point in other] != sizes:
            continue
        ahead = [math.log(a.mean / b.mean) for a, b in zip(mine, other, strict=True)]
        for i in range(len(mine) - 1):
            if ahead[i] > 0 >= ahead[i + 1]:
                way = ahead[i] / (ahead[i] - ahead[i + 1])
                x, y = (_between(mine[i][k], mine[i + 1][k], way) for k in (0, 1))
                ends = mine[i].molecules, mine[i + 1].molecules, mine[i + 1].seeds
                found.append(Crossing(best, x, y, *ends))
    return max(found, key=lambda one: one.molecules, default=None)


def _between(a: float, b: float, way: float) -> float:
    """A share of the way from a to b, on a logarithmic axis."""
    return math.exp((1 - way) * math.log(a) + way * math.log(b))


def overtaking(table: dict[str, Any], measure: str) -> str:
    """The crossing in words, with a reason, and on how many seeds it rests; empty without one.

    Args:
        table: As in `learning_curves`.
        measure: As in `learning_curves`.
    """
    met = crossing({model: points(sizes, measure) for model, sizes in table.items()})
    if met is None:
        return ""
    rests = "**one seed**" if met.seeds == 1 else f"{met.seeds} seeds"
    words = (
        f"Between {met.low:,} and {met.high:,} molecules **{met.model}** passes the last of the "
        f"others (the ring). With {met.high:,} there is {rests}, so where it does is not known "
        "closer than that."
    )
    if met.model != "transformer":
        return words
    return words + (
        " Why: its atoms hear all others from the first layer on, and whom to listen to it must "
        "learn, which costs molecules. With few, the neighbors that are built into gcn, gat and "
        "mpnn are worth more; with many it has learned them too, and hears in one layer what takes "
        "the others one layer a bond."
    )


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


def _band(p: Chart, model: str, line: list[Point]) -> None:
    """One standard deviation to either side, where there are several seeds."""
    if line:
        x = [point.molecules for point in line]
        high = [point.mean + point.std for point in line]
        low = [max(point.mean - point.std, 1e-9) for point in line]
        p.line([*x, *x[::-1]], [*high, *low[::-1]], width=0, fill="toself", legendgroup=model,
               fillcolor=faint(COLORS[model]))  # fmt: skip


def log_axis(values: Iterable[float], digits: tuple[int, ...] = (1, 2, 3, 5, 7)) -> dict[str, Any]:
    """A logarithmic axis with marks at these digits of each power of ten in reach."""
    every = [v for v in values if v > 0]
    low, high = min(every, default=1.0) / 1.3, max(every, default=10.0) * 1.3
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [m * 10.0**k for k in powers for m in digits if low <= m * 10.0**k <= high]
    return {
        "type": "log", "range": (math.log10(low), math.log10(high)), "tickmode": "array",
        "tickvals": marks, "ticktext": [_short(mark) for mark in marks],
    }  # fmt: skip


def _short(mark: float) -> str:
    """5000 as 5k: on a phone there is no room for 5,000 beside 2,000."""
    return f"{mark / 1000:g}k" if mark >= 1000 else f"{mark:.6g}"


def run_curves(job: Job) -> go.Figure:
    """Loss and validation error of a full run over its epochs."""
    found = job.validation
    ratios = [(epoch, validation_ratio(errors)) for epoch, errors in found]
    if found and ratios[0][1] is None:
        key = next(iter(found[0][1]))
        title, ratios = f"validation error, {TARGET[key].title}", [(e, v[key]) for e, v in found]
    else:
        title = "validation error / chemical accuracy"
    right = {"title": {"text": title}, "overlaying": "y", "side": "right", "showgrid": False,
             "tickmode": "auto", **FROM_ZERO}  # fmt: skip
    p = Chart("epochs", "training loss", xaxis=FROM_ZERO, yaxis=FROM_ZERO, yaxis2=right,
              legend=True, unified=True, uirevision=job.name)  # fmt: skip
    p.line([e for e, _ in job.losses], [v for _, v in job.losses], name="training", color=TRAIN,
           width=1.5, hover="loss %{y:.3g}<extra></extra>")  # fmt: skip
    p.line([e for e, _ in ratios], [v for _, v in ratios], mode="lines+markers", color=TEST,
           name="validation (right)", yaxis="y2", width=2.5,
           hover="validation %{y:.3g}<extra></extra>")  # fmt: skip
    return p.figure(height=330, margin={"l": 60, "r": 64, "t": 40, "b": 50})
