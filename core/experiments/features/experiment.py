"""A CNN and an MLP learn from the same images in the same order (chapter, section 5.1)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from core.experiments.features.data import REACH, training_images
from core.experiments.features.network import networks
from core.training import Learner


def rolled(x: Tensor, right: Any, down: Any) -> Tensor:
    """Each image moved around the edges, by whole pixels. Shapes: (B, N, N), (B,), (B,)."""
    n = x.shape[-1]
    at = torch.arange(n)
    rows = (at - torch.as_tensor(down)[:, None]) % n  # (B, N)
    columns = (at - torch.as_tensor(right)[:, None]) % n
    return x[torch.arange(len(x))[:, None, None], rows[:, :, None], columns[:, None, :]]


class Training(Learner):
    """Train a CNN and an MLP on the same batches, each with Adam at its own rate."""

    def __init__(self, settings: Any, taught: tuple[str, ...] = ("cnn", "mlp")) -> None:
        """Data and both networks; only those that are `taught` are trained."""
        super().__init__(settings)
        x, y = training_images(settings)
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.cnn, self.mlp = networks(settings)
        nets = {"cnn": self.cnn, "mlp": self.mlp}
        rates = {"cnn": settings.learning_rate, "mlp": settings.mlp_rate}
        self.taught = {name: nets[name] for name in taught}
        self.optimizers = {
            name: torch.optim.Adam(net.parameters(), lr=rates[name], fused=True)
            for name, net in self.taught.items()
        }
        self.losses = dict.fromkeys(taught, math.log(self.cnn.last.out_features))

    def _batch(self) -> tuple[Tensor, Tensor]:
        """Images of this update, which the seed and the number of the update decide."""
        settings = self.settings
        rng = np.random.default_rng([settings.seed, 1, self.steps])
        rows = torch.from_numpy(
            rng.choice(len(self.x), min(settings.batch_size, len(self.x)), replace=False)
        )
        x = self.x[rows]
        if settings.augment:
            reach = REACH[settings.data]
            x = rolled(x, *rng.integers(-reach, reach + 1, (2, len(x))))
        return x, self.y[rows]

    def _update(self) -> None:
        """One update of both on the same images."""
        x, y = self._batch()
        losses = {name: F.cross_entropy(net(x), y) for name, net in self.taught.items()}
        found = {name: loss.item() for name, loss in losses.items()}
        for name, value in found.items():
            if not math.isfinite(value):
                said = f"the loss of the {name.upper()} is beyond all numbers."
                self.diverged(f"{said} Lower its learning rate.")
                return
        self.losses = found
        for name, optimizer in self.optimizers.items():
            optimizer.zero_grad()
            losses[name].backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        self.steps += 1

    def change(self, name: str, value: str) -> None:
        """Set the learning rate of the CNN (learning_rate) or of the MLP (mlp_rate)."""
        which = self.optimizers["cnn" if name == "learning_rate" else "mlp"]
        which.param_groups[0]["lr"] = float(value)

    def loss(self) -> float:
        """Of the CNN, on the last batch, before it learned from it."""
        return self.losses["cnn"]
