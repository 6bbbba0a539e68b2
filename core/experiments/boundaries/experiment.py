"""Decision boundaries: train multilayer perceptrons on points in the plane (chapter, section 2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.boundaries.data import data, featurize, is_regression
from core.experiments.boundaries.settings import widths
from core.models.mlp import ACTIVATIONS, INITIALIZATIONS, MLP, NORMALIZATIONS
from core.models.slopes import HEADS, Slopes, by_hand
from core.training import LOSSES, REGRESSION, Learner, batches
from core.updates import OPTIMIZERS

DIVERGED = "{} is no longer a finite number. Lower the learning rate, or switch normalization on."


class Training(Learner):
    """Train `seeds` networks at once on labeled points; the first of them is the one drawn."""

    frame_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.seeds = [settings.seed + k for k in range(settings.seeds)]
        self.head = REGRESSION if is_regression(settings) else LOSSES[settings.loss]
        train, _ = data(settings)
        self.X, self.y = featurize(settings, train[0]), torch.from_numpy(train[1])
        self.model = MLP(
            widths(settings),
            self.seeds,
            ACTIVATIONS[settings.activation],
            initialize=INITIALIZATIONS[settings.initialization],
            scale=settings.init_scale,
            residual=settings.residual,
            norm=NORMALIZATIONS[settings.normalization],
        )
        self._slopes = Slopes(self.model) if by_hand(self.model, settings.batch_size) else None
        weights = sum(W.numel() for W in self.model.W)  # biases come after them
        optimizer = OPTIMIZERS[settings.optimizer]
        self.optimizer = optimizer(self.model.vector, settings.learning_rate, weights)
        self._regularize(settings.regularization_rate)
        self._batches = batches(self.X, self.y, settings.batch_size, self.seeds)

    def _regularize(self, rate: float) -> None:
        kind = self.settings.regularization
        self.optimizer.L1 = rate if kind == "L1" else 0.0
        self.optimizer.L2 = rate if kind == "L2" else 0.0

    def _update(self) -> None:
        """One update of all networks; the gradient of a sum over networks keeps them apart."""
        x, y = next(self._batches)  # (S, B, d_0), (S, B)
        loss = self._loss_by_hand(x, y) if self._slopes else self._loss_by_autograd(x, y)
        if not math.isfinite(loss):
            self.diverged(DIVERGED.format(self._lost(x)))
            return
        self.optimizer.step()
        self.steps += 1

    def _loss_by_autograd(self, x: Tensor, y: Tensor) -> float:
        """The sum of the losses, and the gradients of all weights."""
        z = self.model(x, train=True)[-1].squeeze(-1)  # (S, B)
        loss = self.head.loss(z, y).mean(1).sum()
        self.model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss.item()

    def _loss_by_hand(self, x: Tensor, y: Tensor) -> float:
        """The same where it is known, see `Slopes`."""
        assert self._slopes
        loss, slope = HEADS[self.head.loss]
        with np.errstate(over="ignore", invalid="ignore"):  # what diverges is said
            z, label = self._slopes.out(x.numpy()), y.numpy()[..., None]  # (S, B, 1)
            self._slopes.back(slope(z, label) / np.float32(y.shape[1]))
            return float(loss(z, label).sum()) / y.shape[1]

    @torch.no_grad()
    def _lost(self, x: Tensor) -> str:
        """The first network and layer with a number that is not finite."""
        for layer, h in enumerate(self.model(x), start=1):
            for seed, finite in zip(self.seeds, h.isfinite().all(-1).all(-1), strict=True):
                if not finite:
                    return f"layer {layer} (seed {seed})"
        return "the loss of an output this large"

    def change(self, name: str, value: str) -> None:
        """Set a live rate, or a weight of the network drawn: `W1.0.2` or `b1.2`."""
        if name[0] in "Wb":
            self.model.set_weight(name, float(value))
        elif name == "learning_rate":
            self.optimizer.lr = float(value)
        else:
            self._regularize(float(value))

    @torch.no_grad()
    def losses(self, first: int = 16) -> Tensor:
        """Mean loss of the first few networks over all training points.

        Shapes: (s,)
        """
        s = min(first, len(self.seeds))
        z = self.model(self.X.expand(s, -1, -1))[-1].squeeze(-1)  # (s, n)
        return self.head.loss(z, self.y).mean(1)

    def loss(self) -> float:
        """Training loss of the network drawn."""
        return float(self.losses(1)[0])
