"""Panels of the QM9 training page: parity, error and loss of each model, error by element."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import plotly.graph_objects as go

from core.experiments.qm9_training.data import GROUPS, SAMPLE, problem, yardsticks
from core.experiments.qm9_training.settings import SHOWN, STARTS, updates
from core.figures.chart import FROM_ZERO, WIDE, Chart
from core.figures.parity import parity
from core.figures.style import CATEGORIES, RIVAL, TEST, TRAIN, faint
from core.qm9.data.targets import KEYS, TARGET
from core.qm9.networks.models import QM9_MODELS
from core.qm9.training.jobs_log import Job, validation_ratio
from core.stage import Panel, readout

COLORS = dict(zip(QM9_MODELS, CATEGORIES, strict=False)) | {
    "mlp": "#f59322", "deep-sets": "#8c6bb1", "mpnn": "#0877bd", "transformer": "#d55e00",
    "gat": "#cc79a7", "best": "#56b4e9",
}  # fmt: skip


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    return [parity_plot(settings), error(settings), elements(settings), loss(settings)]


def parity_plot(settings: Any) -> Panel:
    """Predicted against true for the sample: a perfect model puts every point on the line."""
    simple = STARTS[settings.start]
    task, parts = problem(settings.molecules, simple)
    column, name = KEYS.index(settings.target), TARGET[settings.target].title
    true = task.y[parts.validation, column]
    p = parity(f"true {name}, by DFT", f"predicted {name}", true, room=0.06, name="perfect",
               square=True, uirevision=settings.target)  # fmt: skip
    p.points(
        true, yardsticks(settings.molecules, simple).predicted[:, column], size=5, color=RIVAL,
        name="linear in atom counts", marker={"opacity": 0.35},
        hover="counting atoms: %{y:.4g}, true %{x:.4g}",
    )  # fmt: skip
    for k, model in enumerate(settings.models):
        p.points(
            true, ("predicted", k * len(SHOWN) + SHOWN.index(settings.target)), name=model,
            color=COLORS[model], marker={"opacity": 0.75}, legendgroup=model,
            hover=f"{model}: %{{y:.4g}}, true %{{x:.4g}}",
        )  # fmt: skip
    return p.panel(
        "parity", width=440, height=440, grow=0.8,
        title=f"Predicted against true: {SAMPLE} validation molecules",
        alt=f"Predicted against true {name} of {SAMPLE} validation molecules for each model, with "
        "the identity line and the predictions of a linear model of atom counts.",
    )  # fmt: skip


def error(settings: Any) -> Panel:
    """Mean absolute error of the shown target over the updates, between two yardsticks."""
    simple = yardsticks(settings.molecules, STARTS[settings.start])
    end, column = updates(settings), KEYS.index(settings.target)
    name = TARGET[settings.target].title
    p = Chart("updates", f"mean absolute error, {name}", (0, end),
              (0, 1.1 * float(simple.mean[column])), legend=True, unified=True,
              uirevision=settings.target, **WIDE)  # fmt: skip
    for model in settings.models:
        p.history(f"{model}/{settings.target}", name=model, color=COLORS[model])
    for label, values, dash in (
        ("always the mean", simple.mean, "dot"), ("linear in atom counts", simple.atoms, "dash")
    ):  # fmt: skip
        at = float(values[column])
        p.line([0, end], [at, at], name=f"{label}: {at:.3g}", color=RIVAL, width=1.5, dash=dash)
    return p.panel(
        "error", width=420, height=440, grow=1.3,
        title=f"Error on {SAMPLE} molecules that nobody trained on",
        alt=f"Mean absolute error of {name} on the validation sample over the updates, for each "
        "model, with two horizontal lines: answering the mean, and a linear model of atom counts.",
    )  # fmt: skip


def loss(settings: Any) -> Panel:
    """Training and validation loss over the updates."""
    p = Chart("updates", "mean |standardized error|", (0, updates(settings)), (0, 1), legend=True,
              unified=True, **WIDE)  # fmt: skip
    for model in settings.models:
        color = COLORS[model]
        p.history(f"{model}/loss", name=f"{model}, training", color=color)
        p.history(f"{model}/validation", name="validation", color=color, dash="dot", opacity=0.8,
                  moved={"dot": False})  # fmt: skip
    return p.panel(
        "loss", width=400, height=300, title="Loss, all targets together",
        alt="Training loss and validation loss of each model over the updates.",
    )  # fmt: skip


def elements(settings: Any) -> Panel:
    """Mean absolute error of the shown target on molecules with each element."""
    simple = yardsticks(settings.molecules, STARTS[settings.start])
    models = settings.models
    wide = len(models) + 1  # one empty place between groups
    middle = [g * wide + (len(models) - 1) / 2 for g in range(len(GROUPS))]
    marks = [f"{name}<br>{n}" for name, n in zip(GROUPS, simple.sizes, strict=True)]
    top = 1.3 * float(simple.mean[KEYS.index(settings.target)])
    p = Chart(
        "molecules of the sample", f"error, {TARGET[settings.target].title}",
        (-1, wide * len(GROUPS) - 1), (0, top), uirevision=settings.target,
        xaxis={"tickmode": "array", "tickvals": middle, "ticktext": marks, "showgrid": False},
        margin={"l": 62, "b": 62},
    )  # fmt: skip
    p.bars(
        [g * wide + k for g in range(len(GROUPS)) for k in range(len(models))],
        ("elements", SHOWN.index(settings.target)), hover="%{customdata}: %{y:.3g}", width=0.8,
        color=[COLORS[model] for _ in GROUPS for model in models],
        customdata=[f"{model}, {group}" for group in GROUPS for model in models],
    )  # fmt: skip
    return p.panel(
        "elements", width=400, height=300, title="Error by element",
        alt="Mean absolute error of each model on the molecules of the sample that hold no heavy "
        "atom but carbon, and on those with nitrogen, oxygen, fluorine; their number below.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers under the stage."""
    unit = TARGET[settings.target].unit
    found = [readout("molecules", "Molecules seen by each", "d"), readout("epoch", "Epochs", ".1f")]
    for model in settings.models:
        look = {"color": COLORS[model]}
        found.append(
            readout(f"{model}/{settings.target}", f"{model}: error ({unit})", ".3g", **look)
        )
        found.append(readout(f"{model}/parameters", "parameters", "d", **look))
    return found


