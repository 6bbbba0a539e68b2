"""Five judges learn from the same fields, each from another summary (chapter, section 1)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.experiments.summaries.data import CHUNK, PARAMETERS, Sample, answers, asks, chunk
from core.experiments.summaries.judges import NAMES, judges, views
from core.training import Learner

FIRST, GROWTH = 128, 32  # fields made before the first update, and before each one after it


class Scale(NamedTuple):
    """Shift and scale of what the judges see, from the first fields trained on."""

    shift: tuple[Tensor, ...]
    width: tuple[Tensor, ...]

    def views(self, sample: Sample) -> dict[str, Tensor]:
        """What each judge sees of a sample."""
        seen = (torch.from_numpy(part) for part in sample[:4])
        parts = zip(seen, self.shift, self.width, strict=True)
        return views(*((x - shift) / width for x, shift, width in parts))


def scale_of(sample: Sample) -> Scale:
    """Each number of a summary by itself, all pixels alike; what never differs stays 0."""
    *summaries, pixels = (torch.from_numpy(part).double() for part in sample[:4])
    shift = (*(part.mean(0) for part in summaries), pixels.mean())
    width = (*(part.std(0) for part in summaries), pixels.std())
    # Quantiles of ranked fields are all the same: what is left of them is rounding.
    wide = (w.where(w > 1e-5 * s.abs().clamp(min=1), torch.ones(())) for s, w in
            zip(shift, width, strict=True))  # fmt: skip
    return Scale(*(tuple(p.float() for p in parts) for parts in (shift, wide)))  # type: ignore[arg-type]


def joined(samples: list[Sample]) -> Sample:
    """Samples one after another."""
    return Sample(*(np.concatenate(parts) for parts in zip(*samples, strict=True)))


class Training(Learner):
    """Train judges of three summaries and of pixels (MLP, CNN): same fields, same order."""

    frame_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.regression = asks(settings.question) == PARAMETERS
        self.cnn, others = judges(answers(settings.question), settings.seed)
        self.judges = {**others, "cnn": self.cnn}
        # Adam treats every weight alone, so one optimizer is as good as five, and quicker.
        weights = [w for judge in self.judges.values() for w in judge.parameters()]
        self.optimizer = torch.optim.Adam(weights, lr=settings.learning_rate, fused=True)
        start = 1.0 if self.regression else math.log(2)  # what an answer of 0 costs
        self.losses = dict.fromkeys(NAMES, start)
        self.scale: Scale | None = None
        self._chunks: list[Sample] = []

    def chunk(self, split: int, index: int) -> Sample:
        """16 fields for training (split 0) or testing (1)."""
        settings = self.settings
        return chunk(settings.question, settings.twin, settings.data_seed, split, index)

    def _batch(self) -> Sample:
        """Some of the fields made so far; more are made before each update, up to `samples`."""
        wanted = min(self.settings.samples, FIRST + GROWTH * self.steps) // CHUNK
        while len(self._chunks) < wanted:
            self._chunks.append(self.chunk(0, len(self._chunks)))
        if self.scale is None:
            first = joined(self._chunks)
            self.scale = scale_of(first)
            self.cnn.settle(self.scale.views(first)["cnn"])
        rng = np.random.default_rng([self.settings.seed, 1, self.steps])
        size = min(self.settings.batch_size, wanted * CHUNK)
        rows = np.sort(rng.choice(wanted * CHUNK, size, replace=False))
        picked = [(self._chunks[i // CHUNK], i % CHUNK) for i in rows.tolist()]
        return Sample(*(np.stack([sample[part][j] for sample, j in picked]) for part in range(5)))

    def _update(self) -> None:
        """One update of all five on the same fields."""
        batch = self._batch()
        assert self.scale is not None
        seen, y = self.scale.views(batch), torch.from_numpy(batch.y)
        losses = {name: self.error(judge(seen[name]), y) for name, judge in self.judges.items()}
        found = {name: loss.item() for name, loss in losses.items()}
        bad = [NAMES[name] for name, loss in found.items() if not math.isfinite(loss)]
        if bad:
            self.diverged(f"{' and '.join(bad)}. Lower the learning rate.")
            return
        self.losses = found
        self.optimizer.zero_grad()
        torch.stack(list(losses.values())).sum().backward()  # no two share a weight
        self.optimizer.step()
        self.steps += 1

    def error(self, out: Tensor, y: Tensor) -> Tensor:
        """Cross-entropy of logits, or mean squared error over the variance of the parameters."""
        if self.regression:
            return F.mse_loss(out, y)
        return F.binary_cross_entropy_with_logits(out, y)

    def loss(self) -> float:
        """Of the CNN, on the last batch, before it learned from it."""
        return self.losses["cnn"]
