"""Trained networks of many widths at once: one hidden ReLU layer, by Adam on all samples."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.double_descent.problem import RUNS, rng

WIDTHS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 32, 64)
GROUPS = (16, 64)  # narrower networks are padded to these widths, and train together
D_IN, POINTS, NEW = 20, 100, 400  # inputs, samples, test points
ADAM, EPOCHS = 0.01, 2000  # first learning rate, updates on all samples


def parameters(width: int) -> int:
    """Weights and biases of a network of this width."""
    return width * (D_IN + 2) + 1


class Group:
    """Networks padded with neurons of zeros: a neuron without weights stays so for ever.

    Its ReLU is 0, and so is every gradient that reaches it.
    Shapes: W (K R, d, h), b (K R, 1, h), v (K R, h, 1), c (K R, 1, 1) for K widths, R seeds
    """

    def __init__(self, widths: list[int], most: int, seeds: list[int], x: Tensor, y: Tensor):
        count = len(widths) * len(seeds)
        shapes = {"W": (D_IN, most), "b": (1, most), "v": (most, 1), "c": (1, 1)}
        self.p = {name: torch.zeros(count, *shape) for name, shape in shapes.items()}
        for k, (width, seed) in enumerate((w, s) for w in widths for s in seeds):
            self._first(k, width, rng(seed, 3))
        self.x, self.y = x.repeat(len(widths), 1, 1), y.repeat(len(widths), 1)[..., None]
        for part in self.p.values():
            part.requires_grad_()
        self.optimizer = torch.optim.Adam(self.p.values(), lr=ADAM, fused=True)

    def _first(self, k: int, width: int, at: np.random.Generator) -> None:
        """PyTorch's default: uniform in +-1 / sqrt(fan in)."""
        below, above = 1 / math.sqrt(D_IN), 1 / math.sqrt(width)
        self.p["W"][k, :, :width] = torch.from_numpy(at.uniform(-below, below, (D_IN, width)))
        self.p["b"][k, 0, :width] = torch.from_numpy(at.uniform(-below, below, width))
        self.p["v"][k, :width, 0] = torch.from_numpy(at.uniform(-above, above, width))
        self.p["c"][k] = float(at.uniform(-above, above))

    def __call__(self, x: Tensor) -> Tensor:
        """Outputs of all networks. Shapes: x (K R, n, d) or (n, d) -> (K R, n, 1)."""
        x = x if x.dim() == 3 else x.expand(len(self.p["W"]), *x.shape)
        h = torch.relu(torch.baddbmm(self.p["b"], x, self.p["W"]))
        return torch.baddbmm(self.p["c"], h, self.p["v"])

    def update(self, rate: float) -> None:
        """One update of Adam; no two networks share a weight, so the sum keeps them apart."""
        self.optimizer.param_groups[0]["lr"] = rate
        self.optimizer.zero_grad()
        (self(self.x) - self.y).square().mean((1, 2)).sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()


class Networks:
    """Five networks of each width learn tanh(1.5 t x) of 20 Gaussian inputs from 100 samples."""

    frame_every = 20

    def __init__(self, settings: Any) -> None:
        self.settings, self.at = settings, 0
        seeds = [settings.seed * RUNS + k for k in range(RUNS)]
        teacher = rng(settings.data_seed, 0)
        t = teacher.standard_normal(D_IN)
        t *= 1.5 / np.linalg.norm(t)
        test = teacher.standard_normal((NEW, D_IN))
        self.test, self.f = (torch.from_numpy(part).float() for part in (test, np.tanh(test @ t)))
        x = np.stack([rng(seed, 1).standard_normal((POINTS, D_IN)) for seed in seeds])
        noise = np.stack([rng(seed, 2).standard_normal(POINTS) for seed in seeds])
        y = np.tanh(x @ t) + settings.noise * noise
        self.groups = []
        for low, most in zip((0, *GROUPS), GROUPS, strict=False):
            mine = [width for width in WIDTHS if low < width <= most]
            data = (torch.from_numpy(part).float() for part in (x, y))
            self.groups.append(Group(mine, most, seeds, *data))

    def step(self) -> None:
        """One update of every network, at a rate that falls as a cosine."""
        rate = ADAM / 2 * (1 + math.cos(math.pi * self.at / EPOCHS))
        self.at += 1
        for group in self.groups:
            group.update(rate)

    @torch.no_grad()
    def errors(self) -> tuple[Tensor, Tensor]:
        """Test and training error of each width and seed. Shapes: -> (K, R), (K, R)."""
        test = [(g(self.test)[..., 0] - self.f).square().mean(1) for g in self.groups]
        train = [(g(g.x) - g.y).square().mean((1, 2)) for g in self.groups]
        return torch.cat(test).view(-1, RUNS), torch.cat(train).view(-1, RUNS)

    def loss(self) -> float:
        """Test error of the widest networks, median over seeds."""
        return float(self.errors()[0][-1].median())

    def weights(self) -> dict[str, Tensor]:
        """Of all networks, by group; narrow ones end with zeros."""
        return {
            f"{most}.{name}": part.detach()
            for most, group in zip(GROUPS, self.groups, strict=True)
            for name, part in group.p.items()
        }

    @property
    def done(self) -> str:
        """One sentence at the end."""
        return f"Stopped after {EPOCHS:,} updates." if self.at >= EPOCHS else ""
