"""Numbers of the boundaries page: learning curves, linear probes, confusion, readouts."""

from __future__ import annotations

from typing import Any

from core.experiments.boundaries.data import is_regression
from core.figures.chart import FROM_ZERO, Chart
from core.figures.style import BLUE, RIVAL, TEST, TRAIN
from core.stage import Panel, readout


def loss_curves(seeds: int, mine: str = "", rival: bool = False) -> Panel:
    """Training and test loss over the updates; several seeds as a band from worst to best."""
    p = Chart("updates", "loss", xaxis={"rangemode": "nonnegative"}, yaxis=FROM_ZERO, legend=True,
              unified=True, switch=True)  # fmt: skip
    curves = (("loss", "training", TRAIN), ("test_loss", "test", TEST))
    for track, _, color in curves if seeds > 1 else ():
        p.band(f"{mine}{track}_seeds", color, f"{seeds} seeds")
    for track, name, color in curves:
        p.history(f"{mine}{track}", name=name, color=color)
    if rival:
        p.history("b/test_loss", name="test, pinned run", color=RIVAL, dash="dash")
    return p.panel(
        f"{mine}loss", title="Loss", width=330, height=260,
        alt="Training and test loss over the number of updates.",
    )  # fmt: skip


def probe_bars(settings: Any) -> Panel:
    """How well a straight cut separates the classes in the input and after each layer."""
    names = ["input", *(f"layer {i + 1}" for i in range(len(settings.hidden)))]
    what = "R<sup>2</sup>" if is_regression(settings) else "accuracy"
    p = Chart("", f"linear probe {what}", None, (0, 1.05))
    p.bars(names, ("probe", None), hover="%{x}: %{y:.1%}")
    return p.panel(
        "probe", title="Separable by a straight cut?", width=240, height=260, grow=0.7,
        alt="Accuracy of a linear probe on the input and on each hidden layer.",
    )  # fmt: skip


def confusion() -> Panel:
    """Test points by true and predicted class."""
    names = ["orange", "blue"]
    p = Chart("predicted", "true", margin={"l": 70})
    p.add(
        "heatmap", {"x": names, "y": names, "z": ("confusion", None)}, texttemplate="%{z}",
        showscale=False, colorscale=[[0, "#e4eff7"], [1, BLUE]], textfont={"size": 16},
        hover="true %{y}, predicted %{x}: %{z}",
    )  # fmt: skip
    return p.panel(
        "confusion", title="Confusion on test points", width=220, height=260, grow=0.6,
        alt="Number of test points by true and predicted class.",
    )  # fmt: skip


def numbers(settings: Any) -> list[dict[str, Any]]:
    """The readouts of one run."""
    share = "r2" if is_regression(settings) else "accuracy"
    name, form = ("R²", ".3f") if share == "r2" else ("accuracy", ".1%")
    found = [
        readout("loss", "Training loss", color=TRAIN),
        readout("test_loss", "Test loss", color=TEST),
        readout(share, f"Training {name}", form, color=TRAIN),
        readout(f"test_{share}", f"Test {name}", form, color=TEST),
    ]
    if settings.activation == "linear" and settings.normalization == "none":
        features = enumerate(settings.features)
        found += [readout("W_prime", f"W′ {name}", column=i) for i, name in features]
        found.append(readout("b_prime", "b′"))
    return found
