"""What W_h alone does to a gradient on its way back: a bound, a rate, and the thing itself."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class WayBack(NamedTuple):
    """Over lag k = 0 ... T - 1, relative to lag 0, each (T,): see `way_back`."""

    alone: Tensor
    bound: Tensor
    rate: Tensor
    norm: float
    radius: float


def way_back(W_h: Tensor, u: Tensor, T: int) -> WayBack:
    """Carry gradients u back by W_h without sigma.

    `alone` is |u W_h^T ... W_h^T| with k factors, the root mean square over rows of u; `bound` is
    norm^k, never less; `rate` is radius^k, the same up to a factor in the long run. Of an
    orthogonal matrix times s all three are s^k.

    Equation: (5.6), sigma left away: the gradient at h_t is W_h times that at h_(t+1)
    Shapes: W_h (d, d) as in h W_h, u (B, d)
    Source: Pascanu, Mikolov and Bengio (2013); the rate is Gelfand's formula.
    """
    W, u = W_h.double(), u.double()
    norm = float(torch.linalg.matrix_norm(W, 2))
    radius = float(torch.linalg.eigvals(W).abs().max())
    sizes = []
    for _ in range(T):
        sizes.append(u.square().sum(-1).mean().sqrt())
        u = u @ W.T
    k = torch.arange(T, dtype=torch.float64)
    alone = torch.stack(sizes) / sizes[0].clamp(min=1e-300)
    return WayBack(alone, norm**k, radius**k, norm, radius)
