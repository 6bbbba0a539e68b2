"""Channels of pairs of atoms: what one atom is to another, told by every third.

Whether two ends of a molecule meet in space is a matter of the bonds between them, three atoms at a
time: distances obey triangles. A pair therefore listens to the two other sides of each triangle
that it closes.
Source: Jumper et al. 2021, doi 10.1038/s41586-021-03819-2, supplement, algorithm 11, made shorter.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PairUpdate(nn.Module):
    """What a pair learns in one round: of itself, of its two atoms, of all third atoms.

    Equation: t_uv = sum_w a_uw b_vw, channel by channel, with gates on a, b and t

    Shapes:
        pair: (B, N, N, c), normalized; n: (B, N, d), normalized; both: (B, N, N, 1), 1 where both
        are atoms; returns: (B, N, N, c), to be added
    """

    def __init__(self, d: int, c: int) -> None:
        """Make an update of c channels that reads atoms of width d."""
        super().__init__()
        self.ends = nn.Linear(d, 2 * c)
        self.sides = nn.Linear(c, 5 * c)
        self.wide = nn.Linear(c, 2 * c)
        self.norm = nn.LayerNorm(c)
        self.narrow = nn.Linear(4 * c, c)

    def forward(self, pair: Tensor, n: Tensor, both: Tensor) -> Tensor:
        """One round."""
        u, v = self.ends(n).chunk(2, -1)
        atoms = u[:, :, None] * v[:, None]
        a, b, gate_a, gate_b, gate = self.sides(pair).chunk(5, -1)
        t = third_atoms(a * gate_a.sigmoid() * both, b * gate_b.sigmoid() * both)
        closed = self.norm(t).to(gate.dtype) * gate.sigmoid()
        own = F.gelu(self.wide(pair))
        return self.narrow(torch.cat([own, atoms, closed], -1))


def third_atoms(a: Tensor, b: Tensor) -> Tensor:
    """sum_w a_uw b_vw, (B, N, N, c) each."""
    if a.device.type == "cpu":
        return torch.einsum("buwc,bvwc->buvc", a, b)
    # A GPU has no products for thousands of matrices of 9 x 9; its compiler makes a sum of these.
    return (a[:, :, None] * b[:, None]).sum(3)


def pairs_heard(alpha: Tensor, pair: Tensor) -> Tensor:
    """Sum of the pairs (u, v) over v, weighed by each head's attention of u to v.

    Shapes:
        alpha: (B, H, N, N); pair: (B, N, N, c); returns: (B, N, H c)
    """
    weight = alpha.transpose(1, 2)  # (B, N, H, N)
    if alpha.device.type == "cpu":
        return (weight @ pair.to(alpha.dtype)).flatten(2)
    return (weight[..., None] * pair[:, :, None]).sum(3).flatten(2)
