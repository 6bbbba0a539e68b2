"""The updates as equations, for many runs at once: one function an optimizer.

Each takes theta and the gradient g (R, D), a dict of what it remembers, the learning rates eta
(R, 1), the step t from 1, and the settings; it returns the new theta. The race itself is run by
`torch.optim`, with the same numbers (a test says so).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from core.muon import orthogonalize

Memory = dict[str, Tensor]
BETA1, BETA2, ALPHA = 0.9, 0.999, 0.99  # torch's defaults
EPSILON, EPSILON_ADAGRAD = 1e-8, 1e-10
MUON = 0.95


def remember(memory: Memory, name: str, like: Tensor) -> Tensor:
    """What is remembered under this name: zeros at first."""
    return memory.setdefault(name, torch.zeros_like(like))


def gd(theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, settings: Any) -> Tensor:
    """Gradient descent; SGD is the same with the gradient of a mini-batch. Equation: (3.2)."""
    return theta - eta * g


def momentum(
    theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, settings: Any
) -> Tensor:
    """Heavy ball: past gradients push on. Source: Polyak (1964)."""
    v = remember(memory, "v", g).mul_(settings.momentum).add_(g)
    return theta - eta * v


def nesterov(
    theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, settings: Any
) -> Tensor:
    """Momentum that looks ahead. Source: Nesterov (1983), as torch writes it."""
    v = remember(memory, "v", g).mul_(settings.momentum).add_(g)
    return theta - eta * (g + settings.momentum * v)


def adagrad(theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, settings: Any) -> Tensor:
    """Steps shrink where gradients have been. Source: Duchi, Hazan, Singer (2011)."""
    G = remember(memory, "G", g).add_(g**2)
    return theta - eta * g / (G.sqrt() + EPSILON_ADAGRAD)


def rmsprop(theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, settings: Any) -> Tensor:
    """AdaGrad that forgets. Source: Tieleman and Hinton (2012)."""
    v = remember(memory, "v", g).mul_(ALPHA).add_((1 - ALPHA) * g**2)
    return theta - eta * g / (v.sqrt() + EPSILON)


def adam(theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, settings: Any) -> Tensor:
    """Both memories, free of their start at zero. Source: Kingma and Ba (2015)."""
    m = remember(memory, "m", g).mul_(BETA1).add_((1 - BETA1) * g)
    v = remember(memory, "v", g).mul_(BETA2).add_((1 - BETA2) * g**2)
    m_hat, v_hat = m / (1 - BETA1**t), v / (1 - BETA2**t)
    return theta - eta * m_hat / (v_hat.sqrt() + EPSILON)


def adamw(theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, settings: Any) -> Tensor:
    """Adam that also pulls theta itself to 0. Source: Loshchilov and Hutter (2019)."""
    theta = theta * (1 - eta * settings.weight_decay)
    return adam(theta, g, memory, eta, t, settings)


RULES: dict[str, Callable[..., Tensor]] = {
    "GD": gd,
    "SGD": gd,
    "momentum": momentum,
    "Nesterov": nesterov,
    "AdaGrad": adagrad,
    "RMSprop": rmsprop,
    "Adam": adam,
    "AdamW": adamw,
}


def muon(
    theta: Tensor, g: Tensor, memory: Memory, eta: Tensor, t: int, shapes: Any, settings: Any
) -> Tensor:
    """Each matrix by its orthogonalized momentum, vectors by AdamW without decay.

    Source: Jordan et al. (2024); the factor 0.2 makes its steps as large as AdamW's.
    """
    M = remember(memory, "M", g).mul_(MUON).add_((1 - MUON) * g)
    ahead = torch.lerp(g, M, MUON)
    moved = adam(theta, g, memory, eta, t, settings)
    first = 0
    for shape in shapes:
        last = first + torch.Size(shape).numel()
        if len(shape) == 2:
            ortho = orthogonalize(ahead[:, first:last].view(-1, *shape), ahead.dtype).flatten(1)
            step = 0.2 * max(shape) ** 0.5 * ortho
            moved[:, first:last] = theta[:, first:last] - eta * step
        first = last
    return moved


def limits(L: float, beta: float) -> dict[str, float]:
    """Learning rates past which a step overshoots for ever, along a curvature L of a quadratic.

    Of GD 2/L; with momentum 2 (1 + beta)/L; Nesterov's, as torch has it, 2 (1 + beta)/(1 + 2 beta)
    of 1/L: the roots of their two-step recurrences leave the unit circle there.
    """
    return {
        "GD": 2 / L,
        "momentum": 2 * (1 + beta) / L,
        "Nesterov": 2 * (1 + beta) / ((1 + 2 * beta) * L),
    }
