"""Autoencoders learn to compress: plain, linear and variational (chapter, section 4, figure 6)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.experiments.autoencoders.data import Data, load
from core.experiments.autoencoders.settings import MOST_D, dims
from core.models.autoencoder import Autoencoders, kl_divergence, reconstruction_error
from core.models.mlp import ACTIVATIONS, linear
from core.training import Learner


def gaussian(x: Tensor, level: float, rng: torch.Generator) -> Tensor:
    """Normal noise of this standard deviation on every number."""
    return x + level * torch.randn(x.shape, generator=rng)


def missing(x: Tensor, level: float, rng: torch.Generator) -> Tensor:
    """This share of the numbers is 0."""
    return x * (torch.rand(x.shape, generator=rng) >= level)


def salt_and_pepper(x: Tensor, level: float, rng: torch.Generator) -> Tensor:
    """This share of the numbers is 0 or 1, half of them each."""
    hit = torch.rand(x.shape, generator=rng)
    return torch.where(hit < level / 2, 0.0, torch.where(hit < level, 1.0, x))


NOISES: dict[str, Callable[[Tensor, float, torch.Generator], Tensor]] = {
    "Gaussian": gaussian,
    "missing": missing,
    "salt and pepper": salt_and_pepper,
}


def corrupted(settings: Any, x: Tensor, rng: torch.Generator) -> Tensor:
    """Samples with the noise of the settings. Shapes: (n, D) -> (n, D)."""
    if settings.noise == "none":
        return x
    return NOISES[settings.noise](x, settings.level / 100, rng)


class Training(Learner):
    """Train an autoencoder, and beside it those of other latent dimensions, on the same batches.

    Beside a variational one a plain one of the same d is trained: network 1.
    """

    frame_every = 5

    def __init__(self, settings: Any, latent: Sequence[int] = ()) -> None:
        """Networks of these latent dimensions instead of those of the settings, if given."""
        super().__init__(settings)
        self.data: Data = load(settings)
        raw = torch.from_numpy(self.data.x[: self.data.train]).float()  # (n, D)
        self.mean = raw.mean(0)
        self.x = raw - self.mean  # networks see, and say, how a sample differs from the mean
        vae, deep = settings.model == "variational", settings.model != "linear"
        d, *others = latent or dims(settings)
        self.dims = (d, d, *others) if vae else (d, *others)
        self.variational = [vae and s != 1 for s in range(len(self.dims))]
        self.beta = settings.beta * torch.tensor(self.variational).float()  # (S,)
        self.model = Autoencoders(
            self.x.shape[1],
            settings.hidden if deep else (),
            self.dims,
            settings.seed,
            ACTIVATIONS[settings.activation] if deep else linear,
            self.variational,
        )
        self.rate = settings.learning_rate
        self.optimizer = torch.optim.Adam(self.model.vectors, lr=self.rate, fused=True)
        self._rng = torch.Generator().manual_seed(settings.seed)
        self.seen = self.given(raw, torch.Generator().manual_seed(settings.data_seed))
        self._batches = self._rows()

    def _rows(self) -> Iterator[Tensor]:
        """Endless mini-batches of row numbers; a linear one sees all samples in each update."""
        rng, n = np.random.default_rng([self.settings.seed, 1]), len(self.x)
        size = n if self.settings.model == "linear" else min(self.settings.batch_size, n)
        while True:
            order = torch.from_numpy(rng.permutation(n))
            yield from order[: n // size * size].view(-1, size)

    def given(self, raw: Tensor, rng: torch.Generator) -> Tensor:
        """What an encoder gets of samples: with noise, less the mean. Shapes: (n, D) -> (n, D)."""
        return corrupted(self.settings, raw, rng) - self.mean

    def _update(self) -> None:
        """One update on clean samples; a sum over networks keeps them apart."""
        x = self.x[next(self._batches)]  # (n, D)
        seen = self.given(x + self.mean, self._rng).expand(len(self.dims), -1, -1)  # (S, n, D)
        mu, log_var = self.model.encode(seen)
        eps = torch.randn(len(x), MOST_D, generator=self._rng)[:, : self.model.d]
        x_hat = self.model.decode(self.model.sample(mu, log_var, eps))
        error = reconstruction_error(x, x_hat)  # (S,)
        kl = (kl_divergence(mu, log_var) * self.model.mask[:, 0]).sum(1)  # (S,)
        losses = error + self.beta * kl
        if not math.isfinite(losses.sum().item()):
            s = int((~losses.isfinite()).int().argmax())  # the first of them
            self.diverged(
                f"the network with d = {self.dims[s]} has a loss beyond all numbers. "
                "Lower the learning rate."
            )
            return
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * self._share()
        self.model.zero_grad()
        losses.sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.steps += 1

    def _share(self) -> float:
        """Share of the learning rate at this step: from 1 to 0 along half a cosine."""
        if not self.settings.decay:
            return 1.0
        return 0.5 * (1 + math.cos(math.pi * self.steps / self.settings.max_steps))

    @torch.no_grad()
    def loss(self) -> float:
        """Reconstruction error of the network with d on the training samples, all of them.

        Equation: (4.1)
        """
        return float(reconstruction_error(self.x, self.model.reconstruct(self.seen[None]))[0])
