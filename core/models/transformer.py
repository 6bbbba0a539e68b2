"""Dense attention on graphs, section 6 of the chapter: every atom looks at every atom."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Trace = dict[str, Tensor]


def softmax_last(score: Tensor) -> Tensor:
    """Softmax over the last axis, (B, ..., N).

    On a CPU torch works along an outer axis six times faster than along a last one of 9 numbers.
    """
    if score.device.type != "cpu":
        return torch.softmax(score, -1)
    last = score.ndim - 1  # not -1: an exported file would hold it as it is
    return torch.softmax(score.movedim(last, 1).contiguous(), 1).movedim(1, last)


class AttentionLayer(nn.Module):
    """Multi-head attention of all nodes to all nodes, with an optional bias on the scores.

    Equation: (6.4), for each head
        h_i = sum_j alpha_ij v_j,  alpha_ij = softmax_j(q_i . k_j / sqrt(d) + bias_ij)
    Sources: Vaswani et al. 2017, arXiv 1706.03762; the bias: Ying et al. 2021 (Graphormer),
    arXiv 2106.05234.

    Shapes:
        h: (B, N, d); mask: (B, N), True where there is a node; bias: (B, H, N, N)
        returns: (B, N, d)
    """

    def __init__(self, d: int, heads: int = 4) -> None:
        """Make the layer; `heads` must divide `d`."""
        super().__init__()
        if d % heads:
            raise ValueError(f"AttentionLayer: heads = {heads} must divide d = {d}")
        self.heads = heads
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)

    def forward(
        self, h: Tensor, mask: Tensor, bias: Tensor | None = None, trace: Trace | None = None
    ) -> Tensor:
        """One round of attention."""
        qkv = self.qkv(h).unflatten(-1, (3, self.heads, -1))
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, H, N, d / H)
        score = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5  # (B, H, N, N)
        score = score if bias is None else score + bias
        alpha = softmax_last(score.masked_fill(~mask[:, None, None], -1e9))  # (B, H, N, N)
        if trace is not None:
            trace["attention"] = alpha * mask[:, None, :, None]
        heard = alpha.to(v.dtype) @ v  # (B, H, N, d / H)
        return self.out(heard.transpose(1, 2).flatten(2))  # (B, N, d)


class TransformerLayer(nn.Module):
    """Attention, then a position-wise network, each added to what came in (pre-norm).

    Equation: (6.4) inside

    Shapes:
        as `AttentionLayer`
    """

    def __init__(self, d: int, heads: int = 4) -> None:
        """Make the layer; the inner network is 2 d wide."""
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.attention = AttentionLayer(d, heads)
        self.ffn = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

    def forward(
        self, h: Tensor, mask: Tensor, bias: Tensor | None = None, trace: Trace | None = None
    ) -> Tensor:
        """Mix the atoms, then transform each."""
        h = h + self.attention(self.norm_1(h), mask, bias, trace)
        return h + self.ffn(self.norm_2(h))
