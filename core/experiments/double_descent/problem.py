"""What is learned: functions with noise, and the features in which they are sought."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import torch
from torch import Tensor

SEEDS = 20  # of exact solutions: training sets, each with noise and random features of its own
INPUTS, SAMPLES = 10, 640  # of the random ReLUs; and the largest training set
TESTS = 128  # points on which errors are taken, the same for all seeds
CUT = 61  # points of the line on which fits are drawn
REACH = 2.5  # half its length, in standard deviations of an input
GOLDEN = (math.sqrt(5) - 1) / 2
JITTER = 0.02
PACE = ((50, 1), (250, 5), (1000, 20))  # before this update, so many updates a frame
LATER = 100
RUNS, UPDATES = 5, 8000  # of gradient descent: seeds, and how long it goes on


class Samples(ABC):
    """Training sets of all seeds, test points, and the line on which fits are drawn.

    Shapes: x (S, N, d), y (S, N), test (T, d), line (G, d), along (G,) where its points lie
    """

    x: Tensor
    y: Tensor
    test: Tensor
    line: Tensor
    along: Tensor

    def __init__(self, settings: Any, first: int) -> None:
        self.seeds = seeds_of(first)
        self.f_test, self.f_line = self.f(self.test), self.f(self.line)
        noise = [rng(seed, 2).standard_normal(self.x.shape[1]) for seed in self.seeds]
        self.y = self.f(self.x) + settings.noise * torch.from_numpy(np.stack(noise))

    @abstractmethod
    def f(self, x: Tensor) -> Tensor:
        """The function itself. Shapes: (..., d) -> (...)."""

    @abstractmethod
    def features(self, x: Tensor, p: int) -> Tensor:
        """The first p features of every seed. Shapes: x (n, d) or (S, n, d) -> (S, n, p)."""


class ReLUs(Samples):
    """f(x) = tanh(t x) of Gaussian inputs; phi_j(x) = ReLU(w_j x) / sqrt(p), w_j random.

    The line runs along t through a point beside the origin: through the origin each feature would
    have its only kink there.
    """

    def __init__(self, settings: Any, first: int) -> None:
        teacher = rng(settings.data_seed, 0)
        t = teacher.standard_normal(INPUTS)
        self.t = torch.from_numpy(1.5 * t / np.linalg.norm(t))
        self.test = torch.from_numpy(teacher.standard_normal((TESTS, INPUTS)))
        seeds = seeds_of(first)
        x = [rng(seed, 1).standard_normal((SAMPLES, INPUTS)) for seed in seeds]
        w = [rng(seed, 3).standard_normal((SAMPLES, INPUTS)) for seed in seeds]
        self.x = torch.from_numpy(np.stack(x))
        self.w = torch.from_numpy(np.stack(w)).mT / math.sqrt(INPUTS)  # (S, d, P)
        self.along = torch.linspace(-REACH, REACH, CUT, dtype=torch.float64)
        u = self.t / self.t.norm()
        beside = torch.from_numpy(teacher.standard_normal(INPUTS))
        self.line = self.along[:, None] * u + beside - (beside @ u) * u
        super().__init__(settings, first)

    def f(self, x: Tensor) -> Tensor:
        """See `Samples`."""
        return torch.tanh(x @ self.t)

    def features(self, x: Tensor, p: int) -> Tensor:
        """See `Samples`."""
        return torch.relu(x @ self.w[..., :p]) / math.sqrt(p)


class Waves(Samples):
    """f(x) = tanh(4 x) on [-1, 1]; phi_k(x) = cos(pi k (x + 1) / 2) / k, and 1 for k = 0.

    Divided by k, so that the norm of the coefficients measures the slope of the fit. Samples lie in
    golden steps with a jitter: for any number of them they are spread over the interval.
    """

    def __init__(self, settings: Any, first: int) -> None:
        self.test = torch.linspace(-1, 1, TESTS, dtype=torch.float64)[:, None]
        self.line = torch.linspace(-1, 1, 3 * CUT, dtype=torch.float64)[:, None]
        self.along = self.line[:, 0]
        places = []
        for seed in seeds_of(first):
            at = rng(seed, 1)
            steps = at.uniform() + GOLDEN * np.arange(SAMPLES)
            places.append(2 * ((steps + at.uniform(-JITTER, JITTER, SAMPLES)) % 1) - 1)
        self.x = torch.from_numpy(np.stack(places))[..., None]
        super().__init__(settings, first)

    def f(self, x: Tensor) -> Tensor:
        """See `Samples`."""
        return torch.tanh(4 * x[..., 0])

    def features(self, x: Tensor, p: int) -> Tensor:
        """See `Samples`."""
        k = torch.arange(p, dtype=torch.float64)
        phi = torch.cos(math.pi / 2 * (x + 1) * k) / k.clamp(min=1)
        return phi if phi.dim() == 3 else phi.expand(SEEDS, *phi.shape)


def seeds_of(first: int) -> list[int]:
    """The seeds of a run; another first seed shares none of them."""
    return [first * SEEDS + k for k in range(SEEDS)]


def rng(seed: int, use: int) -> np.random.Generator:
    """Randomness of one seed for one use: samples, noise and features never share it."""
    return np.random.default_rng([seed, use])


class Descent:
    """A study over `UPDATES`; `at` counts them."""

    def __init__(self, settings: Any) -> None:
        self.settings, self.at = settings, 0

    @property
    def frame_every(self) -> int:
        """Updates to the next frame: the beginning, where most happens, is seen one by one."""
        return next((every for before, every in PACE if self.at < before), LATER)

    @property
    def done(self) -> str:
        """One sentence at the end."""
        return f"Stopped after {UPDATES:,} updates." if self.at >= UPDATES else ""


FEATURES: dict[str, type[Samples]] = {"ReLU, 10 inputs": ReLUs, "waves, 1 input": Waves}
