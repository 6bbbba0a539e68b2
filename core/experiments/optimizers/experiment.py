"""Optimizers race from one point over one surface, each as `torch.optim` has it (equation 3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from core.experiments.optimizers.choose import mini_batches, problem_of
from core.experiments.optimizers.settings import SCHEDULES, contenders, sees_batches
from core.experiments.optimizers.sweep import rates_of
from core.muon import Muon
from core.training import Learner
from core.words import counted

ARRIVED = 1e-3  # of the first height above the bottom


def sgd(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """Gradient descent. Equation: (3.2)."""
    return [torch.optim.SGD(parts, lr=1.0)]


def heavy_ball(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """SGD with momentum."""
    return [torch.optim.SGD(parts, lr=1.0, momentum=settings.momentum)]


def looking_ahead(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """Nesterov's momentum, which needs one that is not 0."""
    beta = settings.momentum
    return [torch.optim.SGD(parts, lr=1.0, momentum=beta, nesterov=beta > 0)]


def with_adagrad(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """AdaGrad."""
    return [torch.optim.Adagrad(parts, lr=1.0)]


def with_rmsprop(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """RMSprop."""
    return [torch.optim.RMSprop(parts, lr=1.0)]


def with_adam(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """Adam."""
    return [torch.optim.Adam(parts, lr=1.0)]


def with_adamw(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """AdamW."""
    return [torch.optim.AdamW(parts, lr=1.0, weight_decay=settings.weight_decay)]


def with_muon(parts: list[Tensor], settings: Any) -> list[torch.optim.Optimizer]:
    """Muon for matrices, Adam for vectors."""
    groups = [p for p in parts if p.ndim == 2], [p for p in parts if p.ndim != 2]
    made: list[torch.optim.Optimizer] = [Muon(groups[0], 1.0, 0.0, precision=parts[0].dtype)]
    return made + ([torch.optim.Adam(groups[1], lr=1.0)] if groups[1] else [])


TORCH: dict[str, Callable[..., list[torch.optim.Optimizer]]] = {
    "GD": sgd,
    "SGD": sgd,
    "momentum": heavy_ball,
    "Nesterov": looking_ahead,
    "AdaGrad": with_adagrad,
    "RMSprop": with_rmsprop,
    "Adam": with_adam,
    "AdamW": with_adamw,
    "Muon": with_muon,
}


class Training(Learner):
    """Every optimizer has a row of `theta`; all gradients come from one backward pass."""

    frame_every, called = 1, "step"

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.problem = problem = problem_of(settings)
        self.names = contenders(settings)
        self.theta = problem.start.repeat(len(self.names), 1)  # (K, D)
        self.rates = rates_of(settings)  # (K,)
        shapes = problem.shapes or (problem.start.shape,)
        sizes = [torch.Size(shape).numel() for shape in shapes]
        self.parts = [
            [part.view(shape) for part, shape in zip(row.split(sizes), shapes, strict=True)]
            for row in self.theta
        ]
        self.optimizers = [
            TORCH[name](parts, settings) for name, parts in zip(self.names, self.parts, strict=True)
        ]
        self.batches = mini_batches(settings, problem.examples)
        self.sampled = [k for k, name in enumerate(self.names) if sees_batches(settings, name)]
        self.losses, self.gradients = problem.gradients(self.theta)  # (K,), (K, D)
        self.before, self.used = self.theta.clone(), torch.zeros_like(self.theta)
        self.eta_used = SCHEDULES[settings.schedule](0.0)
        self.goal = problem.floor + ARRIVED * max(float(self.losses[0]) - problem.floor, 0.0)
        self.arrived = [-1] * len(self.names)  # step since which each is at the bottom
        self.gone = [-1] * len(self.names)  # step at which each had diverged
        self._look()

    def _update(self) -> None:
        """One step of everybody who has not diverged."""
        grads = self.gradients.clone()
        if self.sampled:
            rows = next(self.batches).expand(len(self.sampled), -1)
            grads[self.sampled] = self.problem.gradients(self.theta[self.sampled], rows)[1]
        self.before, self.used = self.theta.clone(), grads
        factor = SCHEDULES[self.settings.schedule](self.steps / self.settings.max_steps)
        self.eta_used = factor
        for k, optimizers in enumerate(self.optimizers):
            if self.gone[k] >= 0:
                continue
            sizes = [part.numel() for part in self.parts[k]]
            for part, grad in zip(self.parts[k], grads[k].split(sizes), strict=True):
                part.grad = grad.view(part.shape)
            for optimizer in optimizers:
                optimizer.param_groups[0]["lr"] = float(self.rates[k]) * factor
                optimizer.step()
        self.steps += 1
        self.losses, self.gradients = self.problem.gradients(self.theta)
        self._look()

    def _look(self) -> None:
        """Note who has arrived at the bottom, and who is beyond all bounds."""
        lost = self.problem.lost(self.theta, self.losses)
        for k in range(len(self.names)):
            if self.gone[k] < 0 and lost[k]:
                self.gone[k] = self.steps
            if not float(self.losses[k]) <= self.goal:
                self.arrived[k] = -1
            elif self.arrived[k] < 0:
                self.arrived[k] = self.steps
        if all(step >= 0 for step in self.gone):
            self.done = (
                f"All have diverged after {counted(self.steps, 'step')}, "
                f"{', '.join(self.names)}: lower the "
                "learning rate."
            )

    def change(self, name: str, value: str) -> None:
        """Nothing changes during a race; `Optimizers` says so."""

    def loss(self) -> float:
        """Of the first optimizer in the race."""
        return float(self.losses[0])
