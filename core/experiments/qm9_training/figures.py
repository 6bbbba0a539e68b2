"""Panels of the QM9 training page: parity, error and loss of each model, error by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.qm9_training.data import GROUPS, SAMPLE, problem, yardsticks
from core.experiments.qm9_training.settings import SHOWN, STARTS, updates
from core.figures.style import CATEGORIES, RIVAL, SQUARE_X, SQUARE_Y, axes, curve
from core.qm9.data.targets import KEYS, TARGETS
from core.qm9.networks.models import QM9_MODELS
from core.stage import Panel, bind, history, plot, readout

COLORS = dict(zip(QM9_MODELS, CATEGORIES, strict=False)) | {
    "mlp": "#f59322",
    "deep-sets": "#8c6bb1",
}
COLORS |= {"mpnn": "#0877bd", "transformer": "#d55e00", "gat": "#cc79a7", "best": "#56b4e9"}
TARGET = {t.key: t for t in TARGETS}
ABOVE: dict[str, Any] = {
    "showlegend": True,
    "legend": {
        "orientation": "h", "x": 0, "y": 1.01, "xanchor": "left", "yanchor": "bottom",
        "font": {"size": 12}, "itemwidth": 30,
    },
}  # fmt: skip


def panels(settings: Any) -> list[Panel]:
    """The stage."""
    return [parity(settings), error(settings), elements(settings), loss(settings)]


def words(key: str) -> str:
    """Symbol and unit of a target, as axis titles have it."""
    return f"{TARGET[key].symbol} ({TARGET[key].unit})"


def parity(settings: Any) -> Panel:
    """Predicted against true for the sample: a perfect model puts every point on the line."""
    simple = STARTS[settings.start]
    task, parts = problem(settings.molecules, simple)
    column = KEYS.index(settings.target)
    true = task.y[parts.validation, column]
    line = yardsticks(settings.molecules, simple).predicted[:, column]
    room = 0.06 * float(np.ptp(true))
    limits = (float(true.min()) - room, float(true.max()) + room)
    name = words(settings.target)
    figure = axes(f"true {name}, by DFT", f"predicted {name}", limits, limits, SQUARE_X, SQUARE_Y,
                  margin={"l": 62, "r": 10, "t": 40, "b": 48},
                  uirevision=settings.target, **ABOVE)  # fmt: skip
    figure.add_scatter(
        x=limits, y=limits, mode="lines", name="perfect", hoverinfo="skip",
        line={"color": RIVAL, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    figure.add_scatter(
        x=true.astype(np.float32), y=line.astype(np.float32), mode="markers",
        name="linear in atom counts", marker={"size": 5, "color": RIVAL, "opacity": 0.35},
        hovertemplate="counting atoms: %{y:.4g}, true %{x:.4g}<extra></extra>",
    )  # fmt: skip
    binds = []
    for k, model in enumerate(settings.models):
        place = k * len(SHOWN) + SHOWN.index(settings.target)
        binds.append(bind(len(figure.data), "y", "predicted", place))
        marker = {"size": 6, "color": COLORS[model], "opacity": 0.75}
        look = {"mode": "markers", "marker": marker, "legendgroup": model}
        figure.add_scatter(
            x=true.astype(np.float32), y=np.full(len(true), np.nan, np.float32), showlegend=False,
            hovertemplate=f"{model}: %{{y:.4g}}, true %{{x:.4g}}<extra></extra>", **look,
        )  # fmt: skip
        # The player paints the points and hides this trace, so the legend needs one of its own.
        figure.add_scatter(x=[None], y=[None], name=model, **look)
    return plot(
        "parity", figure, binds, width=440, height=440, grow=0.8,
        title=f"Predicted against true: {SAMPLE} validation molecules",
        alt=f"Predicted against true {name} of {SAMPLE} validation molecules for each model, with "
        "the identity line and the predictions of a linear model of atom counts.",
    )  # fmt: skip


def error(settings: Any) -> Panel:
    """Mean absolute error of the shown target over the updates, between two yardsticks."""
    simple = yardsticks(settings.molecules, STARTS[settings.start])
    end, column = updates(settings), KEYS.index(settings.target)
    name = words(settings.target)
    figure = axes("updates", f"mean absolute error, {name}", (0, end),
                  (0, 1.1 * float(simple.mean[column])), hovermode="x unified",
                  margin={"l": 62, "r": 10, "t": 62, "b": 44},
                  uirevision=settings.target, **ABOVE)  # fmt: skip
    binds = []
    for model in settings.models:
        binds.append(history(len(figure.data), f"{model}/{settings.target}"))
        figure.add_trace(curve(model, COLORS[model]))
    for label, values, dash in (
        ("always the mean", simple.mean, "dot"),
        ("linear in atom counts", simple.atoms, "dash"),
    ):
        figure.add_scatter(
            x=(0, end), y=(float(values[column]),) * 2, mode="lines",
            name=f"{label}: {values[column]:.3g}", hoverinfo="skip",
            line={"color": RIVAL, "width": 1.5, "dash": dash},
        )  # fmt: skip
    return plot(
        "error", figure, binds, width=420, height=440, grow=1.3,
        title=f"Error on {SAMPLE} molecules that nobody trained on",
        alt=f"Mean absolute error of {name} on the validation sample over the updates, for each "
        "model, with two horizontal lines: answering the mean, and a linear model of atom counts.",
    )  # fmt: skip


def loss(settings: Any) -> Panel:
    """Training and validation loss over the updates."""
    figure = axes("updates", "mean |standardized error|", (0, updates(settings)), (0, 1),
                  margin={"l": 62, "r": 10, "t": 40, "b": 44}, hovermode="x unified",
                  **ABOVE)  # fmt: skip
    binds = []
    for model in settings.models:
        color = COLORS[model]
        binds.append(history(len(figure.data), f"{model}/loss"))
        figure.add_trace(curve(f"{model}, training", color))
        binds.append(history(len(figure.data), f"{model}/validation", dot=False))
        figure.add_trace(curve("validation", color, line={"dash": "dot"}, opacity=0.8))
    return plot(
        "loss", figure, binds, width=400, height=300, title="Loss, all targets together",
        alt="Training loss and validation loss of each model over the updates.",
    )  # fmt: skip


def elements(settings: Any) -> Panel:
    """Mean absolute error of the shown target on molecules with each element."""
    simple = yardsticks(settings.molecules, STARTS[settings.start])
    models, column = settings.models, SHOWN.index(settings.target)
    wide = len(models) + 1  # one empty place between groups
    places = [g * wide + k for g in range(len(GROUPS)) for k in range(len(models))]
    middle = [g * wide + (len(models) - 1) / 2 for g in range(len(GROUPS))]
    marks = [f"{name}<br>{n}" for name, n in zip(GROUPS, simple.sizes, strict=True)]
    top = 1.3 * float(simple.mean[KEYS.index(settings.target)])
    figure = axes(
        "molecules of the sample", f"error, {words(settings.target)}", (-1, wide * len(GROUPS) - 1),
        (0, top), {"tickmode": "array", "tickvals": middle, "ticktext": marks, "showgrid": False},
        margin={"l": 62, "r": 10, "t": 10, "b": 62}, uirevision=settings.target,
    )  # fmt: skip
    named = [f"{model}, {group}" for group in GROUPS for model in models]
    figure.add_bar(
        x=places, y=[0.0] * len(places), customdata=named, width=0.8,
        marker={"color": [COLORS[model] for _ in GROUPS for model in models]},
        hovertemplate="%{customdata}: %{y:.3g}<extra></extra>",
    )  # fmt: skip
    return plot(
        "elements", figure, [bind(0, "y", "elements", column)], width=400, height=300,
        title="Error by element",
        alt="Mean absolute error of each model on the molecules of the sample that hold no heavy "
        "atom but carbon, and on those with nitrogen, oxygen, fluorine; their number below.",
    )  # fmt: skip


def readouts(settings: Any) -> list[dict[str, Any]]:
    """The numbers under the stage."""
    unit = TARGET[settings.target].unit
    found = [
        readout("molecules", "Molecules seen by each", "d"),
        readout("epoch", "Epochs", ".1f"),
    ]
    for model in settings.models:
        label = f"{model}: error ({unit})"
        found.append(readout(f"{model}/{settings.target}", label, ".3g", color=COLORS[model]))
        found.append(readout(f"{model}/parameters", "parameters", "d", color=COLORS[model]))
    return found
