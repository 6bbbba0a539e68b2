"""Many networks of one family trained as one, each with a first seed of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, l1_loss

from core.experiments.race.entries import EQUAL, NAMES, Entry
from core.models.families import first_weights
from core.words import counted

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

        Cross-entropy of labels, or the absolute error of numbers.
        Errors: `FloatingPointError` if one is not finite, before anything is updated.
        Shapes: x (B, N) for all or (S, B, N) for each, y (B,) or (S, B) -> (S,)
        """
        if self.entry.budget == EQUAL:
            falling = (1 + math.cos(math.pi * self.made / self.updates)) / 2
            self.optimizer.param_groups[0]["lr"] = self.entry.rate * falling
        out = self.entry.out(x, self.weights)  # (S, B, O)
        y = y.expand(out.shape[:2])
        if y.is_floating_point():
            loss = l1_loss(out[..., 0], y, reduction="none")
        else:
            loss = cross_entropy(out.flatten(0, 1), y.flatten(), reduction="none").view(y.shape)
        each = loss.detach().mean(1)
        if not each.isfinite().all():
            rate = self.optimizer.param_groups[0]["lr"]
            raise FloatingPointError(
                f"{NAMES[self.entry.family]} diverged after {counted(self.made, 'update')} at "
                f"learning rate {rate:.3g}"
            )
        self.optimizer.zero_grad()
        loss.mean(1).sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.made += 1
        return each

    @torch.no_grad()
    def _out(self, x: Tensor) -> Tensor:
        """What each network says of these rows. Shapes: x (M, N) -> (S, M, O)."""
        return torch.cat([self.entry.out(part, self.weights) for part in x.split(PART)], 1)

    def right(self, x: Tensor, y: Tensor) -> Tensor:
        """Share of samples that each network names rightly. Shapes: x (M, N), y (M,) -> (S,)."""
        return (self._out(x).argmax(-1) == y).sum(1) / len(y)

    def error(self, x: Tensor, y: Tensor) -> Tensor:
        """Percent of labels named wrongly, or mean absolute error of numbers.

        Shapes: as `right`
        """
        if y.is_floating_point():
            return (self._out(x)[..., 0] - y).abs().mean(1)
        return 100 * (1 - self.right(x, y))
