"""Muon, by torch and in a fitting precision: matrices step by their orthogonalized momentum."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor


class Muon(torch.optim.Optimizer):
    """Each matrix steps by its orthogonalized momentum, as large as a step of AdamW would be.

    `torch.optim.Muon` with `match_rms_adamw`, but matrices of one shape are orthogonalized together
    and in a fitting precision. torch does one after the other, always in bf16: a processor that has
    to emulate bf16 spent three quarters of a training step on this alone.
    Source: Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/
    """

    def __init__(
        self, params: Iterable[Tensor], lr: float | Tensor, weight_decay: float,
        momentum: float = 0.95, precision: torch.dtype = torch.float32,
    ) -> None:  # fmt: skip
        """Take charge of some matrices; `precision` is what they are orthogonalized in."""
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        self.precision = precision

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Move every matrix; there is no closure."""
        for group in self.param_groups:
            moved = [p for p in group["params"] if p.grad is not None]
            grads = [p.grad for p in moved]
            for p in moved:
                if not self.state[p]:
                    self.state[p]["momentum_buffer"] = torch.zeros_like(p)
            momenta = [self.state[p]["momentum_buffer"] for p in moved]
            torch._foreach_lerp_(momenta, grads, 1 - group["momentum"])
            ahead = torch._foreach_lerp(grads, momenta, group["momentum"])  # Nesterov
            torch._foreach_mul_(moved, 1 - group["lr"] * group["weight_decay"])
            for places in by_shape(moved):
                some = [moved[i] for i in places]
                whole = torch.stack([ahead[i] for i in places])
                steps = orthogonalize(whole, self.precision).to(whole.dtype)
                steps *= group["lr"] * (0.2 * math.sqrt(max(steps.shape[1:])))
                torch._foreach_sub_(some, list(steps.unbind()))


def by_shape(matrices: Sequence[Tensor]) -> list[list[int]]:
    """Places of the matrices of each shape."""
    groups: dict[torch.Size, list[int]] = {}
    for i, matrix in enumerate(matrices):
        groups.setdefault(matrix.shape, []).append(i)
    return list(groups.values())


def orthogonalize(G: Tensor, precision: torch.dtype, rounds: int = 5) -> Tensor:
    """U V^T of each G = U S V^T, roughly: Newton-Schulz rounds bring singular values near 1.

    Shapes:
        G: (K, m, n); returns: (K, m, n)
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    X = G.to(precision)
    if G.shape[1] > G.shape[2]:
        X = X.mT
    X = X / X.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(rounds):
        A = X @ X.mT
        X = torch.baddbmm(X, torch.baddbmm(A, A, A, beta=b, alpha=c), X, beta=a)
    return X.mT if G.shape[1] > G.shape[2] else X
