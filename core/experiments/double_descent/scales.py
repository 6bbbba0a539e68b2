"""Double descent over updates: linear regression whose features have two scales.

The fast features are learned first, and then fitted to what the slow ones leave unexplained: the
test error rises until those are learned too. One layer has a closed form; two layers do the same.
Source: Heckel, Yilmaz (2021), arXiv 2007.10099; Pezeshki et al. (2022), arXiv 2112.03215.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.double_descent.problem import RUNS, Descent, rng
from core.experiments.double_descent.solve import Spectrum, decompose
from core.experiments.double_descent.start import spectral_path

FAST, SLOW = 70, 2  # features
SIGNAL = 0.4  # variance of what the slow features say; that of the fast ones is 1
ROWS = 100  # samples
HIDDEN, FIRST = 50, 0.05  # width of the two-layer network, deviation of its first weights
RATES = {"one": 0.1, "two": 0.05}


class Scales(Descent):
    """Gradient descent on the mean squared error / 2, by one linear layer and by two."""

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.scale = torch.cat([torch.ones(FAST), torch.full((SLOW,), settings.slow)]).double()
        seeds = [settings.seed * RUNS + k for k in range(RUNS)]
        drawn = [self._draw(rng(seed, 5)) for seed in seeds]
        self.x, self.y, self.truth = (torch.stack(part) for part in zip(*drawn, strict=True))
        first = [rng(seed, 6) for seed in seeds]
        self.one = torch.zeros(RUNS, FAST + SLOW, dtype=torch.float64)
        self.W = FIRST * _normal(first, FAST + SLOW, HIDDEN)  # (R, 72, h)
        self.v = FIRST * _normal(first, HIDDEN, 1)  # (R, h, 1)
        self.spectrum: Spectrum = decompose(self.x / math.sqrt(ROWS))

    def _draw(self, at: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Samples x (n, 72), y (n,) of one seed, and the true coefficients (72,)."""
        fast = at.standard_normal(FAST) / math.sqrt(FAST)
        slow = at.choice([-1.0, 1.0], SLOW) * math.sqrt(SIGNAL / SLOW) / self.settings.slow
        truth = torch.from_numpy(np.concatenate([fast, slow]))
        x = torch.from_numpy(at.standard_normal((ROWS, FAST + SLOW))) * self.scale
        noise = torch.from_numpy(at.standard_normal(ROWS))
        return x, x @ truth + self.settings.noise * noise, truth

    def step(self) -> None:
        """One update of both on all samples."""
        self.at += 1
        left = (self.x @ self.one[..., None])[..., 0] - self.y  # (R, n)
        self.one = self.one - RATES["one"] / ROWS * (self.x.mT @ left[..., None])[..., 0]
        h = self.x @ self.W  # (R, n, h)
        left = (h @ self.v - self.y[..., None]) / ROWS  # (R, n, 1)
        down = self.x.mT @ (left @ self.v.mT)
        self.v = self.v - RATES["two"] * (h.mT @ left)
        self.W = self.W - RATES["two"] * down

    def closed(self) -> Tensor:
        """What one layer must have learned by now, without training. Shapes: -> (R, 72)."""
        return spectral_path(self.spectrum, self.y / math.sqrt(ROWS), RATES["one"], self.at)

    def two(self) -> Tensor:
        """Coefficients that two layers make together, W v. Shapes: -> (R, 72)."""
        return (self.W @ self.v)[..., 0]

    def parts(self, learned: Tensor) -> Tensor:
        """Test error of the fast and of the slow features, which add up, exactly: x is Gaussian.

        Shapes: learned (R, 72) -> (R, 2)
        """
        each = ((learned - self.truth) * self.scale).square()
        return torch.stack([each[:, :FAST].sum(1), each[:, FAST:].sum(1)], 1)

    def loss(self) -> float:
        """Test error of two layers, median over seeds."""
        return float(self.parts(self.two()).sum(1).median())

    def weights(self) -> dict[str, Tensor]:
        """Of both, the leading axis is the seed."""
        return {"one": self.one, "W": self.W, "v": self.v}


def _normal(rngs: list[np.random.Generator], *shape: int) -> Tensor:
    return torch.stack([torch.from_numpy(at.standard_normal(shape)) for at in rngs])
