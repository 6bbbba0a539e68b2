"""Rows of a small table by code, for codes that occur again and again."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F


class Lookup(torch.autograd.Function):
    """`table[code]`, whose gradient is one product of one-hot codes and what comes back.

    On a GPU torch sorts the codes, or lets all of them add to the same few rows in turn: for 80,000
    pairs of atoms with 21 codes either takes longer than the layer that reads them.
    """

    @staticmethod
    def forward(ctx: Any, table: Tensor, code: Tensor) -> Tensor:
        """Look up."""
        ctx.save_for_backward(code)
        ctx.rows = len(table)
        return F.embedding(code, table)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None]:
        """Each row gets the sum of the gradients where it was read."""
        (code,) = ctx.saved_tensors
        rows = torch.arange(ctx.rows, device=code.device, dtype=code.dtype)
        hot = (rows[:, None] == code.flatten()).to(g.dtype)  # (rows, codes)
        return hot @ g.flatten(0, -2), None


def lookup(table: Tensor, code: Tensor) -> Tensor:
    """Rows of a table.

    Shapes:
        table: (R, d); code: (...), whole numbers from 0 to R - 1
        returns: (..., d)
    """
    if code.device.type == "cpu" or not table.requires_grad:
        return F.embedding(code, table)
    found: Tensor = Lookup.apply(table, code)
    return found
