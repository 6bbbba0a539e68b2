"""The same layers as others wrote them, with the same weights: they must say the same."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from core.experiments.patterns.experiment import seen_by
from core.experiments.patterns.layers import Additive, DotProduct, Fixed, OneSum
from core.experiments.patterns.settings import is_content
from core.models.graph import GATLayer, GCNLayer


def reference_name(settings: Any, name: str) -> str:
    """What a layer is compared with."""
    if name == "own":
        content = is_content(settings, name)
        return "nn.MultiheadAttention, masked" if content else "nn.Linear, masked"
    conv = "nn.Conv2d" if settings.given == "grid" else "nn.Conv1d"
    return {
        "mlp": "nn.Linear",
        "cnn": conv,
        "gcn": "GCNLayer",
        "gat": "GATLayer",
        "transformer": "nn.MultiheadAttention",
    }[name]


@torch.no_grad()
def reference(settings: Any, name: str, layer: OneSum, x: Tensor) -> Tensor:
    """Outputs of the other layer. Shapes: (B, n, d) -> (B, n, d)."""
    if isinstance(layer, DotProduct):
        return by_multihead_attention(layer, x)
    if isinstance(layer, Additive):
        return by_graph_attention(layer, x)
    assert isinstance(layer, Fixed)
    if name == "cnn":
        return by_convolution(layer, x, settings.given == "grid")
    return by_graph_convolution(layer, x) if name == "gcn" else by_linear(layer, x)


def by_linear(layer: Fixed, x: Tensor) -> Tensor:
    """nn.Linear from all numbers to all numbers: V_ij is its block in row i and column j."""
    B, n, d = x.shape
    made = nn.Linear(n * d, n * d)
    blocks = layer.V() * layer.mask[..., None, None]
    made.weight.copy_(blocks.transpose(1, 2).reshape(n * d, n * d))
    made.bias.copy_(layer.b.flatten())
    return made(x.flatten(1)).view(B, n, d)


def by_convolution(layer: Fixed, x: Tensor, grid: bool) -> Tensor:
    """nn.Conv1d or nn.Conv2d with zeros around: one value matrix for each place in the window."""
    B, n, d = x.shape
    k = round(len(layer.W) ** 0.5) if grid else len(layer.W)
    if grid:
        side = round(n**0.5)
        made: nn.Conv1d | nn.Conv2d = nn.Conv2d(d, d, k, padding=k // 2)
        made.weight.copy_(layer.W.permute(1, 2, 0).view(d, d, k, k))
        picture = x.transpose(1, 2).view(B, d, side, side)
    else:
        made = nn.Conv1d(d, d, k, padding=k // 2)
        made.weight.copy_(layer.W.permute(1, 2, 0))
        picture = x.transpose(1, 2)
    assert made.bias is not None
    made.bias.copy_(layer.b)
    return made(picture).flatten(2).transpose(1, 2)


def by_graph_convolution(layer: Fixed, x: Tensor) -> Tensor:
    """The layer of the message passing page, which ends with a ReLU: compared before it.

    ReLU(h) - ReLU(-h) = h; with all signs turned the layer says -h.
    """
    made = GCNLayer(x.shape[-1], x.shape[-1])
    A_tilde = (layer.fixed * layer.mask).expand(len(x), -1, -1)
    made.W.copy_(layer.W[0].T)
    made.b.copy_(layer.b)
    positive = made(x, A_tilde)
    made.W.neg_(), made.b.neg_()
    return positive - made(x, A_tilde)


def by_graph_attention(layer: Additive, x: Tensor) -> Tensor:
    """The layer of the graph attention page, with one head."""
    made = GATLayer(x.shape[-1], x.shape[-1], heads=1)
    made.W.copy_(layer.W)
    made.a_from.copy_(layer.a_from[None])
    made.a_to.copy_(layer.a_to[None])
    made.b.copy_(layer.b)
    return made(x, layer.mask.expand(len(x), -1, -1))


def by_multihead_attention(layer: DotProduct, x: Tensor) -> Tensor:
    """nn.MultiheadAttention with one head; what may not be looked at is masked."""
    made = nn.MultiheadAttention(x.shape[-1], 1, batch_first=True)
    made.in_proj_weight.copy_(torch.cat([layer.W_q, layer.W_k, layer.W_v]))
    made.in_proj_bias.copy_(torch.cat([layer.b_q, layer.b_k, layer.b_v]))
    made.out_proj.weight.copy_(layer.W_o)
    made.out_proj.bias.copy_(layer.b_o)
    out, _ = made(x, x, x, attn_mask=~layer.mask, need_weights=False)
    return torch.as_tensor(out)


@torch.no_grad()
def difference(settings: Any, name: str, layer: OneSum, x: Tensor) -> float:
    """Largest difference between the one sum and the other layer, over all outputs.

    Outputs that may look at nobody are left out: attention over nothing is not defined.
    """
    x = seen_by(layer, x)
    apart = (layer(x) - reference(settings, name, layer, x)).abs()
    return float(apart[:, layer.mask.any(1)].max())
