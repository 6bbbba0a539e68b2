"""Networks of unlike settings trained one after the other, and how well each does on new images."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import torch

from core.experiments.features.data import REACH, Things, shuffled
from core.experiments.features.experiment import Training
from core.experiments.features.network import by_parts
from core.work import OneByOne

CHUNK = 5  # updates between two looks at the clock
NEW = 200  # images that are held out
TEST, VALIDATION = 1, 2


class Fit(NamedTuple):
    """One network to train: its settings, and which of the two (cnn, mlp) it is."""

    settings: Any
    network: str


class Score(NamedTuple):
    """Share of new images that it knows: those to choose by, and those to report."""

    validation: float
    test: float


@torch.no_grad()
def accuracy(run: Training, network: str, split: int) -> float:
    """On 200 new images (197 digits), in the middle or anywhere, as those trained on."""
    settings = run.settings
    things = Things(settings.data, NEW, settings.data_seed, split, settings.noise / 100)
    n, reach = len(things.label), REACH[settings.data]
    where = np.zeros((2, n))
    if settings.where != "centered":
        rng = np.random.default_rng([settings.data_seed, 14, split])
        where = rng.uniform(-reach, reach, (2, n))
    x = torch.from_numpy(shuffled(settings, things.at(*where)))
    called = by_parts(run.taught[network], x).argmax(-1).numpy()
    return float((called == things.label).mean())


class Fits(OneByOne):
    """Train one `Fit` after the other; `result` has the score of each so far."""

    verb, of = "training", "networks"

    def __init__(self, fits: Iterable[Fit]) -> None:
        """Nothing is trained yet."""
        super().__init__(fits)
        self._run: Training | None = None

    @property
    def fraction(self) -> float:
        """Share of the updates that are made."""
        total = sum(fit.settings.max_steps for fit in self.plan)
        made = sum(fit.settings.max_steps for fit in self.plan[: len(self.results)])
        return (made + (self._run.steps if self._run else 0)) / total

    def advance(self) -> None:
        """A few updates of the present network."""
        fit = self.next
        self._run = self._run or Training(fit.settings, (fit.network,))
        self._run.step(CHUNK)
        if self._run.done:
            scores = (accuracy(self._run, fit.network, split) for split in (VALIDATION, TEST))
            self.results.append(Score(*scores))
            self._run = None

    @property
    def result(self) -> list[tuple[Fit, Score]]:
        """Those that are trained."""
        return list(zip(self.plan, self.results, strict=False))
