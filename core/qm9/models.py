"""Name -> model for QM9; every model maps `Graphs` to 14 standardized quantities, (B, 14)."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from core.qm9.best import Best

QM9_MODELS: dict[str, type[nn.Module]] = {
    "best": Best,
}


def make_model(name: str, seed: int, width: int = 0, layers: int = 0) -> nn.Module:
    """Build a model with weights from the seed; 0 keeps the model's own width or depth."""
    sizes: dict[str, Any] = {}
    if width:
        sizes["d"] = width
    if layers:
        sizes["layers"] = layers
    # torch's layers draw from the global generator: fork it, so that nothing outside changes.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return QM9_MODELS[name](**sizes)
