"""A sweep: one width, or one number of samples, after the other, solved exactly for 20 seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.double_descent.problem import FEATURES, Samples
from core.experiments.double_descent.settings import WIDTH, sizes, threshold
from core.experiments.double_descent.solve import fit, weight_of_noise

Numbers = NDArray[np.float64]
DRAWN = 8  # seeds whose fits are drawn
MEASURES = ("error", "train", "norm", "used", "used_new")  # of every seed at every size


class Sweep:
    """Least squares at each size in turn; step k solves size k."""

    frame_every = 1

    def __init__(self, settings: Any) -> None:
        self.settings, self.sizes = settings, sizes(settings)
        self.last = len(self.sizes) - 1
        self.samples: Samples = FEATURES[settings.features](settings, settings.seed)
        seeds, count = len(self.samples.seeds), len(self.sizes)
        self.found = {name: np.full((count, seeds), np.nan) for name in MEASURES}
        self.bias, self.variance = np.full(count, np.nan), np.full(count, np.nan)
        self.every = np.full((count, len(self.samples.along)), np.nan)  # fits of the first seed
        self.shown, self.at = settings.shown, -1
        self.step()
        if self.shown:
            self.show(self.shown)

    def matrices(self, size: int) -> tuple[Tensor, Tensor, int]:
        """Phi (S, n, p), y (S, n) and p at this size: n or p follows it."""
        settings = self.settings
        n, p = (settings.n, size) if settings.grows == WIDTH else (size, settings.model)
        return self.samples.features(self.samples.x[:, :n], p), self.samples.y[:, :n], p

    def step(self) -> None:
        """Solve the next size for all seeds, and test it."""
        self.at += 1
        Phi, y, p = self.matrices(self.sizes[self.at])
        made, spectrum = fit(Phi, y, self.settings.ridge)
        test = self.samples.features(self.samples.test, p)  # (S, T, p)
        guess = (test @ made.a[..., None])[..., 0]  # (S, T)
        off = guess - self.samples.f_test
        used_new = Phi.shape[1] * weight_of_noise(test, spectrum, self.settings.ridge)
        measured = (off.square().mean(-1), made.train, made.norm, made.used, used_new)
        for name, values in zip(MEASURES, measured, strict=True):
            self.found[name][self.at] = values.numpy()
        self.bias[self.at] = float(off.mean(0).square().mean())  # of the mean over seeds
        self.variance[self.at] = float(guess.var(0, correction=0).mean())
        self.a = made.a
        self.every[self.at] = (self.samples.features(self.samples.line, p)[0] @ made.a[0]).numpy()
        if not self.shown:
            self._draw(self.sizes[self.at], made.a)

    def show(self, size: int) -> None:
        """Draw the fit at this size from now on; 0: at the newest."""
        self.shown = size
        size = size or self.sizes[self.at]
        Phi, y, _ = self.matrices(size)
        self._draw(size, fit(Phi[:DRAWN], y[:DRAWN], self.settings.ridge)[0].a)

    def _draw(self, size: int, a: Tensor) -> None:
        """The fits of a few seeds along the line. Shapes: a (S, p)."""
        line = self.samples.features(self.samples.line, self.matrices(size)[2])[:DRAWN]
        self.drawn = size
        self.fits = (line @ a[:DRAWN, :, None])[..., 0].numpy()  # (DRAWN, G)
        self.drawn_norm = float(a[0].norm())

    def loss(self) -> float:
        """Test error at the newest size, median over seeds."""
        return float(np.median(self.found["error"][self.at]))

    def weights(self) -> dict[str, Tensor]:
        """Coefficients of all seeds at the newest size, (S, p)."""
        return {"a": self.a}

    @property
    def done(self) -> str:
        """One sentence once all sizes are solved."""
        if self.at < self.last:
            return ""
        what = "widths" if self.settings.grows == WIDTH else "numbers of samples"
        return f"All {len(self.sizes)} {what} up to {self.sizes[-1]} are solved."

    @property
    def threshold(self) -> int:
        """The size at which all samples can just be fitted."""
        return threshold(self.settings)
