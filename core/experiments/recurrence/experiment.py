"""Recurrent networks learn to remember (chapter, section 5.2, figure 9)."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from core.experiments.recurrence.beginnings import TRANSFORMER, first_weights
from core.experiments.recurrence.sequences import PROBLEMS, Batch, draw, losses
from core.experiments.recurrence.settings import SHARES, has_twin, networks, shape
from core.experiments.recurrence.unroll import held_out
from core.models.reader import Reader
from core.models.recurrent import Recurrent
from core.training import Learner


def contenders(settings: Any) -> dict[str, Recurrent | Reader]:
    """Cell -> its networks as one: seeds that begin as set, then as many default twins."""
    found: dict[str, Recurrent | Reader] = {}
    for cell in settings.cells:
        ways = (False, True) if has_twin(settings, cell) else (False,)
        made = [
            first_weights(cell, *shape(settings, cell), settings, plain, settings.seed * 1000 + k)
            for plain in ways
            for k in range(settings.seeds)
        ]
        stacked = {name: torch.stack([weights[name] for weights in made]) for name in made[0]}
        found[cell] = (
            Reader(stacked)
            if cell == TRANSFORMER
            else Recurrent(cell, stacked, settings.activation)
        )
    return found


def clipped(weights: list[Tensor], most: float) -> Tensor:
    """Shorten each network's gradient to norm `most` (0: never); the norms before, (S,)."""
    grads = [w.grad for w in weights if w.grad is not None]
    norms = torch.stack([g.flatten(1).square().sum(1) for g in grads]).sum(0).sqrt()  # (S,)
    if most:
        factor = (most / (norms + 1e-12)).clamp(max=1.0)
        for g in grads:
            g.mul_(factor.view(-1, 1, 1))
    return norms


class Training(Learner):
    """Train all cells on the same new sequences at every update: same order, same seed.

    Adam's rate is the one set, times each family's own factor (`settings.SHARES`).
    """

    frame_every = 10

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.problem = PROBLEMS[settings.target]
        self.models = contenders(settings)
        self.clip = settings.clip
        groups = [
            {"params": list(model.parameters()), "lr": settings.learning_rate * SHARES[cell]}
            for cell, model in self.models.items()
        ]
        self.optimizer = torch.optim.Adam(groups, fused=True)
        self._generator = torch.Generator().manual_seed(settings.seed)
        self.norms = {c: torch.full((networks(settings, c),), math.nan) for c in self.models}
        self.test = held_out(settings)

    def errors(self, model: Recurrent | Reader, batch: Batch) -> Tensor:
        """Mean loss of each network over the steps that are asked. Shapes: -> (S,)."""
        out = model(batch.x, self.problem.last)  # (S, B, last, O)
        y = batch.y[:, -self.problem.last :].expand(out.shape[:3])
        return losses(self.problem, out, y).mean((1, 2))

    def _update(self) -> None:
        """One update of all networks on the same sequences; no two share a weight."""
        settings = self.settings
        batch = draw(settings, settings.batch_size, settings.length, self._generator)
        errors = {cell: self.errors(model, batch) for cell, model in self.models.items()}
        bad = [cell for cell, e in errors.items() if not torch.isfinite(e).all()]
        if bad:
            remedy = "Clip the gradient, or lower s or the learning rate."
            self.diverged(f"{' and '.join(bad)}. {remedy}")
            return
        self.optimizer.zero_grad()
        torch.cat(list(errors.values())).sum().backward()
        for cell, model in self.models.items():
            self.norms[cell] = clipped(list(model.parameters()), self.clip)
        self.optimizer.step()
        self.steps += 1

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or where gradients are clipped."""
        if name == "learning_rate":
            for cell, group in zip(self.models, self.optimizer.param_groups, strict=True):
                group["lr"] = float(value) * SHARES[cell]
        else:
            self.clip = float(value)

    @torch.no_grad()
    def loss(self) -> float:
        """Loss of the first cell as set, first seed, on 256 sequences that it is not trained on."""
        return float(self.errors(next(iter(self.models.values())), self.test)[0])
