"""Gradients of small perceptrons by hand: autograd takes longer than their numbers themselves.

In NumPy, whose calls take half of the time of torch's; both see the same weights in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.models.mlp import MLP, NoNorm, linear
from core.training import cross_entropy, squared_error, squared_error_of_tanh

Numbers = NDArray[Any]
FEW = 6  # networks at once: of more, the numbers themselves take most of the time
SMALL = 1 << 18  # multiplications in one product of matrices: beyond, BLAS would start threads


def sigmoid(z: Numbers, out: Numbers) -> None:
    """1 / (1 + exp(-z)), into `out`."""
    np.negative(z, out=out)
    np.exp(out, out=out)
    out += 1
    np.reciprocal(out, out=out)


# sigma, z -> h into `out`; and its slope, from h.
BY_HAND: dict[Callable[[Tensor], Tensor], tuple[Any, Callable[[Numbers], Numbers]]] = {
    torch.tanh: (np.tanh, lambda h: 1 - h * h),
    torch.relu: (lambda z, out: np.maximum(z, 0, out=out), lambda h: h > 0),
    torch.sigmoid: (sigmoid, lambda h: h * (1 - h)),
    linear: (lambda z, out: None, lambda h: np.ones_like(h)),
}

# The loss of an output z against a label y, and its slope along z.
HEADS: dict[Callable[[Tensor, Tensor], Tensor], tuple[Any, Any]] = {
    cross_entropy: (
        lambda z, y: np.logaddexp(np.float32(0), -y * z),
        lambda z, y: -y / (1 + np.exp(y * z)),
    ),
    squared_error: (lambda z, y: (z - y) ** 2 / 2, lambda z, y: z - y),
    squared_error_of_tanh: (
        lambda z, y: (np.tanh(z) - y) ** 2 / 2,
        lambda z, y: (np.tanh(z) - y) * (1 - np.tanh(z) ** 2),
    ),
}


def by_hand(model: MLP, points: int) -> bool:
    """Whether these networks are few, small and plain enough, with so many points at a time."""
    pairs = zip(model.widths, model.widths[1:], strict=False)
    plain = not model.residual and all(isinstance(norm, NoNorm) for norm in model.norms)
    small = points * max(d_in * d_out for d_in, d_out in pairs) <= SMALL
    few = len(model.W[0]) <= FEW
    return few and small and plain and model.activation in BY_HAND


class Slopes:
    """All networks of an `MLP`, equations (2.1) to (2.3), and backwards by the chain rule."""

    def __init__(self, model: MLP) -> None:
        """Errors: `KeyError` where the activation is not known by hand."""
        self.sigma, self.slope = BY_HAND[model.activation]
        self.W, self.b = ([w.detach().numpy() for w in part] for part in (model.W, model.b))
        self.dW, self.db = ([_slope(w) for w in part] for part in (model.W, model.b))

    def out(self, x: Numbers) -> Numbers:
        """The last layer. Shapes: (S, n, d_0) -> (S, n, d_L)."""
        self.h = [x]
        for W, b in zip(self.W[:-1], self.b, strict=False):
            z = np.matmul(self.h[-1], W)
            z += b
            self.sigma(z, out=z)
            self.h.append(z)
        z = np.matmul(self.h[-1], self.W[-1])
        z += self.b[-1]
        return z

    def back(self, g: Numbers) -> None:
        """Write all gradients, given that of the last `out`. Shapes: (S, n, d_L)."""
        for layer in reversed(range(len(self.W))):
            h = self.h[layer]
            np.matmul(h.swapaxes(1, 2), g, out=self.dW[layer])
            g.sum(1, keepdims=True, out=self.db[layer])
            if layer:
                g = np.matmul(g, self.W[layer].swapaxes(1, 2))
                g *= self.slope(h)


def _slope(weight: Tensor) -> Numbers:
    assert weight.grad is not None
    return weight.grad.numpy()
