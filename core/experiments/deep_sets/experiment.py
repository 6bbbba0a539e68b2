"""Deep Sets against a perceptron on padded lists (chapter, section 5.3, figure 10)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.deep_sets.settings import (
    Lists,
    contenders,
    limits,
    scale,
    training_data,
)
from core.experiments.deep_sets.slopes import Slopes, marked, one_vector
from core.training import Adam, row_batches
from core.words import counted

NAMES = {
    "deep": "Deep Sets",
    "list": "MLP on lists",
    "shuffled": "MLP on shuffled copies",
}
CUTS = range(100, 2000, 100)  # sets that are evaluated together: more are no quicker


def reorder(lists: Lists, generator: torch.Generator, each: bool) -> Lists:
    """Every set in another order, its elements still at the front of the list.

    Shapes: x (S, N, F), mask (S, N), y (S, d_out) or, if `each`, (S, N, d_out)
    """
    x, mask, y = lists
    key = torch.rand(mask.shape, generator=generator, dtype=torch.float64)
    order = (key + (~mask)).argsort(1)[..., None]  # (S, N, 1); empty places come last
    y = y.gather(1, order.expand_as(y)) if each else y
    return Lists(x.gather(1, order.expand_as(x)), mask, y)


class Training:
    """Train Deep Sets and two perceptrons on padded lists: same sets, same order, same seed."""

    frame_every = 10

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        train = training_data(settings)
        self.shift, self.scale = scale(settings, train)
        self.each = train.y.dim() == 3
        most = limits(settings)[0]  # places beyond are empty: nothing is lost by leaving them out
        y = (train.y - self.shift) / self.scale
        self.train = Lists(train.x[:, :most], train.mask[:, :most], y[:, :most] if self.each else y)
        answers = self.train.y[self.train.mask] if self.each else y  # (elements or sets, d_out)
        self.variance = float(answers.var(0, correction=0).mean())
        self.models = contenders(settings)
        # Adam treats every weight alone, so one optimizer is as good as three, and quicker.
        self.vector, parts = one_vector(self.models)
        self.optimizer = Adam(self.vector, settings.learning_rate)
        self._marked, self._slopes = marked(self.train), None
        if not self.each and settings.pooling != "max":
            self._slopes = Slopes(parts, self._marked[0].size, settings.pooling == "mean")
        self._generator = torch.Generator().manual_seed(settings.seed)
        self._batches = row_batches(len(self.train.x), settings.batch_size, settings.seed)

    def error(self, out: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        """Mean squared error over all numbers asked for; empty places do not count."""
        squared = (out - y) ** 2
        return squared[mask].mean() if self.each else squared.mean()

    def step(self, n: int) -> None:
        """Train n updates of each contender, or until one of them diverges."""
        for _ in range(min(n, self.settings.max_steps - self.steps)):
            if self.done:
                return
            self._update(next(self._batches))
        if self.steps >= self.settings.max_steps and not self.done:
            self.done = f"Stopped after {counted(self.steps, 'update')}, as set."

    def _update(self, rows: Tensor) -> None:
        """One update of all three on the same sets; only one sees them in a new order each time."""
        losses = self._by_hand(rows) if self._slopes else self._by_autograd(rows)
        bad = [name for name, loss in zip(self.models, losses, strict=True)
               if not math.isfinite(loss)]  # fmt: skip
        if bad:
            who = " and ".join(NAMES[name] for name in bad)
            self.done = (
                f"Diverged after {counted(self.steps, 'update')}: {who}. Lower the learning rate."
            )
            return
        self.optimizer.step()
        self.steps += 1

    def _by_autograd(self, rows: Tensor) -> list[float]:
        """The losses on some sets, and the gradients of all weights."""
        given = Lists(*(part[rows] for part in self.train))
        mixed = reorder(given, self._generator, self.each)
        losses = []
        for name, model in self.models.items():
            x, mask, y = mixed if name == "shuffled" else given
            losses.append(self.error(model(x, mask), y, mask) / self.variance)
        self.vector.grad.zero_()  # type: ignore[union-attr]
        total = torch.stack(losses)
        total.sum().backward()  # type: ignore[no-untyped-call]  # no two share a weight
        return total.tolist()  # type: ignore[no-any-return]

    def _by_hand(self, rows: Tensor) -> list[float]:
        """The same where it is known, see `Slopes`."""
        assert self._slopes
        given, y = self._marked[rows], self.train.y[rows].numpy()
        here = given[..., -1]
        key = torch.rand(here.shape, generator=self._generator, dtype=torch.float64).numpy()
        order = (key - here).argsort(1)  # as `reorder`: empty places come last
        mixed = given[np.arange(len(order))[:, None], order]
        with np.errstate(over="ignore", invalid="ignore"):  # what diverges is said
            errors = self._slopes.errors(given, mixed, y)
            self._slopes.back(errors, 1 / self.variance)
            return self._mean(errors)

    def _mean(self, errors: Any) -> list[float]:
        """Over all numbers asked for, as `error` has it. Shapes: (3, B, k)."""
        return ((errors * errors).mean((1, 2)) / self.variance).tolist()  # type: ignore[no-any-return]

    def change(self, name: str, value: str) -> None:
        """Set the learning rate."""
        self.optimizer.lr = float(value)

    @torch.no_grad()
    def losses(self) -> dict[str, float]:
        """Training loss of each contender on the lists as they come: 1 is as good as a constant."""
        if self._slopes:
            parts = zip(
                np.split(self._marked, CUTS), np.split(self.train.y.numpy(), CUTS), strict=True
            )
            with np.errstate(over="ignore", invalid="ignore"):
                errors = [self._slopes.errors(t, t, y) for t, y in parts if len(t)]
                found = self._mean(np.concatenate(errors, 1))
            return dict(zip(self.models, found, strict=True))
        x, mask, y = self.train
        return {
            name: float(self.error(model(x, mask), y, mask)) / self.variance
            for name, model in self.models.items()
        }

    def loss(self) -> float:
        """Training loss of Deep Sets."""
        return self.losses()["deep"]
