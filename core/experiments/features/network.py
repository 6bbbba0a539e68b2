"""The two networks: three convolutions and a pool over all places, or one hidden layer."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.experiments.features.data import CLASSES, EDGES

KERNELS = (5, 3, 3)  # sizes of the kernels of the three layers
MODES = {"circular": "circular", "zero": "constant"}
PART = 25  # images
HIDDEN = 64  # units of the MLP where nothing is made equal
RIVALS_EQUAL = ("equal parameters", "equal multiply-adds")


class Layer(NamedTuple):
    """One convolution: channels in and out, size of the kernel, stride, dilation."""

    c_in: int
    c_out: int
    k: int
    stride: int
    dilation: int

    @property
    def pad(self) -> int:
        """Pixels around, so that stride alone changes the size."""
        return self.dilation * (self.k - 1) // 2


def layers(channels: int, stride: int) -> tuple[Layer, ...]:
    """The layers; a stride of 4 is 2 times 2. Dilation makes up for a stride that is not there."""
    first, second = (2, stride // 2) if stride > 1 else (1, 1)
    return (
        Layer(1, channels, KERNELS[0], first, 1),
        Layer(channels, channels, KERNELS[1], second, 1 if stride > 1 else 2),
        Layer(channels, channels, KERNELS[2], 1, 1 if stride > 1 else 2),
    )


def receptive_field(stack: tuple[Layer, ...]) -> tuple[int, int]:
    """Pixels that a unit of the last layer sees along an edge, and pixels between two units.

    Equation: r <- r + (k - 1) dilation jump, jump <- jump stride. Source: Araujo et al. (2019)
    """
    r, jump = 1, 1
    for layer in stack:
        r += (layer.k - 1) * layer.dilation * jump
        jump *= layer.stride
    return r, jump


class Convolutional(nn.Module):
    """Three convolutions with ReLU, then one number a channel (or all of them), then the classes.

    Equation: (5.5) in each layer. Shapes: (B, N, N) -> (B, K)
    """

    def __init__(
        self, edge: int, classes: int, channels: int, stride: int, pooling: str, padding: str
    ) -> None:
        super().__init__()
        self.stack, self.pooling, self.mode = layers(channels, stride), pooling, MODES[padding]
        self.filters = nn.ModuleList(
            nn.Conv2d(s.c_in, s.c_out, s.k, s.stride, dilation=s.dilation) for s in self.stack
        )
        left = (edge // stride) ** 2 if pooling == "none" else 1
        self.last = nn.Linear(channels * left, classes)

    def maps(self, x: Tensor) -> list[Tensor]:
        """Feature maps of each layer. Shapes: (B, N, N) -> three times (B, C, n, n)."""
        h, found = x[:, None], []
        for spec, layer in zip(self.stack, self.filters, strict=True):
            h = torch.relu(layer(F.pad(h, (spec.pad,) * 4, mode=self.mode)))
            found.append(h)
        return found

    def pool(self, h: Tensor) -> Tensor:
        """What the last layer gets of its maps: where each is largest, its mean, or all of it."""
        if self.pooling == "max":
            return h.amax((2, 3))  # (B, C)
        return h.mean((2, 3)) if self.pooling == "average" else h.flatten(1)  # (B, C n n)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of the classes."""
        return self.last(self.pool(self.maps(x)[-1]))


def by_parts(net: Any, x: Tensor) -> Tensor:
    """What a network makes of many images, 25 at a time: twice as quick as all at once.

    Maps of that many fit into a processor's nearest memory.
    """
    return torch.cat([net(part) for part in x.split(PART)])


def perceptron(edge: int, classes: int, hidden: int) -> nn.Sequential:
    """One hidden layer that sees each pixel by itself. Shapes: (B, N, N) -> (B, K)."""
    return nn.Sequential(
        nn.Flatten(), nn.Linear(edge * edge, hidden), nn.ReLU(), nn.Linear(hidden, classes)
    )


class Cost(NamedTuple):
    """What a network costs: numbers to learn, and multiplications for one image."""

    parameters: int
    products: int


def cnn_cost(settings: Any) -> Cost:
    """Of the convolutional network."""
    edge, classes = EDGES[settings.data], len(CLASSES[settings.data])
    weights, products = 0, 0
    for layer in layers(settings.channels, int(settings.stride)):
        edge //= layer.stride
        kernel = layer.k**2 * layer.c_in * layer.c_out
        weights, products = weights + kernel + layer.c_out, products + kernel * edge**2
    last = settings.channels * (edge**2 if settings.pooling == "none" else 1) * classes
    return Cost(weights + last + classes, products + last)


def mlp_cost(settings: Any) -> Cost:
    """Of the perceptron beside it."""
    pixels, classes = EDGES[settings.data] ** 2, len(CLASSES[settings.data])
    products = (pixels + classes) * hidden(settings)
    return Cost(products + hidden(settings) + classes, products)


def hidden(settings: Any) -> int:
    """Hidden units of the perceptron: so many that it costs as much, at least one."""
    pixels, classes = EDGES[settings.data] ** 2, len(CLASSES[settings.data])
    cost = cnn_cost(settings)
    if settings.mlp == RIVALS_EQUAL[0]:
        return max(1, round((cost.parameters - classes) / (pixels + 1 + classes)))
    if settings.mlp == RIVALS_EQUAL[1]:
        return max(1, round(cost.products / (pixels + classes)))
    return HIDDEN


def networks(settings: Any) -> tuple[Convolutional, nn.Sequential]:
    """Both, with PyTorch's own first weights from the seed."""
    edge, classes = EDGES[settings.data], len(CLASSES[settings.data])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        cnn = Convolutional(edge, classes, settings.channels, int(settings.stride),
                            settings.pooling, settings.padding)  # fmt: skip
        return cnn, perceptron(edge, classes, hidden(settings))
