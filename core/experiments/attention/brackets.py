"""Brackets that open and close: which kind does this sign close?"""

from __future__ import annotations

import torch
from torch import Tensor

DEEPEST, OPEN, CLOSE = 5, 3, 3  # open at once, kinds, and the token that closes


def at(places: Tensor, asked: Tensor) -> Tensor:
    """One place for each query. Shapes: places, asked (B or 1, n) -> (B or 1, n, n)."""
    here = torch.arange(places.shape[-1])
    return (places[..., None] == here) & asked[..., None]


def opener(x: Tensor) -> Tensor:
    """For each sign that closes, the place of the bracket that it closes."""
    B, n = x.shape
    stack, depth = torch.full((B, n + 1), -1), torch.zeros(B, dtype=torch.long)
    places, rows = torch.full((B, n), -1), torch.arange(B)
    for i in range(n):
        opens = x[:, i] < OPEN
        closes = ~opens & (depth > 0)
        places[closes, i] = stack[rows, depth - 1][closes]
        stack[rows[opens], depth[opens]] = i
        depth = depth + opens.long() - closes.long()
    return at(places, places >= 0)


def brackets(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Open or close by a coin, never more than five open; who closes does not say what."""
    x, depth = torch.empty(B, n, dtype=torch.long), torch.zeros(B, dtype=torch.long)
    coins = torch.rand(B, n, generator=generator)
    kinds = torch.randint(OPEN, (B, n), generator=generator)
    for i in range(n):
        opens = (depth == 0) | ((coins[:, i] < 0.5) & (depth < DEEPEST))
        x[:, i] = kinds[:, i].where(opens, CLOSE)
        depth = depth + torch.where(opens, 1, -1)
    return x
