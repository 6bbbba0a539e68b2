"""A problem: a loss of some parameters, and the plane in which it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Losses = Callable[[Tensor, Tensor | None], Tensor]
Span = tuple[float, float]
NUMBERS = torch.float64
FAR = 1e6  # times the first distance from the bottom: who is farther has diverged


def numbers(*values: float) -> Tensor:
    """A vector of double precision."""
    return torch.tensor(values, dtype=NUMBERS)


@dataclass(frozen=True, eq=False)
class Problem:
    """What is minimized. Shapes: K points of D parameters, n examples, batches of b of them.

    Args:
        losses: theta (K, D), rows (K, b) or None for all examples -> loss of each point (K,).
        start: Where all optimizers begin, (D,).
        floor: The lowest loss that is known; 0 where none is.
        window: What is shown of the plane, (left, right) and (low, high).
        names: Of the two axes.
        bottom: A point with the loss `floor`, (D,), or the end of a reference run.
        examples: n; 0 if the loss is no mean over examples, so that there is nothing to sample.
        shapes: Of the matrices and vectors that theta holds one after the other; empty: one vector.
        axes: Two orthonormal directions, (2, D); the plane is origin + a axes[0] + b axes[1].
        origin: (D,).
    """

    losses: Losses
    start: Tensor
    floor: float
    window: tuple[Span, Span]
    names: tuple[str, str]
    bottom: Tensor
    examples: int = 0
    shapes: tuple[tuple[int, ...], ...] = ()
    axes: Tensor | None = None
    origin: Tensor | None = None

    def gradients(self, theta: Tensor, rows: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Losses (K,) and gradients (K, D), all from one pass: rows do not touch each other."""
        theta = theta.detach().requires_grad_()
        losses = self.losses(theta, rows)
        (grads,) = torch.autograd.grad(losses.sum(), theta)
        return losses.detach(), grads

    def lost(self, theta: Tensor, losses: Tensor) -> Tensor:
        """Who has diverged: is beyond all bounds, or has no loss any more. Shapes: -> (K,)."""
        span = FAR * max(1.0, float((self.start - self.bottom).norm()))
        return ~((theta - self.bottom).norm(dim=1) < span) | ~losses.isfinite()

    def place(self, theta: Tensor) -> Tensor:
        """Coordinates in the plane. Shapes: (K, D) -> (K, 2)."""
        if self.axes is None or self.origin is None:
            return theta
        return (theta - self.origin) @ self.axes.T

    def lift(self, places: Tensor) -> Tensor:
        """The parameters of points in the plane. Shapes: (K, 2) -> (K, D)."""
        if self.axes is None or self.origin is None:
            return places
        return self.origin + places @ self.axes

    def away(self, theta: Tensor) -> Tensor:
        """Distance from the plane. Shapes: (K, D) -> (K,)."""
        return (theta - self.lift(self.place(theta))).norm(dim=1)

    def curvature(self, theta: Tensor) -> float:
        """L, the largest eigenvalue of the Hessian at one point (D,); nan where it has none."""
        hessian = torch.autograd.functional.hessian(
            lambda point: self.losses(point[None], None)[0], theta.detach()
        )
        if not hessian.isfinite().all():
            return torch.nan
        return float(torch.linalg.eigvalsh(hessian)[-1])


def lowest(losses: Losses, window: tuple[Span, Span], rounds: int = 12, side: int = 41) -> Tensor:
    """The lowest point of a plane: on a grid, then on ever smaller grids around the best so far.

    Shapes: -> (2,)
    """
    centers = [(low + high) / 2 for low, high in window]
    reach = [(high - low) / 2 for low, high in window]
    for _ in range(rounds):
        lines = [torch.linspace(c - r, c + r, side, dtype=NUMBERS).clamp(*edge)
                 for c, r, edge in zip(centers, reach, window, strict=True)]  # fmt: skip
        points = torch.cartesian_prod(*lines)
        with torch.no_grad():
            heights = losses(points, None).nan_to_num(torch.inf)
        best = points[int(heights.argmin())]
        centers, reach = best.tolist(), [r / 8 for r in reach]
    return best
