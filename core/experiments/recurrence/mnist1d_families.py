"""The four families that race on MNIST-1D, as its maker built them; the seeds of one are one net.

Every weight has a leading axis S of seeds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import conv1d

from core.datasets.mnist1d import CLASSES, LENGTH
from core.models.recurrent import State, gru

UNITS, CHANNELS, CELLS = 100, 25, 6  # widths of the published networks
Weights = dict[str, Tensor]


def linear(x: Tensor, w: Weights) -> Tensor:
    """Softmax regression. Shapes: x (B, 40) -> (S, B, 10)."""
    return torch.baddbmm(w["b"], x.expand(len(w["b"]), -1, -1), w["W"])


def mlp(x: Tensor, w: Weights) -> Tensor:
    """Two hidden layers of 100, the second with a path around it. Shapes: (B, 40) -> (S, B, 10)."""
    h = torch.baddbmm(w["b_1"], x.expand(len(w["b_1"]), -1, -1), w["W_1"]).relu()
    h = h + torch.baddbmm(w["b_2"], h, w["W_2"]).relu()
    return torch.baddbmm(w["b"], h, w["W"])


def cnn(x: Tensor, w: Weights) -> Tensor:
    """Three convolutions of 25 channels, each with stride 2. Shapes: (B, 40) -> (S, B, 10)."""
    S, B = len(w["b"]), len(x)
    h = x[:, None].expand(-1, S, -1)  # (B, S, 40)
    for layer in "123":  # the seeds are groups that do not see each other
        kernel, bias = w[f"K_{layer}"].flatten(0, 1), w[f"k_{layer}"].flatten()
        h = conv1d(h, kernel, bias, stride=2, padding=1, groups=S).relu()  # (B, S * 25, .)
    return torch.baddbmm(w["b"], h.view(B, S, -1).transpose(0, 1), w["W"])


def gru_both_ways(x: Tensor, w: Weights) -> Tensor:
    """A GRU from left to right and one back, all states read. Shapes: (B, 40) -> (S, B, 10)."""
    S, B = len(w["b"]), len(x)
    ways = torch.stack([x, x.flip(1)])[:, None, :, :, None]  # (2, 1, B, 40, 1)
    a = ways * w["W_x"].view(2, S, 1, 1, -1) + w["b_h"].view(2, S, 1, 1, -1)
    a = a.flatten(0, 1)  # (2 S, B, 40, 18)
    found: list[Tensor] = []
    state: State = (x.new_zeros(2 * S, B, CELLS),)
    for a_t in a.unbind(2):
        state = gru(a_t, state, w["W_h"].flatten(0, 1), torch.tanh)
        found.append(state[0])
    h = torch.stack(found, 2).view(2, S, B, -1)  # (2, S, B, 240)
    return torch.baddbmm(w["b"], torch.cat([h[0], h[1]], -1), w["W"])


class Family(NamedTuple):
    """A kind of network: its output, shapes of its weights with their fan-in, and its rate.

    A published accuracy is that of its maker, in percent; `learning_rate` is Adam's, constant:
    the best of 0.003, 0.01, 0.02 and 0.03, of those that were tried, on the same 1,000 signals.
    """

    out: Callable[[Tensor, Weights], Tensor]
    shapes: dict[str, tuple[tuple[int, ...], int]]
    learning_rate: float
    published: int


def dense(name: str, inputs: int, outputs: int) -> dict[str, tuple[tuple[int, ...], int]]:
    """A matrix and its bias: W, b or W_name, b_name."""
    end = f"_{name}" if name else ""
    return {f"W{end}": ((inputs, outputs), inputs), f"b{end}": ((1, outputs), inputs)}


FAMILIES = {
    "linear": Family(linear, dense("", LENGTH, CLASSES), 0.01, 32),
    "MLP": Family(
        mlp,
        dense("1", LENGTH, UNITS) | dense("2", UNITS, UNITS) | dense("", UNITS, CLASSES),
        0.01, 68,
    ),
    "CNN": Family(
        cnn,
        {
            "K_1": ((CHANNELS, 1, 5), 5), "k_1": ((CHANNELS,), 5),
            "K_2": ((CHANNELS, CHANNELS, 3), 75), "k_2": ((CHANNELS,), 75),
            "K_3": ((CHANNELS, CHANNELS, 3), 75), "k_3": ((CHANNELS,), 75),
            **dense("", 5 * CHANNELS, CLASSES),
        },
        0.02, 94,
    ),
    "GRU": Family(
        gru_both_ways,
        {
            "W_x": ((2, 1, 3 * CELLS), CELLS), "b_h": ((2, 1, 3 * CELLS), CELLS),
            "W_h": ((2, CELLS, 3 * CELLS), CELLS),
            **dense("", 2 * CELLS * LENGTH, CLASSES),
        },
        0.02, 91,
    ),
}  # fmt: skip


def first_weights(family: str, seeds: int) -> Weights:
    """All weights uniform within 1 / sqrt(fan-in), as PyTorch draws them, from seeds 0, 1, ...

    Those of the two ways of the GRU have the axis of the ways in front of that of the seeds.
    """
    made: dict[str, list[Tensor]] = {name: [] for name in FAMILIES[family].shapes}
    for seed in range(seeds):
        generator = torch.Generator().manual_seed(seed)
        for name, (shape, fan) in FAMILIES[family].shapes.items():
            made[name].append((2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(fan))
    both = ("W_x", "b_h", "W_h")
    return {name: torch.stack(parts, int(name in both)) for name, parts in made.items()}
