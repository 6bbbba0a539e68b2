"""Deep Sets against a perceptron on padded lists (chapter, section 5.3, figure 10)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from core.experiment import Experiment
from core.experiments.deep_sets.notes import look
from core.experiments.deep_sets.pictures import Pictures
from core.experiments.deep_sets.settings import (
    LIVE,
    DeepSetsSettings,
    Lists,
    contenders,
    limits,
    scale,
    training_data,
)
from core.experiments.deep_sets.shown import EDITS
from core.film import Film
from core.settings import Settings

NAMES = {
    "deep": "Deep Sets",
    "list": "MLP on lists",
    "shuffled": "MLP on shuffled copies",
}


def reorder(lists: Lists, generator: torch.Generator, each: bool) -> Lists:
    """Every set in another order, its elements still at the front of the list.

    Shapes: x (S, N, F), mask (S, N), y (S, d_out) or, if `each`, (S, N, d_out)
    """
    x, mask, y = lists
    key = torch.rand(mask.shape, generator=generator, dtype=torch.float64)
    order = (key + (~mask)).argsort(1)[..., None]  # (S, N, 1); empty places come last
    y = y.gather(1, order.expand_as(y)) if each else y
    return Lists(x.gather(1, order.expand_as(x)), mask, y)


class DeepSetsRace(Experiment):
    """Train Deep Sets and two perceptrons on padded lists: same sets, same order, same seed.

    Tracks of a snapshot (R places in a list, d the width, k = 1 or 2 numbers asked for; contenders
    deep, list, shuffled in this order; G sizes; P sets to compare):
        set         float32 (R, 2): elements at their present place in the list; nan where none
        lines       float32 (3 R, 2): what belongs to them on the plane, see `Pictures`
        marks       float32 (12, 2): true value and outputs on the plane, three points for each
        phi, pooled uint8 (R, d), (1, d): embeddings and their pool over their largest size
        largest     float32 (2,): that largest size of phi and of the pool
        phi_first, pool_first  float32 (2, 3), (3,): first numbers of phi(x_1), phi(x_2), the pool
        truth       float32 (k,): true value; with outputs for each element: of one element
        out         float32 (3, 2 k): outputs before and after the last shuffle
        jump        float32 (3,): largest difference between the two, over all elements
        equal       float32 (3,): 1 if they are equal in all digits shown
        place       float32 (2,): place of that one element before and after, from 1
        each        float32 (R, 4): outputs of each element, first number: true, then contenders
        by_size     float32 (G, 4): relative error at each size of set: deep, list and shuffled on
                    shuffled lists, and list on lists in the order of training
        parity      float32 (P, 4): true value and outputs, of sets of trained sizes
        loss, loss_list, loss_shuffled: squared error on the training sets over their variance
        test_deep, test_list, test_shuffled: the same on new sets, listed in random order
        test_as_trained: of `list` on new sets, listed as in training
        dead        share of hidden ReLUs of phi that are 0 for all elements trained on
    """

    Settings: ClassVar[type[Settings]] = DeepSetsSettings
    LOOKS: ClassVar[tuple[str, ...]] = EDITS
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
        weights = [w for model in self.models.values() for w in model.parameters()]
        self.optimizer = torch.optim.Adam(weights, lr=settings.learning_rate, fused=True)
        self._generator = torch.Generator().manual_seed(settings.seed)
        self._batches = self._orders()

    def error(self, out: Tensor, y: Tensor, mask: Tensor) -> Tensor:
        """Mean squared error over all numbers asked for; empty places do not count."""
        squared = (out - y) ** 2
        return squared[mask].mean() if self.each else squared.mean()

    def _orders(self) -> Iterator[Tensor]:
        """Endless mini-batches of row numbers, the same for all contenders."""
        rng, n = np.random.default_rng([self.settings.seed, 1]), len(self.train.x)
        size = min(self.settings.batch_size, n)
        while True:
            yield from torch.from_numpy(rng.permutation(n)[: n // size * size]).view(-1, size)

    def step(self, n: int) -> None:
        """Train n updates of each contender, or until one of them diverges."""
        for _ in range(min(n, self.settings.max_steps - self.steps)):
            if self.done:
                return
            self._update(next(self._batches))
        if self.steps >= self.settings.max_steps and not self.done:
            self.done = f"Stopped after {self.steps} updates, as set."

    def _update(self, rows: Tensor) -> None:
        """One update of all three on the same sets; only one sees them in a new order each time."""
        given = Lists(*(part[rows] for part in self.train))
        mixed = reorder(given, self._generator, self.each)
        losses = []
        for name, model in self.models.items():
            x, mask, y = mixed if name == "shuffled" else given
            losses.append(self.error(model(x, mask), y, mask) / self.variance)
        bad = [name for name, loss in zip(self.models, losses, strict=True)
               if not math.isfinite(loss.item())]  # fmt: skip
        if bad:
            who = " and ".join(NAMES[name] for name in bad)
            self.done = f"Diverged after {self.steps} updates: {who}. Lower the learning rate."
            return
        self.optimizer.zero_grad()
        torch.stack(losses).sum().backward()  # no two share a weight: the sum keeps them apart
        self.optimizer.step()
        self.steps += 1

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or rearrange the set on the stage, see `deep_sets_shown`."""
        if name in LIVE:
            rate = LIVE[name].check(name, LIVE[name].parse(name, value))
            self.optimizer.param_groups[0]["lr"] = rate
        else:
            self.rearrange(name, value)

    @torch.no_grad()
    def losses(self) -> dict[str, float]:
        """Training loss of each contender on the lists as they come: 1 is as good as a constant."""
        x, mask, y = self.train
        return {
            name: float(self.error(model(x, mask), y, mask)) / self.variance
            for name, model in self.models.items()
        }

    def loss(self) -> float:
        """Training loss of Deep Sets."""
        return self.losses()["deep"]

    # --- What the page sees: not needed for training ------------------------------------------

    @cached_property
    def pictures(self) -> Pictures:
        """What all frames share, and the set on the stage."""
        return Pictures(self)

    def rearrange(self, name: str, value: str) -> None:
        """Shuffle, move, add, remove: training goes on as if nothing had happened.

        The set on the stage follows from the settings, so that a change that they hold already,
        and that a recording comes to again, is not made twice.
        """
        change = (self.steps, name, value)
        if change not in self.settings.changes:
            self.settings = self.settings.replace(changes=(*self.settings.changes, change))

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        losses = self.losses()
        return {
            "loss": losses["deep"],
            "loss_list": losses["list"],
            "loss_shuffled": losses["shuffled"],
            **self.pictures.take(self),
        }

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all contenders."""
        return {
            f"{who}.{name}": value.detach()
            for who, model in self.models.items()
            for name, value in model.state_dict().items()
        }

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)
