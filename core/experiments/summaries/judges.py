"""Five judges of a field: each sees it through another summary, or whole."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from core.experiments.summaries.data import QUANTILES, N
from core.experiments.summaries.spectrum import BANDS

NAMES = {
    "power": "P(k)",
    "histogram": "histogram",
    "bispectrum": "bispectrum",
    "mlp": "MLP",
    "cnn": "CNN",
}


def dense(d_in: int, d_out: int, width: int = 32) -> nn.Sequential:
    """A perceptron with two hidden layers. Shapes: (B, d_in) -> (B, d_out)."""
    layers = (nn.Linear(d_in, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(width, d_out))


class Periodic(nn.Conv2d):
    """A convolution of fields that repeat at their edges.

    `padding_mode="circular"` copies slice by slice, and further than a filter with a stride ever
    looks: an update took a sixth longer.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: (B, C, n, n) -> (B, D, n / stride, n / stride)."""
        low = self.kernel_size[0] // 2
        high = self.kernel_size[0] - low - self.stride[0]
        for axis in (2, 3):
            n = x.shape[axis]
            x = torch.cat([x.narrow(axis, n - low, low), x, x.narrow(axis, 0, high)], axis)
        return super().forward(x)


class Convolutional(nn.Module):
    """Three convolutions, then the mean over all places: a pattern counts wherever it lies."""

    def __init__(self, d_out: int) -> None:
        super().__init__()
        shapes = ((1, 8, 5, 2), (8, 16, 3, 2), (16, 16, 3, 1))  # channels in and out, size, stride
        self.filters: list[nn.Conv2d] = [
            Periodic(c, d, size, stride) for c, d, size, stride in shapes
        ]
        self.layers = nn.ModuleList(self.filters)
        self.last = nn.Linear(16, d_out)
        self.shift: Tensor
        self.width: Tensor
        self.register_buffer("shift", torch.zeros(16))
        self.register_buffer("width", torch.ones(16))

    def pooled(self, x: Tensor) -> Tensor:
        """Mean of each of the last channels. Shapes: (B, n, n) -> (B, 16)."""
        h = x[:, None]
        for layer in self.filters:
            h = torch.relu(layer(h))
        return h.mean((-2, -1))

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: (B, n, n) -> (B, d_out)."""
        return self.last((self.pooled(x) - self.shift) / self.width)

    @torch.no_grad()
    def settle(self, x: Tensor) -> None:
        """Scale each channel to mean 0 and variance 1 on the first fields, and the means as well.

        As it comes, the mean over all places hardly differs from field to field, and nothing moves
        for 100 updates. Source: Mishkin and Matas (2016), All you need is a good init.
        """
        h = x[:, None]
        for layer in self.filters:
            assert layer.bias is not None
            z = layer(h)
            mean, width = z.mean((0, 2, 3)), z.std((0, 2, 3))
            layer.weight /= width[:, None, None, None]
            layer.bias.copy_((layer.bias - mean) / width)
            h = torch.relu(layer(h))
        means = h.mean((-2, -1))
        self.shift.copy_(means.mean(0))
        self.width.copy_(means.std(0))


def last_of(judge: nn.Module) -> nn.Module:
    """The layer that answers."""
    return list(judge.children())[-1]


def judges(d_out: int, seed: int) -> tuple[Convolutional, dict[str, nn.Module]]:
    """The CNN, and the perceptrons by the name of what they see.

    The last layer of each starts at 0, so that at first all of them answer 0.
    """
    sizes = {"power": N // 2, "histogram": QUANTILES, "bispectrum": BANDS, "mlp": N * N}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        cnn = Convolutional(d_out)
        others: dict[str, nn.Module] = {name: dense(d, d_out) for name, d in sizes.items()}
    for judge in (cnn, *others.values()):
        for weight in last_of(judge).parameters():
            nn.init.zeros_(weight)
    return cnn, others


def views(power: Tensor, quantiles: Tensor, triangles: Tensor, pixels: Tensor) -> dict[str, Tensor]:
    """What each judge sees of the same fields."""
    summaries = {"power": power, "histogram": quantiles, "bispectrum": triangles}
    return {**summaries, "mlp": pixels, "cnn": pixels}
