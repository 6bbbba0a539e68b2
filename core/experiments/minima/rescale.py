"""The same function at any sharpness: a layer of ReLUs made larger, the next one smaller."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.experiments.minima.experiment import LOOK, Training
from core.experiments.minima.network import COLD, Layer, Network
from core.experiments.minima.settings import SMALL
from core.experiments.minima.slices import both_losses
from core.work import Slices

FACTORS = 2.0 ** np.linspace(-3, 3, 13)


class Scaled(NamedTuple):
    """A factor, the curvature there, and both losses."""

    factor: float
    sharpness: float
    loss: float
    test: float


def rescaled(network: Network, theta: Tensor, a: float) -> Tensor:
    """W_1 and b_1 times a, W_2 over a: with ReLU the same function, since relu(a z) = a relu(z).

    Equation: W_1 <- a W_1, b_1 <- a b_1, W_2 <- W_2 / a, for a > 0
    Shapes: (1, P) -> (1, P). Source: Dinh et al. (2017), arXiv 1703.04933
    """
    first, second, *rest = network.layers(theta)
    first = Layer(a * first.W, a * first.b)
    return network.vector([first, Layer(second.W / a, second.b), *rest])


class Rescale(Slices):
    """Trains the settings' network with ReLUs by small batches, then scales it thirteen times."""

    verb = "computing"

    def __init__(self, settings: Any, most: int = 1000) -> None:
        """Nothing is trained yet; training ends at the goal, or after `most` updates."""
        self.settings = settings.fresh().replace(
            activation="ReLU", ways=(SMALL,), max_steps=min(most, settings.max_steps)
        )
        self.run = Training(self.settings)
        self.found: list[Scaled] = []

    @property
    def fraction(self) -> float:
        """Training counts as half of the work."""
        if not self.run.done:
            return 0.5 * self.run.steps / self.settings.max_steps
        return 0.5 + 0.5 * len(self.found) / len(FACTORS)

    @property
    def words(self) -> str:
        """How far it is."""
        return f"{self.run.steps:,} updates, {len(self.found)} of {len(FACTORS)} factors"

    def advance(self) -> None:
        """Some updates, or one factor."""
        if not self.run.done:
            self.run.step(LOOK)
            return
        network, data = self.run.network, self.run.data
        a = float(FACTORS[len(self.found)])
        theta = rescaled(network, self.run.theta[SMALL], a)
        rng = np.random.default_rng([self.settings.seed, 4])
        v = torch.from_numpy(rng.normal(size=(1, network.P))).float()
        sharp, _ = network.sharpness(theta, v, data.x, data.y, *COLD)
        train, test = both_losses(network, theta, data)[:, 0].tolist()
        self.found.append(Scaled(a, float(sharp[0]), train, test))

    @property
    def result(self) -> list[Scaled]:
        """What is computed so far."""
        return self.found


def said_of(found: list[Scaled]) -> str:
    """What came out, in one sentence."""
    sharp = [row.sharpness for row in found]
    train, test = ([getattr(row, name) for row in found] for name in ("loss", "test"))
    moved = max((max(v) - min(v)) / max(v) for v in (train, test))
    return (
        f"From factor {found[0].factor:g} to {found[-1].factor:g} the curvature lies "
        f"between {min(sharp):.1f} and {max(sharp):,.0f}. Training loss {train[0]:.4f} "
        f"and test loss {test[0]:.4f} move by less than {max(moved, 1e-7):.0e} of themselves: it "
        "is one function."
    )
