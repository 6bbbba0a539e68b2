"""A small causal transformer that reads a sequence, as a rival of recurrent networks.

Like them it has a leading axis S: many networks of one shape are trained as one.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm, scaled_dot_product_attention

STATES = ("W_q", "W_k", "W_v", "W_o", "W_1", "W_2")  # (S, d, d)


def positions(T: int, d: int) -> Tensor:
    """Sines and cosines of the place in the sequence, from fast to slow.

    Shapes: -> (T, d)
    Source: Vaswani et al. (2017), section 3.5.
    """
    t = torch.arange(T, dtype=torch.float32)[:, None]
    k = torch.arange(d)
    angle = t / 10000 ** (2 * (k // 2) / d)  # (T, d)
    return torch.where(k % 2 == 0, angle.sin(), angle.cos())


class Reader(nn.Module):
    """S transformers of one pre-norm layer with one head, and a readout at every step.

    Equation: (6.1) with a causal mask: step t looks at steps 1 to t, all at once
    Shapes: W_x (S, F, d), b (S, 1, d), those of `STATES` (S, d, d), W_y (S, d, O), b_y (S, 1, O)
    """

    def __init__(self, weights: dict[str, Tensor]) -> None:
        """`weights` are those above."""
        super().__init__()
        for name, value in weights.items():
            self.register_parameter(name, nn.Parameter(value))

    def states(self, x: Tensor) -> list[tuple[Tensor, Tensor]]:
        """After each step what the readout sees, and the embedding it came from.

        Shapes: x (B, T, F) -> T pairs of (S, B, d)
        """
        B, T, F = x.shape
        W = dict(self.named_parameters())
        S, _, d = W["W_x"].shape
        rows = x.reshape(1, B * T, F).expand(S, -1, -1)
        e = torch.baddbmm(W["b"], rows, W["W_x"]).view(S, B, T, d) + positions(T, d).to(x)
        parts = e.unbind(2)  # apart and together again: so each has a gradient of its own
        h = torch.stack(parts, 2).view(S, B * T, d)
        q, k, v = ((layer_norm(h, (d,)) @ W[name]).view(S, B, T, d) for name in STATES[:3])
        seen = scaled_dot_product_attention(q, k, v, is_causal=True)  # (S, B, T, d)
        h = h + seen.reshape(S, B * T, d) @ W["W_o"]
        h = h + torch.relu(layer_norm(h, (d,)) @ W["W_1"]) @ W["W_2"]
        return list(zip(layer_norm(h, (d,)).view(S, B, T, d).unbind(2), parts, strict=True))

    def read(self, h: Tensor) -> Tensor:
        """What the readout says. Shapes: h (S, N, d) -> (S, N, O)."""
        W = dict(self.named_parameters())
        return torch.baddbmm(W["b_y"], h, W["W_y"])

    def forward(self, x: Tensor, last: int = 1) -> Tensor:
        """Answers at the last steps. Shapes: x (B, T, F) -> (S, B, last, O)."""
        h = torch.stack([state[0] for state in self.states(x)[-last:]], 2)  # (S, B, last, d)
        S, B = h.shape[:2]
        return self.read(h.reshape(S, B * last, -1)).view(S, B, last, -1)


def reader_shapes(d: int, features: int, outputs: int) -> dict[str, tuple[int, int]]:
    """Shapes of the weights of one transformer of width d."""
    square = {name: (d, d) for name in STATES}
    ends = {"W_y": (d, outputs), "b_y": (1, outputs)}
    return {"W_x": (features, d), "b": (1, d), **square, **ends}
