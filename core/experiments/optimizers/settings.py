"""Settings of the optimizers page, and what follows from them without a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.experiments.optimizers.networks import WEIGHTS
from core.experiments.optimizers.surfaces import CLASSICS, read_formula
from core.settings import SettingError, Settings, setting
from core.settings.kinds import DATA_SEED, VIEW, Choice, Choices, Flag, Integer, Number, Text, rare
from core.settings.lists import Rows

OPTIMIZERS = (
    "GD", "SGD", "momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam", "AdamW", "Muon",
)  # fmt: skip
QUADRATIC, VALLEYS, MATRIX = "quadratic", "many valleys", "matrix W X = Y"
TWO, NETWORK = "network: two weights", "network: all weights"
FORMULA = "formula"
SURFACES = (QUADRATIC, *CLASSICS, VALLEYS, FORMULA, TWO, NETWORK, MATRIX)
SAMPLED = (QUADRATIC, VALLEYS, TWO, NETWORK, MATRIX)  # a mean over examples
NETWORKS = (TWO, NETWORK)
MATRICES = (NETWORK, MATRIX)  # made of matrices, so that Muon means something
ONE, ALL_BUT_GD = "SGD alone", "all but GD"
LEADER = "leader"
RATES = (0.0003, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.09, 0.098, 0.102, 0.12,
         0.15, 0.18, 0.2, 0.3, 0.5, 1.0, 2.0)  # fmt: skip
# What suits a surface: set together with it.
ANY: dict[str, Any] = {"learning_rate": 0.06, "tuned": True, "schedule": "constant",
                       "condition": 20.0}  # fmt: skip
SUITS: dict[str, dict[str, Any]] = {
    QUADRATIC: {"tuned": False},
    "saddle": {"tuned": False},
    "plateau": {"tuned": False},
    VALLEYS: {"tuned": False, "learning_rate": 0.2, "schedule": "cosine"},
    NETWORK: {"tuned": False},  # at the rate of the path that decides the plane
    MATRIX: {"schedule": "cosine", "condition": 1000.0},
}


def constant(share: float) -> float:
    """The same rate throughout."""
    return 1.0


def stairs(share: float) -> float:
    """A tenth after three fifths of the run."""
    return 1.0 if share < 0.6 else 0.1


def cosine(share: float) -> float:
    """Half a wave, from 1 down to 0."""
    return 0.5 * (1 + math.cos(math.pi * share))


def warmed(share: float) -> float:
    """Up in the first tenth, then half a wave down."""
    return share / 0.1 if share < 0.1 else cosine((share - 0.1) / 0.9)


def root(share: float) -> float:
    """Falls like one over the root of the time, to 0.22 at the end."""
    return 1 / math.sqrt(1 + 20 * share)


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "stairs": stairs,
    "cosine": cosine,
    "warm-up, cosine": warmed,
    "1/√t": root,
}


def curved(settings: Any) -> bool:
    """Whether there is a condition number to choose."""
    return settings.surface in (QUADRATIC, MATRIX)


def sampled(settings: Any) -> bool:
    """Whether there are examples to sample."""
    return settings.surface in SAMPLED


@dataclass(frozen=True)
class OptimizersSettings(Settings):
    """What decides a race, and with the seed decides it completely."""

    surface: str = setting(QUADRATIC, Choice(SURFACES, label="Surface"))
    condition: float = setting(
        20.0,
        Number(1, 1000, stops=(1, 2, 5, 10, 20, 50, 100, 1000), label="Condition κ",
               help="Steepest over flattest curvature; the steepest stays L = 20.",
               group="surface", when=curved),
    )  # fmt: skip
    formula: str = setting(
        "w1^2/4 + w2^2 + sin(3*w1)*sin(3*w2)",
        Text(label="Formula in w1, w2", verify=read_formula, help="For both from -3 to 3.",
             group="surface", when=lambda settings: settings.surface == FORMULA),
    )  # fmt: skip
    first: int = setting(
        5, Integer(1, WEIGHTS, label="Weight across", help="1 to 12: W1, to 18: b1, to 24: W2, b2.",
                   group="surface", when=lambda settings: settings.surface == TWO)
    )  # fmt: skip
    second: int = setting(
        11, Integer(1, WEIGHTS, label="Weight up", help="All other weights stay as trained.",
                    group="surface", when=lambda settings: settings.surface == TWO)
    )  # fmt: skip
    plane: str = setting(
        "PCA", Choice(("PCA", "random"), label="Plane", buttons=True, group="surface",
                      help="Of Adam's path, or of two random directions.",
                      when=lambda settings: settings.surface == NETWORK)
    )  # fmt: skip
    learning_rate: float = setting(
        0.06,
        Number(1e-5, 10, stops=RATES, label="Learning rate η", group="training", wide=True,
               help="The same for all.", when=lambda settings: not settings.tuned),
    )  # fmt: skip
    tuned: bool = setting(
        False, Flag(label="Each at its best rate", group="training",
                    help="The rate of lowest loss at the end, of those in the chart of rates."),
    )  # fmt: skip
    batch_size: int = setting(
        8, Integer(1, 64, label="Batch size", group="training", when=sampled,
                   help="Examples in a mini-batch, of 64. All see the same batches."),
    )  # fmt: skip
    noisy: str = setting(
        ONE, Choice((ONE, ALL_BUT_GD), label="Mini-batches for", group="training", when=sampled)
    )
    optimizers: tuple[str, ...] = setting(
        OPTIMIZERS, Choices(OPTIMIZERS, 1, label="In the race", **rare("race"))
    )
    max_steps: int = setting(200, Integer(20, 500, 20, label="Steps", **rare("training")))
    schedule: str = setting(
        "constant", Choice(SCHEDULES, label="Schedule of η", **rare("training"))
    )
    momentum: float = setting(
        0.9, Number(0, 0.99, stops=(0, 0.5, 0.8, 0.9, 0.95, 0.99), label="β of momentum",
                    **rare("training"))
    )  # fmt: skip
    weight_decay: float = setting(
        0.01, Number(0, 10, stops=(0, 0.01, 0.1, 0.5, 1, 3), label="AdamW's decay",
                     **rare("training"))
    )  # fmt: skip
    angle: int = setting(
        30, Integer(0, 90, 5, label="Angle of the valley", **rare("surface"),
                    when=lambda settings: settings.surface == QUADRATIC)
    )  # fmt: skip
    data_seed: int = setting(0, DATA_SEED)
    network_seed: int = setting(
        0, Integer(0, 2**31 - 1, label="Network's seed", **rare("surface"),
                   when=lambda settings: settings.surface in NETWORKS)
    )  # fmt: skip
    start: tuple[tuple[float, ...], ...] = setting((), Rows(2, 1, bound=1000, digits=4))
    numbers: str = setting(
        LEADER, Choice((LEADER, *OPTIMIZERS), label="Numbers of", group=VIEW, rare=True,
                       help="Whose update is worked out.")
    )  # fmt: skip

    def check(self) -> None:
        """What only holds between settings."""
        if self.surface == FORMULA and not self.formula.strip():
            raise SettingError("formula", self.formula, "a formula in w1 and w2, as w1^2 + 5*w2^2")
        if self.first == self.second:
            raise SettingError("second", self.second, "another weight than the first")


def contenders(settings: Any) -> tuple[str, ...]:
    """Who takes part: SGD where there are examples, Muon where there are matrices; GD if nobody."""
    found = [
        name
        for name in settings.optimizers
        if (name != "SGD" or settings.surface in SAMPLED)
        and (name != "Muon" or settings.surface in MATRICES)
    ]
    return tuple(found) or ("GD",)


def sees_batches(settings: Any, name: str) -> bool:
    """Whether this optimizer is given the gradient of a mini-batch."""
    if settings.surface not in SAMPLED:
        return False
    return name == "SGD" or (settings.noisy == ALL_BUT_GD and name != "GD")


def moved_to(settings: Any, surface: str) -> Any:
    """The settings on another surface, from its own start, at rates that suit it."""
    changes = ANY | SUITS.get(surface, {})
    return settings.fresh().replace(surface=surface, start=(), **changes)
