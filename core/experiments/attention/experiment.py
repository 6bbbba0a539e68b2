"""A small transformer learns a task whose right place to look at is known (section 6)."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.experiments.attention.digits import HELD, LEARNED, as_tokens
from core.experiments.attention.problems import (
    ADDITION,
    DIGITS,
    PROBLEMS,
    TABLES,
    judges,
    size_of,
    table,
)
from core.models.sequence_transformer import SequenceTransformer, made
from core.training import Learner
from core.words import counted

WARM_UP, JUDGES = 50, 48
LONGEST = 64  # places that learned positions have


def network(settings: Any, layers: int) -> SequenceTransformer:
    """The transformer of these settings with as many layers."""
    problem = PROBLEMS[settings.target]
    inputs, answers = problem.inputs or len(problem.names), len(problem.answers or problem.names)
    by_task = settings.mlp == "by task" and settings.target in (ADDITION, DIGITS)
    return made(
        settings.seed, inputs, answers, settings.width, int(settings.heads), layers,
        longest=LONGEST, positions=settings.positions, causal=mask_of(settings) == "causal",
        mlp=settings.mlp == "with" or by_task, std=settings.std, symbols=not problem.inputs,
        seen=problem.seen,
    )  # fmt: skip


def mask_of(settings: Any) -> str:
    """Causal or full: as set, or what the task needs."""
    return PROBLEMS[settings.target].mask if settings.mask == "by task" else str(settings.mask)


def decay_of(settings: Any) -> float:
    """Weight decay: as set, or what the task needs."""
    if settings.decay == "by task":
        return 1.0 if settings.target == ADDITION else 0.0
    return float(settings.decay)


class Training(Learner):
    """Train a transformer, and one of a single layer beside it, on the same sequences."""

    frame_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.problem = PROBLEMS[settings.target]
        self.size = size_of(settings.target, settings.length)
        self.models = {"net": network(settings, settings.layers)}
        if settings.beside and settings.layers > 1:
            self.models["one"] = network(settings, 1)
        weights = [w for model in self.models.values() for w in model.parameters()]
        self.optimizer = torch.optim.AdamW(
            weights, betas=(0.9, 0.98), weight_decay=decay_of(settings), fused=True
        )
        self.rate = settings.learning_rate
        self._generator = torch.Generator().manual_seed(settings.seed)
        self.learned: Tensor | None = None
        if settings.target in TABLES:
            self.learned, self.test = table(settings.target, settings.seed, settings.share / 100)
        elif settings.target == DIGITS:
            rows = as_tokens(settings.digits)
            self.learned, self.test = rows[:LEARNED], rows[LEARNED : LEARNED + HELD]
        else:
            self.test = judges(settings.target, self.size, JUDGES)

    def batch(self) -> Tensor:
        """Sequences of one update: new ones, some of those learned from, or all. Shapes: (B, n)."""
        if self.settings.target == ADDITION and self.learned is not None:
            return self.learned
        if self.learned is not None:
            some = (self.settings.batch_size,)
            return self.learned[torch.randint(len(self.learned), some, generator=self._generator)]
        return self.problem.draw(self.settings.batch_size, self.size, self._generator)

    def answers(self, x: Tensor) -> Tensor:
        """The right answer at each place, -1 where nothing is asked. Shapes: (B, n) -> (B, n)."""
        return self.problem.answer(x, self.problem.right(x))

    def error(self, model: SequenceTransformer, x: Tensor, y: Tensor) -> Tensor:
        """Mean cross-entropy over the places that are asked."""
        asked = y >= 0
        return cross_entropy(model.read(model.streams(x)[-1][asked]), y[asked])

    def _update(self) -> None:
        """One update of all networks on the same sequences; no two share a weight."""
        x = self.batch()
        y = self.answers(x)
        losses = torch.stack([self.error(model, x, y) for model in self.models.values()])
        loss = losses.sum()
        if not math.isfinite(loss.item()):
            layers = [self.settings.layers, 1]  # of the network and its twin
            who = next(k for k, one in enumerate(losses.tolist()) if not math.isfinite(one))
            self.diverged(
                f"the loss of the network with {counted(layers[who], 'layer')} is not finite. "
                f"Lower the learning rate, {self.rate:g} now."
            )
            return
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.param_groups[0]["lr"] = self.rate * min(1, (self.steps + 1) / WARM_UP)
        self.optimizer.step()
        self.steps += 1

    @torch.no_grad()
    def loss(self) -> float:
        """Loss on sequences that nothing is trained on."""
        return float(self.error(self.models["net"], self.test, self.answers(self.test)))
