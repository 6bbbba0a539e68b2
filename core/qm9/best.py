"""`best`: typed bond messages and biased attention side by side, the winner of our search.

A block in the style of GraphGPS (Rampasek et al. 2022, arXiv 2205.12454): each atom hears its
bonded neighbors through one matrix per bond type, and all atoms through attention whose scores
carry a learned bias for bond type and graph distance. It sees the 2-D graph only. While it trains,
extra heads must guess the DFT geometry and charges: after the early blocks, whose guess of the
distances then biases the attention of the late ones, and once more at the end.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.models.transformer import softmax_last
from core.qm9.graphs import NODE_INPUTS, PAIR_CODES, Graphs


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

    def forward(
        self, h: Tensor, bonds: Tensor, bias: Tensor, trace: dict[str, Tensor] | None = None
    ) -> Tensor:
        """Update the atoms."""
        n = self.norm(h)
        h = h + F.gelu(self.own(n) + self.messages(n, bonds)) + self.attention(n, bias, trace)
        return h + self.narrow(F.gelu(self.wide(self.norm_ffn(h))))

    def messages(self, n: Tensor, bonds: Tensor) -> Tensor:
        """Sum over neighbors u of W_type(u, v) n_u."""
        size, atoms, d = n.shape
        heard = torch.bmm(bonds.to(n.dtype), n)  # (B, N 4, d)
        return self.message(heard.view(size, atoms, 4 * d))  # (B, N, d)

    def attention(self, n: Tensor, bias: Tensor, trace: dict[str, Tensor] | None = None) -> Tensor:
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
        self.readout = nn.Sequential(nn.Linear(2 * d, d), nn.GELU(), nn.Linear(d, outputs))
        self.atom = nn.Sequential(nn.Linear(d, d), nn.GELU(), nn.Linear(d, outputs))
        self.early = layers // 2
        self.sketch, self.geometry = Geometry3d(d), Geometry3d(d)
        late = (layers - self.early) * heads
        width = min(d // 2, 32)
        self.near = nn.Sequential(nn.Linear(1, width), nn.GELU(), nn.Linear(width, late))

    def forward(self, graphs: Graphs, trace: list[dict[str, Tensor]] | None = None) -> Tensor:
        """Predict standardized residuals."""
        return self.read(self.encode(graphs, trace), graphs)

    def encode(self, graphs: Graphs, trace: list[dict[str, Tensor]] | None = None) -> Tensor:
        """Hidden state of each atom after the last block, (B, N, d).

        A list as `trace` receives one dict a block: its attention, and "h" after it.
        """
        return self.rounds(graphs, trace)[0]

    def rounds(
        self, graphs: Graphs, trace: list[dict[str, Tensor]] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """What `encode` returns, and the early guess of distances and charges."""
        h = self.embed(graphs.node_inputs)
        size, atoms = graphs.mask.shape
        bonds = graphs.e.transpose(2, 3).reshape(size, 4 * atoms, atoms).to(h.dtype)
        biases = list(self.biases(graphs))
        for i, block in enumerate(self.blocks):
            if i == self.early:
                guess = self.sketch(h, graphs.pairs)
                near = self.near(guess[0][..., None]).unflatten(-1, (-1, self.heads))
                late = near.permute(3, 0, 4, 1, 2)  # (L - early, B, H, N, N)
                biases[i:] = [a + b for a, b in zip(biases[i:], late, strict=True)]
            inside: dict[str, Tensor] | None = None if trace is None else {}
            h = block(h, bonds, biases[i], inside)
            if trace is not None and inside is not None:
                trace.append({**inside, "h": h})
        return self.norm(h), guess

    def biases(self, graphs: Graphs) -> Tensor:
        """Bias on the scores of each layer, padding shut out, (L, B, H, N, N)."""
        pairs = graphs.pairs.int()
        table = self.bias(pairs)  # (B, N, N, L H)
        table = table.masked_fill((pairs == 0)[..., None], -1e4)
        kind = pairs.device.type
        if torch.is_autocast_enabled(kind):
            table = table.to(torch.get_autocast_dtype(kind))  # once here, not once a layer
        return table.unflatten(-1, (self.layers, self.heads)).permute(3, 0, 4, 1, 2)

    def read(self, h: Tensor, graphs: Graphs) -> Tensor:
        """A network of the pooled molecule plus one contribution of each atom."""
        mask = graphs.mask
        return self.readout(self.pool(h, mask)) + (self.atom(h) * mask[..., None]).sum(1)

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


class Geometry3d(nn.Module):
    """Guesses of distances and charges, which have labels while training only.

    Shapes:
        h: (B, N, d); pairs: (B, N, N)
        returns: distances (B, N, N) and charges (B, N), both standardized by pair code and element
    """

    def __init__(self, d: int) -> None:
        """Make both heads."""
        super().__init__()
        width = min(d // 2, 32)
        self.end = nn.Linear(d, width)
        self.code = nn.Embedding(PAIR_CODES, width)
        self.distance = nn.Linear(width, 1)
        self.charge = nn.Linear(d, 1)

    def forward(self, h: Tensor, pairs: Tensor) -> tuple[Tensor, Tensor]:
        """Guess both."""
        end = self.end(h)
        both = end[:, :, None] + end[:, None, :] + self.code(pairs.int()).to(end.dtype)
        return self.distance(F.gelu(both)).squeeze(-1), self.charge(h).squeeze(-1)
