"""Numbers of the boundaries page: learning curves, linear probes, confusion, readouts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from core.experiments.boundaries.data import is_regression
from core.figures.style import BLUE, TEST, TRAIN, axes, curve, legend, log_switch
from core.stage import Panel, bind, history, plot, readout


@lru_cache(maxsize=64)
def loss_curves(seeds: int, prefix: str = "", rival: bool = False) -> Panel:
    """Training and test loss over the updates; several seeds as a band from worst to best."""
    figure = legend(log_switch(axes("updates", "loss", None, None, {"rangemode": "nonnegative"})))
    figure.update_yaxes(rangemode="tozero")
    figure.update_layout(margin={"l": 52, "r": 10, "t": 30, "b": 40}, hovermode="x unified")
    binds = []
    if seeds > 1:
        for track, color in (("loss_seeds", TRAIN), ("test_loss_seeds", TEST)):
            for column, words in (("min", {}), ("max", {"fill": "tonexty"})):
                binds.append(history(len(figure.data), f"{prefix}{track}", column, dot=False))
                figure.add_trace(
                    curve(f"{column} of {seeds} seeds", color, line={"width": 0},
                          fillcolor=_faint(color), showlegend=False, **words)
                )  # fmt: skip
    for track, name, color in (("loss", "training", TRAIN), ("test_loss", "test", TEST)):
        binds.append(history(len(figure.data), f"{prefix}{track}"))
        figure.add_trace(curve(name, color))
    if rival:
        binds.append(history(len(figure.data), "b/test_loss"))
        figure.add_trace(curve("test, pinned run", "#8c8c8c", line={"dash": "dash"}))
    return plot(
        f"{prefix}loss",
        figure,
        binds,
        title="Loss",
        alt="Training and test loss over the number of updates.",
        width=330,
        height=260,
    )


@lru_cache(maxsize=64)
def probe_bars(layers: int, regression: bool = False, prefix: str = "") -> Panel:
    """How well a straight cut separates the classes in the input and after each layer."""
    names = ["input", *(f"layer {i + 1}" for i in range(layers))]
    what = "R<sup>2</sup>" if regression else "accuracy"
    figure = axes("", f"linear probe {what}", None, (0, 1.05))
    figure.add_bar(
        x=names,
        y=[0] * len(names),
        marker={"color": BLUE},
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    return plot(
        f"{prefix}probe",
        figure,
        [bind(0, "y", f"{prefix}probe")],
        title="Separable by a straight cut?",
        alt="Accuracy of a linear probe on the input and on each hidden layer.",
        width=240,
        height=260,
        grow=0.7,
    )


@lru_cache(maxsize=4)
def confusion(prefix: str = "") -> Panel:
    """Test points by true and predicted class."""
    figure = axes("predicted", "true", None, None)
    names = ["orange", "blue"]
    figure.add_heatmap(
        x=names, y=names, z=[[0, 0], [0, 0]], texttemplate="%{z}", showscale=False,
        colorscale=[[0, "#e4eff7"], [1, BLUE]],
        hovertemplate="true %{y}, predicted %{x}: %{z}<extra></extra>", textfont={"size": 16},
    )  # fmt: skip
    figure.update_layout(margin={"l": 70, "r": 10, "t": 10, "b": 40})
    return plot(
        f"{prefix}confusion",
        figure,
        [bind(0, "z", f"{prefix}confusion")],
        title="Confusion on test points",
        alt="Number of test points by true and predicted class.",
        width=220,
        height=260,
        grow=0.6,
    )


def readouts(settings: Any, prefix: str = "", who: str = "") -> list[dict[str, Any]]:
    """The numbers under the stage."""
    share = "r2" if is_regression(settings) else "accuracy"
    name, form = ("R²", ".3f") if share == "r2" else ("accuracy", ".1%")
    found = [
        readout(f"{prefix}loss", who + "Training loss", color=TRAIN),
        readout(f"{prefix}test_loss", who + "Test loss", color=TEST),
        readout(f"{prefix}{share}", f"{who}Training {name}", form, color=TRAIN),
        readout(f"{prefix}test_{share}", f"{who}Test {name}", form, color=TEST),
    ]
    if settings.activation == "linear" and settings.normalization == "none":
        for i, feature in enumerate(settings.features):
            found.append(readout(f"{prefix}W_prime", f"W′ {feature}", column=i))
        found.append(readout(f"{prefix}b_prime", "b′"))
    return found


def _faint(color: str) -> str:
    r, g, b = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({r},{g},{b},0.18)"
