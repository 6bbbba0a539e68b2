"""An autoencoder learns to pass points through few numbers (chapter, section 4, figure 6)."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from core.experiments.manifolds.data import made, points, standardized
from core.models.mlp import MLP
from core.training import Learner, batches


class Training(Learner):
    """Train an autoencoder: an encoder f to d numbers, and a decoder g back from them.

    Equation: (4.1)
    Shapes: x (n, D) -> z = f(x) (n, d) -> x_hat = g(z) (n, D)
    """

    frame_every = 10

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        X, self.mean, self.scale = standardized(points(settings, made(settings)))
        self.x = torch.from_numpy(X.astype("float32"))[None]  # (1, n, D)
        self.variance = float((self.x**2).mean())
        D, width, seed = X.shape[1], settings.width, settings.seed
        self.encoder = MLP((D, width, width, settings.latent), [seed], F.silu)
        self.decoder = MLP((settings.latent, width, width, D), [seed + 2**31], F.silu)
        vectors = [self.encoder.vector, self.decoder.vector]
        self.optimizer = torch.optim.Adam(vectors, lr=settings.learning_rate, fused=True)
        self._batches = batches(self.x[0], torch.zeros(len(X)), settings.batch_size, [seed])

    def _update(self) -> None:
        """One update."""
        x = next(self._batches)[0]  # (1, B, D)
        loss = ((x - self.decode(self.encode(x))) ** 2).mean()  # Equation: (4.1)
        if not math.isfinite(loss.item()):
            self.diverged("the loss is no longer a finite number. Lower the learning rate.")
            return
        for part in (self.encoder, self.decoder):
            part.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.steps += 1

    def encode(self, x: Tensor) -> Tensor:
        """Codes z = f(x). Shapes: (1, n, D) -> (1, n, d)."""
        return self.encoder(x)[-1]

    def decode(self, z: Tensor) -> Tensor:
        """Points x_hat = g(z). Shapes: (1, n, d) -> (1, n, D)."""
        return self.decoder(z)[-1]

    @torch.no_grad()
    def loss(self) -> float:
        """Share of the variance of all points that is lost between x and x_hat, from (4.1)."""
        lost = ((self.x - self.decode(self.encode(self.x))) ** 2).mean()
        return float(lost) / self.variance
