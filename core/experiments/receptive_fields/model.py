"""A convolutional network made from a stack, with one answer at each unit of its last layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.experiments.receptive_fields.stack import Layer, Stack, every
from core.models.mlp import ACTIVATIONS

Array = NDArray[Any]
GAIN = {"ReLU": 2.0, "tanh": 1.0, "linear": 1.0}  # He's rule: a ReLU halves the variance


class ConvNet:
    """Convolutions of `channels` channels, then one answer a unit (1 x 1, linear).

    Equation: (5.5) with a bias in each convolution, then sigma; where paths are joined, their sum
        over the square root of their number, which keeps the variance.
    Shapes: W (channels out, channels in, k, k), normal with variance gain / (inputs of an output).
        The image is given to the first layer in all channels, so that paths around it fit too.
    """

    def __init__(self, stack: Stack, channels: int, activation: str, seed: int) -> None:
        self.stack, self.channels, self.activation = stack, channels, ACTIVATIONS[activation]
        generator = torch.Generator().manual_seed(seed)
        self.weights: list[Tensor] = []
        self.biases: list[Tensor] = []
        for layer in every(stack):
            if layer.kind in ("conv", "up"):
                heard = channels * layer.k**2 / (layer.s**2 if layer.kind == "up" else 1)
                shape = (channels, channels, layer.k, layer.k)
                self._draw(shape, GAIN[activation] / heard, generator)
        self._draw((1, channels, 1, 1), 1 / channels, generator)

    def _draw(
        self, shape: tuple[int, int, int, int], variance: float, generator: torch.Generator
    ) -> None:
        W = torch.randn(shape, generator=generator) * variance**0.5
        self.weights.append(W.requires_grad_())
        self.biases.append(torch.zeros(shape[0], requires_grad=True))

    def __call__(self, x: Tensor, rows: list[Tensor] | None = None) -> Tensor:
        """The answers; `rows` receives the output of each layer of the longest path, then them.

        Shapes: x (B, 1, n, n) -> (B, 1, m, m)
        """
        parameters = list(zip(self.weights, self.biases, strict=True))
        W, b = parameters.pop()
        parameters.reverse()  # the next one is the last
        h = self._run(self.stack, x.expand(-1, self.channels, -1, -1), parameters, rows)
        y = F.conv2d(h, W, b)
        if rows is not None:
            rows.append(y)
        return y

    def _run(
        self,
        stack: Stack,
        h: Tensor,
        parameters: list[tuple[Tensor, Tensor]],
        rows: list[Tensor] | None,
    ) -> Tensor:
        for part in stack:
            if isinstance(part, Layer):
                h = self._layer(part, h, parameters)
                if rows is not None:
                    rows.append(h)
                continue
            inner: list[Tensor] = []
            outputs = [
                self._run(path, h, parameters, inner if k == part.longest else None)
                for k, path in enumerate(part.paths)
            ]
            h = torch.stack(outputs).sum(0) / len(outputs) ** 0.5
            if rows is not None:
                rows += [*inner[:-1], h]
        return h

    def _layer(self, layer: Layer, h: Tensor, parameters: list[tuple[Tensor, Tensor]]) -> Tensor:
        if layer.kind == "crop":
            return h[..., layer.k : -layer.k, layer.k : -layer.k]
        if layer.kind in ("pool", "avg"):
            return _pool(layer, h)
        W, b = parameters.pop()
        if layer.kind == "up":
            return self.activation(F.conv_transpose2d(h, W, b, layer.s, layer.p))
        return self.activation(F.conv2d(h, W, b, layer.s, layer.p, layer.d))

    @property
    def parameters(self) -> list[Tensor]:
        """All that training adjusts."""
        return [*self.weights, *self.biases]

    def state(self) -> dict[str, Tensor]:
        """Name -> tensor: W1, b1, ... in the order of the layers; the last ones make the answer."""
        found: dict[str, Tensor] = {}
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True), start=1):
            found |= {f"W{k}": W.detach(), f"b{k}": b.detach()}
        return found


def gradients(
    net: ConvNet, x: Tensor, signs: Tensor, units: Sequence[int]
) -> tuple[list[Array], list[Array]]:
    """Squared gradients, summed over images: of each row by the pixels, of the top by the rows.

    Each row's unit, of which `units` has the place along both axes, by every pixel; the one on top
    by all units of each row, which are summed over channels and down the columns. With random
    signs of the channels, that is on average the sum of the channels' squares.
    Shapes: x (B, 1, n, n), signs (B, channels) -> (n, n) each, (units of the row,) each
    """
    x = x.clone().requires_grad_()
    rows: list[Tensor] = []
    net(x, rows)
    first = np.zeros(x.shape[2:])
    first[units[0], units[0]] = 1
    found = [first]
    for h, i in zip(rows, units[1:], strict=True):
        unit = h[:, :, i, i]  # (images, channels)
        sign = signs if unit.shape[1] > 1 else 1.0
        slope = torch.autograd.grad((unit * sign).sum(), x, retain_graph=True)[0]
        found.append(slope.square().sum((0, 1)).double().numpy())
    slopes = torch.autograd.grad(rows[-1][..., units[-1], units[-1]].sum(), [x, *rows])
    return found, [slope.square().sum((0, 1, 2)).double().numpy() for slope in slopes]


def _pool(layer: Layer, h: Tensor) -> Tensor:
    """Maximum or average over k x k; padded by hand, since torch pads at most k / 2."""
    low = float("-inf") if layer.kind == "pool" else 0.0
    h = F.pad(h, (layer.p,) * 4, value=low) if layer.p else h
    if layer.kind == "pool":
        return F.max_pool2d(h, layer.k, layer.s, dilation=layer.d)
    c = h.shape[1]
    w = torch.full((c, 1, layer.k, layer.k), 1 / layer.k**2)
    return F.conv2d(h, w, None, layer.s, 0, layer.d, groups=c)
