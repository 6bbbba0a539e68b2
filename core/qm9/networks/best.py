"""`best`: typed bond messages and biased attention side by side, the winner of our search.

A block in the style of GraphGPS (Rampasek et al. 2022, arXiv 2205.12454): each atom hears its
bonded neighbors through one matrix per bond type, and all atoms through attention whose scores
carry a learned bias for bond type and graph distance. It sees the 2-D graph only. While it trains,
extra heads must guess the DFT geometry and charges: after the early blocks, whose guess of the
distances then biases the attention of the late ones, and once more at the end, where the guess
tells the readout how far the molecule extends.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.graph import Trace
from core.models.links import Bonds, few_pairs
from core.models.lookup import lookup
from core.models.transformer import softmax_last
from core.qm9.data.graphs import MAX_HOPS, NODE_INPUTS, PAIR_CODES, Graphs
from core.qm9.networks.precision import precision_here

Pairs = Tensor | Bonds  # all pairs of atoms, or a list of the bonded ones


class Block(nn.Module):
    """One round of bond messages, attention and a position-wise network, all residual.

    Equation: (5.9) with psi linear for each bond type, plus (6.4) with a bias on the scores.

    Shapes:
        h: (B, N, d); bonds: (B, 4 N, N), rows (atom, bond type); bias: (B, H, N, N)
        returns: (B, N, d)
    """

    def __init__(self, d: int, heads: int) -> None:
        """Make a block of width d with `heads` attention heads."""
        super().__init__()
        self.heads = heads
        self.norm, self.norm_ffn = nn.LayerNorm(d), nn.LayerNorm(d)
        self.message = nn.Linear(4 * d, d, bias=False)
        self.own = nn.Linear(d, d)
        self.qkv = nn.Linear(d, 3 * d)
        self.out = nn.Linear(d, d)
        self.wide, self.narrow = nn.Linear(d, 2 * d), nn.Linear(2 * d, d)

    def forward(self, h: Tensor, bonds: Pairs, bias: Tensor, trace: Trace | None = None) -> Tensor:
        """Update the atoms."""
        n = self.norm(h)
        h = h + F.gelu(self.own(n) + self.messages(n, bonds)) + self.attention(n, bias, trace)
        return h + self.narrow(F.gelu(self.wide(self.norm_ffn(h))))

    def messages(self, n: Tensor, bonds: Pairs) -> Tensor:
        """Sum over neighbors u of W_type(u, v) n_u."""
        size, atoms, d = n.shape
        if isinstance(bonds, Bonds):
            return bonds.typed_sum(n, self.message.weight.unflatten(1, (-1, d)).transpose(0, 1))
        heard = torch.bmm(bonds.to(n.dtype), n)  # (B, N 4, d)
        return self.message(heard.view(size, atoms, 4 * d))  # (B, N, d)

    def attention(self, n: Tensor, bias: Tensor, trace: Trace | None = None) -> Tensor:
        """Dense attention with a bias on the scores."""
        size, atoms, d = n.shape
        qkv = self.qkv(n).view(size, atoms, 3, self.heads, d // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, H, N, d / H)
        # By hand: a mask with a gradient keeps torch's fused kernel off; its fallback is slower.
        alpha = softmax_last(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + bias)
        if trace is not None:
            trace["attention"] = alpha
        heard = alpha @ v  # (B, H, N, d / H)
        return self.out(heard.transpose(1, 2).reshape(size, atoms, d))


class Best(nn.Module):
    """The 2-D graph to the 14 standardized learned quantities.

    Shapes:
        graphs: B molecules of N atoms
        returns: (B, 14)
    """

    def __init__(self, outputs: int = 14, d: int = 128, layers: int = 5, heads: int = 4) -> None:
        """Make the network; weights come from torch's current generator state."""
        super().__init__()
        self.heads, self.layers = heads, layers
        self.embed = nn.Sequential(nn.Linear(NODE_INPUTS, d), nn.GELU(), nn.Linear(d, d))
        self.bias = nn.Embedding(PAIR_CODES, layers * heads)
        nn.init.zeros_(self.bias.weight)
        self.blocks = nn.ModuleList(Block(d, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(d)
        self.focus = nn.Linear(d, heads)
        self.value = nn.Linear(d, d)
        self.moments = Moments(d, min(d // 4, 8))
        pooled = 2 * d + len(self.moments.upper)
        self.readout = nn.Sequential(nn.Linear(pooled, d), nn.GELU(), nn.Linear(d, outputs))
        self.atom = nn.Sequential(nn.Linear(d, d), nn.GELU(), nn.Linear(d, outputs))
        self.early = layers // 2
        self.sketch, self.geometry = Geometry3d(d), Geometry3d(d)
        late = (layers - self.early) * heads
        width = min(d // 4, 32)
        self.near = nn.Sequential(nn.Linear(3, width), nn.GELU(), nn.Linear(width, late))

    def forward(self, graphs: Graphs, trace: list[Trace] | None = None) -> Tensor:
        """Predict standardized residuals."""
        h = self.encode(graphs, trace)
        return self.read(h, self.geometry.between(h, graphs.pairs), graphs)

    def encode(self, graphs: Graphs, trace: list[Trace] | None = None) -> Tensor:
        """Hidden state of each atom after the last block, (B, N, d).

        A list as `trace` receives one dict a block: its attention, and "h" after it.
        """
        return self.rounds(graphs, trace)[0]

    def rounds(self, graphs: Graphs, trace: list[Trace] | None = None) -> tuple[Tensor, Guess]:
        """What `encode` returns, and the early guess of distances and charges."""
        h = self.embed(graphs.node_inputs)
        size, atoms = graphs.mask.shape
        # Where bf16 is native, products are four times as fast, and lists of pairs are not.
        if self.training and few_pairs(h) and h.dtype == torch.float32:
            bonds: Pairs = Bonds(graphs.e, graphs.adjacency)
        else:
            bonds = graphs.e.transpose(2, 3).reshape(size, 4 * atoms, atoms).to(h.dtype)
        biases = list(self.biases(graphs))
        for i, block in enumerate(self.blocks):
            if i == self.early:
                guess = self.sketch(h, graphs.pairs)
                three = [guess.distance, guess.hydrogen, guess.hydrogen.transpose(1, 2)]
                near = self.near(torch.stack(three, -1)).unflatten(-1, (-1, self.heads))
                late = near.permute(3, 0, 4, 1, 2)  # (L - early, B, H, N, N)
                biases[i:] = [a + b for a, b in zip(biases[i:], late, strict=True)]
            inside: Trace | None = None if trace is None else {}
            h = block(h, bonds, biases[i], inside)
            if trace is not None and inside is not None:
                trace.append({**inside, "h": h})
        return self.norm(h), guess

    def biases(self, graphs: Graphs) -> Tensor:
        """Bias on the scores of each layer, padding shut out, (L, B, H, N, N)."""
        pairs = graphs.pairs.int()
        table = lookup(self.bias.weight, pairs).masked_fill((pairs == 0)[..., None], -1e4)
        table = table.to(precision_here(pairs.device))  # once here, not once a layer
        return table.unflatten(-1, (self.layers, self.heads)).permute(3, 0, 4, 1, 2)

    def read(self, h: Tensor, distance: Tensor, graphs: Graphs) -> Tensor:
        """A network of the pooled molecule plus one contribution of each atom."""
        extent = self.moments(h, distance, graphs.pairs).sum(1)
        pooled = torch.cat([self.pool(h, graphs.mask), extent], -1)
        return self.readout(pooled) + (self.atom(h) * graphs.mask[..., None]).sum(1)

    def summary(self, graphs: Graphs) -> Tensor:
        """The pooled molecule, a point of the learned map of chemical space, (B, 2 d)."""
        return self.pool(self.encode(graphs), graphs.mask)

    def pool(self, h: Tensor, mask: Tensor) -> Tensor:
        """Attention pooling beside a sum, (B, 2 d)."""
        score = self.focus(h).masked_fill(~mask[..., None], -1e4)  # (B, N, H)
        alpha = torch.softmax(score, 1)
        value = self.value(h).unflatten(-1, (self.heads, -1))  # (B, N, H, d / H)
        focused = (alpha[..., None] * value).sum(1).flatten(1)
        return torch.cat([focused, (h * mask[..., None]).sum(1) / math.sqrt(9.0)], -1)


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
        h: (B, N, d); pairs: (B, N, N)
    """

    def __init__(self, d: int) -> None:
        """Make both heads."""
        super().__init__()
        width = min(d // 4, 32)
        self.end = nn.Linear(d, width)
        self.code = nn.Embedding(PAIR_CODES, width)
        self.distance = nn.Linear(width, 1)
        self.charge = nn.Linear(d, 1)
        self.owner, self.other = nn.Linear(d, width), nn.Linear(d, width)
        self.way = nn.Embedding(PAIR_CODES, width)
        self.hydrogen = nn.Linear(width, 1)

    def forward(self, h: Tensor, pairs: Tensor) -> Guess:
        """Guess all three."""
        owner, other = self.owner(h)[:, :, None], self.other(h)[:, None]
        ways = owner + other + lookup(self.way.weight, pairs.int()).to(owner.dtype)
        hydrogen = self.hydrogen(F.gelu(ways)).squeeze(-1)
        return Guess(self.between(h, pairs), self.charge(h).squeeze(-1), hydrogen)

    def between(self, h: Tensor, pairs: Tensor) -> Tensor:
        """Guess the distances alone, which is all that a prediction needs of the last guess."""
        end = self.end(h)
        both = end[:, :, None] + end[:, None] + lookup(self.code.weight, pairs.int()).to(end.dtype)
        return self.distance(F.gelu(both)).squeeze(-1)
