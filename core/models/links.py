"""Message passing along a list of links: on a CPU, where only the pairs that are bonded pay.

A sum over neighbors is a product with a sparse matrix that holds ones, and going back through it is
the product with its transpose. torch's `embedding_bag` does either in one pass over the rows.
Source: Naumov et al. 2019, arXiv 1906.00091, section 2 (embedding bags).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


class Sums(NamedTuple):
    """Sums of rows of a table: sum s takes the rows from first[s] to before first[s + 1].

    Shapes:
        rows: (L,); first: (S,)
    """

    rows: Tensor
    first: Tensor

    def of(self, table: Tensor) -> Tensor:
        """The sums, (R, d) -> (S, d)."""
        # Detached, as torch would else prepare a backward pass that we don't need.
        return F.embedding_bag(self.rows, table.detach(), self.first, mode="sum")


def begin(counts: Tensor) -> Tensor:
    """Where each of several stretches of given lengths begins, (S,)."""
    return counts.cumsum(0) - counts


class Sum(torch.autograd.Function):
    """`there.of(table)`, whose gradient comes back by the transposed sums `back`."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, there: Sums, back: Sums) -> Tensor:
        """Add up."""
        ctx.back = back
        return there.of(table)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor | None, ...]:
        """Each row gets the gradients of the sums that took it."""
        return ctx.back.of(g.contiguous()), None, None


class Bonds:
    """The M ordered pairs of bonded nodes (u sends to v), for layers whose messages read the bond.

    Shapes:
        e: (B, N, N, E); A: (B, N, N), A[b, v, u] = 1 where u sends to v
        kinds: (K, E), features of bonds that differ; a bond's kind is mapped once for all like it
    """

    def __init__(self, e: Tensor, A: Tensor) -> None:
        """Find the pairs and the kinds of their bonds."""
        self.nodes, atoms = A[..., 0].numel(), A.shape[-1]
        pair = A.flatten().nonzero().squeeze(1)
        v = pair // atoms
        u = v - v % atoms + pair % atoms
        # index_select, not [..]: indexing a tensor with a tensor is eight times slower on a CPU.
        self.kinds, kind = kinds_of(e.flatten(0, 2).index_select(0, pair))
        # A message is a sum of three rows of a table, m_v is a sum of messages.
        three = torch.stack([2 * u, 2 * v + 1, 2 * self.nodes + kind], 1).flatten()
        order = three.argsort()
        uses = torch.bincount(three, minlength=2 * self.nodes + len(self.kinds))
        self.parts = Sums(three, torch.arange(0, len(three), 3)), Sums(order // 3, begin(uses))
        one, degree = torch.arange(len(v)), torch.bincount(v, minlength=self.nodes)
        self.heard = Sums(one, begin(degree)), Sums(v, one)

    def neighbor_sum(self, both: Tensor, W_e: torch.nn.Module) -> Tensor:
        """sum_u relu(send_u + hear_v + W_e e_uv), (B, N, 2 d) -> (B, N, d)."""
        size, atoms, d = both.shape
        table = torch.cat([both.reshape(-1, d // 2), W_e(self.kinds)])
        psi = Sum.apply(table, *self.parts).relu_()  # (M, d)
        return Sum.apply(psi, *self.heard).view(size, atoms, d // 2)


def kinds_of(e: Tensor) -> tuple[Tensor, Tensor]:
    """The different rows of (M, E), (K, E), and which of them each is, (M,)."""
    key = e.detach().double() @ torch.arange(1, e.shape[1] + 1).double().sqrt()
    found, kind = torch.unique(key, return_inverse=True)  # of whole rows it takes 90 times as long
    one = torch.empty_like(found, dtype=torch.long).index_copy_(0, kind, torch.arange(len(e)))
    kinds = e.index_select(0, one)
    if e.requires_grad or not torch.equal(kinds.index_select(0, kind), e):
        return e, torch.arange(len(e))  # keys of unlike rows may agree; each counts for itself then
    return kinds, kind
