"""Settings of the autoencoders page, and what follows from them without any training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.datasets.mnist1d import load
from core.experiments.autoencoders.data import CLASSES, SHAPES, SIGNALS
from core.models.mlp import ACTIVATIONS
from core.settings import SettingError, Settings, setting
from core.settings.kinds import DATA_SEED, VIEW, Choice, Choices, Flag, Integer, Number, rare
from core.settings.lists import Changes, Integers, learning_rate, read_place

MODELS = ("plain", "linear", "variational")
NOISES = ("none", "Gaussian", "missing", "salt and pepper")
OF_CLASSES = ("digits", SIGNALS)  # data that come in ten classes
RATES = (0.0003, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
BETAS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
OTHER_D = (1, 2, 4, 8, 16, 32)  # trained beside d, for the curve of the error
MOST_D = 32
PLACES = ("place.0", "place.1", "place.2")  # on the map: ends A and B of a walk, and the dot
LOOKS = ("place", "threshold")
BOUND = 100.0  # of a place
SAMPLES = 2000  # of MNIST-1D's signals
LIVE = {"learning_rate": learning_rate(1, RATES, "Adam's, at the start.")}


def is_deep(settings: Any) -> bool:
    """Whether there are hidden layers."""
    return settings.model != "linear"


class Classes(Choices):
    """Choices whose older links say none where nothing is chosen."""

    def read(self, text: str) -> tuple[str, ...]:
        """See `Kind`."""
        return () if text == "none" else super().read(text)


@dataclass(frozen=True)
class AutoencodersSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    data: str = setting("digits", Choice(SHAPES, label="Data", group="data"))
    left_out: tuple[str, ...] = setting(
        (),
        Classes(CLASSES, label="Leave out", group="data",
                help="Digits that are never trained on. Are they found out as strange?",
                when=lambda settings: settings.data in OF_CLASSES),
    )  # fmt: skip
    noise: str = setting(
        "none",
        Choice(NOISES, label="Noise", group="data",
               help="Put on the input alone: the output is compared with the clean sample."),
    )  # fmt: skip
    level: int = setting(
        30,
        Integer(5, 95, 5, label="Noise in %", group="data",
                help="Gaussian: its standard deviation; else the share of numbers that are hit.",
                when=lambda settings: settings.noise != "none"),
    )  # fmt: skip
    d: int = setting(
        2,
        Integer(1, MOST_D, label="Latent dimension d", group="network", wide=True,
                help="Numbers that the decoder gets of each sample."),
    )  # fmt: skip
    model: str = setting(
        "plain",
        Choice(MODELS, buttons=True, label="Autoencoder", group="network",
               help="linear: no hidden layers, and all samples in each update."),
    )  # fmt: skip
    beta: float = setting(
        0.1,
        Number(0, 100, stops=BETAS, label="Weight β of the KL divergence", group="network",
               wide=True, when=lambda settings: settings.model == "variational"),
    )  # fmt: skip
    hidden: tuple[int, ...] = setting(
        (64, 32),
        Integers(2, 256, 3, least=1, label="Hidden layers", when=is_deep, **rare("network"),
                 help="Of the encoder; the decoder has the same, the other way round."),
    )  # fmt: skip
    activation: str = setting(
        "SiLU", Choice(ACTIVATIONS, label="Activation", when=is_deep, **rare("network"))
    )
    others: bool = setting(
        True,
        Flag(label="Train other d beside it", when=is_deep, **rare("network"),
             help="For the curve of the error; they do not touch each other."),
    )  # fmt: skip
    learning_rate: float = setting(0.01, LIVE["learning_rate"])
    decay: bool = setting(
        True, Flag(label="Rate falls to 0", help="Along a cosine.", **rare("training"))
    )
    batch_size: int = setting(
        64, Integer(8, 1024, 8, label="Batch size", when=is_deep, **rare("training"))
    )
    max_steps: int = setting(2000, Integer(1, 100_000, label="Stop after", **rare("training")))
    data_seed: int = setting(0, DATA_SEED)
    look: str = setting(
        "pictures",
        Choice(("pictures", "points"), label="Samples as", **rare(VIEW),
               when=lambda settings: settings.data not in (SIGNALS, "spectra")),
    )  # fmt: skip
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Something must be left to train on, and every change must be possible."""
        if len(self.left_out) == len(CLASSES):
            raise SettingError(
                "left_out", ",".join(self.left_out), "up to 9 of the 10: one is trained on"
            )
        for _, name, value in self.changes:
            check_change(name, value)

    @property
    def embedded(self) -> dict[str, Any]:
        """Tables that go into an exported script as they are."""
        return {"signals": self.signals} if self.data == SIGNALS else {}

    @property
    def signals(self) -> NDArray[np.float16]:
        """2,000 of the 5,000 signals of MNIST-1D, by the data seed, with their digits: (n, 41)."""
        return _signals(self.data_seed)


@lru_cache(maxsize=4)
def _signals(seed: int) -> NDArray[np.float16]:
    data = load()
    x, y = np.concatenate([data.x, data.x_test]), np.concatenate([data.y, data.y_test])
    rows = np.random.default_rng([seed, 5]).permutation(len(x))[:SAMPLES]
    return np.column_stack([x, y])[rows].astype(np.float16)


def check_change(name: str, text: str) -> tuple[float, ...]:
    """The numbers of a change by hand: a learning rate, or "x,y" of what is dragged.

    Errors: `SettingError` names the change, its value and what is possible.
    """
    if name in LIVE:
        return (LIVE[name].check(name, LIVE[name].parse(name, text)),)
    if name not in (*PLACES, "threshold"):
        known = ", ".join((*LIVE, *PLACES, "threshold"))
        raise SettingError("change", name, f"one of {known}")
    return read_place(name, text, BOUND)


def dims(settings: Any) -> tuple[int, ...]:
    """Latent dimensions that are trained: d first, then those for the curve of the error."""
    more = OTHER_D if settings.others and is_deep(settings) else ()
    return (settings.d, *(other for other in more if other != settings.d))
