"""The race over the number of samples: all sizes and seeds of a family are trained as one."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch

from core.experiment import Experiment
from core.experiments.race.data import said, samples, unit
from core.experiments.race.entries import NAMES, OUTPUTS
from core.experiments.race.settings import RaceSettings
from core.experiments.race.training import Networks
from core.film import Film


class FamilyRace(Experiment):
    """Every family on training sets of four sizes, a few seeds each.

    All families have the same sets and the same batches. A seed decides the first weights, which
    samples are in its sets, and the order; its small sets are parts of its large ones.
    """

    Settings = RaceSettings
    frame_every, test_every = 2, 10
    settings: RaceSettings

    def __init__(self, settings: RaceSettings) -> None:
        super().__init__(settings)
        self.samples = samples(settings.data, settings.shuffled)
        seeds = [settings.seed + k for k in range(settings.seeds)]
        self.runners = {
            name: Networks(entry, seeds * len(settings.sizes), settings.updates)
            for name, entry in settings.runners.items()
        }
        n = len(self.samples.x)
        orders = [torch.randperm(n, generator=torch.Generator().manual_seed(s)) for s in seeds]
        self._orders = torch.stack(orders * len(settings.sizes))  # (S, n), S = sizes x seeds
        self._sizes = torch.tensor(settings.sizes).repeat_interleave(settings.seeds)
        self._generator = torch.Generator().manual_seed(settings.seed)
        self.losses: dict[str, float] = {}  # of the last batches
        self.seconds = dict.fromkeys(self.runners, 0.0)  # of one core, that training has taken
        self.diverged = False
        labels = unit(settings.data) == "%"  # before the first update: that of knowing nothing
        self._first = float(np.log(OUTPUTS) if labels else self.samples.y.abs().mean())
        self._judged: dict[str, Any] = {}

    def step(self, n: int) -> None:
        """Train n updates of all networks."""
        for _ in range(n):
            if self.done:
                return
            rows = self._rows()
            x, y = self.samples.x[rows], self.samples.y[rows]  # (S, B, N), (S, B)
            losses = self._learn(x, y)
            if self.diverged:
                return
            self.losses = losses
            self.steps += 1
            if self.steps >= self.settings.updates:
                self.done = f"All {self.steps:,} updates are made: the learning rates are at 0."

    def _learn(self, x: torch.Tensor, y: torch.Tensor) -> dict[str, float]:
        """One update of each family, or the end of the race: then no number of it is shown."""
        losses = {}
        for name, networks in self.runners.items():
            started = time.thread_time()
            try:
                losses[name] = float(networks.learn(x, y).mean())
            except FloatingPointError as error:
                self.diverged = True
                self.done = (
                    f"{error}. Take another seed or a larger batch, or leave {NAMES[name]} out of "
                    "the race. The film up to there stays."
                )
                break
            self.seconds[name] += time.thread_time() - started
        return losses

    def _rows(self) -> torch.Tensor:
        """Which samples each network sees next. Shapes: -> (S, B)."""
        share = torch.rand(len(self._sizes), self.settings.batch_size, generator=self._generator)
        return self._orders.gather(1, (share * self._sizes[:, None]).long())

    def errors(self) -> dict[str, Any]:
        """On held-out samples: percent named wrongly, or mean absolute error in eV.

        Shapes: each (sizes, seeds)
        """
        s = self.settings
        return {
            name: networks.error(self.samples.x_test, self.samples.y_test).view(-1, s.seeds)
            for name, networks in self.runners.items()
        }

    def snapshot(self) -> dict[str, Any]:
        """Test errors of each family: their mean, least and most over the seeds.

        Shapes: error:NAME, low:NAME, high:NAME float32 (sizes,); all:NAME (seeds,), of the
        largest set; loss is that of the last batches, the mean of all families.
        """
        # Who has diverged has nothing to say: the last numbers of all stand.
        if self.steps == 0 or not self._judged or (self.tests and not self.diverged):
            self._judged = self._tracks()
        loss = float(np.mean(list(self.losses.values()))) if self.losses else self._first
        return {"loss": loss, **self._judged}

    def _tracks(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, error in self.errors().items():
            each = error.numpy().astype(np.float32)
            found |= {
                f"error:{name}": each.mean(1),
                f"low:{name}": each.min(1),
                f"high:{name}": each.max(1),
                f"all:{name}": each[-1],
            }
        return found

    def weights(self) -> dict[str, Any]:
        """Of all families."""
        return {f"{name}/{key}": value.detach() for name, networks in self.runners.items()
                for key, value in networks.weights.items()}  # fmt: skip

    def notes(self, film: Film) -> None:
        """Seconds so far; at the end, who is best with all samples, and with the fewest."""
        film.meta["seconds"] = dict(self.seconds)
        if self.diverged:
            film.note("error", self.done)
        if not self.done or self.diverged:
            return
        for column, words in ((-1, "all"), (0, "the fewest")):
            error = {name: film[f"error:{name}"][-1][column] for name in self.runners}
            best = min(error, key=lambda name: error[name])
            many, least = self.settings.sizes[column], said(self.settings.data, error[best])
            film.note(
                "info", f"Least error with {words} samples ({many:,}): {NAMES[best]}, {least}."
            )
