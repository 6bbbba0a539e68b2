"""Six families of networks that name what they see; many networks of one shape are one.

Every weight has a leading axis S of networks (seeds, training sets). Each network sees the same
rows x (B, N), or rows of its own, x (S, B, N): N numbers along a line, or on a grid row by row;
where a place holds C numbers, they stand together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, pad, scaled_dot_product_attention

from core.models.recurrent import State, gru

Weights = Mapping[str, Tensor]
Shapes = dict[str, tuple[tuple[int, ...], int]]  # name -> shape, and fan-in of the first weights
HEADS, LAYERS, ROUNDS = 2, 2, 3  # of the transformer, and of the graph network
FLATTEN, MEAN = "flatten", "mean pool"  # how the places are read at the end


def affine(x: Tensor, w: Weights, name: str = "") -> Tensor:
    """What each network makes of its rows, x W + b.

    Shapes: x (S, M, I), W (S, I, O), b (S, 1, O) -> (S, M, O)
    """
    end = f"_{name}" if name else ""
    return torch.baddbmm(w[f"b{end}"], x, w[f"W{end}"])


def for_each(x: Tensor, w: Weights) -> Tensor:
    """The rows for each network. Shapes: (B, N) or (S, B, N) -> (S, B, N)."""
    return x if x.ndim == 3 else x.expand(len(w["b"]), -1, -1)


def read(h: Tensor, w: Weights, end: str) -> Tensor:
    """The answer from all places in their order, or from their mean, which knows no order.

    Shapes: h (S, B, N, d) -> (S, B, O)
    """
    return affine(h.mean(2) if end == MEAN else h.flatten(2), w)


def linear(x: Tensor, w: Weights) -> Tensor:
    """Softmax regression. Shapes: x (B, N) or (S, B, N) -> (S, B, O)."""
    return affine(for_each(x, w), w)


def mlp(x: Tensor, w: Weights) -> Tensor:
    """Two hidden layers, the second with a path around it. Shapes: as `linear`."""
    h = affine(for_each(x, w), w, "1").relu()
    h = h + affine(h, w, "2").relu()
    return affine(h, w)


def windows(h: Tensor, kernel: Sequence[int], stride: int) -> Tensor:
    """What a kernel sees at each place, with zeros one place beyond the edge.

    Shapes: h (S, B, *grid, C) -> (S, B, *places, k C), k the number of offsets in the kernel
    """
    h = pad(h, (0, 0) + (1, 1) * len(kernel))
    places = [(h.shape[2 + i] - k) // stride for i, k in enumerate(kernel)]
    cuts = []
    for offset in product(*map(range, kernel)):
        index = (slice(o, o + stride * n + 1, stride) for o, n in zip(offset, places, strict=True))
        cuts.append(h[(slice(None), slice(None), *index)])
    return torch.cat(cuts, -1)


def cnn(x: Tensor, w: Weights, grid: Sequence[int], strides: Sequence[int], end: str) -> Tensor:
    """Three convolutions: the same weights at every place, one matrix an offset.

    Equation: (5.2), in one or two dimensions
    Shapes: x as `linear`, K_1 to K_3 (S, C', C, *kernel), k_1 to k_3 (S, C') -> (S, B, O)
    """
    h = for_each(x, w).unflatten(-1, (*grid, -1))  # (S, B, *grid, C)
    for layer, stride in zip("123", strides, strict=True):
        K, k = w[f"K_{layer}"], w[f"k_{layer}"][:, None]
        seen = windows(h, K.shape[3:], stride)
        matrix = K.flatten(3).permute(0, 3, 2, 1).flatten(1, 2)  # (S, k C, C')
        h = torch.baddbmm(k, seen.flatten(1, -2), matrix).relu().view(*seen.shape[:-1], -1)
    h = h.flatten(2, -2)  # (S, B, places, C)
    return read(h if end == MEAN else h.transpose(2, 3), w, end)  # channel by channel, as torch


def gru_both_ways(x: Tensor, w: Weights, tokens: int) -> Tensor:
    """A GRU from the first token to the last and one back; all states are read.

    Equation: (5.6) with gates
    Shapes: x as `linear`, N = T F numbers; W_x (2, S, F, 3 d), W_h (2, S, d, 3 d) -> (S, B, O)
    """
    x = for_each(x, w).unflatten(-1, (tokens, -1))  # (S, B, T, F)
    S, B, T, F = x.shape
    ways = torch.stack([x, x.flip(2)]).view(2 * S, B * T, F)
    a = torch.bmm(ways, w["W_x"].flatten(0, 1)) + w["b_h"].flatten(0, 1)
    W_h = w["W_h"].flatten(0, 1)
    a, found = a.view(2 * S, B, T, -1), []
    state: State = (x.new_zeros(2 * S, B, W_h.shape[1]),)
    for a_t in a.unbind(2):
        state = gru(a_t, state, W_h, torch.tanh)
        found.append(state[0])
    h = torch.stack(found, 2).view(2, S, B, -1)  # (2, S, B, T d)
    return affine(torch.cat([h[0], h[1]], -1), w)


def gnn(x: Tensor, w: Weights, mean_of: Tensor, end: str) -> Tensor:
    """Three rounds of message passing: h_i <- relu(W [h_i, mean of its neighbors] + b).

    Equation: (5.10) with the mean as message
    Shapes: x (B, N, F) or (S, B, N, F), N nodes; mean_of (N, N), or one a graph, (B, N, N) or
    (S, B, N, N): rows sum to 1, or to 0 where a node is alone -> (S, B, O)
    """
    x = x if x.ndim == 4 else x.expand(len(w["b"]), *x.shape)
    S, B, N, F = x.shape
    h = affine(x.reshape(S, B * N, F), w, "in").view(S, B, N, -1)
    for layer in map(str, range(1, ROUNDS + 1)):
        message = mean_of @ h  # (S, B, N, d)
        h = affine(torch.cat([h, message], -1).flatten(1, 2), w, layer).relu().view_as(h)
    return read(h, w, end)


def transformer(x: Tensor, w: Weights, tokens: Tensor, end: str) -> Tensor:
    """Two pre-norm layers of attention among all tokens.

    Equation: (6.1), (6.4)
    Shapes: x as `linear`; tokens (T, P): which numbers make a token -> (S, B, O)
    """
    x = for_each(x, w)[..., tokens]  # (S, B, T, P)
    S, B, T, P = x.shape
    h = affine(x.reshape(S, B * T, P), w, "in")
    if "places" in w:
        h = (h.view(S, B, T, -1) + w["places"][:, None]).flatten(1, 2)
    d = h.shape[-1:]
    for layer in map(str, range(1, LAYERS + 1)):
        qkv = affine(layer_norm(h, d), w, f"qkv{layer}").view(S * B, T, 3, HEADS, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (S B, heads, T, d / heads)
        heard = scaled_dot_product_attention(q, k, v).transpose(1, 2)
        h = h + affine(heard.reshape(S, B * T, -1), w, f"out{layer}")
        inner = gelu(affine(layer_norm(h, d), w, f"up{layer}"))
        h = h + affine(inner, w, f"down{layer}")
    return read(layer_norm(h, d).view(S, B, T, -1), w, end)


# ---------------------------------------------------------------------- shapes of the weights


def dense(name: str, inputs: int, outputs: int) -> Shapes:
    """A matrix and its bias: W, b or W_name, b_name."""
    end = f"_{name}" if name else ""
    return {f"W{end}": ((inputs, outputs), inputs), f"b{end}": ((1, outputs), inputs)}


def mlp_shapes(inputs: int, width: int, outputs: int) -> Shapes:
    """Those of `mlp`."""
    return dense("1", inputs, width) | dense("2", width, width) | dense("", width, outputs)


def cnn_shapes(
    kernels: Sequence[Sequence[int]], width: int, read: int, outputs: int, channels: int = 1
) -> Shapes:
    """Those of `cnn`; `read` places are read, 1 for their mean."""
    found: Shapes = {}
    for layer, kernel in zip("123", kernels, strict=True):
        before = channels if layer == "1" else width
        fan = before * math.prod(kernel)
        found |= {f"K_{layer}": ((width, before, *kernel), fan), f"k_{layer}": ((width,), fan)}
    return found | dense("", read * width, outputs)


def gru_shapes(inputs: int, tokens: int, width: int, outputs: int) -> Shapes:
    """Those of `gru_both_ways`: the axis of its two ways stands before that of the networks."""
    return {
        "W_x": ((2, inputs // tokens, 3 * width), width),
        "b_h": ((2, 1, 3 * width), width),
        "W_h": ((2, width, 3 * width), width),
        **dense("", 2 * width * tokens, outputs),
    }


def gnn_shapes(features: int, width: int, read: int, outputs: int) -> Shapes:
    """Those of `gnn`."""
    found = dense("in", features, width)
    for layer in range(1, ROUNDS + 1):
        found |= dense(str(layer), 2 * width, width)
    return found | dense("", read * width, outputs)


def transformer_shapes(
    tokens: int, patch: int, width: int, read: int, outputs: int, ordered: bool
) -> Shapes:
    """Those of `transformer`, with learned places where the tokens are `ordered`."""
    found = dense("in", patch, width)
    if ordered:
        found["places"] = ((tokens, width), 4)
    for layer in range(1, LAYERS + 1):
        found |= dense(f"qkv{layer}", width, 3 * width) | dense(f"out{layer}", width, width)
        found |= dense(f"up{layer}", width, 2 * width) | dense(f"down{layer}", 2 * width, width)
    return found | dense("", read * width, outputs)


def count(shapes: Shapes) -> int:
    """Numbers that training adjusts in one network."""
    return sum(math.prod(shape) for shape, _ in shapes.values())


BOTH = ("W_x", "b_h", "W_h")  # their first axis is the two ways of the GRU


def first_weights(shapes: Shapes, seeds: Sequence[int]) -> dict[str, Tensor]:
    """All weights uniform within 1 / sqrt(fan-in), as PyTorch draws them, one network a seed."""
    made: dict[str, list[Tensor]] = {name: [] for name in shapes}
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        for name, (shape, fan) in shapes.items():
            made[name].append((2 * torch.rand(shape, generator=generator) - 1) / math.sqrt(fan))
    return {name: torch.stack(parts, int(name in BOTH)) for name, parts in made.items()}