def learning_curves(table: dict[str, Any], measure: str) -> go.Figure:
    """Test error against training molecules, one line an architecture, a band over its seeds.

    Args:
        table: "table" of assets/results/qm9-learning-curves.json.
        measure: "error_ratio", or the key of a target.
    """
    title = "mean of test error / chemical accuracy"
    if measure != "error_ratio":
        title = f"test error, {TARGET[measure].title}"
    found = {model: points(sizes, measure) for model, sizes in table.items()}
    every = [p for line in found.values() for p in line]
    p = Chart("training molecules", title, legend=True,
              xaxis=log_axis([point.molecules for point in every], (1, 2, 5)),
              yaxis=log_axis([point.mean for point in every]))  # fmt: skip
    for model, line in found.items():
        _band(p, model, [point for point in line if point.seeds > 1])
        p.line(
            [point.molecules for point in line], [point.mean for point in line], width=2.5,
            name=model, legendgroup=model, color=COLORS[model], mode="lines+markers",
            marker={"size": 8},
            customdata=[f"{point.seeds} seed" + "s" * (point.seeds > 1) for point in line],
            hover=f"{model}, %{{x:,}} molecules: %{{y:.3g}} (%{{customdata}})",
        )  # fmt: skip
    return p.figure(height=430, hovermode="closest", margin={"l": 64, "r": 10, "t": 40, "b": 50})


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
        "tickvals": marks, "ticktext": [f"{mark:,.6g}" for mark in marks],
    }  # fmt: skip


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
