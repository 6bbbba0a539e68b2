"""Attention against torch's own, and its symmetry."""

import pytest
import torch
from torch import nn

from core.models.transformer import AttentionLayer, TransformerLayer, softmax_last

CLOSE = {"atol": 1e-5, "rtol": 1e-5}


def inputs():
    g = torch.Generator().manual_seed(0)
    mask = torch.tensor([[True] * 6, [True] * 4 + [False] * 2])
    return torch.randn(2, 6, 8, generator=g), mask, torch.randn(2, 4, 6, 6, generator=g)


def test_attention_equals_torch_multihead():
    h, mask, _ = inputs()
    ours, theirs = AttentionLayer(8, 4), nn.MultiheadAttention(8, 4, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(ours.qkv.weight), theirs.in_proj_bias.copy_(ours.qkv.bias)
        theirs.out_proj.weight.copy_(ours.out.weight), theirs.out_proj.bias.copy_(ours.out.bias)
    trace = {}
    out = ours(h, mask, trace=trace)
    expected, alpha = theirs(h, h, h, key_padding_mask=~mask, average_attn_weights=False)
    torch.testing.assert_close(out[mask], expected[mask], **CLOSE)
    rows = mask[:, None, :, None].expand_as(alpha)
    torch.testing.assert_close(trace["attention"][rows], alpha[rows], **CLOSE)


def test_bias_equals_the_mask_of_torch():
    h, mask, bias = inputs()
    layer = AttentionLayer(8, 4)
    q, k, v = layer.qkv(h).unflatten(-1, (3, 4, 2)).permute(2, 0, 3, 1, 4)
    shut = bias.masked_fill(~mask[:, None, None], float("-inf"))
    expected = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=shut)
    expected = layer.out(expected.transpose(1, 2).flatten(2))
    torch.testing.assert_close(layer(h, mask, bias), expected, **CLOSE)


def test_layer_is_equivariant_and_ignores_padding():
    h, mask, bias = inputs()
    layer, p = TransformerLayer(8, 4), torch.tensor([5, 2, 0, 1, 4, 3])
    out = layer(h, mask, bias)
    moved = layer(h[:, p], mask[:, p], bias[:, :, p][:, :, :, p])
    torch.testing.assert_close(moved, out[:, p], **CLOSE)
    alone = layer(h[1:, :4], mask[1:, :4], bias[1:, :, :4, :4])
    torch.testing.assert_close(alone, out[1:, :4], **CLOSE)


def test_softmax_last_is_softmax():
    score = inputs()[2]
    torch.testing.assert_close(softmax_last(score), torch.softmax(score, -1))


def test_heads_must_divide_the_width():
    with pytest.raises(ValueError, match="heads = 3 must divide d = 8"):
        AttentionLayer(8, 3)
