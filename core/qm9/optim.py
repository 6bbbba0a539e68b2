"""Optimizers and the schedule: Muon for hidden matrices, AdamW for the rest, warm-up and cosine."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor, nn


def make_optimizers(
    model: nn.Module, kind: str, lr: float, weight_decay: float
) -> list[torch.optim.Optimizer]:
    """AdamW for everything, or Muon for the matrices inside the blocks and AdamW for the rest.

    Muon (Jordan et al. 2024) steps by an orthogonalized momentum matrix. Scaled to the size of an
    AdamW step it takes the same learning rate.
    """
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    inner = [p for n, p in named if kind == "muon" and p.ndim == 2 and n.startswith("blocks.")]
    chosen = {id(p) for p in inner}
    rest = [p for _, p in named if id(p) not in chosen]
    decay = [p for p in rest if p.ndim == 2]
    plain = [p for p in rest if p.ndim != 2]
    groups = [{"params": decay, "weight_decay": 1e-4}, {"params": plain, "weight_decay": 0.0}]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), foreach=True)
    ]
    if inner:
        optimizers.append(
            torch.optim.Muon(
                inner, lr=lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw"
            )
        )
    return optimizers


def rate_at(progress: float, warmup: float = 0.04, floor: float = 0.02) -> float:
    """Factor on the learning rate: linear warm-up, then a cosine down to `floor`.

    Args:
        progress: Share of the run that is done, 0 to 1.
        warmup: Share of the run that warms up.
        floor: Where the cosine ends.
    """
    if progress < warmup:
        return max(progress / warmup, 1e-3)
    done = min((progress - warmup) / (1 - warmup), 1.0)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done))


@torch.no_grad()
def update_ema(average: Iterable[Tensor], weights: Iterable[Tensor], decay: float) -> None:
    """Move the averaged weights towards the current ones."""
    torch._foreach_lerp_(list(average), list(weights), 1 - decay)
