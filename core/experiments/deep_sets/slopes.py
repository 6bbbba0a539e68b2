"""The race's losses and gradients by hand, for one output of a whole set, with a sum or a mean.

In NumPy: matrices of so few numbers take torch twice as long, and autograd once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.experiments.deep_sets.settings import Lists

Numbers = NDArray[np.float64]


def marked(lists: Lists) -> Numbers:
    """Each place of a list: its element and a 1, or zeros. Shapes: (S, N, F + 1)."""
    here = lists.mask[..., None].to(lists.x)
    return torch.cat([lists.x * here, here], -1).numpy()  # type: ignore[no-any-return]


def one_vector(models: Mapping[str, nn.Module]) -> tuple[Tensor, dict[str, list[Any]]]:
    """All weights as one vector with one gradient, as whose parts the models keep them.

    Beside it the parts, with their gradients, of "deep", and of "both" perceptrons side by side.
    Shapes: (P,), each (W, dW); those of both (2, ...)
    """
    deep, plain, twin = (list(model.parameters()) for model in models.values())
    blocks = [[w] for w in deep] + [list(pair) for pair in zip(plain, twin, strict=True)]
    vector = torch.cat([w.detach().flatten() for block in blocks for w in block])
    vector.grad = torch.zeros_like(vector)
    sizes = [len(block) * block[0].numel() for block in blocks]
    parts: dict[str, list[Any]] = {"deep": [], "both": []}
    for block, part, slope in zip(
        blocks, vector.split(sizes), vector.grad.split(sizes), strict=True
    ):
        shape = (len(block), *block[0].shape)
        for w, value, grad in zip(block, part.view(shape), slope.view(shape), strict=True):
            w.data, w.grad = value, grad
        pair = part.view(shape).numpy(), slope.view(shape).numpy()
        if len(block) == 1:
            parts["deep"].append((pair[0][0], pair[1][0]))
        else:
            parts["both"].append(pair)
    return vector, parts


class DeepSlopes:
    """Deep Sets, equation (5.7), and backwards through it by the chain rule.

    The last layer of phi is linear, and so it need not be applied to each element:
    sum_i (W h_i + b) = W sum_i h_i + n b. A mean divides by n.
    """

    def __init__(self, parts: list[Any], mean: bool) -> None:
        self.parts, self.mean = parts, mean

    def out(self, t: Numbers) -> Numbers:
        """Shapes: `marked` (B, N, F + 1) -> (B, k)."""
        (W1, _), (b1, _), (W2, _), (b2, _), (W3, _), (b3, _), (W4, _), (b4, _) = self.parts
        h = t.reshape(-1, t.shape[-1]) @ np.column_stack([W1, b1]).T  # 0 where there is no element
        h = np.maximum(h, 0, out=h).reshape(*t.shape[:2], -1)  # (B, N, d)
        n, total = t[..., -1].sum(1, keepdims=True), h.sum(1)  # (B, 1), (B, d)
        if self.mean:
            total /= n
        pool = total @ W2.T
        pool += b2 if self.mean else n * b2
        r = pool @ W3.T
        r += b3
        np.maximum(r, 0, out=r)
        self.seen = t, h, n, total, pool, r
        return r @ W4.T + b4  # type: ignore[no-any-return]

    def back(self, g: Numbers) -> None:
        """Write the gradients, given that of the last `out`. Shapes: (B, k)."""
        t, h, n, total, pool, r = self.seen
        (_, dW1), (_, db1), (W2, dW2), (_, db2), (W3, dW3), (_, db3), (W4, dW4), (_, db4) = (
            self.parts
        )
        np.matmul(g.T, r, out=dW4)
        g.sum(0, out=db4)
        g = g @ W4
        g *= r > 0
        np.matmul(g.T, pool, out=dW3)
        g.sum(0, out=db3)
        g = g @ W3
        np.matmul(g.T, total, out=dW2)
        (g if self.mean else g * n).sum(0, out=db2)
        g = g @ W2
        if self.mean:
            g /= n
        each = g[:, None] * (h > 0)  # (B, N, d)
        slope = each.reshape(-1, h.shape[-1]).T @ t.reshape(-1, t.shape[-1])  # (d, F + 1)
        dW1[:], db1[:] = slope[:, :-1], slope[:, -1]


class ListSlopes:
    """Both perceptrons on lists at once, equations (2.1) to (2.3), and backwards through them."""

    def __init__(self, parts: list[Any], inputs: int) -> None:
        """`inputs` numbers are given; weights of the places beyond do not matter, and stay."""
        (W, dW), *rest = parts[::2]
        self.layers = [(W[..., :inputs], dW[..., :inputs]), *rest]  # (2, O, I)
        self.biases = [(b[:, None], db[:, None]) for b, db in parts[1::2]]  # (2, 1, O)

    def out(self, x: Numbers) -> Numbers:
        """Shapes: (2, B, I) -> (2, B, k)."""
        self.h = []
        for layer, ((W, _), (b, _)) in enumerate(zip(self.layers, self.biases, strict=True)):
            if layer:
                np.maximum(x, 0, out=x)
            self.h.append(x)
            x = x @ W.swapaxes(1, 2)
            x += b
        return x

    def back(self, g: Numbers) -> None:
        """Write the gradients, given that of the last `out`. Shapes: (2, B, k)."""
        for layer in reversed(range(len(self.layers))):
            (W, dW), (_, db), h = self.layers[layer], self.biases[layer], self.h[layer]
            np.matmul(g.swapaxes(1, 2), h, out=dW)
            g.sum(1, keepdims=True, out=db)
            if layer:
                g = g @ W
                g *= h > 0


class Slopes:
    """The losses of all three, and their gradients."""

    def __init__(self, parts: dict[str, list[Any]], inputs: int, mean: bool) -> None:
        self.deep = DeepSlopes(parts["deep"], mean)
        self.lists = ListSlopes(parts["both"], inputs)

    def errors(self, t: Numbers, mixed: Numbers, y: Numbers) -> Numbers:
        """What each answers too much; only the last sees `mixed` lists.

        Shapes: `marked`s (B, N, F + 1), y (B, k) -> (3, B, k)
        """
        both = np.stack([t, mixed]).reshape(2, len(t), -1)
        return np.concatenate([self.deep.out(t)[None], self.lists.out(both)]) - y

    def back(self, errors: Numbers, scale: float) -> None:
        """Write the gradients of `scale` times the mean squared errors."""
        g = errors * (2 * scale / errors[0].size)
        self.deep.back(g[0])
        self.lists.back(g[1:])
