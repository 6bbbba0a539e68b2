"""Recurrent networks: the cell of equation (5.6), and the gated ones that were made to remember.

Many networks of one shape are trained as one: every weight has a leading axis S (seeds and ways to
begin). They see the same sequences in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

State = tuple[Tensor, ...]
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "ReLU": torch.relu,
    "linear": torch.clone,
}


def rnn(a: Tensor, state: State, W_h: Tensor, sigma: Callable[[Tensor], Tensor]) -> State:
    """The chapter's cell; `a` is W_x x_t + b.

    Equation: (5.6)
    Shapes: a (S, B, d), state (h,) with h (S, B, d), W_h (S, d, d) -> (h,)
    """
    (h,) = state
    h = sigma(torch.baddbmm(a, h, W_h))  # (S, B, d)
    return (h,)


def lstm(a: Tensor, state: State, W_h: Tensor, sigma: Callable[[Tensor], Tensor]) -> State:
    """Long short-term memory: c is carried along, gates decide what is forgotten, written, read.

    Shapes: a (S, B, 4 d), state (h, c, gates), W_h (S, d, 4 d) -> (h, c, gates); gates i, f, o are
    (S, B, 3 d).
    Source: Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
    """
    h, c = state[:2]
    d = h.shape[-1]
    z = torch.baddbmm(a, h, W_h)  # (S, B, 4 d)
    gates = torch.sigmoid(z[..., : 3 * d])
    i, f, o = gates.split(d, -1)
    c = torch.addcmul(f * c, i, torch.tanh(z[..., 3 * d :]))  # c = f c + i tanh(...)
    h = o * torch.tanh(c)
    return h, c, gates


def gru(a: Tensor, state: State, W_h: Tensor, sigma: Callable[[Tensor], Tensor]) -> State:
    """Gated recurrent unit: z says how much of h stays, r how much of it the new part reads.

    Shapes: a (S, B, 3 d), state (h, gates), W_h (S, d, 3 d) -> (h, gates); gates r, z (S, B, 2 d).
    Source: Cho et al. (2014), r behind the product as in PyTorch.
    """
    h, d = state[0], state[0].shape[-1]
    Wh = torch.bmm(h, W_h)  # (S, B, 3 d)
    gates = torch.sigmoid(a[..., : 2 * d] + Wh[..., : 2 * d])
    r, z = gates.split(d, -1)
    n = torch.tanh(torch.addcmul(a[..., 2 * d :], r, Wh[..., 2 * d :]))
    h = torch.lerp(n, h, z)  # h = (1 - z) n + z h
    return h, gates


class Cell(NamedTuple):
    """A cell: its step, how many blocks of d rows its weights have, which one keeps the past.

    `keeper` is the block of the gate that holds on to the state, `carries` the place in the state
    of what is handed on through time.
    """

    step: Callable[[Tensor, State, Tensor, Callable[[Tensor], Tensor]], State]
    blocks: int
    keeper: int | None
    carries: int


CELLS = {"RNN": Cell(rnn, 1, None, 0), "LSTM": Cell(lstm, 4, 1, 1), "GRU": Cell(gru, 3, 1, 0)}


class Recurrent(nn.Module):
    """S recurrent networks with a linear readout y_t = W_y h_t + b_y at every step.

    Shapes: W_x (S, F, k d), W_h (S, d, k d), b (S, 1, k d), W_y (S, d, O), b_y (S, 1, O), with k
    blocks in the order i, f, o, g (LSTM) or r, z, n (GRU).
    """

    def __init__(self, cell: str, weights: dict[str, Tensor], activation: str = "tanh") -> None:
        """`weights` are the five above; `activation` is that of the plain cell alone."""
        super().__init__()
        self.cell, self.sigma = CELLS[cell], ACTIVATIONS[activation]
        self.W_x, self.W_h, self.b, self.W_y, self.b_y = (
            nn.Parameter(weights[name]) for name in ("W_x", "W_h", "b", "W_y", "b_y")
        )

    def states(self, x: Tensor) -> list[State]:
        """The state after each step, from h_0 = 0. Shapes: x (B, T, F) -> T states."""
        S, d = self.W_h.shape[:2]
        B, T, F = x.shape
        rows = x.transpose(0, 1).reshape(1, T * B, F).expand(S, -1, -1)
        a = torch.baddbmm(self.b, rows, self.W_x).view(S, T, B, -1)  # W_x x_t + b for all t
        zero = x.new_zeros(S, B, d)
        state: State = (zero, zero)[: self.cell.carries + 1]
        found = []
        for a_t in a.unbind(1):
            state = self.cell.step(a_t, state, self.W_h, self.sigma)
            found.append(state)
        return found

    def read(self, h: Tensor) -> Tensor:
        """What the readout says of hidden states. Shapes: h (S, N, d) -> (S, N, O)."""
        return torch.baddbmm(self.b_y, h, self.W_y)

    def forward(self, x: Tensor, last: int = 1) -> Tensor:
        """Answers at the last steps. Shapes: x (B, T, F) -> (S, B, last, O)."""
        h = torch.stack([state[0] for state in self.states(x)[-last:]], 2)  # (S, B, last, d)
        S, B = h.shape[:2]
        return self.read(h.reshape(S, B * last, -1)).view(S, B, last, -1)


def recurrent_shapes(cell: str, d: int, features: int, outputs: int) -> dict[str, tuple[int, int]]:
    """Shapes of the weights of one network of width d."""
    k = CELLS[cell].blocks
    return {
        "W_x": (features, k * d),
        "W_h": (d, k * d),
        "b": (1, k * d),
        "W_y": (d, outputs),
        "b_y": (1, outputs),
    }
