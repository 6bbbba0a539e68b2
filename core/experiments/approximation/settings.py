"""Settings of the approximation page, and what follows from them without any training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.experiments.approximation.functions import (
    FUNCTIONS,
    HIGH,
    LOW,
    TALLEST,
    Function,
    draw,
    from_formula,
    from_points,
)
from core.models.mlp import ACTIVATIONS, INITIALIZATIONS
from core.settings import SettingError, Settings, setting
from core.settings.kinds import DATA_SEED, Choice, Integer, Text, rare
from core.settings.lists import Changes, Integers, Rows, learning_rate
from core.training import read_change
from core.updates import OPTIMIZERS

HEARTBEAT = (
    (-1.0, 0.0), (-0.55, 0.0), (-0.45, 0.15), (-0.35, 0.0), (-0.2, 0.0), (-0.12, -0.15),
    (-0.04, 1.0), (0.05, -0.4), (0.12, 0.0), (0.3, 0.0), (0.42, 0.25), (0.54, 0.0), (1.0, 0.0),
)  # fmt: skip
RATES = (0.0003, 0.001, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0)
STEEPNESS = 3.0
LARGEST = 10_000  # parameters: what still trains live


def spread(
    rng: np.random.Generator, d_in: int, d_out: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """He's rule, but the first layer has slopes of +-3 and kinks -b/w anywhere in the interval.

    The output starts small, so that the fit grows from near 0. PyTorch's own rule (fan-in) puts
    half of the kinks outside [-1, 1], where they are of no use. What follows a layer of one neuron
    counts as a first layer.
    """
    if d_in == 1:
        w = STEEPNESS * rng.choice([-1.0, 1.0], d_out)
        return w[None], -w * rng.uniform(LOW, HIGH, d_out)
    size = math.sqrt((2 if d_out > 1 else 0.25) / d_in)
    return rng.normal(0, size, (d_in, d_out)), np.zeros(d_out)


FIRST_WEIGHTS = {"spread kinks": spread, **INITIALIZATIONS}
LIVE = {"learning_rate": learning_rate(10, RATES, "How far each step goes.")}


@dataclass(frozen=True)
class ApproximationSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    target: str = setting(
        "sine", Choice((*FUNCTIONS, "formula", "drawn"), label="Function", group="data")
    )
    formula: str = setting(
        "sin(3*x) + 0.3*sin(17*x)",
        Text(label="Formula in x", verify=from_formula, help="For x from -1 to 1.", group="data",
             when=lambda settings: settings.target == "formula"),
    )  # fmt: skip
    points: tuple[tuple[float, ...], ...] = setting(
        HEARTBEAT, Rows(2, 64, bound=TALLEST, label="Drawn points", help="x, y with lines between.")
    )
    samples: int = setting(
        64, Integer(4, 500, label="Samples", help="Evenly spaced, trained on.", **rare("data"))
    )
    noise: int = setting(
        0,
        Integer(0, 50, 5, label="Noise in %", help="Deviation added to samples.", group="data"),
    )
    data_seed: int = setting(0, DATA_SEED)
    activation: str = setting("ReLU", Choice(ACTIVATIONS, label="Activation", group="network"))
    seeds: int = setting(
        5,
        Integer(1, 16, label="Networks at once", help="With seed, seed + 1, ...", group="network"),
    )
    hidden: tuple[int, ...] = setting(
        (24,),
        Integers(1, 128, 6, label="Hidden layers", help="How many; beside it the neurons of each.",
                 group="network"),
    )  # fmt: skip
    initialization: str = setting(
        "spread kinks",
        Choice(FIRST_WEIGHTS, label="First weights", help="fan-in: torch's", **rare("network")),
    )
    optimizer: str = setting("Adam", Choice(OPTIMIZERS, label="Optimizer", group="training"))
    learning_rate: float = setting(0.02, LIVE["learning_rate"])
    max_steps: int = setting(20_000, Integer(1, 500_000, label="Stop after", **rare("training")))
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """What only holds between settings."""
        if self.target == "formula" and not self.formula.strip():
            raise SettingError("formula", self.formula, "a formula in x, as sin(3*x)")
        places = {row[0] for row in self.points}
        if len(places) < max(2, len(self.points)):
            raise SettingError("points", self.points, "at least 2 points, each at an x of its own")
        for row in self.points:
            if not LOW <= row[0] <= HIGH:
                raise SettingError("points", row, f"x from {LOW:g} to {HIGH:g}, then y")
        if parameters(self.hidden) > LARGEST:
            raise SettingError("hidden", self.hidden, f"up to {LARGEST:,} parameters in all")
        for _, name, value in self.changes:
            read_change(LIVE, widths(self), name, value)


# --- Pure functions of the settings ---------------------------------------------------------------


def target_formula(settings: Any) -> Function:
    """What the user typed."""
    return from_formula(settings.formula)


def target_drawn(settings: Any) -> Function:
    """What the user drew."""
    return from_points(settings.points)


SOURCES = {"formula": target_formula, "drawn": target_drawn}


def target(settings: Any) -> Function:
    """The function f to approximate."""
    made = SOURCES.get(settings.target)
    return made(settings) if made else FUNCTIONS[settings.target]


def redrawn(settings: Any, path: Sequence[Sequence[float]]) -> Any:
    """The settings after a stroke over the function: what it passed over is changed."""
    points = draw(path, target(settings))
    return settings.fresh().replace(target="drawn", points=points)


def data(settings: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The samples: x evenly spaced, y = f(x) + noise.

    Shapes: (n,), (n,)
    """
    x = np.linspace(LOW, HIGH, settings.samples)
    rng = np.random.default_rng(settings.data_seed)
    y = target(settings)(x) + settings.noise / 100 * rng.standard_normal(settings.samples)
    return x.astype(np.float32), y.astype(np.float32)


def widths(settings: Any) -> tuple[int, ...]:
    """Sizes of all layers, from the one input to the one output."""
    return (1, *settings.hidden, 1)


def parameters(hidden: tuple[int, ...]) -> int:
    """Number of weights and biases of one network with these hidden layers."""
    d = (1, *hidden, 1)
    return sum((a + 1) * b for a, b in zip(d, d[1:], strict=False))
