"""Universal approximation: multilayer perceptrons fit a function of one number (section 2)."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.experiment import Experiment
from core.experiments.approximation.notes import look
from core.experiments.approximation.pictures import Pictures
from core.experiments.approximation.settings import (
    FIRST_WEIGHTS,
    LIVE,
    ApproximationSettings,
    data,
    widths,
)
from core.film import Film
from core.models.mlp import ACTIVATIONS, MLP
from core.settings import Settings
from core.training import OPTIMIZERS, read_change, set_rates


class Approximation(Experiment):
    """Train `seeds` networks at once on samples of one function; the first of them is drawn.

    Tracks of a snapshot (G = 257 points of the interval, S networks, N neurons of the last hidden
    layer; kinks need one hidden layer, breaks and linear_pieces a piecewise linear activation):
        fit            float32 (G,): y of the network drawn
        gap            float32 (G,): |f - y|
        band           float16 (2 G,): highest y over the networks, then lowest, from right to left
        contributions  float16 (N * 129,): v_j h_j(x), neuron by neuron; with c they add up to y
        kinks          float32 (N, 2): x = -b_j / w_j and y there; nan outside the interval
        breaks         float32 (128, 2): where a straight piece ends, for more hidden layers
        break_layers   uint8 (128,): whose neurons make it, from 0
        loss, test_loss       mean squared error on the samples, and against f on the grid
        rmse, max_error       root of it against f, and the largest |f - y|
        linear_pieces, off, on, parameters: counted
        loss_seeds, test_loss_seeds, max_error_seeds  float32 (S,): of all of them
    """

    Settings: ClassVar[type[Settings]] = ApproximationSettings
    frame_every = 5

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
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
        vectors = [{"params": [self.model.weights]}, {"params": [self.model.biases]}]
        self.optimizer = OPTIMIZERS[settings.optimizer](vectors, lr=settings.learning_rate)

    def step(self, n: int) -> None:
        """Train n updates, or until something stops being a finite number."""
        for _ in range(min(n, self.settings.max_steps - self.steps)):
            if self.done:
                return
            self._update()
        if self.steps >= self.settings.max_steps:
            self.done = f"Stopped after {self.steps} updates, as set."

    def _update(self) -> None:
        """One update on all samples; the gradient of a sum over networks keeps them apart."""
        loss = self._errors().sum()
        if not math.isfinite(loss.item()):
            self.done = self._diverged()
            return
        self.optimizer.zero_grad(set_to_none=False)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.steps += 1

    def _errors(self) -> Tensor:
        """Mean squared error of each network; (S,)."""
        y = self.model(self.x)[-1].squeeze(-1)  # (S, n)
        return ((y - self.y) ** 2).mean(1)

    @torch.no_grad()
    def _diverged(self) -> str:
        """Name the first network and layer whose square is no number any more, and the remedy."""
        for layer, h in enumerate(self.model(self.x), start=1):
            for seed, finite in zip(self.seeds, (h * h).isfinite().all(-1).all(-1), strict=True):
                if not finite:
                    return (
                        f"Diverged after {self.steps} updates: layer {layer} (seed {seed}) has "
                        "grown beyond all numbers. Lower the learning rate, or choose Adam."
                    )
        return f"Diverged after {self.steps} updates: the loss is not finite. Lower the rate."

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or a weight of the network drawn: `W1.0.2` or `b1.2`."""
        number = read_change(LIVE, widths(self.settings), name, value)
        if name in LIVE:
            set_rates(self.optimizer, number, 0.0)
        else:
            self.model.set_weight(name, number)

    @torch.no_grad()
    def losses(self) -> Tensor:
        """Mean squared error of each network on the samples.

        Shapes: (S,)
        """
        return self._errors()

    def loss(self) -> float:
        """Training loss of the network drawn."""
        return float(self.losses()[0])

    # --- What the page sees: not needed for training ------------------------------------------

    @cached_property
    def pictures(self) -> Pictures:
        """What all frames share."""
        return Pictures(self.settings)

    def kink_to(self, neuron: int, x: float) -> tuple[str, str]:
        """The change that brings the kink of a first-layer neuron to x: b_j = -w_j x."""
        return f"b1.{neuron}", f"{-float(self.model.W[0][0, 0, neuron].detach()) * x:.6g}"

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        losses = self.losses().numpy()
        return {"loss": losses[0], "loss_seeds": losses, **self.pictures.take(self.model)}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor; the leading axis is the network."""
        return self.model.state()

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)
