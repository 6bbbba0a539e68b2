"""Panels of the QM9 training page: parity, error and loss of each model, error by element."""

from __future__ import annotations

from typing import Any

from core.experiments.qm9_training.data import GROUPS, SAMPLE, problem, yardsticks
from core.experiments.qm9_training.figures_curves import COLORS, recorded
from core.experiments.qm9_training.settings import SHOWN, STARTS, updates
from core.figures.chart import WIDE, Chart
from core.figures.parity import parity
from core.figures.style import RIVAL
from core.qm9.data.targets import KEYS, TARGET
from core.stage import Panel, readout


def panels(settings: Any) -> list[Panel]:
    """The stage: what longer runs have shown, then this race."""
    race = [error(settings), parity_plot(settings), elements(settings), loss(settings)]
    return [*recorded(settings.target), *race]


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
        "parity", width=330, height=330,
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
        "error", width=420, height=330, grow=1.3,
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
        "loss", width=330, height=330, title="Loss, all targets together",
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
        "elements", width=320, height=330, title="Error by element",
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
        found.append(readout(f"{model}/parameters", f"{model}: parameters", "d", **look))
    return found
