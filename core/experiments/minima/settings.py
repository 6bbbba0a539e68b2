"""Settings of the minima page: what is learned, by which ways down, and when each stops."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from core.experiments.minima.model import MOST
from core.settings import Settings, setting
from core.settings.kinds import (
    DATA_SEED,
    VIEW,
    Choice,
    Choices,
    Integer,
    Number,
    rare,
)
from core.settings.lists import Changes, Dragged, Integers, read_live

FULL, SMALL, SAM = "full batch", "small batch", "SAM"
WAYS = {FULL: "full", SMALL: "small", SAM: "sam"}  # in the names of tracks
RATES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
MEASURED, MODEL = "as measured", "as in figure 5"


LIVE = {
    "learning_rate": Number(0.001, 2, stops=RATES, live=True, label="Learning rate η",
                            help="Of plain gradient descent, the same for all. The edge is 2/η.",
                            group="training"),
    "shift": Dragged(-MOST, MOST, step=0.01, label="Shift of the test loss", live=True,
                     help="In the model of figure 5; its handle may be dragged.",
                     **rare("figure 5")),
}  # fmt: skip


@dataclass(frozen=True)
class MinimaSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    learning_rate: float = setting(0.1, LIVE["learning_rate"])
    batch_size: int = setting(
        6, Integer(1, 256, label="Small batch", group="training",
                   help="Digits in each of its updates; the full batch holds all of them."),
    )  # fmt: skip
    goal: float = setting(
        0.08,
        Number(0.001, 1, stops=(0.02, 0.05, 0.08, 0.1, 0.15, 0.2), label="Rest at loss",
               help="Each rests once its training loss is this low, so that minima are compared "
               "at equal training loss.", **rare("training")),
    )  # fmt: skip
    ways: tuple[str, ...] = setting(
        (FULL, SMALL), Choices(WAYS, 1, label="Ways down", group="training",
                               help="SAM, sharpness-aware steps: the gradient is taken a step ρ "
                               "uphill, on the full batch.")
    )  # fmt: skip
    rho: float = setting(
        0.05, Number(0.001, 1, stops=(0.01, 0.02, 0.05, 0.1, 0.2), label="ρ of SAM",
                     group="training", when=lambda settings: SAM in settings.ways),
    )  # fmt: skip
    wrong: int = setting(
        0, Integer(0, 60, 10, label="Wrong labels in %", group="data",
                   help="This share of the training digits gets another digit's label; test labels "
                   "stay right."),
    )  # fmt: skip
    hidden: tuple[int, ...] = setting(
        (32, 32), Integers(2, 64, most=3, least=1, label="Hidden layers", **rare("network"))
    )
    activation: str = setting("tanh", Choice(("tanh", "ReLU"), label="σ", **rare("network")))
    samples: int = setting(400, Integer(100, 1000, 50, label="Training digits", **rare("data")))
    data_seed: int = setting(0, DATA_SEED)
    max_steps: int = setting(4000, Integer(1, 50_000, label="Stop after", **rare("training")))
    shift: float = setting(0.2, LIVE["shift"])
    valleys: str = setting(
        MEASURED, Choice((MEASURED, MODEL), label="Valleys first", buttons=True, **rare(VIEW))
    )
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Every change must be possible at its place."""
        for _, name, value in self.changes:
            read_change(name, value)


read_change = partial(read_live, LIVE)


def widths(settings: Any) -> tuple[int, ...]:
    """Sizes of all layers: 64 pixels, the hidden ones, 10 digits."""
    return (64, *settings.hidden, 10)


def said(settings: Any, way: str) -> str:
    """A way down as legends have it."""
    return f"batches of {settings.batch_size}" if way == SMALL else way


def titled(settings: Any, way: str) -> str:
    """The same at the begin of a sentence."""
    words = said(settings, way)
    return words[0].upper() + words[1:]
