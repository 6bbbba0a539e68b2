"""A small transformer on sequences, section 6 of the chapter: every token asks all others.

Attention alone or with a position-wise network after it; causal or not; positions in four ways.
`core.models.transformer` is the one for molecules.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from core.models.transformer import softmax_last

POSITIONS = ("none", "learned", "sinusoidal", "rotary")
Trace = list[dict[str, Tensor]]


def attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> tuple[Tensor, ...]:
    """Scores, weights and outputs of scaled dot-product attention.

    Equation: (6.4); of one query it is (6.1) with its 1 / sqrt(d)
    Shapes: q, k, v (..., n, d), mask (n, n), True where i may ask j; returns score and alpha
    (..., n, n), h (..., n, d)
    """
    score = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (..., n, n)
    if mask is not None:
        score = score.masked_fill(~mask, -1e9)
    alpha = softmax_last(score)  # (..., n, n)
    return score, alpha, alpha @ v


def sinusoids(n: int, d: int) -> Tensor:
    """Fixed positions: sines and cosines of wavelengths from 2 pi to 20,000 pi. Shapes: (n, d).

    Source: Vaswani et al. 2017, arXiv 1706.03762, section 3.5
    """
    angle = torch.arange(n)[:, None] * wavelengths(d)  # (n, d / 2)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(1)


def wavelengths(d: int) -> Tensor:
    """Angles by which one place turns each pair of numbers. Shapes: (d / 2,)."""
    return 10_000.0 ** (-torch.arange(0, d, 2) / d)


def rotate(x: Tensor) -> Tensor:
    """Turn each pair of numbers by an angle that grows with the place of its token.

    Then q_i . k_j depends on j - i alone. Shapes: (..., n, d) -> (..., n, d), d even
    Source: Su et al. 2021, arXiv 2104.09864
    """
    n, d = x.shape[-2:]
    angle = torch.arange(n)[:, None] * wavelengths(d)  # (n, d / 2)
    a, b = x.unflatten(-1, (-1, 2)).unbind(-1)  # (..., n, d / 2)
    cos, sin = angle.cos(), angle.sin()
    return torch.stack([a * cos - b * sin, a * sin + b * cos], -1).flatten(-2)


class Heads(nn.Module):
    """Several heads of attention side by side; their outputs are mixed by W_o.

    Equation: (6.4) in each head. Shapes: h (B, n, d), mask (n, n) -> (B, n, d)
    """

    def __init__(self, d: int, heads: int, rotary: bool) -> None:
        super().__init__()
        self.heads, self.rotary = heads, rotary
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)

    def forward(
        self, h: Tensor, mask: Tensor | None, keep: Tensor | None, trace: Trace | None
    ) -> Tensor:
        """`keep` (B or 1, heads) multiplies what each head says; `trace` gets all parts of it."""
        qkv = self.qkv(h).unflatten(-1, (3, self.heads, -1))
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # (B, H, n, d / H)
        if self.rotary:
            q, k = rotate(q), rotate(k)
        if trace is None:  # nobody looks inside: the same in one call, in half the time
            heard = scaled_dot_product_attention(q, k, v, mask)
        else:
            score, alpha, heard = attention(q, k, v, mask)
            trace.append({"q": q, "k": k, "v": v, "score": score, "alpha": alpha, "heard": heard})
        if keep is not None:
            heard = heard * keep[..., None, None]
        return self.out(heard.transpose(1, 2).flatten(2))

    def without_each(self, heard: Tensor) -> Tensor:
        """What is said when one head is silent, for each: all that is said less what it says.

        Shapes: heard (B, H, n, d / H) -> (H, B, n, d)
        """
        by_head = self.out.weight.unflatten(1, (self.heads, -1)).movedim(1, 0)  # (H, d, d / H)
        said = (heard @ by_head.mT).transpose(0, 1)  # (H, B, n, d)
        return said.sum(0) + self.out.bias - said


class Block(nn.Module):
    """Attention, then if wanted a position-wise network, each added to what came in (pre-norm)."""

    def __init__(self, d: int, heads: int, rotary: bool, mlp: bool) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.attention = Heads(d, heads, rotary)
        self.mlp = (
            nn.Sequential(nn.LayerNorm(d), nn.Linear(d, 4 * d), nn.ReLU(), nn.Linear(4 * d, d))
            if mlp
            else None
        )

    def forward(
        self, h: Tensor, mask: Tensor | None, keep: Tensor | None, trace: Trace | None
    ) -> Tensor:
        """Shapes: (B, n, d) -> (B, n, d)."""
        return self.after(h + self.attention(self.norm(h), mask, keep, trace))

    def after(self, h: Tensor) -> Tensor:
        """The rest of the block, once attention is added. Shapes: (B, n, d) -> (B, n, d)."""
        return h if self.mlp is None else h + self.mlp(h)


class SequenceTransformer(nn.Module):
    """Embed tokens and places, some blocks, and scores of every answer at every place.

    Args:
        inputs: Number of tokens, or of numbers in a token where `symbols` is False.
        outputs: Number of answers.
        d, heads, layers: Width, heads in a layer (they must divide it), layers.
        longest: Places that learned positions have.
        positions: One of POSITIONS.
        causal: Whether a token may ask only itself and those before it.
        mlp: Whether a network of width 4 d follows each attention.
        std: Standard deviation of the first embeddings and learned positions.
        seen: What is embedded of x, if not x itself.

    Shapes: x (B, n) of whole numbers, or (B, n, inputs) -> (B, n, outputs)
    Errors: `ValueError` if `heads` does not divide d, or leaves an odd width to rotate.
    """

    def __init__(
        self, inputs: int, outputs: int, d: int = 64, heads: int = 4, layers: int = 2, *,
        longest: int = 64, positions: str = "learned", causal: bool = True, mlp: bool = False,
        std: float = 0.5, symbols: bool = True, seen: Callable[[Tensor], Tensor] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        if d % (2 * heads):
            raise ValueError(f"heads = {heads} must divide d = {d} into parts of even width")
        self.causal, self.positions, self.seen = causal, positions, seen
        self.embed = nn.Embedding(inputs, d) if symbols else nn.Linear(inputs, d, bias=False)
        nn.init.normal_(self.embed.weight, std=std)
        if positions == "learned":
            self.places = nn.Parameter(torch.randn(longest, d) * std)
        rotary = positions == "rotary"
        self.blocks = nn.ModuleList(Block(d, heads, rotary, mlp) for _ in range(layers))
        self.norm, self.readout = nn.LayerNorm(d), nn.Linear(d, outputs)

    def forward(self, x: Tensor, keep: Tensor | None = None, trace: Trace | None = None) -> Tensor:
        """See the class; `keep` (B or 1, layers, heads) multiplies what each head says."""
        return self.read(self.streams(x, keep, trace)[-1])

    def read(self, h: Tensor) -> Tensor:
        """What the readout says of the stream after any layer: the logit lens.

        Shapes: (B, n, d) -> (B, n, outputs). Source: nostalgebraist 2020
        """
        out: Tensor = self.readout(self.norm(h))
        return out

    def mask(self, n: int) -> Tensor | None:
        """True where token i may ask token j; None if every token may ask all. Shapes: (n, n)."""
        return torch.ones(n, n, dtype=torch.bool).tril() if self.causal else None

    def streams(
        self, x: Tensor, keep: Tensor | None = None, trace: Trace | None = None
    ) -> list[Tensor]:
        """The residual stream: embedded, and after each layer, each (B, n, d)."""
        h = self.embed(x if self.seen is None else self.seen(x))
        n, d = h.shape[-2:]
        if self.positions == "learned":
            h = h + self.places[:n]
        elif self.positions == "sinusoidal":
            h = h + sinusoids(n, d)
        mask, found = self.mask(n), [h]
        for layer, block in enumerate(self.blocks):
            found.append(block(found[-1], mask, None if keep is None else keep[:, layer], trace))
        return found


def made(seed: int, *shape: int, **words: Any) -> SequenceTransformer:
    """A transformer with the first weights of this seed; torch's own generator stays as it is."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return SequenceTransformer(*shape, **words)
