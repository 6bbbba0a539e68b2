"""Many networks of one family trained as one, each with a first seed of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from core.experiments.race.entries import EQUAL, Entry
from core.models.families import first_weights

PART = 250  # samples that are judged at once, to stay within the processor's cache


class Networks:
    """S networks of one entry; AdamW at the entry's own rate and decay.

    At equal parameters the rate falls to 0 over `updates` as half a cosine; as published it is
    constant.
    """

    def __init__(self, entry: Entry, seeds: Sequence[int], updates: int) -> None:
        """First weights from the seeds, one a network."""
        self.entry, self.updates, self.made = entry, updates, 0
        first = first_weights(entry.shapes, seeds)
        self.weights = {name: w.requires_grad_() for name, w in first.items()}
        self.optimizer = torch.optim.AdamW(
            self.weights.values(), lr=entry.rate, weight_decay=entry.decay, fused=True
        )  # without decay it is Adam

    def learn(self, x: Tensor, y: Tensor) -> Tensor:
        """One update of all networks, and their losses before it.

        Shapes: x (B, N) for all or (S, B, N) for each, y (B,) or (S, B) -> (S,)
        """
        if self.entry.budget == EQUAL:
            falling = (1 + math.cos(math.pi * self.made / self.updates)) / 2
            self.optimizer.param_groups[0]["lr"] = self.entry.rate * falling
        out = self.entry.out(x, self.weights)  # (S, B, 10)
        loss = cross_entropy(
            out.flatten(0, 1), y.expand(out.shape[:2]).flatten(), reduction="none"
        ).view(out.shape[:2])
        self.optimizer.zero_grad()
        loss.mean(1).sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.made += 1
        return loss.detach().mean(1)

    @torch.no_grad()
    def right(self, x: Tensor, y: Tensor) -> Tensor:
        """Share of samples that each network names rightly. Shapes: x (M, N), y (M,) -> (S,)."""
        parts = zip(x.split(PART), y.split(PART), strict=True)
        found = [(self.entry.out(a, self.weights).argmax(-1) == b).sum(1) for a, b in parts]
        return torch.stack(found).sum(0) / len(x)
