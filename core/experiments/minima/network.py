"""A multilayer perceptron as a function of one vector of weights: loss, gradient, curvature."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.models.mlp import ACTIVATIONS, fan_in

COLD = (8, 20)  # products of the Hessian and rounds, from any direction


class Layer(NamedTuple):
    """W (S, d_in, d_out) and b (S, 1, d_out) of S networks."""

    W: Tensor
    b: Tensor


class Network:
    """Perceptrons of one shape, each a vector theta of P numbers: W_1, b_1, W_2, b_2, ...

    Equation: (2.1)-(2.3), a point being a row: h_l = sigma(h_{l-1} W_l + b_l), the last without
        sigma; L = 1/(2n) sum_i |f(x_i) - y_i|^2
    Shapes: theta (S, P), x (n, d_0) or (S, n, d_0), y (n, d_L) or (S, n, d_L)
    """

    def __init__(self, widths: Sequence[int], activation: str) -> None:
        self.widths, self.sigma = tuple(widths), ACTIVATIONS[activation]
        self.pairs = list(zip(self.widths, self.widths[1:], strict=False))
        self.sizes = [size for d_in, d_out in self.pairs for size in (d_in * d_out, d_out)]
        self.P = sum(self.sizes)

    def first(self, seed: int) -> Tensor:
        """First weights: uniform within 1/sqrt(d_in), as `torch.nn.Linear` draws them.

        Shapes: (1, P)
        """
        rng = np.random.default_rng([seed, 0])
        parts = [part.ravel() for pair in self.pairs for part in fan_in(rng, *pair)]
        return torch.from_numpy(np.concatenate(parts)).float()[None]

    def layers(self, theta: Tensor) -> list[Layer]:
        """The layers that a vector holds; of a vector of theirs `vector` is the inverse."""
        parts = theta.split(self.sizes, dim=1)
        shaped = [part.view(-1, *pair) for pair, part in zip(self.pairs, parts[::2], strict=True)]
        return [Layer(W, b[:, None]) for W, b in zip(shaped, parts[1::2], strict=True)]

    @staticmethod
    def vector(layers: Sequence[Layer]) -> Tensor:
        """One vector of all layers. Shapes: -> (S, P)."""
        return torch.cat([part.flatten(1) for layer in layers for part in layer], 1)

    def grown(self, first: Tensor, theta: Tensor) -> tuple[int, float]:
        """The layer whose weights have grown most, from 1, and how many times as long they are.

        The factor is infinite if they are no finite numbers any more. Shapes: (1, P), (1, P)
        """
        factors = [
            float(new.W.double().norm() / old.W.double().norm())
            for old, new in zip(self.layers(first), self.layers(theta), strict=True)
        ]
        factors = [factor if math.isfinite(factor) else math.inf for factor in factors]
        return factors.index(max(factors)) + 1, max(factors)

    def output(self, theta: Tensor, x: Tensor) -> Tensor:
        """f(x) of each network. Shapes: -> (S, n, d_L)."""
        *hidden, last = self.layers(theta)
        h = x.expand(len(theta), *x.shape[-2:])
        for W, b in hidden:
            h = self.sigma(torch.baddbmm(b, h, W))  # (S, n, d_l)
        return torch.baddbmm(last.b, h, last.W)

    def loss(self, theta: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Half the squared error of each network, summed over outputs. Shapes: -> (S,)."""
        return 0.5 * (self.output(theta, x) - y).square().sum(-1).mean(-1)

    def gradient(self, theta: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Slope of each network's own loss. Shapes: -> (S, P)."""
        theta = theta.detach().requires_grad_()
        return torch.autograd.grad(self.loss(theta, x, y).sum(), theta)[0]

    def curvature(self, theta: Tensor, v: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """H v: the Hessian times a vector, without the Hessian: the slope of v . gradient.

        Shapes: v (S, P) -> (S, P). Source: Pearlmutter (1994).
        """
        theta = theta.detach().requires_grad_()
        (g,) = torch.autograd.grad(self.loss(theta, x, y).sum(), theta, create_graph=True)
        return torch.autograd.grad((g * v).sum(), theta)[0]

    def sharpness(
        self, theta: Tensor, v: Tensor, x: Tensor, y: Tensor, products: int, rounds: int = 1
    ) -> tuple[Tensor, Tensor]:
        """Largest eigenvalue of the Hessian, and its direction.

        Power iteration v <- H v / |H v| that forgets none of its vectors: the largest curvature in
        all directions that they span, which is Lanczos' method. Each round begins where the one
        before has ended; it is the last one when no eigenvalue grows by a thousandth.

        Equation: lambda = max u . H u over |u| = 1, u in span{v, H v, ..., H^(products - 1) v}
        Shapes: v (S, P), where it begins -> (S,), (S, P)
        """
        old = torch.full_like(v[:, 0], -math.inf)
        for _ in range(rounds):
            found, v = self._lanczos(theta, v, x, y, products)
            if not torch.isfinite(found).all() or (found - old <= 1e-3 * found.abs()).all():
                break
            old = found
        return found, v

    def _lanczos(
        self, theta: Tensor, v: Tensor, x: Tensor, y: Tensor, products: int
    ) -> tuple[Tensor, Tensor]:
        """One round of `sharpness`."""
        q, basis, images = v / v.norm(dim=1, keepdim=True), list[Tensor](), list[Tensor]()
        for _ in range(products):
            basis.append(q)
            images.append(self.curvature(theta, q, x, y))  # H q
            Q = torch.stack(basis, 1)  # (S, m, P), orthonormal rows
            q = images[-1] - ((Q @ images[-1][:, :, None]) * Q).sum(1)
            q = q - ((Q @ q[:, :, None]) * Q).sum(1)  # once more, against rounding
            q = q / q.norm(dim=1, keepdim=True).clamp(min=1e-30)
        T = Q @ torch.stack(images, 1).mT  # (S, m, m) = Q H Q^T
        if not torch.isfinite(T).all():
            return torch.full_like(v[:, 0], math.nan), v
        values, vectors = torch.linalg.eigh((T + T.mT) / 2)
        return values[:, -1], (vectors[:, :, -1:] * Q).sum(1)
