"""What the minima page shows of a run: curvature against the edge, and cuts through the valleys."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.minima.experiment import Training
from core.experiments.minima.notes import look
from core.experiments.minima.settings import (
    SAM,
    WAYS,
    MinimaSettings,
    read_change,
)
from core.film import Film
from core.settings import Settings

CUT = 13  # places of a cut through a valley
FIRST, WARM = 60, 3  # products of the Hessian at the start, and for each frame after it


def reach(settings: Any) -> float:
    """How far a cut goes to both sides: where a valley at the edge has risen by 0.6."""
    return math.sqrt(0.6 * settings.learning_rate)


def places(settings: Any) -> NDArray[np.float32]:
    """Distances from the present weights, (13,)."""
    return np.linspace(-1, 1, CUT, dtype=np.float32) * np.float32(reach(settings))


class Minima(Training, Experiment):
    """Train one network in several ways from the same first weights, and measure the curvature.

    Tracks of a snapshot, for each way w of full, small, sam:
        sharpness_w  largest eigenvalue of the Hessian of the training loss
        loss_w       training loss
        test_w, accuracy_w   loss and share of right answers on 500 digits held out
        cut_w        float32 (13,): training loss along the sharpest direction, at `places`
        cut_test_w   float32 (13,): the same of the test loss
        valley_w     how far the test loss is lowest from the present weights, along that cut
    and
        edge         2/eta; edge_sam the same for SAM, whose step looks ahead
        loss         of the first way
    """

    Settings: ClassVar[type[Settings]] = MinimaSettings
    test_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        rng = np.random.default_rng([settings.seed, 2])
        v = rng.normal(size=(1, self.network.P))  # equal for all, as the first weights are
        self._v = torch.from_numpy(v).float().expand(len(self.theta), -1)
        self._measured = -1  # step of what is measured
        self._tracks: dict[str, Any] = {}
        self._tested: dict[str, Any] = {}

    def change(self, name: str, value: str) -> None:
        """Set the learning rate. Errors: `SettingError`."""
        read_change(name, value)
        super().change(name, value)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        if self._measured != self.steps:
            self._measure()
        return {**self._tracks, "edge": 2 / self.rate, **self._edge_of_sam(), **self._tested}

    def _measure(self) -> None:
        """Curvature at every frame, warm from the frame before; cuts and tests at some."""
        theta = torch.cat([*self.theta.values()])  # (R, P)
        x, y, *_ = self.data
        most = WARM if self._tracks else FIRST
        found, self._v = self.network.sharpness(theta, self._v, x, y, most)
        losses = self.losses()
        self._tracks = {"loss": next(iter(losses.values()))}
        for way, value in zip(losses, found.tolist(), strict=True):
            self._tracks[f"sharpness_{WAYS[way]}"] = value
            self._tracks[f"loss_{WAYS[way]}"] = losses[way]
        if self.tests or not self._tested or self.steps in self.rested.values():
            self._tested = self._test(theta)
        self._measured = self.steps

    @torch.no_grad()
    def _test(self, theta: Tensor) -> dict[str, Any]:
        """Cuts along the sharpest direction, and what is held out."""
        t = torch.from_numpy(places(self.settings))
        lines = theta[:, None] + t[:, None] * self._v[:, None]  # (R, 13, P)
        x, y, x_test, y_test = self.data
        cuts = [
            self.network.loss(lines.flatten(0, 1), *pair).view(len(theta), CUT)
            for pair in ((x, y), (x_test, y_test))
        ]
        right = self.network.output(theta, x_test).argmax(-1) == y_test.argmax(-1)
        tracks: dict[str, Any] = {}
        for k, way in enumerate(self.theta):
            name, (train, test) = WAYS[way], (cut[k].numpy() for cut in cuts)
            tracks |= {f"cut_{name}": train, f"cut_test_{name}": test}
            tracks[f"test_{name}"] = float(test[CUT // 2])
            tracks[f"accuracy_{name}"] = float(right[k].float().mean())
            tracks[f"valley_{name}"] = lowest(t.numpy(), test)
        return tracks

    def _edge_of_sam(self) -> dict[str, float]:
        """Where a sharpness-aware step along the sharpest direction neither grows nor shrinks.

        Equation: eta lambda (1 + rho lambda / |g|) = 2, solved for lambda. On a parabola the step
            is eta lambda (x + rho g/|g|), g = lambda x. Source: Long and Bartlett (2023)
        """
        if SAM not in self.theta:
            return {}
        g = float(self.network.gradient(self.theta[SAM], self.data.x, self.data.y).norm())
        return {"edge_sam": edge_of_sam(self.rate, self.settings.rho, g)}

    def weights(self) -> dict[str, Tensor]:
        """Name -> tensor of all ways."""
        return {
            f"{WAYS[way]}.{name}{number}": part[0]
            for way, theta in self.theta.items()
            for number, layer in enumerate(self.network.layers(theta), start=1)
            for name, part in (("W", layer.W), ("b", layer.b[:, 0]))
        }

    @property
    def parameters(self) -> int:
        """Numbers that training adjusts, of one network."""
        return self.network.P

    def notes(self, film: Film) -> None:
        """Add what a student should notice."""
        look(self, film)


def edge_of_sam(rate: float, rho: float, g: float) -> float:
    """Largest curvature at which a sharpness-aware step is stable, if the gradient is g long."""
    half = g / (2 * rho)
    return half * (math.sqrt(1 + 4 / (rate * half)) - 1) if half > 0 else 0.0


def lowest(t: NDArray[np.float32], loss: NDArray[np.float32]) -> float:
    """Where a cut is lowest: the vertex of the parabola through its lowest place and both beside.

    At an end of the cut it is that end; NaN where the loss is no number.
    """
    if not np.isfinite(loss).all():
        return math.nan
    k = int(loss.argmin())
    if k in (0, len(t) - 1):
        return float(t[k])
    a, b, c = loss[k - 1 : k + 2].astype(np.float64)
    return float(t[k] + 0.5 * (a - c) / (a - 2 * b + c) * (t[1] - t[0]))
