"""Gradient descent on the coefficients of random features, from zero and from afar.

Where there are more coefficients than samples, what is not seen by any sample keeps its first value
for ever: from zero it ends at the solution of least norm, from afar elsewhere.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from core.experiments.double_descent.problem import FEATURES, RUNS, Descent, rng
from core.experiments.double_descent.settings import LARGEST
from core.experiments.double_descent.solve import Spectrum, fit

STARTS = (0.0, 0.3, 1.0, 3.0)  # standard deviation of the first coefficients


def spectral_path(spectrum: Spectrum, y: Tensor, rate: float, t: int) -> Tensor:
    """Where gradient descent from zero is after t updates, without making them.

    Equation: a_t = sum_i (1 - (1 - rate s_i^2)^t) / s_i (u_i y) v_i
    Shapes: y (S, n) -> (S, p)
    """
    U, s, V = spectrum
    done = 1 - (1 - rate * s * s) ** t  # (S, r) how much of each direction is learned
    return (V @ (done / s * (U.mT @ y[..., None])[..., 0])[..., None])[..., 0]


class Start(Descent):
    """Gradient descent on |Phi a - y|^2 / 2 from four starts at once, 16 times as wide as n."""

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.samples = FEATURES[settings.features](settings, settings.seed)
        self.p = min(LARGEST, 16 * settings.n)
        x = self.samples.x[:, : settings.n]
        self.Phi = self.samples.features(x, self.p)[:RUNS]  # (R, n, p)
        self.y = self.samples.y[:RUNS, : settings.n]
        self.test = self.samples.features(self.samples.test, self.p)[:RUNS]  # (R, T, p)
        self.line = self.samples.features(self.samples.line, self.p)[0]  # (G, p)
        made, self.spectrum = fit(self.Phi, self.y)
        self.least = made.a  # (R, p), of least norm
        self.rate = 1 / float(self.spectrum.s.max()) ** 2
        first = [rng(seed, 4).standard_normal(self.p) for seed in self.samples.seeds[:RUNS]]
        one = torch.stack([torch.from_numpy(row) for row in first])  # (R, p)
        self.a = one[..., None] * torch.tensor(STARTS, dtype=torch.float64)  # (R, p, starts)

    def step(self) -> None:
        """One update of all."""
        self.at += 1
        self.a = self.a - self.rate * (self.Phi.mT @ (self.Phi @ self.a - self.y[..., None]))

    def errors(self) -> Tensor:
        """Test error of each start, median over seeds. Shapes: -> (starts,)."""
        off = self.test @ self.a - self.samples.f_test[:, None]  # (R, T, starts)
        return off.square().mean(1).median(0).values

    def gap(self) -> float:
        """Largest distance, over seeds, from the closed form, in units of the least norm."""
        closed = spectral_path(self.spectrum, self.y, self.rate, self.at)
        return float(((self.a[..., 0] - closed).norm(dim=1) / self.least.norm(dim=1)).max())

    def loss(self) -> float:
        """Test error from zero."""
        return float(self.errors()[0])

    def weights(self) -> dict[str, Tensor]:
        """Coefficients of all seeds and starts."""
        return {"a": self.a}
