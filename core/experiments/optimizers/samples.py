"""Problems that are a mean over examples, so that a mini-batch is a real sample of them.

Rows (K, b) choose the examples of each point's batch; None stands for all.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.optimizers.problem import Problem, lowest, numbers

EXAMPLES = 64
STEEPEST = 20.0  # L, the largest curvature of the quadratics: so 2/L = 0.1
SCATTER = 0.6  # deviation of the targets from the line
SIDE = 6  # of the matrix
WAVE, WIDE = 5.0, 1.6  # cos(5 t + phi), phi with this deviation


def white(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Columns with mean square 1 that are orthogonal to each other, (n, d)."""
    return np.linalg.qr(rng.standard_normal((n, d)))[0] * math.sqrt(n)


def quadratic(settings: Any) -> Problem:
    """Least squares: f(w) = mean of (x_i . w - y_i)^2 / 2 over 64 examples.

    Its Hessian mean x x^T has the eigenvalues L = 20 and L / kappa, along axes that are turned by
    the angle; the scatter of y is orthogonal to x, so that (1, 0.5) is the lowest point.
    """
    rng = np.random.default_rng(settings.data_seed)
    made = white(rng, EXAMPLES, 3)
    turn = math.radians(settings.angle)
    R = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    spread = np.sqrt([STEEPEST, STEEPEST / settings.condition])
    X = torch.from_numpy(made[:, :2] * spread @ R.T)  # (n, 2)
    bottom = numbers(1.0, 0.5)
    y = X @ bottom + SCATTER * torch.from_numpy(made[:, 2])  # (n,)

    def losses(theta: Tensor, rows: Tensor | None) -> Tensor:
        if rows is None:
            return ((theta @ X.T - y) ** 2).mean(1) / 2
        return (((X[rows] * theta[:, None]).sum(-1) - y[rows]) ** 2).mean(1) / 2

    start = bottom + torch.from_numpy(R) @ numbers(-1.0, 2.4)
    window = ((-2.6, 3.2), (-1.6, 3.4))
    return Problem(losses, start, SCATTER**2 / 2, window, ("w<sub>1</sub>", "w<sub>2</sub>"),
                   bottom, EXAMPLES)  # fmt: skip


def phases(seed: int, n: int = EXAMPLES) -> Tensor:
    """phi_i of each example, (n,)."""
    return torch.from_numpy(np.random.default_rng(seed).normal(0, WIDE, n))


def valley(t: Tensor, phi: Tensor) -> Tensor:
    """0.3 t^2 + mean of cos(5 t + phi_i): one bowl with ripples, other ones for each batch.

    Shapes: t (K,), phi (K, b) or (1, n) -> (K,)
    """
    return 0.3 * t**2 + torch.cos(WAVE * t[:, None] + phi).mean(1)


def valleys(settings: Any) -> Problem:
    """Many valleys along w1, a plain bowl along w2: f(w) = valley(w1) + w2^2 / 2."""
    phi = phases(settings.data_seed)

    def losses(theta: Tensor, rows: Tensor | None) -> Tensor:
        t, across = theta.unbind(1)
        return valley(t, phi[None] if rows is None else phi[rows]) + across**2 / 2

    window = ((-6.0, 6.0), (-3.0, 3.0))
    bottom = lowest(losses, window)
    floor = float(losses(bottom[None], None)[0])
    return Problem(losses, numbers(4.6, 2.0), floor, window, ("w<sub>1</sub>", "w<sub>2</sub>"),
                   bottom, EXAMPLES)  # fmt: skip


def matrices(settings: Any) -> Problem:
    """A matrix W of 6 x 6 that is to satisfy W X = Y: f(W) = mean of |W x_i - y_i|^2 / 2.

    The Hessian has the eigenvalues of mean x x^T, from L = 20 down to L / kappa in equal ratios.
    The plane through the solution holds the error along its steepest and its flattest direction.
    """
    rng = np.random.default_rng(settings.data_seed)
    turn = np.linalg.qr(rng.standard_normal((SIDE, SIDE)))[0]
    spread = np.sqrt(STEEPEST * settings.condition ** -np.linspace(0, 1, SIDE))
    X = torch.from_numpy(white(rng, EXAMPLES, SIDE) * spread @ turn.T)  # (n, 6)
    solution = torch.from_numpy(rng.standard_normal((SIDE, SIDE)))
    Y = X @ solution.T  # (n, 6)

    def losses(theta: Tensor, rows: Tensor | None) -> Tensor:
        W = theta.view(-1, SIDE, SIDE)
        x, y = (X, Y) if rows is None else (X[rows], Y[rows])
        return ((x @ W.mT - y) ** 2).sum(-1).mean(1) / 2

    directions = torch.from_numpy(turn[:, [0, -1]])  # (6, 2)
    errors = [-(solution @ e)[:, None] * e[None] for e in directions.T]  # of W = 0, (6, 6) each
    axes = torch.stack([error.flatten() / error.norm() for error in errors])
    reach = [float(error.norm()) for error in errors]
    window = tuple((-0.6 * r, 1.25 * r) for r in reach)
    return Problem(
        losses, torch.zeros(SIDE * SIDE, dtype=axes.dtype), 0.0, (window[0], window[1]),
        ("error along the steepest direction", "along the flattest"), solution.flatten(), EXAMPLES,
        ((SIDE, SIDE),), axes, solution.flatten(),
    )  # fmt: skip
