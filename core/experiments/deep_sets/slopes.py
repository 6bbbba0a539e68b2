"""The race's losses and gradients by hand, for one output of a whole set, with a sum or a mean.

In NumPy: matrices of so few numbers take torch twice as long, and autograd once more. Every layer
is one matrix A with its bias in row 0, and every input has a 1 in front: (1, x) A = (1, W x + b).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Numbers = NDArray[np.float64]


def marked(x: Tensor, mask: Tensor) -> Numbers:
    """Each place of a list: a 1 and its element, or zeros. Shapes: `Lists` -> (S, N, 1 + F)."""
    here = mask[..., None].to(x)
    return torch.cat([here, x * here], -1).numpy()  # type: ignore[no-any-return]


def flat(t: Numbers) -> Numbers:
    """A 1 and the lists as `PaddedList` reads them. Shapes: (.., N, 1 + F) -> (.., 1 + N (F + 1)).

    Places beyond those given are empty, and so they need not be there.
    """
    found = np.ones((*t.shape[:-2], 1 + t.shape[-2] * t.shape[-1]))
    places = found[..., 1:].reshape(t.shape, copy=False)
    places[..., :-1], places[..., -1] = t[..., 1:], t[..., 0]  # the element, then its mark
    return found


def one_vector(models: Mapping[str, nn.Module]) -> tuple[Tensor, dict[str, list[Any]]]:
    """All weights as one vector with one gradient, as whose parts the models keep them.

    Beside it the layers (A, dA) of "deep", and of "both" perceptrons side by side. The last layer
    hands on no 1. Shapes: (P,), each (1 + d_in, 1 + d_out); those of both (2, ...)
    """
    deep, plain, twin = (
        [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
        for model in models.values()
    )
    ends = deep[-1], plain[-1]
    groups = [[layer] for layer in deep] + [list(pair) for pair in zip(plain, twin, strict=True)]
    shapes = [
        (len(same), 1 + same[0].in_features, same[0].out_features + (same[0] not in ends))
        for same in groups
    ]
    sizes = [math.prod(shape) for shape in shapes]
    vector = torch.zeros(sum(sizes), dtype=deep[0].weight.dtype)
    vector.grad = torch.zeros_like(vector)
    layers: dict[str, list[Any]] = {"deep": [], "both": []}
    blocks = zip(vector.split(sizes), vector.grad.split(sizes), strict=True)
    for same, shape, (block, slope) in zip(groups, shapes, blocks, strict=True):
        A, dA = block.view(shape), slope.view(shape)
        A[:, 0, 0] = 1  # handed on; its gradient stays 0, and where it is an end, the bias follows
        for layer, own, grad in zip(same, A, dA, strict=True):
            d = layer.out_features
            for w, value, g in (
                (layer.weight, own[1:, -d:].T, grad[1:, -d:].T),
                (layer.bias, own[0, -d:], grad[0, -d:]),
            ):
                value.copy_(w.detach())
                w.data, w.grad = value, g
        pair = A.numpy(), dA.numpy()
        if len(same) == 1:
            layers["deep"].append((pair[0][0], pair[1][0]))
        else:
            layers["both"].append(pair)
    return vector, layers


class DeepSlopes:
    """Deep Sets, equation (5.7), and backwards through it by the chain rule.

    The last layer of phi is linear, and so it need not be applied to each element:
    sum_i (W h_i + b) = W sum_i h_i + n b. A mean divides by n.
    """

    def __init__(self, layers: list[Any], mean: bool) -> None:
        self.layers, self.mean = layers, mean
        self.seen: tuple[Numbers, ...] = ()

    def out(self, t: Numbers) -> Numbers:
        """Shapes: `marked` (B, N, 1 + F) -> (B, k)."""
        (A1, _), (A2, _), (A3, _), (A4, _) = self.layers
        h = t.reshape(-1, t.shape[-1]) @ A1  # 0 where there is no element
        h = np.maximum(h, 0, out=h).reshape(*t.shape[:2], -1)  # (B, N, 1 + d)
        total = np.ones(t.shape[1]) @ h  # (B, 1 + d): number of elements, and sum
        n = total[:, :1].copy()
        if self.mean:
            total /= n
        pool = total @ A2
        pool[:, 0] = 1
        r = pool @ A3
        np.maximum(r, 0, out=r)
        self.seen = t, h, n, total, pool, r
        return r @ A4  # type: ignore[no-any-return]

    def back(self, g: Numbers) -> None:
        """Write the gradients, given that of the last `out`. Shapes: (B, k)."""
        t, h, n, total, pool, r = self.seen
        (_, dA1), (A2, dA2), (A3, dA3), (A4, dA4) = self.layers
        np.matmul(r.T, g, out=dA4)
        g = g @ A4.T
        g *= r > 0
        g[:, 0] = 0  # the 1 in front is no weight
        np.matmul(pool.T, g, out=dA3)
        g = g @ A3.T
        g[:, 0] = 0
        np.matmul(total.T, g, out=dA2)
        g = g @ A2.T
        g[:, 0] = 0
        if self.mean:
            g /= n
        each = g[:, None] * (h > 0)  # (B, N, 1 + d)
        np.matmul(t.reshape(-1, t.shape[-1]).T, each.reshape(-1, h.shape[-1]), out=dA1)


class ListSlopes:
    """Both perceptrons on lists at once, equations (2.1) to (2.3), and backwards through them."""

    def __init__(self, layers: list[Any]) -> None:
        self.layers = layers
        self.h: list[Numbers] = []

    def out(self, x: Numbers) -> Numbers:
        """Shapes: `flat` (2, B, 1 + I) or, the same for both, (1, B, 1 + I) -> (2, B, k)."""
        self.h = []
        for A, _ in self.layers:
            if self.h:
                np.maximum(x, 0, out=x)
            self.h.append(x)
            x = x @ A[:, : x.shape[-1]]  # weights of places that are not given do not matter
        return x

    def back(self, g: Numbers) -> None:
        """Write the gradients, given that of the last `out`. Shapes: (2, B, k)."""
        for (A, dA), h in zip(reversed(self.layers), reversed(self.h), strict=True):
            np.matmul(h.swapaxes(1, 2), g, out=dA[:, : h.shape[-1]])
            if h is not self.h[0]:
                g = g @ A.swapaxes(1, 2)
                g *= h > 0
                g[..., 0] = 0


class Slopes:
    """The losses of all three, and their gradients."""

    def __init__(self, layers: dict[str, list[Any]], mean: bool) -> None:
        self.deep, self.lists = DeepSlopes(layers["deep"], mean), ListSlopes(layers["both"])

    def out(self, t: Numbers, lists: Numbers) -> Numbers:
        """Shapes: `marked` (B, N, 1 + F), `flat` (2 or 1, B, 1 + N (F + 1)) -> (3, B, k)."""
        return np.concatenate([self.deep.out(t)[None], self.lists.out(lists)])

    def back(self, errors: Numbers, scale: float) -> None:
        """Write the gradients of `scale` times the mean of squared `errors`, (3, B, k)."""
        g = errors * (2 * scale / errors[0].size)
        self.deep.back(g[0])
        self.lists.back(g[1:])

    def forget(self) -> None:
        """Give back what only `back` would need."""
        self.deep.seen, self.lists.h = (), []
