"""Surfaces over two numbers without any data: classics of optimization, and a formula of one's own.

All take points (K, 2) and return heights (K,).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from core.datasets.differentiable import differentiable
from core.datasets.formula import parse
from core.experiments.optimizers.problem import Losses, Problem, Span, lowest, numbers

W1, W2 = "w<sub>1</sub>", "w<sub>2</sub>"
OWN, START = ((-3.0, 3.0), (-3.0, 3.0)), (2.0, 2.0)  # window of a formula, and where it begins


def rosenbrock(w: Tensor) -> Tensor:
    """(1 - w1)^2 + 100 (w2 - w1^2)^2: a bent valley with a nearly flat floor.

    Source: Rosenbrock (1960).
    """
    x, y = w.unbind(-1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def beale(w: Tensor) -> Tensor:
    """Plateaus between steep walls, lowest at (3, 0.5). Source: Beale (1958)."""
    x, y = w.unbind(-1)
    return (
        (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2
    )  # fmt: skip


def himmelblau(w: Tensor) -> Tensor:
    """Four valleys, equally deep. Source: Himmelblau (1972)."""
    x, y = w.unbind(-1)
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def saddle(w: Tensor) -> Tensor:
    """w1^2 - w2^2 + w2^4 / 2: level at (0, 0), where it falls to both sides, to -1/2."""
    x, y = w.unbind(-1)
    return x**2 - y**2 + y**4 / 2


def plateau(w: Tensor) -> Tensor:
    """1 - exp(-|w|^2 / 2): a pit in a plain whose slope dies off."""
    return 1 - torch.exp(-(w**2).sum(-1) / 2)


class Classic(NamedTuple):
    """A surface, where to start, what is shown, and where it is lowest."""

    height: Callable[[Tensor], Tensor]
    start: tuple[float, float]
    window: tuple[Span, Span]
    bottom: tuple[float, float]


CLASSICS: dict[str, Classic] = {
    "Rosenbrock": Classic(rosenbrock, (-1.2, 1.0), ((-2, 2), (-1, 3)), (1, 1)),
    "Beale": Classic(beale, (1.0, 1.5), ((-1, 4.5), (-2, 2)), (3, 0.5)),
    "Himmelblau": Classic(himmelblau, (-0.5, -0.5), ((-5, 5), (-5, 5)), (3, 2)),
    "saddle": Classic(saddle, (1.5, 0.001), ((-2, 2), (-2, 2)), (0, 1)),
    "plateau": Classic(plateau, (2.4, 1.8), ((-3.5, 3.5), (-3, 3)), (0, 0)),
}


def classic(settings: Any) -> Problem:
    """One of the classics, as a problem without examples."""
    made = CLASSICS[settings.surface]
    bottom = numbers(*made.bottom)
    return Problem(
        losses=lambda theta, rows: made.height(theta),
        start=numbers(*made.start),
        floor=float(made.height(bottom)),
        window=made.window,
        names=(W1, W2),
        bottom=bottom,
    )


@lru_cache(64)
def read_formula(text: str) -> tuple[Losses, Tensor]:
    """A formula in w1 and w2 as heights of points (K, 2), and its lowest point in the window.

    Errors: `ValueError` with one sentence if it cannot be read, has no value at the start, or falls
    without end.
    """
    height = differentiable(parse(text, ("w1", "w2")))

    def losses(theta: Tensor, rows: Tensor | None) -> Tensor:
        return height(*theta.unbind(-1))

    first = float(losses(numbers(*START)[None], None)[0])
    if not abs(first) < 1e6:
        raise ValueError(f"The formula is {first:.4g} at the start (2, 2); it needs a value there")
    bottom = lowest(losses, OWN)
    floor = float(losses(bottom[None], None)[0])
    if not abs(floor) < 1e6:
        raise ValueError(
            f"The formula falls to {floor:.4g} near ({bottom[0]:.3g}, {bottom[1]:.3g}); it needs a "
            "lowest value for w1 and w2 from -3 to 3"
        )
    return losses, bottom


def own(settings: Any) -> Problem:
    """What the user typed; its floor is the lowest place in the window."""
    losses, bottom = read_formula(settings.formula)
    floor = float(losses(bottom[None], None)[0])
    return Problem(losses, numbers(*START), floor, OWN, (W1, W2), bottom)
