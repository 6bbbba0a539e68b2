"""The same race at many learning rates at once: who ends how high above the bottom."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from core.experiments.optimizers.choose import mini_batches, problem_of
from core.experiments.optimizers.problem import NUMBERS, Problem
from core.experiments.optimizers.rules import RULES, Memory, muon
from core.experiments.optimizers.settings import NETWORKS, SCHEDULES, contenders, sees_batches

GRID = torch.logspace(-3.5, 1, 28, dtype=NUMBERS)  # rates, each 1.47 times the one before
COARSE = GRID[1::2]  # for networks, which take longer


class Swept(NamedTuple):
    """Height above the floor at the end, (K, R), inf where it diverged; best rates, (K,)."""

    heights: Tensor
    best: Tensor


def tried(settings: Any) -> Tensor:
    """The learning rates of the sweep, (R,)."""
    return COARSE if settings.surface in NETWORKS else GRID


def rates_of(settings: Any) -> Tensor:
    """The learning rate of each contender, (K,)."""
    if settings.tuned:
        return sweep_of(settings).best
    return torch.full((len(contenders(settings)),), settings.learning_rate, dtype=NUMBERS)


def sweep_of(settings: Any) -> Swept:
    """The sweep of these settings, kept for the next time; the rate itself plays no part."""
    others = ("learning_rate", "tuned", "numbers")
    return _sweep(tuple(pair for pair in vars(settings).items() if pair[0] not in others))


@lru_cache(32)
def _sweep(known: tuple[tuple[str, Any], ...]) -> Swept:
    settings = SimpleNamespace(**dict(known))
    problem, names = problem_of(settings), contenders(settings)
    runs = Runs(problem, names, settings)
    for _ in range(settings.max_steps):
        runs.step()
    heights = runs.heights().view(len(names), -1)
    return Swept(heights, tried(settings)[heights.argmin(1)])


class Runs:
    """Each contender at each rate: rows of theta (K * R, D), moved by the equations."""

    def __init__(
        self, problem: Problem, names: tuple[str, ...], settings: Any, rates: Tensor | None = None
    ) -> None:
        """`rates` are (K, R): by default those that are tried, the same for all."""
        self.problem, self.names, self.settings = problem, names, settings
        self.tried = tried(settings)
        self.rates = self.tried.expand(len(names), -1) if rates is None else rates
        self.theta = problem.start.repeat(self.rates.numel(), 1)
        self.memories: list[Memory] = [{} for _ in names]
        self.batches = mini_batches(settings, problem.examples)
        seen = torch.tensor([sees_batches(settings, name) for name in names])
        self.sampled = seen.repeat_interleave(self.rates.shape[1]).nonzero().flatten()
        self.steps = 0
        self.gone = torch.zeros(len(self.theta), dtype=torch.bool)  # who has diverged, ever

    def heights(self) -> Tensor:
        """Loss above the floor, (K * R,); inf for who has diverged."""
        with torch.no_grad():
            losses = self.problem.losses(self.theta, None)
        gone = self.gone | self.problem.lost(self.theta, losses)
        return (losses - self.problem.floor).masked_fill(gone, torch.inf)

    def step(self) -> None:
        """One update of all."""
        losses, g = self.problem.gradients(self.theta)
        self.gone |= self.problem.lost(self.theta, losses)
        if len(self.sampled):
            rows = next(self.batches).expand(len(self.sampled), -1)
            g[self.sampled] = self.problem.gradients(self.theta[self.sampled], rows)[1]
        factor = SCHEDULES[self.settings.schedule](self.steps / self.settings.max_steps)
        self.steps += 1
        moved, size = [], self.rates.shape[1]
        for name, theta, grads, memory, rate in zip(
            self.names, self.theta.split(size), g.split(size), self.memories, self.rates,
            strict=True,
        ):  # fmt: skip
            known = (theta, grads, memory, rate[:, None] * factor, self.steps)
            moved.append(
                muon(*known, self.problem.shapes, self.settings)
                if name == "Muon"
                else RULES[name](*known, self.settings)
            )
        self.theta = torch.cat(moved)


def first_steps(
    problem: Problem, names: tuple[str, ...], settings: Any, rates: Tensor, steps: int
) -> Tensor:
    """Where a race would go: places in the plane, NaN of who has diverged.

    Shapes: rates (K,) -> (steps + 1, K, 2)
    """
    run = Runs(problem, names, settings, rates[:, None])
    places = [problem.place(run.theta)]
    for _ in range(min(steps, settings.max_steps)):
        run.step()
        places.append(problem.place(run.theta).masked_fill(run.gone[:, None], torch.nan))
    places += [places[-1]] * (steps + 1 - len(places))
    return torch.stack(places)
