"""What is measured of a transformer: where its heads look, what each is worth, how far it reaches.

Heads are counted through all layers: head a is head a % H of layer a // H.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.models.sequence_transformer import SequenceTransformer, Trace


def stacked(trace: Trace, part: str) -> Tensor:
    """One part of all heads. Shapes: -> (A, B, n, ...), A = layers times heads."""
    return torch.cat([found[part].transpose(0, 1) for found in trace])


def previous_token(alpha: Tensor, right: Tensor) -> Tensor:
    """Mean weight on the token one place back, over the places where some answer stands.

    These have to know what stood before them, or nobody could look them up.
    Shapes: alpha (A, B, n, n), right (B, n, n) -> (A,)
    """
    asked = right.any(1)[:, 1:]  # (B, n - 1)
    return alpha.diagonal(-1, 2, 3)[:, asked].mean(-1)


def on_the_right_place(alpha: Tensor, right: Tensor) -> Tensor:
    """Mean weight on places where the answer stands, over the queries that are asked.

    With the places after an earlier equal token this is the prefix-matching score.
    Source: Olsson et al. 2022, arXiv 2209.11895
    Shapes: alpha (A, B, n, n), right (B, n, n) -> (A,)
    """
    asked = right.any(-1)  # (B, n)
    return (alpha * right).sum(-1)[:, asked].mean(-1)


def entropy(alpha: Tensor, asked: Tensor) -> Tensor:
    """Mean entropy of the weights in bits, over the queries that are asked: 0 looks at one place.

    Shapes: alpha (A, B, n, n), asked (B, n) -> (A,)
    """
    bits = -torch.xlogy(alpha, alpha).sum(-1) / torch.log(torch.tensor(2.0))
    return bits[:, asked].mean(-1)


def scores(out: Tensor, y: Tensor) -> tuple[float, float]:
    """Share of right answers, and of sequences with all answers right.

    Shapes: out (B, n, O), y (B, n), -1 where nothing is asked
    """
    asked = y >= 0
    right = (out.argmax(-1) == y) | ~asked
    return float(right[asked].float().mean()), float(right.all(1).float().mean())


def loss(out: Tensor, y: Tensor) -> float:
    """Mean cross-entropy over the places that are asked. Shapes: out (B, n, O), y (B, n)."""
    return float(cross_entropy(out.transpose(1, 2), y, ignore_index=-1))


def without_each(model: SequenceTransformer, x: Tensor, heads: int) -> list[Tensor]:
    """What the network says when one head is silent, for each head. Shapes: -> A of (B, n, O)."""
    found = []
    for a in range(len(model.blocks) * heads):
        keep = torch.ones(1, len(model.blocks), heads)
        keep[0, a // heads, a % heads] = 0
        found.append(model(x, keep))
    return found


@torch.no_grad()
def moved_along(model: Callable[[Tensor], Tensor], x: Tensor) -> float:
    """How far shuffling tokens changes outputs that should only move along with them.

    max |f(P x) - P f(x)| for one order P, relative to max |f(x)|: 0 where the network is
    equivariant, which it is without positions and without a causal mask.
    """
    order = torch.randperm(x.shape[1], generator=torch.Generator().manual_seed(0))
    out = model(x)
    return float((model(x[:, order]) - out[:, order]).abs().max() / out.abs().max())


def spectrum(table: Tensor) -> Tensor:
    """Share of an embedding's variance at each frequency over the numbers 0 ... p - 1.

    Shapes: (p, d) -> ((p - 1) / 2,) for frequencies 1 ... (p - 1) / 2, p odd
    Source: Nanda et al. 2023, arXiv 2301.05217
    """
    power = torch.fft.rfft(table - table.mean(0), dim=0).abs().square().sum(-1)[1:]
    return power / power.sum()
