"""Autoencoders of the chapter, section 4: plain and variational, for several d at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.models.mlp import MLP, glorot

DECODER = 2**31  # added to the seed: the decoder's first weights are other ones


def reconstruction_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """Squared distance between input and output, averaged over the samples.

    Equation: (4.1), L = |x - g(f(x))|^2
    Shapes: x (n, D) or (S, n, D), x_hat (S, n, D) -> (S,)
    """
    return ((x - x_hat) ** 2).sum(-1).mean(-1)


def kl_divergence(mu: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mu, sigma^2) || N(0, 1)) of each latent dimension, averaged over the samples, in nats.

    Equation: (mu^2 + sigma^2 - log sigma^2 - 1) / 2
    Source: Kingma and Welling (2014), arXiv 1312.6114, appendix B
    Shapes: (S, n, d), (S, n, d) -> (S, d)
    """
    return (0.5 * (mu**2 + log_var.exp() - log_var - 1)).mean(1)


class Autoencoders:
    """S autoencoders, the s-th with latent dimension d_s, in one set of tensors.

    Equation: z = f(x), x_hat = g(z), both perceptrons as in (2.1)-(2.3); a variational encoder says
        mu and log sigma^2, and z = mu + sigma eps with eps from N(0, 1).
    Shapes: x (S, n, D), z (S, n, d) with d the largest of the d_s.

    The weights from and to units beyond d_s are 0, and so are their gradients, so that every
    network is exactly the one that it would be alone.
    """

    def __init__(
        self,
        d_in: int,
        hidden: Sequence[int],
        dims: Sequence[int],
        seed: int,
        activation: Callable[[Tensor], Tensor],
        variational: Sequence[bool],
    ) -> None:
        """Same seed for all: hidden layers of encoders begin alike."""
        self.dims, self.variational, self.d = tuple(dims), tuple(variational), max(dims)
        self.two = 2 if any(variational) else 1
        seeds = [seed] * len(dims)
        self.encoder = MLP((d_in, *hidden, self.two * self.d), seeds, activation, glorot)
        self.decoder = MLP((self.d, *hidden[::-1], d_in), seeds, activation, glorot)
        self.mask = torch.zeros(len(dims), 1, self.d)  # 1 where a network has that dimension
        with torch.no_grad():
            for s, (d_s, both) in enumerate(zip(dims, variational, strict=True)):
                out = (2 if both else 1) * d_s
                alone = MLP((d_in, *hidden, out), [seed], activation, glorot)
                _copy(alone, self.encoder, s, _columns(d_s, self.d, both))
                alone = MLP((d_s, *hidden[::-1], d_in), [seed + DECODER], activation, glorot)
                _copy(alone, self.decoder, s, list(range(d_in)))
                self.mask[s, 0, :d_s] = 1

    @property
    def vectors(self) -> list[Tensor]:
        """All weights, for an optimizer."""
        return [self.encoder.vector, self.decoder.vector]

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Codes, and log sigma^2 where they are means of a distribution (else 0).

        Shapes: x (s, n, D) -> (s, n, d), (s, n, d), s <= S
        """
        out = self.encoder(x)[-1]
        mu = out[..., : self.d]
        return mu, out[..., self.d :] if self.two == 2 else torch.zeros_like(mu)

    def decode(self, z: Tensor) -> Tensor:
        """Reconstructions. Shapes: z (s, n, d) -> (s, n, D)."""
        return self.decoder(z)[-1]

    def reconstruct(self, x: Tensor) -> Tensor:
        """g(f(x)), of a variational one with its mean. Shapes: x (s, n, D) -> (s, n, D)."""
        return self.decode(self.encode(x)[0])

    def sample(self, mu: Tensor, log_var: Tensor, eps: Tensor) -> Tensor:
        """The z of a variational encoder; of a plain one its code as it is.

        Shapes: mu, log_var (S, n, d), eps (n, d) -> (S, n, d)
        """
        spread = torch.tensor(self.variational)[:, None, None] * self.mask
        return mu + spread * (log_var / 2).exp() * eps

    @torch.no_grad()
    def codes(self, x: NDArray[np.floating], s: int = 0) -> NDArray[np.float64]:
        """Codes by network s alone. Shapes: x (n, D) -> (n, d_s)."""
        given = torch.from_numpy(x).float().expand(s + 1, -1, -1)
        return self.encode(given)[0][s, :, : self.dims[s]].double().numpy()

    @torch.no_grad()
    def decoded(self, z: NDArray[np.floating], s: int = 0) -> NDArray[np.float64]:
        """Reconstructions by network s alone. Shapes: z (n, d_s) -> (n, D)."""
        wide = torch.zeros(s + 1, len(z), self.d)
        wide[s, :, : self.dims[s]] = torch.from_numpy(z).float()
        return self.decode(wide)[s].double().numpy()

    def zero_grad(self) -> None:
        """Set all gradients to 0, in place."""
        self.encoder.zero_grad()
        self.decoder.zero_grad()

    def state(self, s: int = 0) -> dict[str, Tensor]:
        """Name -> tensor of network s alone, without what lies beyond its d."""
        d, found = self.dims[s], dict[str, Tensor]()
        columns = _columns(d, self.d, self.variational[s])
        for name, part in (("encoder", self.encoder), ("decoder", self.decoder)):
            last = len(part.W) - 1
            for layer, (W, b) in enumerate(zip(part.W, part.b, strict=True)):
                w, bias = W[s].detach(), b[s, 0].detach()
                if name == "encoder" and layer == last:
                    w, bias = w[:, columns], bias[columns]
                if name == "decoder" and layer == 0:
                    w = w[:d]
                found |= {f"{name}.W{layer + 1}": w.clone(), f"{name}.b{layer + 1}": bias.clone()}
        return found


def _columns(d_s: int, d: int, both: bool) -> list[int]:
    """Where the outputs of an encoder stand among those of the widest one."""
    return [*range(d_s), *(range(d, d + d_s) if both else ())]


def _copy(alone: MLP, into: MLP, s: int, columns: list[int]) -> None:
    """Make network s of `into` the one given, its outputs in these columns, all else 0."""
    for W, b, V, c in zip(alone.W, alone.b, into.W, into.b, strict=True):
        V[s], c[s, 0] = 0, 0
        rows, last = W.shape[1], W is alone.W[-1]
        places = columns if last else list(range(W.shape[2]))
        V[s, :rows, places], c[s, 0, places] = W[0], b[0, 0]
