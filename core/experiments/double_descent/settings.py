"""Settings of the double-descent page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from core.settings import Settings, setting
from core.settings.kinds import DATA_SEED, Choice, Integer, Number
from core.settings.lists import Changes, DraggedInteger, read_live

WIDTH, SET = "width", "training set"
MLP, SCALES, START = "width of an MLP", "updates: two scales", "updates: first weights"
STUDIES = (WIDTH, SET, MLP, SCALES, START)
SWEEPS = (WIDTH, SET)
RELU, WAVES = "ReLU, 10 inputs", "waves, 1 input"
SLOWNESS = (0.05, 0.07, 0.1, 0.2, 0.5, 1.0)
LARGEST = 640  # random features
RIDGES = (0.0, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
FINE = 0.15  # within this share of the threshold every size is computed


def sweeps(settings: Any) -> bool:
    """Whether sizes are computed one after the other, by least squares."""
    return settings.grows in SWEEPS


def _features(settings: Any) -> bool:
    return settings.grows in (*SWEEPS, START)


LIVE = {
    "shown": DraggedInteger(0, LARGEST, least=1, label="Size shown", live=True, group="picture",
                            when=sweeps,
                            help="Width, or number of samples, whose fit is drawn; 0: the newest "
                            "one. The handle below the curve sets it, too."),
}  # fmt: skip


@dataclass(frozen=True)
class DoubleDescentSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    grows: str = setting(
        WIDTH, Choice(STUDIES, label="What grows", group="experiment", wide=True,
                      help="Width and training set: least squares, exact. The others train."),
    )  # fmt: skip
    features: str = setting(
        RELU, Choice((RELU, WAVES), label="Features", group="model", wide=True, when=_features,
                     help="Random ReLUs of 10 Gaussian inputs, or cosines of one input, each "
                     "wave divided by its number."),
    )  # fmt: skip
    n: int = setting(
        40, Integer(10, 100, 2, label="Samples n", group="data",
                    when=lambda settings: settings.grows in (WIDTH, START)),
    )  # fmt: skip
    model: int = setting(
        40, Integer(10, 80, 2, label="Width of the model", group="model",
                    when=lambda settings: settings.grows == SET),
    )  # fmt: skip
    slow: float = setting(
        0.07, Number(0.05, 1, stops=SLOWNESS, label="Scale of the slow features", group="data",
                     wide=True, when=lambda settings: settings.grows == SCALES,
                     help="Of 72 features 70 have scale 1, two have this one."),
    )  # fmt: skip
    noise: float = setting(
        0.3, Number(0, 1, step=0.1, label="Noise", group="data",
                    help="Standard deviation added to each answer trained on; test errors are "
                    "taken against the function itself."),
    )  # fmt: skip
    ridge: float = setting(
        0.0, Number(0, 100, stops=RIDGES, label="Ridge λ", group="model", when=sweeps,
                    help="λ‖a‖² is added to the squared error; 0: minimum norm."),
    )  # fmt: skip
    shown: int = setting(0, LIVE["shown"])
    data_seed: int = setting(0, DATA_SEED)
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Every change must be possible."""
        for _, name, value in self.changes:
            read_change(name, value)


read_change = partial(read_live, LIVE)


def threshold(settings: Any) -> int:
    """The size at which a sweep can just fit all samples."""
    return int(settings.n if settings.grows == WIDTH else settings.model)


def sizes(settings: Any) -> tuple[int, ...]:
    """Widths of a sweep, or its numbers of samples: every one near the threshold."""
    at, first = threshold(settings), 1 if settings.grows == WIDTH else 4
    last = min(LARGEST, 16 * at) if settings.grows == WIDTH else 8 * at
    count = 54 if settings.grows == WIDTH else 40
    wide = np.geomspace(first, last, count).round().astype(int)
    near = range(math.ceil(at * (1 - FINE)), math.floor(at * (1 + FINE)) + 1)
    return tuple(sorted({*wide.tolist(), *near}))
