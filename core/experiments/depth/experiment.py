"""Networks of the same depth and first weights, but of other forms, learn digits side by side."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from core.experiments.depth.data import JUDGES, digits
from core.experiments.depth.network import (
    ACTIVATIONS,
    FORMS,
    INITIALIZATIONS,
    Networks,
    errors,
    first_weights,
)
from core.training import OPTIMIZERS, Learner, batches
from core.words import counted


def grouped(names: Any) -> list[list[str]]:
    """Forms that one set of tensors can hold: those with the same normalization at one place."""
    found: dict[Any, list[str]] = {}
    for name in names:
        found.setdefault((FORMS[name].norm, FORMS[name].post), []).append(name)
    return list(found.values())


class Training(Learner):
    """Train all forms on the same digits in the same order, from the same first weights."""

    frame_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        seeds = [settings.seed + k for k in range(settings.seeds)]
        first = [
            first_weights(
                INITIALIZATIONS[settings.initialization], settings.depth, settings.width, seed
            )
            for seed in seeds
        ]
        sigma, last = ACTIVATIONS[settings.activation], settings.branch == "σ(W h)"
        self.groups = {
            tuple(names): Networks([FORMS[name] for name in names], first, sigma, last)
            for names in grouped(settings.networks)
        }
        weights = [w for group in self.groups.values() for w in group.weights.values()]
        self.rate = settings.learning_rate
        self.optimizer = OPTIMIZERS[settings.optimizer](weights, lr=self.rate)
        self.data = digits()
        self._batches = batches(self.data.x, self.data.y, settings.batch_size, seeds)
        self.bad = {name: -1 for name in settings.networks}  # update at which all seeds diverged

    def places(self) -> dict[str, tuple[Networks, slice]]:
        """Form -> the tensors that hold it, and its networks among them, a seed each."""
        S = self.settings.seeds
        return {
            name: (group, slice(k * S, k * S + S))
            for names, group in self.groups.items()
            for k, name in enumerate(names)
        }

    def _update(self) -> None:
        x, y = next(self._batches)
        self.optimizer.zero_grad()
        losses = {}
        for names, group in self.groups.items():
            found = group(x.repeat(len(names), 1, 1))
            losses[names] = errors(found.out, y.repeat(len(names), 1))  # (forms x seeds,)
            group.follow(found.h)
        torch.cat(list(losses.values())).sum().backward()
        self._look(losses)
        warm = min(1.0, (self.steps + 1) / (self.settings.warmup or 1))
        for part in self.optimizer.param_groups:
            part["lr"] = self.rate * warm
        self.optimizer.step()
        self.steps += 1

    def _look(self, losses: dict[tuple[str, ...], Tensor]) -> None:
        """Note who has diverged: no two networks share a weight, so the others go on."""
        for names, loss in losses.items():
            finite = torch.isfinite(loss.detach()).view(len(names), -1).any(1).tolist()
            for name, fine in zip(names, finite, strict=True):
                if not fine and self.bad[name] < 0:
                    self.bad[name] = self.steps
        if min(self.bad.values()) >= 0:
            self.done = (
                f"Stopped after {counted(self.steps, 'update')}: {' and '.join(self.bad)} "
                "diverged. "
                "Lower the learning rate, choose other first weights, or pre-norm."
            )

    @torch.no_grad()
    def loss(self) -> float:
        """Loss of the first form, first seed, on 64 digits of the training set."""
        group, where = self.places()[self.settings.networks[0]]
        x, y = self.data.x[:JUDGES], self.data.y[:JUDGES]
        n = len(group.keep)
        out = group(x.expand(n, *x.shape)).out
        return float(errors(out, y.expand(n, -1))[where.start])
