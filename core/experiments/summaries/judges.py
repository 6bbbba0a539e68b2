"""Four judges of a field: each sees it through another summary, or whole."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.experiments.summaries.data import QUANTILES, N

NAMES = {"power": "P(k)", "histogram": "histogram", "mlp": "MLP on pixels", "cnn": "CNN on pixels"}


def dense(d_in: int, d_out: int, width: int = 32) -> nn.Sequential:
    """A perceptron with two hidden layers. Shapes: (B, d_in) -> (B, d_out)."""
    layers = (nn.Linear(d_in, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(width, d_out))


def conv(d_in: int, d_out: int, size: int, stride: int = 1) -> nn.Sequential:
    """A convolution of a field that repeats at its edges, normalized over the batch, and ReLU.

    Without the normalization the mean over all places hardly moves for 100 updates.
    """
    filters = nn.Conv2d(d_in, d_out, size, stride, size // 2, padding_mode="circular", bias=False)
    return nn.Sequential(filters, nn.BatchNorm2d(d_out), nn.ReLU())


def convolutional(d_out: int) -> nn.Sequential:
    """Three convolutions, then the mean over all places: a pattern counts wherever it lies.

    Shapes: (B, 1, n, n) -> (B, d_out)
    """
    return nn.Sequential(
        conv(1, 8, 5, 2), conv(8, 16, 3, 2), conv(16, 16, 3),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, d_out),
    )  # fmt: skip


def judges(d_out: int, seed: int) -> dict[str, nn.Module]:
    """All four; their last layer starts at 0, so that at first all of them answer 0.

    The first weights of each depend on the seed alone.
    """
    made: dict[str, nn.Module] = {}
    sizes = {"power": N // 2, "histogram": QUANTILES, "mlp": N * N}
    for name in NAMES:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            judge = dense(sizes[name], d_out) if name in sizes else convolutional(d_out)
        for weight in judge[-1].parameters():
            nn.init.zeros_(weight)
        made[name] = judge
    return made


def views(power: Tensor, quantiles: Tensor, pixels: Tensor) -> dict[str, Tensor]:
    """What each judge sees of the same fields."""
    return {"power": power, "histogram": quantiles, "mlp": pixels, "cnn": pixels[:, None]}
