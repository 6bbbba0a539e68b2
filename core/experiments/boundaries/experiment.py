"""Decision boundaries: train multilayer perceptrons on points in the plane (chapter, section 2)."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.experiment import Experiment
from core.experiments.boundaries.data import data, featurize, is_regression
from core.experiments.boundaries.notes import look
from core.experiments.boundaries.pictures import Pictures
from core.experiments.boundaries.settings import (
    LIVE,
    BoundariesSettings,
    parameters,
    widths,
)
from core.film import Film
from core.models.mlp import ACTIVATIONS, INITIALIZATIONS, MLP, NORMALIZATIONS
from core.settings import Settings
from core.training import LOSSES, OPTIMIZERS, REGRESSION, batches, read_change, set_rates, shrink

DIVERGED = (
    "Diverged after {} updates: {} is no longer a finite number. Lower the learning rate, "
    "or switch normalization on."
)


class Boundaries(Experiment):
    """Train `seeds` networks at once on labeled points; the first of them is the one drawn."""

    Settings: ClassVar[type[Settings]] = BoundariesSettings
    frame_every = 5

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
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
        vectors = [{"params": [self.model.weights]}, {"params": [self.model.biases]}]
        self.optimizer = OPTIMIZERS[settings.optimizer](vectors, lr=settings.learning_rate)
        self.learning_rate = settings.learning_rate
        self.regularization_rate = settings.regularization_rate
        self._set_rates()
        self._batches = batches(self.X, self.y, settings.batch_size, self.seeds)

    def _set_rates(self) -> None:
        kind, rate = self.settings.regularization, self.regularization_rate
        set_rates(self.optimizer, self.learning_rate, rate if kind == "L2" else 0.0)
        self._L1 = rate if kind == "L1" else 0.0

    def step(self, n: int) -> None:
        """Train n updates, or until something stops being a finite number."""
        for _ in range(min(n, self.settings.max_steps - self.steps)):
            if self.done:
                return
            self._update(*next(self._batches))
        if self.steps >= self.settings.max_steps:
            self.done = f"Stopped after {self.steps} updates, as set."

    def _update(self, x: Tensor, y: Tensor) -> None:
        """One update of all networks; the gradient of a sum over networks keeps them apart.

        Shapes: x (S, B, d_0), y (S, B)
        """
        z = self.model(x, train=True)[-1].squeeze(-1)  # (S, B)
        loss = self.head.loss(z, y).mean(1).sum()
        if not math.isfinite(loss.item()):
            self.done = self._diverged(x)
            return
        self.model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        if self._L1:
            shrink(self.optimizer, self._L1)
        self.steps += 1

    @torch.no_grad()
    def _diverged(self, x: Tensor) -> str:
        """Name the first network and layer with a number that is not finite, and the remedy."""
        for layer, h in enumerate(self.model(x), start=1):
            for seed, finite in zip(self.seeds, h.isfinite().all(-1).all(-1), strict=True):
                if not finite:
                    return DIVERGED.format(self.steps, f"layer {layer} (seed {seed})")
        return DIVERGED.format(self.steps, "the loss of an output this large")

    def change(self, name: str, value: str) -> None:
        """Set a live rate, or a weight of the network drawn: `W1.0.2` or `b1.2`."""
        number = read_change(LIVE, widths(self.settings), name, value)
        if name in LIVE:
            setattr(self, name, number)
            self._set_rates()
        else:
            self.model.set_weight(name, number)

    @torch.no_grad()
    def losses(self) -> Tensor:
        """Mean loss of each network over all training points.

        Shapes: (S,)
        """
        z = self.model(self.X.expand(len(self.seeds), -1, -1))[-1].squeeze(-1)  # (S, n)
        return self.head.loss(z, self.y).mean(1)

    def loss(self) -> float:
        """Training loss of the network drawn."""
        return float(self.losses()[0])

    # --- What the page sees: not needed for training ------------------------------------------

    @cached_property
    def noted(self) -> set[str]:
        """Rules of `boundaries_notes` that have spoken."""
        return set()

    @cached_property
    def _pictures(self) -> Pictures:
        return Pictures(self.settings, self.head)

    def snapshot(self) -> dict[str, Any]:
        """The present state.

        Tracks (P points shown, S networks, F features, hidden layers l = 1 ... L):
            map          uint8 (100, 100): output in [-1, 1] over [-6, 6]^2, lowest x2 first
            neurons      uint8 (hidden neurons, 32, 32): activations, layer by layer
            W1, b1, ...  float32 (d_in, d_out), (d_out,): weights and biases of the network drawn
            hidden1 ...  float16 (P, 3): the points in each hidden layer's space
            sheet1 ...   float16 (289, 3): a 17 x 17 net over the square, carried along
            probe        float32 (L + 1,): test score of a linear readout of input and layers
            dead         float32 (L,): share of neurons that cannot learn at any training point
            confusion    float32 (2, 2): test points, row label -1, +1, column output -1, +1
            W_prime, b_prime  float32 (F,), (): the one linear map, if all activations are linear
            loss, test_loss, accuracy, test_accuracy: of the one drawn (a regression: r2, test_r2)
            loss_seeds, test_loss_seeds  float32 (S,): of all of them
        """
        losses = self.losses().numpy()
        return {
            "loss": losses[0],
            "loss_seeds": losses,
            **self._pictures.scores(self.model),
            **self._pictures.take(self.model),
        }

    @property
    def parameters(self) -> int:
        """Number of weights and biases of one network."""
        return parameters(self.settings)

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor; the leading axis is the network."""
        return self.model.state()

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)
