"""What `best` says of the molecule in space: guesses with DFT labels, and moments made of them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.lookup import lookup
from core.qm9.data.graphs import MAX_HOPS, PAIR_CODES


class Moments(nn.Module):
    """How far learned charges lie apart: second moments, from distances alone.

    Equation: sum_uv q_uk q_vl d_uv^2 for charges k, l. Where a charge adds up to 0, the moment with
    itself is -2 times its squared dipole; where it is positive, it is its spatial extent <R^2>
    about its center, times 2 sum_u q_u: mu and R2 are of this kind, and so are A, B and C.

    Shapes:
        h: (B, N, d); distance: (B, N, N), standardized; pairs: (B, N, N)
        returns: (B, N, K (K + 1) / 2), each atom's part, to be added up
    """

    upper: Tensor

    def __init__(self, d: int, charges: int = 8) -> None:
        """Make `charges` charges; distances start at what is usual for a number of bonds."""
        super().__init__()
        self.charge = nn.Linear(d, charges, bias=False)
        self.usual, self.spread = nn.Embedding(PAIR_CODES, 1), nn.Embedding(PAIR_CODES, 1)
        hops = torch.tensor([0, 0, 1, 1, 1, 1, *range(4, 2 * MAX_HOPS + 2), 2 * MAX_HOPS + 2])
        hops[6:] //= 2
        nn.init.constant_(self.spread.weight, 0.1)
        with torch.no_grad():
            self.usual.weight.copy_(1.4 * hops[:, None] ** 0.8)  # Angstrom
        row, column = torch.triu_indices(charges, charges)
        self.register_buffer("upper", charges * row + column, persistent=False)

    def forward(self, h: Tensor, distance: Tensor, pairs: Tensor) -> Tensor:
        """Each atom's part of each moment."""
        code = pairs.int()
        both = torch.cat([self.usual.weight, self.spread.weight], 1)
        usual, spread = lookup(both, code).unbind(-1)
        d = usual + spread * distance
        q = self.charge(h)  # (B, N, K)
        felt = (d * d * (code > 1)).to(q.dtype) @ q  # sum_v d_uv^2 q_v, (B, N, K)
        both = q[..., :, None] * felt[..., None, :]  # (B, N, K, K)
        parts = (both + both.transpose(2, 3)).flatten(2).index_select(2, self.upper)
        return parts / 400  # to the size of a hidden state


class Guess(NamedTuple):
    """What `Geometry3d` says, standardized: by pair code, by element, by pair code.

    Shapes:
        distance: (B, N, N); charge: (B, N); hydrogen: (B, N, N), of u's nearest hydrogen to v
    """

    distance: Tensor
    charge: Tensor
    hydrogen: Tensor


class Geometry3d(nn.Module):
    """Guesses of distances and charges, which have labels while training only.

    Shapes:
        h: (B, N, d); pairs: (B, N, N); z: (B, N, N, c), channels of the pairs if there are any
    """

    def __init__(self, d: int, c: int = 0) -> None:
        """Make all heads, for c channels a pair."""
        super().__init__()
        width = min(d // 4, 32)
        self.near, self.far = (nn.Linear(c, width, bias=False) if c else None for _ in range(2))
        self.end = nn.Linear(d, width)
        self.code = nn.Embedding(PAIR_CODES, width)
        self.distance = nn.Linear(width, 1)
        self.charge = nn.Linear(d, 1)
        self.owner, self.other = nn.Linear(d, width), nn.Linear(d, width)
        self.way = nn.Embedding(PAIR_CODES, width)
        self.hydrogen = nn.Linear(width, 1)

    def forward(self, h: Tensor, pairs: Tensor, z: Tensor | None = None) -> Guess:
        """Guess all three."""
        owner, other = self.owner(h)[:, :, None], self.other(h)[:, None]
        ways = owner + other + lookup(self.way.weight, pairs.int()).to(owner.dtype)
        if self.far is not None:
            ways = ways + self.far(z)
        hydrogen = self.hydrogen(F.gelu(ways)).squeeze(-1)
        return Guess(self.between(h, pairs, z), self.charge(h).squeeze(-1), hydrogen)

    def between(self, h: Tensor, pairs: Tensor, z: Tensor | None = None) -> Tensor:
        """Guess the distances alone, which is all that a prediction needs of the last guess."""
        end = self.end(h)
        both = end[:, :, None] + end[:, None] + lookup(self.code.weight, pairs.int()).to(end.dtype)
        if self.near is not None:
            seen = self.near(z)
            both = both + seen + seen.transpose(1, 2)  # u is as far from v as v from u
        return self.distance(F.gelu(both)).squeeze(-1)
