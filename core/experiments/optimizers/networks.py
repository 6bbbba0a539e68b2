"""The loss of a small network, 2 - 6 - 1 with tanh, seen in a plane of its 25 parameters."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.datasets.points import moons
from core.experiments.optimizers.problem import NUMBERS, Losses, Problem, Span, lowest

HIDDEN = 6
SHAPES = ((2, HIDDEN), (HIDDEN,), (HIDDEN, 1), (1,))  # W1, b1, W2, b2
SIZES = tuple(math.prod(shape) for shape in SHAPES)
WEIGHTS = sum(SIZES)  # 25
POINTS, NOISE = 64, 0.3
REFERENCE, RATE = 200, 0.06  # updates of Adam that decide the plane, and their rate


def name_of(weight: int) -> str:
    """What a weight (from 1) is called: W1 from input to hidden, W2 from hidden to output."""
    i = weight - 1
    if i < SIZES[0]:
        return f"W<sub>1</sub>[{i // HIDDEN + 1}, {i % HIDDEN + 1}]"
    i -= SIZES[0]
    names = ("b<sub>1</sub>", "W<sub>2</sub>", "b<sub>2</sub>")
    for name, size in zip(names, SIZES[1:], strict=True):
        if i < size:
            return f"{name}[{i + 1}]"
        i -= size
    raise ValueError(f"weight = {weight} does not exist: 1 to {WEIGHTS}")


@cache
def network_losses(data_seed: int) -> Losses:
    """Cross-entropy of K networks on two moons of 64 points."""
    X, y = (torch.from_numpy(part).to(NUMBERS) for part in moons(POINTS, NOISE, data_seed))
    X = X / 3

    def losses(theta: Tensor, rows: Tensor | None) -> Tensor:
        K = len(theta)
        W1, b1, W2, b2 = (
            part.view(K, *shape) for part, shape in zip(theta.split(SIZES, 1), SHAPES, strict=True)
        )
        x, t = (X.expand(K, -1, -1), y.expand(K, -1)) if rows is None else (X[rows], y[rows])
        h = torch.tanh(torch.baddbmm(b1[:, None], x, W1))  # (K, n, 6)
        z = torch.baddbmm(b2[:, None], h, W2).squeeze(-1)  # (K, n)
        return F.softplus(-t * z).mean(1)

    return losses


def first_network(seed: int) -> Tensor:
    """Xavier's first weights, biases 0, (25,)."""
    rng = np.random.default_rng(seed)
    parts = [
        rng.normal(0, math.sqrt(2 / sum(shape)), size) if len(shape) > 1 else np.zeros(size)
        for shape, size in zip(SHAPES, SIZES, strict=True)
    ]
    return torch.from_numpy(np.concatenate(parts))


@cache
def reference(seed: int, data_seed: int) -> Tensor:
    """The path of Adam on all examples: parameters after each update, (201, 25)."""
    losses = network_losses(data_seed)
    theta = first_network(seed).clone().requires_grad_()
    adam = torch.optim.Adam([theta], lr=RATE)
    path = [theta.detach().clone()]
    for _ in range(REFERENCE):
        adam.zero_grad()
        losses(theta[None], None).sum().backward()
        adam.step()
        path.append(theta.detach().clone())
    return torch.stack(path)


def two_weights(settings: Any) -> Problem:
    """Two weights of the trained network move, the other 23 stay as training left them."""
    path = reference(settings.network_seed, settings.data_seed)
    trained, chosen = path[-1], [settings.first - 1, settings.second - 1]
    whole = network_losses(settings.data_seed)

    def losses(theta: Tensor, rows: Tensor | None) -> Tensor:
        every = trained.expand(len(theta), -1).index_copy(1, torch.tensor(chosen), theta)
        return whole(every, rows)

    window = (around(path[:, chosen[0]], 3.0), around(path[:, chosen[1]], 3.0))
    bottom = lowest(losses, window)
    floor = float(losses(bottom[None], None)[0])
    start = torch.tensor([0.85 * low + 0.15 * high for low, high in window], dtype=NUMBERS)
    names = (name_of(settings.first), name_of(settings.second))
    return Problem(losses, start, floor, window, names, bottom, POINTS)


def around(places: Tensor, room: float) -> Span:
    """An interval around all that a coordinate was, at least `room` on either side of its end."""
    low, high, end = float(places.min()), float(places.max()), float(places[-1])
    return round(min(low - 0.5, end - room), 2), round(max(high + 0.5, end + room), 2)


def whole_network(settings: Any) -> Problem:
    """All 25 parameters move; the plane goes through the end of Adam's path.

    PCA: along the two directions in which that path extends most; random: any two, by the seed.
    Source: Li et al. (2018), arXiv 1712.09913, section 7.
    """
    path = reference(settings.network_seed, settings.data_seed)
    if settings.plane == "PCA":
        axes = torch.linalg.svd(path[:-1] - path[-1], full_matrices=False)[2][:2]
        names = ("first principal direction", "second")
    else:
        rng = np.random.default_rng([settings.network_seed, 1])
        axes = torch.linalg.qr(torch.from_numpy(rng.standard_normal((WEIGHTS, 2))))[0].T
        names = ("first random direction", "second")
    places = (path - path[-1]) @ axes.T
    window = (around(places[:, 0], 2.0), around(places[:, 1], 2.0))
    return Problem(network_losses(settings.data_seed), path[0], 0.0, window, names, path[-1],
                   POINTS, SHAPES, axes, path[-1])  # fmt: skip
