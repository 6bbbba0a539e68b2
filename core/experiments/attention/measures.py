"""What is measured of a transformer: where its heads look, what each is worth, how far it reaches.

Heads are counted through all layers: head a is head a % H of layer a // H.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.experiments.attention.experiment import LONGEST
from core.experiments.attention.problems import size_of
from core.experiments.attention.rules import P
from core.film import half
from core.models.sequence_transformer import SequenceTransformer, Trace

STRETCHES = (0.5, 0.75, 1.0, 1.5, 2.0)  # of the length in training


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


def found_right(alpha: Tensor, right: Tensor) -> dict[str, Any]:
    """Tracks: how much all heads look at right places, and at what stands before these."""
    previous, lookup = previous_token(alpha, right), on_the_right_place(alpha, right)
    return {
        "previous": previous.numpy(),
        "lookup": lookup.numpy(),
        "best": int(lookup.argmax()),
        "best_previous": float(previous.max()),
        "best_lookup": float(lookup.max()),
    }


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


def without_each(model: SequenceTransformer, streams: Sequence[Tensor], trace: Trace) -> Tensor:
    """The last stream when one head is silent, for each head, from what was seen with all of them.

    Below a silent head nothing changes: its network goes on from its layer, all together as one
    batch.
    Shapes: streams (B, n, d) each -> (A, B, n, d)
    """
    blocks: Any = model.blocks
    B, n = streams[0].shape[:2]
    mask, silenced = model.mask(n), streams[0].new_empty(0, *streams[0].shape[1:])
    for block, h, found in zip(blocks, streams, trace, strict=False):
        here = block.after(h + block.attention.without_each(found["heard"]))  # (H, B, n, d)
        if len(silenced):
            silenced = block(silenced, mask, None, None)
        silenced = torch.cat([silenced, here.flatten(0, 1)])
    return silenced.unflatten(0, (-1, B))


def worth(
    model: SequenceTransformer, streams: Sequence[Tensor], trace: Trace, y: Tensor
) -> dict[str, Any]:
    """Tracks: share of right answers and loss without each head, then with all; y as in `scores`.

    Shapes: streams (B, n, d) each, y (B, n) -> without, without_loss (A + 1,)
    """
    asked = y >= 0
    last = torch.cat([without_each(model, streams, trace), streams[-1][None]])  # (A + 1, B, n, d)
    out, right = model.read(last[:, asked]), y[asked]  # (A + 1, Q, O), (Q,)
    each = right.expand(len(out), -1)
    lost = cross_entropy(out.movedim(-1, 1), each, reduction="none").mean(-1)
    return {
        "without": (out.argmax(-1) == right).float().mean(-1).numpy(),
        "without_loss": lost.numpy(),
    }


def keeping(layers: int, heads: int, silent: Sequence[int]) -> Tensor | None:
    """What multiplies the output of each head: 0 of those that are silent, 1 of the others.

    Shapes: -> (1, layers, heads); None if all heads speak
    """
    if not silent:
        return None
    keep = torch.ones(layers * heads)
    keep[list(silent)] = 0
    return keep.view(1, layers, heads)


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


@torch.no_grad()
def addition(
    net: SequenceTransformer, learned: Tensor, test: Tensor, answers: Callable[[Tensor], Tensor]
) -> dict[str, Any]:
    """Tracks of modular addition: all pairs, in and out of training, and the embedding's waves.

    Shapes: learned, test (B, 3)
    """
    pairs = torch.cat([learned, test])
    chances = net(pairs)[:, 2].softmax(-1)
    y = answers(pairs)[:, 2:]
    grid = torch.zeros(P, P)
    grid[pairs[:, 0], pairs[:, 1]] = chances.gather(1, y)[:, 0]
    right = (chances.argmax(-1) == y[:, 0]).float()
    return {
        "grid": half(grid),
        "spectrum": spectrum(net.embed.weight[:P]).numpy(),
        "trained": float(right[: len(learned)].mean()),
    }


def lengths(settings: Any) -> list[int]:
    """At which lengths the networks are asked, from half to twice the one in training."""
    target = settings.target
    sizes = (round(settings.length * stretch) for stretch in STRETCHES)
    return [size_of(target, min(n, LONGEST)) for n in sizes]
