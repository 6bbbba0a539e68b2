"""Optimizers of one long vector of weights, in NumPy.

They do what torch's do, number by number; but to call torch's takes longer than to compute, for a
few thousand weights.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Numbers = NDArray[Any]


class Optimizer(ABC):
    """Moves a vector along its gradient; `L2` and `L1` are rates for its first numbers.

    L2 * w is added to the gradient, but AdamW shrinks w itself. L1 moves each w by lr * L1 towards
    0, not past it, so that weights which the data do not need become exactly 0. Momentum makes
    steps 1/(1 - 0.9) times as long, and so this one.
    Source of L1: the proximal step (ISTA); Beck and Teboulle (2009).
    """

    longer = 1.0  # how many times as long as lr * g a step becomes where g stays
    decoupled = False

    def __init__(self, vector: Tensor, lr: float, shrunk: int = 0) -> None:
        """Take charge of a vector that has its gradient; both stay where they are in memory."""
        assert vector.grad is not None
        self.lr, self.L1, self.L2, self.steps = lr, 0.0, 0.0, 0
        self.w, self.g = vector.detach().numpy(), vector.grad.numpy()
        self._room = np.empty_like(self.w)
        self._shrunk, self._g_shrunk = self.w[:shrunk], self.g[:shrunk]

    def step(self) -> None:
        """Move every weight; the gradient is used up."""
        self.steps += 1
        if self.L2 and self.decoupled:
            self._shrunk *= 1 - self.lr * self.L2
        elif self.L2:
            self._g_shrunk += self.L2 * self._shrunk
        with np.errstate(over="ignore", invalid="ignore"):  # the loss tells what diverges
            self.w -= self.move(self.g, self._room)
        if self.L1:
            most = self.lr * self.L1 * self.longer
            self._shrunk -= np.clip(self._shrunk, -most, most)

    @abstractmethod
    def move(self, g: Numbers, room: Numbers) -> Numbers:
        """What is taken from the weights, made in `room`."""


class SGD(Optimizer):
    """Along the gradient. Equation: (3.2)."""

    def move(self, g: Numbers, room: Numbers) -> Numbers:
        """Shapes: (P,)."""
        return np.multiply(g, self.lr, out=room)


class Momentum(Optimizer):
    """Along a sum of all gradients, each 0.9 times the next."""

    longer = 1 / (1 - 0.9)

    def __init__(self, vector: Tensor, lr: float, shrunk: int = 0) -> None:
        super().__init__(vector, lr, shrunk)
        self.speed = np.zeros_like(self.w)

    def move(self, g: Numbers, room: Numbers) -> Numbers:
        """Shapes: (P,)."""
        self.speed *= 0.9
        self.speed += g
        return np.multiply(self.speed, self.lr, out=room)


class RMSprop(Optimizer):
    """Along the gradient over its own recent size. Source: Tieleman and Hinton (2012)."""

    def __init__(self, vector: Tensor, lr: float, shrunk: int = 0) -> None:
        super().__init__(vector, lr, shrunk)
        self.square = np.zeros_like(self.w)

    def move(self, g: Numbers, room: Numbers, beta: float = 0.99, eps: float = 1e-8) -> Numbers:
        """Shapes: (P,)."""
        self.square *= beta
        self.square += np.multiply(np.multiply(g, g, out=room), 1 - beta, out=room)
        np.sqrt(self.square, out=room)
        room += eps
        np.divide(g, room, out=room)
        room *= self.lr
        return room


class Adam(Optimizer):
    """Both: a mean of gradients over their size. Source: Kingma and Ba (2015), arXiv 1412.6980."""

    def __init__(self, vector: Tensor, lr: float, shrunk: int = 0) -> None:
        super().__init__(vector, lr, shrunk)
        self.mean, self.square = np.zeros_like(self.w), np.zeros_like(self.w)

    def move(
        self, g: Numbers, room: Numbers, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> Numbers:
        """Shapes: (P,)."""
        self.mean += np.multiply(np.subtract(g, self.mean, out=room), 1 - beta1, out=room)
        self.square *= beta2
        self.square += np.multiply(np.multiply(g, g, out=room), 1 - beta2, out=room)
        np.sqrt(self.square, out=room)
        unbiased = math.sqrt(1 - beta2**self.steps)  # by which the root is to be divided
        room += eps * unbiased
        np.divide(self.mean, room, out=room)
        room *= self.lr * unbiased / (1 - beta1**self.steps)
        return room


class AdamW(Adam):
    """Adam, but L2 shrinks the weights themselves. Source: arXiv 1711.05101."""

    decoupled = True


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "SGD": SGD,
    "momentum": Momentum,
    "Adam": Adam,
    "AdamW": AdamW,
    "RMSprop": RMSprop,
}
