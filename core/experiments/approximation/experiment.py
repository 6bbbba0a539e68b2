"""Universal approximation: multilayer perceptrons fit a function of one number (section 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.approximation.settings import (
    FIRST_WEIGHTS,
    data,
    widths,
)
from core.models.mlp import ACTIVATIONS, MLP
from core.models.slopes import Slopes, by_hand
from core.training import Learner
from core.updates import OPTIMIZERS


class Training(Learner):
    """Train `seeds` networks at once on samples of one function."""

    frame_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.seeds = [settings.seed + k for k in range(settings.seeds)]
        x, y = (torch.from_numpy(values) for values in data(settings))
        self.x = x.view(1, -1, 1).expand(len(self.seeds), -1, -1)  # (S, n, 1)
        self.y = y  # (n,)
        self.model = MLP(
            widths(settings),
            self.seeds,
            ACTIVATIONS[settings.activation],
            initialize=FIRST_WEIGHTS[settings.initialization],
        )
        self._slopes = Slopes(self.model) if by_hand(self.model, len(y)) else None
        self.optimizer = OPTIMIZERS[settings.optimizer](self.model.vector, settings.learning_rate)

    def _update(self) -> None:
        """One update on all samples; the gradient of a sum over networks keeps them apart."""
        loss = self._loss_by_hand() if self._slopes else self._loss_by_autograd()
        if not math.isfinite(loss):
            self.diverged(self._lost())
            return
        self.optimizer.step()
        self.steps += 1

    def _loss_by_autograd(self) -> float:
        """The sum of the losses, and the gradients of all weights."""
        loss = self._errors().sum()
        self.model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.item()

    def _loss_by_hand(self) -> float:
        """The same where it is known, see `Slopes`."""
        assert self._slopes
        with np.errstate(over="ignore", invalid="ignore"):  # what diverges is said
            gap = self._slopes.out(self.x.numpy())  # (S, n, 1)
            gap -= self.y.numpy()[:, None]
            self._slopes.back(gap * np.float32(2 / len(self.y)))
            return float(np.vdot(gap, gap)) / len(self.y)

    def _errors(self) -> Tensor:
        """Mean squared error of each network; (S,)."""
        y = self.model(self.x)[-1].squeeze(-1)  # (S, n)
        return ((y - self.y) ** 2).mean(1)

    @torch.no_grad()
    def _lost(self) -> str:
        """The first network and layer whose square is no number any more, and the remedy."""
        for layer, h in enumerate(self.model(self.x), start=1):
            for seed, finite in zip(self.seeds, (h * h).isfinite().all(-1).all(-1), strict=True):
                if not finite:
                    return (
                        f"layer {layer} (seed {seed}) has grown beyond all numbers. Lower the "
                        "learning rate, or choose Adam."
                    )
        return "the loss is not finite. Lower the rate."

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or a weight of the network drawn: `W1.0.2` or `b1.2`."""
        if name == "learning_rate":
            self.optimizer.lr = float(value)
        else:
            self.model.set_weight(name, float(value))

    @torch.no_grad()
    def losses(self) -> Tensor:
        """Mean squared error of each network on the samples.

        Shapes: (S,)
        """
        return self._errors()

    def loss(self) -> float:
        """Training loss of the network drawn."""
        return float(self.losses()[0])
