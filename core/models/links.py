"""Message passing along a list of links: on a CPU, where only the pairs that are bonded pay.

A sum over neighbors is a product with a sparse matrix that holds ones, and going back through it is
the product with its transpose. torch's `embedding_bag` does either in one pass over the rows.
Source: Naumov et al. 2019, arXiv 1906.00091, section 2 (embedding bags).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


def few_pairs(h: Tensor) -> bool:
    """Whether lists of pairs pay.

    A GPU would have to wait for their number, which depends on the data; an ONNX file has none.
    """
    return h.device.type == "cpu" and not torch.onnx.is_in_onnx_export()


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


def places(like: Tensor, stop: int, step: int = 1) -> Tensor:
    """0, step, 2 step, ... below stop, on the device of another tensor."""
    return torch.arange(0, stop, step, device=like.device)


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
        v, u, kind: (M,), v ascending: places among the B N nodes, and which of the kinds each is
        kinds: (K, E), features of bonds that differ; a bond's kind is mapped once for all like it
    """

    def __init__(self, e: Tensor, A: Tensor) -> None:
        """Find the pairs and the kinds of their bonds."""
        self.nodes, atoms = A[..., 0].numel(), A.shape[-1]
        pair = A.flatten().nonzero().squeeze(1)
        self.v = pair // atoms
        self.u = self.v - self.v % atoms + pair % atoms
        # index_select, not [..]: indexing a tensor with a tensor is eight times slower on a CPU.
        self.kinds, self.kind = kinds_of(e.flatten(0, 2).index_select(0, pair))
        self.degree = torch.bincount(self.v, minlength=self.nodes)

    def neighbor_sum(self, both: Tensor, W_e: nn.Module) -> Tensor:
        """sum_u relu(send_u + hear_v + W_e e_uv), (B, N, 2 d) -> (B, N, d)."""
        size, atoms, d = both.shape
        table = torch.cat([both.reshape(-1, d // 2), W_e(self.kinds)])
        psi = Sum.apply(table, *self.ends).relu_()  # (M, d)
        return Sum.apply(psi, *self.heard).view(size, atoms, d // 2)

    @cached_property
    def ends(self) -> tuple[Sums, Sums]:
        """Each message as a sum of three rows: what u sends, what v hears, the bond."""
        rows = 2 * self.nodes + self.kind
        three = torch.stack([2 * self.u, 2 * self.v + 1, rows], 1).flatten()
        uses = torch.bincount(three, minlength=2 * self.nodes + len(self.kinds))
        back = Sums(three.argsort() // 3, begin(uses))
        return Sums(three, places(three, len(three), 3)), back

    @cached_property
    def heard(self) -> tuple[Sums, Sums]:
        """What each node hears as a sum of messages."""
        one = places(self.v, len(self.v))
        return Sums(one, begin(self.degree)), Sums(self.v, one)

    def typed_sum(self, h: Tensor, W: Tensor) -> Tensor:
        """sum_u W_kind(u, v) h_u: (B, N, d_in), (E, d_out, d_in) -> (B, N, d_out).

        A node goes through the matrix of a kind once, and only where it has such a bond.
        """
        matrices = torch.einsum("ke,eoi->kio", self.kinds, W)
        sent = Sum.apply(h.flatten(0, 1), *self.senders).split(self.senders_of_kind)
        table = torch.cat([part @ matrix for part, matrix in zip(sent, matrices, strict=True)])
        return Sum.apply(table, *self.sent).view(*h.shape[:2], -1)

    @cached_property
    def _by_kind(self) -> tuple[Tensor, Tensor]:
        """Nodes that send over a bond of some kind, kind by kind, and which of them each u is."""
        return torch.unique(self.kind * self.nodes + self.u, return_inverse=True)

    @cached_property
    def senders(self) -> tuple[Sums, Sums]:
        """The nodes that send, kind by kind."""
        node = self._by_kind[0] % self.nodes
        uses = torch.bincount(node, minlength=self.nodes)
        return Sums(node, places(node, len(node))), Sums(node.argsort(), begin(uses))

    @cached_property
    def senders_of_kind(self) -> list[int]:
        """How many nodes send over bonds of each kind."""
        kind = self._by_kind[0] // self.nodes
        return torch.bincount(kind, minlength=len(self.kinds)).tolist()

    @cached_property
    def sent(self) -> tuple[Sums, Sums]:
        """What each node hears as a sum of what the senders send."""
        row = self._by_kind[1]
        uses = torch.bincount(row, minlength=len(self._by_kind[0]))
        return Sums(row, begin(self.degree)), Sums(self.v[row.argsort()], begin(uses))


def kinds_of(e: Tensor) -> tuple[Tensor, Tensor]:
    """The different rows of (M, E), (K, E), and which of them each is, (M,)."""
    key = e.detach().double() @ (places(e, e.shape[1]) + 1).double().sqrt()
    found, kind = torch.unique(key, return_inverse=True)  # of whole rows it takes 90 times as long
    one = torch.empty_like(found, dtype=torch.long).index_copy_(0, kind, places(e, len(e)))
    kinds = e.index_select(0, one)
    if e.requires_grad or not torch.equal(kinds.index_select(0, kind), e):
        return e, places(e, len(e))  # keys of unlike rows may agree; each counts for itself then
    return kinds, kind
