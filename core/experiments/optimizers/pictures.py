"""What the optimizers page shows of a race: trails, heights, who leads, the update in numbers."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.experiment import Experiment
from core.experiments.optimizers.choose import problem_of
from core.experiments.optimizers.experiment import Training
from core.experiments.optimizers.notes import look
from core.experiments.optimizers.problem import NUMBERS, Problem
from core.experiments.optimizers.rules import BETA1, BETA2
from core.experiments.optimizers.settings import NETWORK, OptimizersSettings, contenders, sampled
from core.experiments.optimizers.sweep import Runs, first_steps, rates_of
from core.film import to_bytes
from core.settings import SettingError
from core.settings.lists import read_place

SIDE = 81  # cells of the picture of the surface, each way
DECADES = 4.0  # of height that its colors tell apart
GOING, BOTTOM, DIVERGED = 0, 1, 2
FLOOR = 1e-8  # of the first height: what charts of heights show
AHEAD = 50  # steps that are looked ahead while something is dragged: no more in 1/30 s
COLUMNS = 10  # of an update: before, g, two memories, after; two numbers each


@lru_cache(32)
def ground_of(settings: Any) -> tuple[Problem, NDArray[np.uint8], tuple[float, float]]:
    """Problem, picture of its heights in the plane as bytes (H, W), and log10 at both ends."""
    problem = problem_of(settings)
    lines = [np.linspace(*edge, SIDE) for edge in problem.window]
    places = torch.from_numpy(np.stack(np.meshgrid(*lines), -1).reshape(-1, 2))
    with torch.no_grad():
        heights = (problem.losses(problem.lift(places), None) - problem.floor).numpy()
    with np.errstate(all="ignore"):
        logs = np.log10(heights).reshape(SIDE, SIDE)
    finite = logs[np.isfinite(logs)]
    high = float(finite.max()) if finite.size else 0.0
    low = max(high - DECADES, float(np.percentile(finite, 0.2)) if finite.size else -1.0)
    return problem, to_bytes(np.nan_to_num(logs, nan=high), low, high), (low, high)


def ground(settings: Any) -> tuple[Problem, NDArray[np.uint8], tuple[float, float]]:
    """See `ground_of`; learning rates and the like play no part in it."""
    base = type(settings).defaults()
    keep = ("surface", "condition", "formula", "first", "second", "plane", "angle", "data_seed",
            "network_seed", "start")  # fmt: skip
    return ground_of(base.replace(**{name: getattr(settings, name) for name in keep}))


def first_height(settings: Any) -> float:
    """Of the start above the floor."""
    problem = ground(settings)[0]
    found = float(problem.losses(problem.start[None], None)[0]) - problem.floor
    return found if np.isfinite(found) and found > 0 else 1.0


def lowest(settings: Any) -> float:
    """Where charts of heights end below."""
    return (1e-3 if settings.surface == NETWORK else FLOOR) * first_height(settings)


@lru_cache(32)
def steepest(problem: Problem) -> float:
    """L, the largest curvature at the bottom."""
    return problem.curvature(problem.bottom)


class Pictures:
    """What all frames of a race share, and the frames."""

    def __init__(self, run: Training) -> None:
        self.settings = settings = run.settings
        problem, self.surface, _ = ground(settings)
        L = steepest(problem)
        self.limit = 2 / L if L > 0 else np.nan
        self.clouded = sampled(settings)
        self.runs = Runs(problem, contenders(settings), settings)  # the race at many rates
        still = problem.place(problem.start[None]).repeat(AHEAD + 1, len(self.runs.names))
        self.ahead = still.numpy().astype(np.float32)

    def look_ahead(self, name: str, value: str) -> None:
        """What is dragged, the start or the rate: where all would go from there, or at it."""
        x, y = read_place(name, value)
        problem, rates = self.runs.problem, rates_of(self.settings)
        if name == "start":
            place = torch.tensor([[x, y]], dtype=NUMBERS)
            problem = replace(problem, start=problem.lift(place)[0])
        else:
            rates = torch.full_like(rates, x)
        found = first_steps(problem, self.runs.names, self.settings, rates, AHEAD)
        self.ahead = found.flatten(1).numpy().astype(np.float32)

    def take(self, run: Training) -> dict[str, Any]:
        """One frame."""
        problem = run.problem
        gone = np.array(run.gone) >= 0
        heights = (run.losses - problem.floor).numpy().clip(0)
        state = np.where(gone, DIVERGED, np.where(np.array(run.arrived) >= 0, BOTTOM, GOING))
        racing = np.where(gone, np.inf, np.nan_to_num(heights, nan=np.inf))
        with np.errstate(over="ignore", invalid="ignore"):
            frame = {
                "w": problem.place(run.theta).numpy().astype(np.float32).ravel(),
                "heights": heights.astype(np.float32),
                "state": state.astype(np.uint8),
                "since": np.where(gone, run.gone, run.arrived).astype(np.float32),
                "lead": int(racing.argmin()),
                "best": racing.min(),
                "at_bottom": int((state == BOTTOM).sum()),
                "diverged": int(gone.sum()),
                "start": problem.place(problem.start[None])[0].numpy().astype(np.float32),
                "surface": self.surface,
                "limit": self.limit,
                "rate": np.array([run.settings.learning_rate, 1.0], np.float32),
                "update": self._update(run),
                "eta": (run.rates * run.eta_used).numpy().astype(np.float32),
                "told": np.array([int(racing.argmin()) if run.steps else -1, run.steps > 0],
                                 np.int32),
                "ahead": self.ahead,
            }  # fmt: skip
            if problem.axes is not None:
                frame["away"] = problem.away(run.theta).numpy().astype(np.float32)
        return frame | self._swept(run) | (self._cloud(run) if self.clouded else {})

    def _swept(self, run: Training) -> dict[str, Any]:
        """Height of each at each rate after as many steps, NaN where it has diverged."""
        while self.runs.steps < run.steps:
            self.runs.step()
        heights = self.runs.heights().view(len(run.names), -1)  # (K, R)
        low = lowest(run.settings)  # points below would leave the chart
        kept = heights.clamp(low, 1e30).where(heights.isfinite(), torch.nan)
        seen = kept.numpy().astype(np.float32)
        rows = range(len(run.names))
        chosen = [int((self.runs.tried - rate).abs().argmin()) for rate in run.rates]
        return {"swept": seen.T.copy(), "swept_own": seen[rows, chosen][None]}

    def _update(self, run: Training) -> NDArray[np.float32]:
        """Of each optimizer the first two numbers of its last update, (K, 10)."""
        rows = [
            torch.cat((before[:2], g[:2], *_memories(run, k), after[:2]))
            for k, (before, g, after) in enumerate(
                zip(run.before, run.used, run.theta, strict=True)
            )
        ]
        return torch.stack(rows).numpy().astype(np.float32)

    def _cloud(self, run: Training) -> dict[str, Any]:
        """Gradients of each example where the one who sees batches stands, their mean, a batch's.

        Shapes: cloud (n, 2), cloud_mean (1, 2), cloud_batch (1, 2), in the directions of the plane
        """
        problem, k = run.problem, (run.sampled or [0])[0]
        n = problem.examples
        rows = torch.arange(n)[:, None]
        each = problem.gradients(run.before[k].expand(n, -1), rows)[1]  # (n, D)
        axes = problem.axes if problem.axes is not None else torch.eye(2, dtype=each.dtype)
        cloud = each @ axes.T
        batch = run.used[k][None] @ axes.T if run.steps and run.sampled else cloud.mean(0)[None]
        known = {"cloud": cloud, "cloud_mean": cloud.mean(0)[None], "cloud_batch": batch}
        return {name: value.numpy().astype(np.float32) for name, value in known.items()}


def _memories(run: Training, k: int) -> tuple[Tensor, Tensor]:
    """What optimizer k remembers, as it enters its update: two numbers of each of two memories."""
    none = torch.zeros(2, dtype=run.theta.dtype)
    part, name = run.parts[k][0], run.names[k]
    state = run.optimizers[k][0].state.get(part, {})
    if name == "Muon":  # its direction, from the step that it took
        rate = float(run.rates[k]) * run.eta_used
        return (run.before[k] - run.theta[k])[:2] / (rate or 1.0), none
    if name in ("Adam", "AdamW") and state:
        t = float(state["step"])
        m_hat = state["exp_avg"].flatten()[:2] / (1 - BETA1**t)
        return m_hat, state["exp_avg_sq"].flatten()[:2] / (1 - BETA2**t)
    for key in ("momentum_buffer", "sum", "square_avg"):
        if state.get(key) is not None:
            return state[key].flatten()[:2], none
    return none, none


class Optimizers(Training, Experiment):
    """Race of K optimizers; what a snapshot holds (n examples):

    w              float32 (2 K,): places in the plane, x and y of each in turn
    heights        float32 (K,): loss above the lowest known one
    state          uint8 (K,): 0 on its way, 1 at the bottom, 2 diverged
    since          float32 (K,): step since which it is, or at which it had diverged; -1
    lead, best     index and height of the lowest
    told           int32 (2,): whose update is worked out, the lead's, -1 before the first step;
                   whether there has been one
    ahead          float32 (61, 2 K): the first steps from the start that is dragged, or at the rate
                   that is; else all at the start
    at_bottom, diverged  how many
    start          float32 (2,), surface uint8 (81, 81): log height, as a picture
    update         float32 (K, 10): before, g, memory, second memory, after; two numbers each
    eta            float32 (K,): learning rate of the last step
    swept          float32 (R, K): height of each at each of R rates, NaN where it has diverged;
                   swept_own (1, K): at the rate of the sweep that is nearest to its own
    away           float32 (K,): distance from the plane, where there are more than two numbers
    cloud          float32 (n, 2), cloud_mean, cloud_batch (1, 2): gradients of the examples
    loss           of the first optimizer
    """  # noqa: D415

    Settings = OptimizersSettings
    notes = look
    pictures = cached_property(Pictures)

    def snapshot(self) -> dict[str, Any]:
        """The present state, see the class."""
        return {"loss": self.loss(), **self.pictures.take(self)}

    def change(self, name: str, value: str) -> None:
        """What is dragged begins a new race at release; before, one sees its first steps.

        Errors: `SettingError`.
        """
        if name not in ("start", "learning_rate"):
            raise SettingError("change", name, "start or learning_rate, each by a drag")
        self.pictures.look_ahead(name, value)

    def weights(self) -> dict[str, Tensor]:
        """Name of the optimizer -> its parameters (D,)."""
        return dict(zip(self.names, self.theta, strict=True))
