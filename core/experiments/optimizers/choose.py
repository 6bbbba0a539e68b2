"""The problem of some settings, and the mini-batches of a race."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from core.experiments.optimizers.networks import two_weights, whole_network
from core.experiments.optimizers.problem import NUMBERS, Problem
from core.experiments.optimizers.samples import matrices, quadratic, valleys
from core.experiments.optimizers.surfaces import classic, own

PROBLEMS: dict[str, Callable[[Any], Problem]] = {
    "quadratic": quadratic,
    "Rosenbrock": classic,
    "Beale": classic,
    "Himmelblau": classic,
    "saddle": classic,
    "plateau": classic,
    "many valleys": valleys,
    "formula": own,
    "network: two weights": two_weights,
    "network: all weights": whole_network,
    "matrix W X = Y": matrices,
}


def problem_of(settings: Any) -> Problem:
    """What is minimized, from where: the surface's own start, or that of the settings."""
    made = PROBLEMS[settings.surface](settings)
    if not settings.start:
        return made
    place = torch.tensor(settings.start, dtype=NUMBERS)  # (1, 2)
    return replace(made, start=made.lift(place)[0])


def mini_batches(settings: Any, examples: int) -> Iterator[Tensor]:
    """Examples of each step, (b,), without repetition; the same for all who see them."""
    generator = torch.Generator().manual_seed(settings.seed)
    while True:
        yield torch.randperm(examples, generator=generator)[: settings.batch_size]
