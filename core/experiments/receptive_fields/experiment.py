"""Receptive fields: what a unit can see, and what it does see, before and after training."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from core.experiments.receptive_fields.data import answers, mask, noise
from core.experiments.receptive_fields.model import ConvNet
from core.experiments.receptive_fields.settings import geometry, trained
from core.experiments.receptive_fields.stack import reach
from core.training import Learner

HELD_OUT = 32  # images of the loss that is shown; none of them is trained on
UNTRAINED = (
    "Not trained here: what is shown is exact (sizes, jumps, centers), or the expectation over "
    "random weights (the glow)."
)


class Training(Learner):
    """Train a convolutional network to answer from a known part of white noise."""

    frame_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.geometry = geometry(settings)
        self.net: ConvNet | None = None
        if not trained(settings):
            self.done = UNTRAINED
            return
        self.net = ConvNet(
            self.geometry.stack, settings.channels, settings.activation, settings.seed
        )
        self.generator = torch.Generator().manual_seed(settings.seed + 1)
        self.w = mask(settings.target, settings.reach)
        self.units, self.pixels = self._inside()
        self.test = self._draw(HELD_OUT)
        self.optimizer = torch.optim.Adam(self.net.parameters, lr=settings.learning_rate)

    def _inside(self) -> tuple[list[int], list[int]]:
        """Units whose field and whose answer's pixels lie in the image, and their pixels."""
        g, units, pixels = self.geometry, [], []
        for i in range(g.units[-1]):
            first, last = reach(g.path, i, i)
            center = math.floor(g.place(g.rows - 1, i))
            low, high = (
                min(first, center - self.settings.reach),
                max(last, center + self.settings.reach),
            )
            if low >= 0 and high < g.pixels:
                units.append(i)
                pixels.append(center)
        return units, pixels

    def _draw(self, count: int) -> tuple[Tensor, Tensor]:
        """Images and their answers, (count, 1, n, n) and (count, 1, m, m)."""
        x = noise(count, self.geometry.pixels, self.generator)
        return x, answers(x, self.w, self.pixels)

    def _error(self, x: Tensor, y: Tensor) -> Tensor:
        assert self.net is not None
        found = self.net(x)[:, :, self.units][..., self.units]
        return (found - y).square().mean()

    def _update(self) -> None:
        loss = self._error(*self._draw(self.settings.batch))
        if not math.isfinite(loss.item()):
            self.diverged("the loss is not finite. Lower the learning rate.")
            return
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.steps += 1

    @torch.no_grad()
    def loss(self) -> float:
        """Mean squared error on held-out images; 1 for always answering 0. NaN if not trained."""
        return float(self._error(*self.test)) if self.net else math.nan
