"""Deep Sets against a perceptron on padded lists (chapter, section 5.3, figure 10)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.experiments.deep_sets.settings import (
    Lists,
    contenders,
    limits,
    scale,
    training_data,
)
from core.experiments.deep_sets.slopes import Numbers, Slopes, flat, marked, one_vector
from core.training import Learner, row_batches, row_epochs
from core.updates import Adam

NAMES = {
    "deep": "Deep Sets",
    "list": "MLP on lists",
    "shuffled": "MLP on shuffled copies",
}
Batch = tuple[Numbers, Numbers, Numbers]  # sets, their lists, their answers, see `Slopes`
TOGETHER = 100  # sets that are evaluated at once: more are no quicker


def reorder(lists: Lists, generator: torch.Generator, each: bool) -> Lists:
    """Every set in another order, its elements still at the front of the list.

    Shapes: x (S, N, F), mask (S, N), y (S, d_out) or, if `each`, (S, N, d_out)
    """
    x, mask, y = lists
    key = torch.rand(mask.shape, generator=generator, dtype=torch.float64)
    order = (key + (~mask)).argsort(1)[..., None]  # (S, N, 1); empty places come last
    y = y.gather(1, order.expand_as(y)) if each else y
    return Lists(x.gather(1, order.expand_as(x)), mask, y)


class Training(Learner):
    """Train Deep Sets and two perceptrons on padded lists: same sets, same order, same seed."""

    frame_every = 10

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
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
        self.vector, layers = one_vector(self.models)
        self.optimizer = Adam(self.vector, settings.learning_rate)
        self._generator = torch.Generator().manual_seed(settings.seed)
        how = len(self.train.x), settings.batch_size, settings.seed
        self._slopes: Slopes | None = None
        self._batches: Iterator[Any] = row_batches(*how)
        if not self.each and settings.pooling != "max":
            self._slopes = Slopes(layers, settings.pooling == "mean")
            self._batches = self._made_ready(row_epochs(*how))

    def error(self, out: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        """Mean squared error over all numbers asked for; empty places do not count."""
        squared = (out - y) ** 2
        return squared[mask].mean() if self.each else squared.mean()

    def _update(self) -> None:
        """One update of all three on the same sets; only one sees them in a new order each time."""
        batch = next(self._batches)
        losses = self._by_hand(batch) if self._slopes else self._by_autograd(batch)
        if not all(map(math.isfinite, losses)):
            who = " and ".join(
                NAMES[name]
                for name, loss in zip(self.models, losses, strict=True)
                if not math.isfinite(loss)
            )
            self.diverged(f"{who}. Lower the learning rate.")
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
        weights = [w for model in self.models.values() for w in model.parameters()]
        total = torch.stack(losses)
        for w, grad in zip(weights, torch.autograd.grad(total.sum(), weights), strict=True):
            w.grad.copy_(grad)  # type: ignore[union-attr]  # a part of the one vector
        return total.tolist()  # type: ignore[no-any-return]

    def _made_ready(self, epochs: Iterator[Tensor]) -> Iterator[Batch]:
        """Endless mini-batches for `_by_hand`; those of an epoch take as few calls as one."""
        sets, y = marked(self.train.x, self.train.mask), self.train.y.numpy()
        for epoch in epochs:
            rows = epoch.numpy()  # (batches, B)
            given = sets[rows]
            size = given.shape[:-1]
            key = torch.rand(size, generator=self._generator, dtype=torch.float64).numpy()
            order = (key - given[..., 0]).argsort(-1)  # as `reorder`: empty places come last
            whose = np.arange(rows.size).reshape(*rows.shape, 1) * size[-1]
            mixed = given.reshape(-1, given.shape[-1])[whose + order]
            yield from zip(given, flat(np.stack([given, mixed], 1)), y[rows], strict=True)

    def _by_hand(self, batch: Batch) -> list[float]:
        """The same where it is known, see `Slopes`."""
        assert self._slopes
        given, lists, y = batch
        with np.errstate(over="ignore", invalid="ignore"):  # what diverges is said
            errors = self._slopes.out(given, lists) - y
            self._slopes.back(errors, 1 / self.variance)
            return self._mean(errors)

    def _mean(self, errors: Numbers) -> list[float]:
        """Over all numbers asked for, as `error` has it. Shapes: (3, S, k)."""
        each = errors.reshape(3, -1)
        return (np.einsum("ij,ij->i", each, each) / each.shape[1] / self.variance).tolist()  # type: ignore[no-any-return]

    def change(self, name: str, value: str) -> None:
        """Set the learning rate."""
        self.optimizer.lr = float(value)

    def chunks(self, lists: Lists) -> list[Any]:
        """Sets as `outputs` takes them, with no more places than they need: smaller ones first."""
        found: list[Any] = []
        for x, mask in zip(lists.x.split(TOGETHER), lists.mask.split(TOGETHER), strict=True):
            most = int(mask.sum(1).max())
            x, mask = x[:, :most], mask[:, :most]
            t = marked(x, mask)
            found.append((t, flat(t)[None]) if self._slopes else (x, mask))
        return found

    @torch.no_grad()
    def outputs(self, chunks: list[Any], places: int) -> Numbers:
        """What all make of the same lists: (3, S, k) or, if `each`, (3, S, places, k)."""
        if self._slopes:
            together = np.concatenate([self._slopes.out(*chunk) for chunk in chunks], 1)
            self._slopes.forget()
            return together
        found = []
        for chunk in chunks:
            out = torch.stack([model(*chunk) for model in self.models.values()])
            found.append(F.pad(out, (0, 0, 0, places - out.shape[2])) if self.each else out)
        return torch.cat(found, 1).numpy()  # type: ignore[no-any-return]

    @cached_property
    def _trained(self) -> tuple[list[Any], Lists]:
        """All training sets as they come, by size, and as chunks."""
        order = self.train.mask.sum(1).argsort(stable=True)
        lists = Lists(*(part[order] for part in self.train))
        return self.chunks(lists), lists

    def losses(self) -> dict[str, float]:
        """Training loss of each contender on the lists as they come: 1 is as good as a constant."""
        chunks, (_, mask, y) = self._trained
        with np.errstate(over="ignore", invalid="ignore"):
            errors = self.outputs(chunks, mask.shape[1]) - y.numpy()
            found = self._mean(errors[:, mask.numpy()] if self.each else errors)
        return dict(zip(self.models, found, strict=True))

    def loss(self) -> float:
        """Training loss of Deep Sets."""
        return self.losses()["deep"]
