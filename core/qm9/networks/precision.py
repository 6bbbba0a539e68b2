"""Which numbers products are made of: bf16 where the processor has it, on either kind of device."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch


def pick_precision(precision: str, device: torch.device) -> torch.dtype:
    """bf16 where the processor multiplies it natively, else fp32."""
    if precision != "auto":
        return torch.bfloat16 if precision == "bf16" else torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    native = device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
    return torch.bfloat16 if native else torch.float32


def products_in(dtype: torch.dtype, device: torch.device) -> AbstractContextManager[object]:
    """Make products in this precision inside; weights and sums stay in fp32."""
    if dtype == torch.float32:
        return nullcontext()
    return torch.autocast(device.type, dtype)


def precision_here(device: torch.device) -> torch.dtype:
    """What products are made in at this place."""
    kind = device.type
    if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind):
        return torch.get_autocast_dtype(kind)
    return torch.float32
