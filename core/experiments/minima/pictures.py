"""What the minima page shows of a run: curvature against the edge, and cuts through the valleys."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.minima.data import digits
from core.experiments.minima.experiment import Training
from core.experiments.minima.model import tracks
from core.experiments.minima.network import COLD, Network
from core.experiments.minima.notes import look
from core.experiments.minima.settings import (
    SAM,
    WAYS,
    MinimaSettings,
    read_change,
)

CUT = 13  # places of a cut through a valley
CUTS = 4  # frames from one cut to the next: they cost more than all the rest
WARM = 3  # products of the Hessian for a frame, which begin where the frame before has ended
BEGIN = (WARM, 20)  # the same and rounds, of the first frame


def from_anywhere(network: Network, seed: int) -> Tensor:
    """A random direction, (1, P)."""
    return torch.from_numpy(np.random.default_rng([seed, 2]).normal(size=(1, network.P))).float()


@lru_cache(maxsize=32)
def start(sizes: tuple[int, ...], activation: str, seed: int) -> Tensor:
    """Where the first frame begins to look for the sharpest direction, (1, P).

    It is that of the same first weights on 400 digits with right labels, which takes five times as
    long and is kept: whatever else is set, it lies near. A tenth of it is any direction, so that
    none is missed. It depends on no earlier run.
    """
    network, data = Network(sizes, activation), digits(400, 0, 0)
    v = from_anywhere(network, seed)
    _, found = network.sharpness(network.first(seed), v, data.x, data.y, *COLD)
    return found / found.norm() + 0.1 * v / v.norm()


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
        valley_w     how far the lowest place of the test loss lies from that of the training
                     loss, along that cut
    and
        edge         2/eta; edge_sam the same for SAM, whose step looks ahead
        loss         of the first way
    and those of `model.tracks`.
    """

    Settings = MinimaSettings
    notes = look
    LOOKS = ("shift",)

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self._model = tracks(settings.shift)
        self._v = from_anywhere(self.network, settings.seed)  # equal for all
        self._measured = -1  # step of what is measured
        self._tracks: dict[str, Any] = {}
        self._cuts: dict[str, Any] = {}

    def change(self, name: str, value: str) -> None:
        """Set the learning rate, or the shift of the model. Errors: `SettingError`."""
        found = read_change(name, value)
        if name == "shift":
            self._model = tracks(found)
        else:
            super().change(name, value)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        if self._measured != self.steps:
            self._measure()
        return {
            **self._tracks,
            "edge": 2 / self.rate,
            **self._edge_of_sam(),
            **self._cuts,
            **self._model,
        }

    def _measure(self) -> None:
        """Curvature at every frame, warm from the frame before; cuts and tests at some."""
        theta = torch.cat([*self.theta.values()])  # (R, P)
        found = self._sharpest(theta)
        losses = self.losses()
        self._tracks = {"loss": next(iter(losses.values()))}
        for way, value in zip(losses, found.tolist(), strict=True):
            self._tracks[f"sharpness_{WAYS[way]}"] = value
            self._tracks[f"loss_{WAYS[way]}"] = losses[way]
        self._tracks |= self._test(theta)
        due = self.steps % (CUTS * self.frame_every) == 0 or self.steps in self.rested.values()
        if due or self.done or not self._cuts:
            self._cuts = self._cut(theta)
        self._measured = self.steps

    def _sharpest(self, theta: Tensor) -> Tensor:
        """Largest curvature of each way, (R,); its direction is kept. All begin alike: once."""
        x, y, *_ = self.data
        if not self.steps:
            v = start(self.network.widths, self.settings.activation, self.settings.seed)
            found, v = self.network.sharpness(theta[:1], v, x, y, *BEGIN)
            self._v = v.expand(len(theta), -1)
            return found.expand(len(theta))
        work = (WARM, 1) if self._tracks else COLD
        found, self._v = self.network.sharpness(theta, self._v.expand_as(theta), x, y, *work)
        return found

    @torch.no_grad()
    def _test(self, theta: Tensor) -> dict[str, float]:
        """Loss and share of right answers on what is held out."""
        out, y = self.network.output(theta, self.data.x_test), self.data.y_test
        loss = 0.5 * (out - y).square().sum(-1).mean(-1)  # (R,)
        right = (out.argmax(-1) == y.argmax(-1)).float().mean(-1)
        found = zip(self.theta, loss.tolist(), right.tolist(), strict=True)
        return {
            f"{name}_{WAYS[way]}": value
            for way, *values in found
            for name, value in zip(("test", "accuracy"), values, strict=True)
        }

    @torch.no_grad()
    def _cut(self, theta: Tensor) -> dict[str, Any]:
        """Both losses along the sharpest direction; at first all are at the same place."""
        t = torch.from_numpy(places(self.settings))
        theta, v = (part[: len(part) if self.steps else 1] for part in (theta, self._v))
        lines = (theta[:, None] + t[:, None] * v[:, None]).flatten(0, 1)  # (R * 13, P)
        x, y, x_test, y_test = self.data
        train = self.network.loss(lines, x, y).view(-1, CUT).numpy()
        test = self.network.loss(lines, x_test, y_test).view(-1, CUT).numpy()
        found: dict[str, Any] = {}
        for k, way in enumerate(self.theta):
            name = WAYS[way]
            cuts = [cut[k % len(theta)] for cut in (train, test)]
            found |= {f"cut_{name}": cuts[0], f"cut_test_{name}": cuts[1]}
            bottoms = [lowest(t.numpy(), cut) for cut in cuts]
            found[f"valley_{name}"] = bottoms[1] - bottoms[0]
        return found

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
