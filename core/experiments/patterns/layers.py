"""One sum, and the four architectures as that sum (chapter, section 6, table)."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.transformer import softmax_last


def one_sum(x: Tensor, mask: Tensor, alpha: Tensor, V: Tensor, b: Tensor) -> Tensor:
    """Every output is a weighted sum of the inputs that it may look at.

    Equation: the general form behind (6.2) to (6.5)
        h_i = sum_{j in N(i)} alpha_ij V_ij x_j + b

    Shapes:
        x: (B, n, d); mask: (n, n), N(i) in row i; alpha: (n, n), or (B, n, n) where the weights
        depend on the content; V: (n, n, d, d); b: (d,) or (n, d)
        returns: (B, n, d)
    """
    v = torch.einsum("ijod,bjd->bijo", V, x)
    return ((alpha * mask).unsqueeze(-1) * v).sum(2) + b


def normal(generator: torch.Generator, *shape: int, size: float) -> nn.Parameter:
    """First weights, drawn with this standard deviation."""
    return nn.Parameter(size * torch.randn(*shape, generator=generator))


class OneSum(nn.Module, ABC):
    """A layer that is the one sum: what differs is the mask, alpha and V."""

    def __init__(self, mask: Tensor) -> None:
        """Make the layer; mask (n, n) is True where output i may look at input j."""
        super().__init__()
        self.mask = mask

    @abstractmethod
    def alpha(self, x: Tensor) -> Tensor:
        """How much of each input: (n, n), or (B, n, n) where the content decides."""

    @abstractmethod
    def V(self) -> Tensor:
        """Value matrix of each pair: (n, n, d, d)."""

    @abstractmethod
    def bias(self) -> Tensor:
        """What is added to every sum: (d,) or (n, d)."""

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: (B, n, d) -> (B, n, d)."""
        return one_sum(x, self.mask, self.alpha(x), self.V(), self.bias())

    def value(self, x: Tensor) -> Tensor:
        """Only the first number of each output: (B, n)."""
        V, b = self.V()[..., :1, :], self.bias()[..., :1]
        return one_sum(x, self.mask, self.alpha(x), V, b)[..., 0]


class Fixed(OneSum):
    """Weights that are the same for every input.

    `which` says which value matrix a pair uses: V_ij = W[which_ij]. One for each pair makes the
    sum an MLP (6.5), one for each offset j - i a convolution (6.2): alpha is 1, and what a softmax
    could not be, negative or unequal, lies in the matrices. One for all, with
    alpha_ij = 1 / sqrt(|N(i)| |N(j)|), is a graph convolution (5.11).
    """

    def __init__(
        self, mask: Tensor, which: Tensor, alpha: Tensor, d: int, rng: torch.Generator, own_b: bool
    ) -> None:
        """Make the layer; `own_b`: each output has a bias of its own."""
        super().__init__(mask)
        self.which, self.fixed = which, alpha
        size = 1 / math.sqrt(d * float(mask.sum(1).float().mean()))
        self.W = normal(rng, int(which.max()) + 1, d, d, size=size)
        self.b = nn.Parameter(torch.zeros(len(mask), d) if own_b else torch.zeros(d))

    def alpha(self, x: Tensor) -> Tensor:
        """The same whatever x says: (n, n)."""
        return self.fixed

    def V(self) -> Tensor:
        """Value matrix of each pair: (n, n, d, d)."""
        return self.W[self.which]

    def bias(self) -> Tensor:
        """As it is learned."""
        return self.b


def softmax_over(mask: Tensor, score: Tensor) -> Tensor:
    """Softmax over the inputs that each output may look at; 0 for the others."""
    return softmax_last(score.masked_fill(~mask, -1e9)) * mask


class Additive(OneSum):
    """Graph attention: weights depend on the content of both ends, each for itself.

    Equations: (6.3), and (5.14) with f = LeakyReLU(a_from . psi(x_j) + a_to . psi(x_i))
    """

    def __init__(self, mask: Tensor, d: int, rng: torch.Generator) -> None:
        """Make the layer; one value matrix for all pairs."""
        super().__init__(mask)
        self.W = normal(rng, d, d, size=1 / math.sqrt(d))
        self.a_from = normal(rng, d, size=1 / math.sqrt(d))
        self.a_to = normal(rng, d, size=1 / math.sqrt(d))
        self.b = nn.Parameter(torch.zeros(d))

    def alpha(self, x: Tensor) -> Tensor:
        """alpha_ij = softmax_j f(x_i, x_j): (B, n, n)."""
        psi = x @ self.W.T
        f = F.leaky_relu((psi @ self.a_to)[:, :, None] + (psi @ self.a_from)[:, None], 0.2)
        return softmax_over(self.mask, f)

    def V(self) -> Tensor:
        """Value matrix of each pair, the same for all: (n, n, d, d)."""
        return self.W.expand(*self.mask.shape, -1, -1)

    def bias(self) -> Tensor:
        """As it is learned."""
        return self.b


class DotProduct(OneSum):
    """Self-attention with one head: weights depend on how well a query and a key fit.

    Equation: (6.4). The value matrix is W_o W_v, one for all pairs; as each row of alpha adds up
    to 1, the bias of the values passes through: b = W_o b_v + b_o.
    """

    def __init__(self, mask: Tensor, d: int, rng: torch.Generator) -> None:
        """Make the layer."""
        super().__init__(mask)
        size = 1 / math.sqrt(d)
        self.W_q, self.W_k, self.W_v, self.W_o = (normal(rng, d, d, size=size) for _ in range(4))
        self.b_q, self.b_k, self.b_v, self.b_o = (nn.Parameter(torch.zeros(d)) for _ in range(4))

    def alpha(self, x: Tensor) -> Tensor:
        """alpha_ij = softmax_j(q_i . k_j / sqrt(d)): (B, n, n)."""
        q, k = x @ self.W_q.T + self.b_q, x @ self.W_k.T + self.b_k
        return softmax_over(self.mask, q @ k.transpose(1, 2) / math.sqrt(x.shape[-1]))

    def V(self) -> Tensor:
        """Value matrix of each pair, the same for all: (n, n, d, d)."""
        return (self.W_o @ self.W_v).expand(*self.mask.shape, -1, -1)

    def bias(self) -> Tensor:
        """What the values' bias becomes, and the output's: (d,)."""
        return self.W_o @ self.b_v + self.b_o
