"""Optimizers and the schedule: Muon for hidden matrices, AdamW for the rest, warm-up and cosine."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from core.muon import Muon


def make_optimizers(
    model: nn.Module, kind: str, weight_decay: float, precision: torch.dtype
) -> list[torch.optim.Optimizer]:
    """AdamW for everything, or Muon for the matrices inside the blocks and AdamW for the rest.

    Args:
        model: The network, on its device.
        kind: "adamw" or "muon".
        weight_decay: That of Muon.
        precision: What Muon orthogonalizes in.

    Returns:
        Optimizers with the learning rate 0; `core.qm9.training.step` gives them one.
    """
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    inner = [p for n, p in named if kind == "muon" and p.ndim == 2 and n.startswith("blocks.")]
    chosen = {id(p) for p in inner}
    rest = [p for _, p in named if id(p) not in chosen]
    decay = [p for p in rest if p.ndim == 2]
    plain = [p for p in rest if p.ndim != 2]
    groups = [{"params": decay, "weight_decay": 1e-4}, {"params": plain, "weight_decay": 0.0}]
    optimizers: list[torch.optim.Optimizer] = [adamw(groups, (0.9, 0.98))]
    if inner:
        optimizers.append(Muon(inner, 0.0, weight_decay, precision=precision))
    return optimizers


def adamw(groups: list[dict[str, Any]], betas: tuple[float, float]) -> torch.optim.AdamW:
    """AdamW as one kernel, which on a GPU can be recorded."""
    device = groups[0]["params"][0].device.type
    on_gpu = device not in ("cpu", "mps")
    return torch.optim.AdamW(groups, lr=0.0, betas=betas, fused=True, capturable=on_gpu)


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
def update_ema(average: list[Tensor], weights: list[Tensor], decay: Tensor) -> None:
    """Move the averaged weights towards the current ones; `decay` has no axes."""
    ahead = torch._foreach_sub(weights, average)
    torch._foreach_mul_(ahead, 1 - decay)
    torch._foreach_add_(average, ahead)
