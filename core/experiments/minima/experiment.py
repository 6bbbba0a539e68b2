"""Gradient descent by full and by small batches, and sharpness-aware (chapter, section 3)."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from core.experiments.minima.data import digits
from core.experiments.minima.network import Network
from core.experiments.minima.settings import SAM, SMALL, widths
from core.training import Learner, batches

LOOK = 20  # updates between two looks at the training loss: who is at the goal rests
HIGHEST = 1e3  # loss from which nothing comes back


class Training(Learner):
    """Train the same network from the same first weights in several ways, update by update."""

    frame_every = LOOK

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.data = digits(settings.samples, settings.wrong, settings.data_seed)
        self.network = Network(widths(settings), settings.activation)
        self.theta = {way: self.network.first(settings.seed) for way in settings.ways}
        self.rate = settings.learning_rate
        self.rested: dict[str, int] = {}  # way -> step at which its loss was low enough
        self._batches = batches(
            self.data.x, self.data.y, settings.batch_size, [settings.seed]
        )  # (1, B, 64), (1, B, 10)

    def _update(self) -> None:
        """One update of each way that does not rest."""
        for way in self.theta:
            if way not in self.rested:
                self._go_down(way)
        self.steps += 1
        if self.steps % LOOK == 0:
            self._look()

    def _go_down(self, way: str) -> None:
        """One step down.

        Equation: (3.2) theta <- theta - eta grad L(theta); SAM takes the gradient at
            theta + rho grad L / |grad L|. Source: Foret et al. (2021), arXiv 2010.01412
        """
        theta, net = self.theta[way], self.network
        x, y = next(self._batches) if way == SMALL else (self.data.x, self.data.y)
        g = net.gradient(theta, x, y)
        if way == SAM:
            g = net.gradient(theta + self.settings.rho * g / g.norm(), x, y)
        self.theta[way] = theta - self.rate * g

    def _look(self) -> None:
        """Let those rest who are at the goal, and stop where one has diverged."""
        for way, loss in self.losses().items():
            if not loss < HIGHEST:
                self.diverged(self._lost(way, loss))
                return
            if way not in self.rested and loss <= self.settings.goal:
                self.rested[way] = self.steps
        if len(self.rested) == len(self.theta):
            said = ", ".join(f"{way} after {step}" for way, step in self.rested.items())
            self.done = f"All at a training loss of {self.settings.goal:g}: {said} updates."

    def _lost(self, way: str, loss: float) -> str:
        """Which network, where in it, and what helps."""
        layer, factor = self.network.grown(self.network.first(self.settings.seed), self.theta[way])
        where = (
            f"The weights of layer {layer} have grown most, {factor:.2g} times as long as at first"
            if math.isfinite(factor)
            else f"The weights of layer {layer} are the first that are no finite numbers any more"
        )
        return (
            f"{way} has a training loss of {loss:.2g}. {where}. Lower the learning rate: the edge "
            f"2/η is only {2 / self.rate:.3g}."
        )

    def change(self, name: str, value: str) -> None:
        """Set the learning rate."""
        self.rate = float(value)

    @torch.no_grad()
    def losses(self) -> dict[str, float]:
        """Training loss of each way: half the squared error a digit."""
        theta = torch.cat([*self.theta.values()])  # (R, P)
        found: Tensor = self.network.loss(theta, self.data.x, self.data.y)
        return dict(zip(self.theta, found.tolist(), strict=True))

    def loss(self) -> float:
        """Training loss of the first way."""
        return next(iter(self.losses().values()), math.nan)
