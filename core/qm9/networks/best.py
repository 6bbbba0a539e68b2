"""`best`: typed bond messages and biased attention side by side, the winner of our search.

A block in the style of GraphGPS (Rampasek et al. 2022, arXiv 2205.12454): each atom hears its
bonded neighbors through one matrix per bond type, and all atoms through attention whose scores
carry a learned bias for bond type and graph distance. Pairs of atoms may have channels of their own
that learn from triangles. It sees the 2-D graph only. While it trains, extra heads must guess the
DFT geometry and charges: after the early blocks, whose guess of the distances then biases the
attention of the late ones, and once more at the end, where the guess tells the readout how far the
molecule extends.
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
from core.qm9.data.graphs import NODE_INPUTS, PAIR_CODES, Graphs
from core.qm9.networks.geometry import Geometry3d, Guess, Moments
from core.qm9.networks.pairs import PairUpdate, pairs_heard
from core.qm9.networks.precision import precision_here

Pairs = Tensor | Bonds  # all pairs of atoms, or a list of the bonded ones


class Rounds(NamedTuple):
    """What the blocks make of a batch.

    Shapes:
        h: (B, N, d), after the last norm; z: (B, N, N, c), or None without channels for pairs
    """

    h: Tensor
    z: Tensor | None
    early: Guess


class Block(nn.Module):
    """One round of bond messages, attention and a position-wise network, all residual.

    Equation: (5.9) with psi linear for each bond type, plus (6.4) with a bias on the scores.
    With channels for pairs these bias the scores too, and are heard like the atoms' values.

    Shapes:
        h: (B, N, d); bonds: (B, 4 N, N), rows (atom, bond type); bias: (B, H, N, N)
        z: (B, N, N, c); both: (B, N, N, 1), 1 where both are atoms
        returns: h and z
    """

    def __init__(self, d: int, heads: int, c: int = 0) -> None:
        """Make a block of width d with `heads` attention heads and c channels a pair."""
        super().__init__()
        self.heads = heads
        self.norm, self.norm_ffn = nn.LayerNorm(d), nn.LayerNorm(d)
        self.message = nn.Linear(4 * d, d, bias=False)
        self.own = nn.Linear(d, d)
        self.qkv = nn.Linear(d, 3 * d)
        self.out = nn.Linear(d, d)
        self.wide, self.narrow = nn.Linear(d, 2 * d), nn.Linear(2 * d, d)
        if c:
            self.norm_pair, self.pair = nn.LayerNorm(c), PairUpdate(d, c)
            self.score, self.seen = nn.Linear(c, heads, bias=False), nn.Linear(heads * c, d)

    def forward(
        self, h: Tensor, bonds: Pairs, bias: Tensor, trace: Trace | None = None,
        z: Tensor | None = None, both: Tensor | None = None,
    ) -> tuple[Tensor, Tensor | None]:  # fmt: skip
        """Update the atoms, and the pairs if they have channels."""
        n, pair = self.norm(h), None
        if z is not None and both is not None:
            pair = self.norm_pair(z)
            z = z + self.pair(pair, n, both)
        heard = self.attention(n, bias, pair, trace)
        h = h + F.gelu(self.own(n) + self.messages(n, bonds)) + heard
        return h + self.narrow(F.gelu(self.wide(self.norm_ffn(h)))), z

    def messages(self, n: Tensor, bonds: Pairs) -> Tensor:
        """Sum over neighbors u of W_type(u, v) n_u."""
        size, atoms, d = n.shape
        if isinstance(bonds, Bonds):
            return bonds.typed_sum(n, self.message.weight.unflatten(1, (-1, d)).transpose(0, 1))
        heard = torch.bmm(bonds.to(n.dtype), n)  # (B, N 4, d)
        return self.message(heard.view(size, atoms, 4 * d))  # (B, N, d)

    def attention(
        self, n: Tensor, bias: Tensor, pair: Tensor | None, trace: Trace | None
    ) -> Tensor:
        """Dense attention to atoms, and to pairs, with a bias on the scores."""
        size, atoms, d = n.shape
        qkv = self.qkv(n).view(size, atoms, 3, self.heads, d // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, H, N, d / H)
        if pair is not None:
            bias = bias + self.score(pair).permute(0, 3, 1, 2)
        # By hand: a mask with a gradient keeps torch's fused kernel off; its fallback is slower.
        alpha = softmax_last(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + bias)
        if trace is not None:
            trace["attention"] = alpha
        heard = self.out((alpha @ v).transpose(1, 2).reshape(size, atoms, d))
        return heard if pair is None else heard + self.seen(pairs_heard(alpha, pair))


class Best(nn.Module):
    """The 2-D graph to the 14 standardized learned quantities.

    Shapes:
        graphs: B molecules of N atoms
        returns: (B, 14)
    """

    def __init__(
        self, outputs: int = 14, d: int = 128, layers: int = 5, heads: int = 4, pairs: int = 0
    ) -> None:
        """Make the network, with `pairs` channels for each pair of atoms.

        Weights come from torch's current generator state.
        """
        super().__init__()
        self.heads, self.layers = heads, layers
        self.embed = nn.Sequential(nn.Linear(NODE_INPUTS, d), nn.GELU(), nn.Linear(d, d))
        self.bias = nn.Embedding(PAIR_CODES, layers * heads)
        nn.init.zeros_(self.bias.weight)
        self.blocks = nn.ModuleList(Block(d, heads, pairs) for _ in range(layers))
        self.pair = nn.Embedding(PAIR_CODES, pairs) if pairs else None
        self.norm = nn.LayerNorm(d)
        self.focus = nn.Linear(d, heads)
        self.value = nn.Linear(d, d)
        self.moments = Moments(d, min(d // 4, 8))
        pooled = 2 * d + len(self.moments.upper)
        self.readout = nn.Sequential(nn.Linear(pooled, d), nn.GELU(), nn.Linear(d, outputs))
        self.atom = nn.Sequential(nn.Linear(d, d), nn.GELU(), nn.Linear(d, outputs))
        self.early = layers // 2
        self.sketch, self.geometry = Geometry3d(d, pairs), Geometry3d(d, pairs)
        late = (layers - self.early) * heads
        width = min(d // 4, 32)
        self.near = nn.Sequential(nn.Linear(3, width), nn.GELU(), nn.Linear(width, late))

    def forward(self, graphs: Graphs, trace: list[Trace] | None = None) -> Tensor:
        """Predict standardized residuals."""
        h, z, _ = self.rounds(graphs, trace)
        return self.read(h, self.geometry.between(h, graphs.pairs, z), graphs)

    def encode(self, graphs: Graphs, trace: list[Trace] | None = None) -> Tensor:
        """Hidden state of each atom after the last block, (B, N, d).

        A list as `trace` receives one dict a block: its attention, and "h" after it.
        """
        return self.rounds(graphs, trace).h

    def rounds(self, graphs: Graphs, trace: list[Trace] | None = None) -> Rounds:
        """What `encode` returns, the channels of the pairs, the early guess of the geometry."""
        h = self.embed(graphs.node_inputs)
        size, atoms = graphs.mask.shape
        # Where bf16 is native, products are four times as fast, and lists of pairs are not.
        if self.training and few_pairs(h) and h.dtype == torch.float32:
            bonds: Pairs = Bonds(graphs.e, graphs.adjacency)
        else:
            bonds = graphs.e.transpose(2, 3).reshape(size, 4 * atoms, atoms).to(h.dtype)
        biases = list(self.biases(graphs))
        z = both = None
        if self.pair is not None:
            z = lookup(self.pair.weight, graphs.pairs.int())
            both = (graphs.pairs > 0)[..., None].to(precision_here(z.device))
        for i, block in enumerate(self.blocks):
            if i == self.early:
                guess = self.sketch(h, graphs.pairs, z)
                three = [guess.distance, guess.hydrogen, guess.hydrogen.transpose(1, 2)]
                near = self.near(torch.stack(three, -1)).unflatten(-1, (-1, self.heads))
                late = near.permute(3, 0, 4, 1, 2)  # (L - early, B, H, N, N)
                biases[i:] = [a + b for a, b in zip(biases[i:], late, strict=True)]
            inside: Trace | None = None if trace is None else {}
            h, z = block(h, bonds, biases[i], inside, z, both)
            if trace is not None and inside is not None:
                trace.append({**inside, "h": h})
        return Rounds(self.norm(h), z, guess)

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
