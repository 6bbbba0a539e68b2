"""Six layers, each one sum, learn the same task side by side (chapter, section 6, figure 13)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.patterns.data import D, mixing, tokens
from core.experiments.patterns.layers import Additive, DotProduct, Fixed, OneSum
from core.experiments.patterns.masks import INPUTS, Mask, offsets
from core.experiments.patterns.settings import NAMES, is_content, masks
from core.training import Learner, row_batches


def fixed_layer(settings: Any, name: str, mask: Mask, rng: torch.Generator) -> Fixed:
    """MLP, CNN, GCN, or your mask with fixed weights."""
    n, seen = len(mask), torch.from_numpy(mask)
    alpha, each = torch.ones(n, n), torch.arange(n * n).view(n, n)
    if name == "cnn":
        window = torch.from_numpy(offsets(settings.given, settings.reach)).clamp(min=0)
        return Fixed(seen, window, alpha, D, rng, own_b=False)
    if name == "gcn":
        size = seen.sum(1).float()  # |N(i)|
        alpha = 1 / (size[:, None] * size[None]).sqrt()
        return Fixed(seen, torch.zeros_like(each), alpha, D, rng, own_b=False)
    return Fixed(seen, each, alpha, D, rng, own_b=True)


def layers(settings: Any) -> dict[str, OneSum]:
    """All six with their first weights."""
    made: dict[str, OneSum] = {}
    for k, (name, mask) in enumerate(masks(settings).items()):
        rng = torch.Generator().manual_seed(settings.seed * 10 + k)
        d = D + INPUTS[settings.given] * settings.positions
        if not is_content(settings, name):
            made[name] = fixed_layer(settings, name, mask, rng)
        elif name == "gat":
            made[name] = Additive(torch.from_numpy(mask), d, rng)
        else:
            made[name] = DotProduct(torch.from_numpy(mask), d, rng)
    return made


def seen_by(layer: OneSum, x: Tensor) -> Tensor:
    """What a layer gets: the tokens, with their places as more numbers where it has room for them.

    Shapes: (B, n, 4) -> (B, n, 4) or (B, n, 4 + n)
    """
    if layer.V().shape[-1] == x.shape[-1]:
        return x
    n = x.shape[1]
    return torch.cat([x, torch.eye(n).expand(len(x), n, n)], -1)


class Training(Learner):
    """Train MLP, CNN, two GNNs, Transformer and a mask of one's own: same rows, same order.

    Each is one layer and one sum. The target is about values, the first number of a token, so the
    first number of each h_i is read. Errors are squared, over the variance of the target: a
    constant gets 1.
    """

    frame_every = 5

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.x, self.y = self.rows(settings.samples, 0)
        self.variance = max(float(self.y.var(correction=0)), 1e-9)
        self.layers = layers(settings)
        # Adam treats every weight alone, so one optimizer is as good as six, and quicker.
        weights = [w for layer in self.layers.values() for w in layer.parameters()]
        self.optimizer = torch.optim.Adam(weights, lr=settings.learning_rate, fused=True)
        self._batches = row_batches(len(self.x), settings.batch_size, settings.seed)

    def rows(self, count: int, which: int) -> tuple[Tensor, Tensor]:
        """Rows of tokens and what is asked of each token. Shapes: (count, n, 4), (count, n)."""
        given, seed = self.settings.given, self.settings.data_seed
        x = tokens(np.random.default_rng([seed, which]), count, given)
        y = (mixing(self.settings.target, given, x, seed) @ x[..., :1])[..., 0]
        return torch.from_numpy(x).float(), torch.from_numpy(y).float()

    def _update(self) -> None:
        """One update of all on the same rows; no two share a weight: the sum keeps them apart."""
        rows = next(self._batches)
        losses = self.errors(self.x[rows], self.y[rows])
        if not torch.isfinite(losses).all():
            bad = [NAMES[name] for name, loss in zip(self.layers, losses, strict=True)
                   if not math.isfinite(loss.item())]  # fmt: skip
            self.diverged(f"{' and '.join(bad)}. Lower the learning rate.")
            return
        self.optimizer.zero_grad()
        losses.sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.steps += 1

    def errors(self, x: Tensor, y: Tensor) -> Tensor:
        """Squared error of each layer, over the variance of the target: (6,)."""
        found = [layer.value(seen_by(layer, x)) - y for layer in self.layers.values()]
        return torch.stack(found).square().mean((1, 2)) / self.variance

    @torch.no_grad()
    def losses(self) -> dict[str, float]:
        """Error of each layer on training rows, on the first 128 of them where there are more."""
        found = self.errors(self.x[:128], self.y[:128]).tolist()
        return dict(zip(self.layers, found, strict=True))

    def loss(self) -> float:
        """Error of the Transformer on training rows."""
        return self.losses()["transformer"]
