"""Message passing on dense padded graphs, section 5.3.1 of the chapter.

All layers take node states `h` (B, N, d) and an adjacency matrix `A` (B, N, N): 1 where two nodes
are bonded, 0 elsewhere. A dict passed as `trace` receives the messages or attention weights.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Trace = dict[str, Tensor]


def neighborhood(A: Tensor, mask: Tensor) -> Tensor:
    """N(v) with v itself: True where v may listen to u; padding listens to nobody.

    Shapes:
        A: (B, N, N); mask: (B, N), True where there is a node; returns: (B, N, N)
    """
    v = torch.arange(A.shape[-1], device=A.device)
    return (A > 0) | (mask[:, :, None] & (v[:, None] == v))


def normalized_adjacency(neighbors: Tensor) -> Tensor:
    """D^-1/2 (A + I) D^-1/2: each entry is c_vu = 1 / sqrt(|N(v)| |N(u)|), self-loops counted.

    Equation: the matrix of (5.11), with the constant of (5.10)

    Shapes:
        neighbors: (B, N, N), A + I of an undirected graph, from `neighborhood`
        returns: (B, N, N), zero in padded rows and columns
    """
    A = neighbors.float()
    c = A.sum(1).clamp(min=1).rsqrt()  # (B, N); along the last axis of 9 a sum is slower
    return c[:, :, None] * A * c[:, None, :]


class GCNLayer(nn.Module):
    """Graph convolution: every node takes a fixed weighted average of its neighbors and itself.

    Equation: (5.11)
        H' = sigma(A_tilde H W)
    Source: Kipf and Welling 2017, arXiv 1609.02907. Same as `GCNConv` of PyTorch Geometric.

    Shapes:
        H: (B, N, d_in); A_tilde: (B, N, N), from `normalized_adjacency`
        returns: (B, N, d_out)
    """

    def __init__(self, d_in: int, d_out: int) -> None:
        """Make the layer; sigma is ReLU."""
        super().__init__()
        self.W = nn.Parameter(torch.empty(d_in, d_out))
        self.b = nn.Parameter(torch.zeros(d_out))
        nn.init.xavier_uniform_(self.W)

    def forward(self, H: Tensor, A_tilde: Tensor, trace: Trace | None = None) -> Tensor:
        """One round of averaging."""
        if trace is not None:
            # (B, N, N, d_out): what u sends to v, weighted by c_vu
            trace["messages"] = A_tilde[..., None] * (H @ self.W)[:, None]
        if len(self.W) < len(self.b):  # (A_tilde H) W: the sum over neighbors of fewer columns
            return torch.relu(F.linear(A_tilde.to(H.dtype) @ H, self.W.T, self.b))
        # The product with A_tilde adds b on the way: A_tilde (H W) + b.
        return torch.relu(torch.baddbmm(self.b, A_tilde, H @ self.W))  # (B, N, d_out)


class GATLayer(nn.Module):
    """Graph attention: every node weighs its neighbors and itself by learned relevance.

    Equations: (5.13) and (5.14), for each head
        h'_v = sum_u alpha_uv psi(h_u),  psi(h_u) = W h_u
        alpha_uv = softmax_u f(h_u, h_v),  f = LeakyReLU(a_from . psi(h_u) + a_to . psi(h_v))
    Source: Velickovic et al. 2018, arXiv 1710.10903. Same as `GATConv` of PyTorch Geometric.

    Shapes:
        h: (B, N, d_in); neighbors: (B, N, N), True where v may listen to u, from `neighborhood`
        returns: (B, N, d_out); the heads lie side by side
    """

    def __init__(self, d_in: int, d_out: int, heads: int = 4) -> None:
        """Make the layer; `heads` must divide `d_out`."""
        super().__init__()
        if d_out % heads:
            raise ValueError(f"GATLayer: heads = {heads} must divide d_out = {d_out}")
        self.heads = heads
        self.W = nn.Parameter(torch.empty(d_out, d_in))
        self.a_from = nn.Parameter(torch.empty(heads, d_out // heads))
        self.a_to = nn.Parameter(torch.empty(heads, d_out // heads))
        self.b = nn.Parameter(torch.zeros(d_out))
        for weight in (self.W, self.a_from, self.a_to):
            nn.init.xavier_uniform_(weight)

    def forward(self, h: Tensor, neighbors: Tensor, trace: Trace | None = None) -> Tensor:
        """One round of attention among neighbors."""
        psi, *scores = self.project(h)
        # (u, v, H, B): sums over pairs run along the molecules, which lie side by side in memory.
        score_from, score_to = (s.permute(1, 2, 0).contiguous() for s in scores)  # (N, H, B)
        f = score_from[:, None] + score_to[None] + self.shut(neighbors, psi.dtype)
        alpha = torch.softmax(F.leaky_relu(f, 0.2), 0).permute(3, 2, 1, 0)  # (B, H, v, u)
        psi = psi.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (B, H, u, d)
        if trace is not None:
            trace["attention"] = alpha * neighbors[:, None]
            trace["messages"] = trace["attention"][..., None] * psi[:, :, None]
        h = (alpha.to(psi.dtype) @ psi).transpose(1, 2).flatten(2)  # (B, N, d_out)
        return h + self.b.to(h.dtype)

    def project(self, h: Tensor) -> tuple[Tensor, ...]:
        """psi(h_u), (B, N, d_out), and both halves of the score of each head, (B, N, H) each.

        a . (W h) = (a W) . h: with a W as further rows of W, one product yields all three.
        """
        a = torch.stack([self.a_from, self.a_to])  # (2, H, d_out / H)
        aW = torch.einsum("thd,hdi->thi", a, self.W.unflatten(0, (self.heads, -1)))
        rows = torch.cat([self.W, aW.flatten(0, 1).to(self.W.dtype)])
        return F.linear(h, rows).split([len(self.W), self.heads, self.heads], -1)

    def shut(self, neighbors: Tensor, dtype: torch.dtype) -> Tensor:
        """0 where v listens to u, hugely negative elsewhere, (u, v, 1, B)."""
        return (neighbors.permute(2, 1, 0).to(dtype).contiguous() - 1)[:, :, None] * 1e9


def sum_pool(h: Tensor, mask: Tensor) -> Tensor:
    """From nodes to the graph: h_G = sum_v h_v.

    Equation: (5.12)

    Shapes:
        h: (B, N, d); mask: (B, N)
        returns: (B, d)
    """
    # As a product of the mask and h: several times faster than multiplying, then summing.
    return (mask[:, None].to(h.dtype) @ h).squeeze(1)
