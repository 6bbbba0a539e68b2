"""Why h_100 waits for h_99: time of one reading against length, measured on this machine.

`python -m core.experiments.recurrence.pace` measures without a browser.
"""

from __future__ import annotations

import math
import sys
import timeit
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from core import piped
from core.figures.chart import LOG, Chart
from core.figures.style import BLUE, GRAY, ORANGE, TRAIN
from core.models.recurrent import rnn
from core.work import OneByOne, print_table

WIDTH, REPEATS = 32, 3
LENGTHS = (16, 32, 64, 128, 256, 512, 1024, 2048)


def step_by_step(x: Tensor, W: Tensor, a: Tensor) -> Tensor:
    """The recurrent network of equation (5.6): T steps, each waits for the one before.

    Shapes: x (T, d), W (d, d), a (d,) -> (T, d)
    """
    h, found = torch.zeros_like(x[None, :1]), []
    for x_t in x:
        (h,) = rnn(x_t[None, None], (h,), W[None], torch.tanh)
        found.append(h[0, 0])
    return torch.stack(found)


def attend(x: Tensor, W: Tensor, a: Tensor) -> Tensor:
    """Causal attention of x to itself: all steps at once, T^2 / 2 pairs.

    Equation: (6.1), with queries, keys and values x W
    Shapes: x (T, d), W (d, d), a (d,) -> (T, d)
    """
    q = (x @ W)[None]
    return torch.nn.functional.scaled_dot_product_attention(q, q, q, is_causal=True)[0]


def linear_by_doubling(x: Tensor, W: Tensor, a: Tensor) -> Tensor:
    """h_t = a h_(t-1) + x_t for all t in log2 T rounds: round m adds what lies 2^m steps back.

    Without sigma the sum over the past can be taken in any order. W is not used: a is its diagonal.
    Shapes: x (T, d), W (d, d), a (d,) -> (T, d)
    Source: Hillis and Steele (1986); as used by state space models, Gu and Dao (2023).
    """
    h, back = x, 1
    while back < len(x):
        h = torch.cat([h[:back], h[back:] + a**back * h[:-back]])
        back *= 2
    return h


READERS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "RNN, step by step": step_by_step,
    "attention, all at once": attend,
    "linear recurrence, by doubling": linear_by_doubling,
}
WAITS: dict[str, Callable[[int], int]] = {
    "RNN, step by step": lambda T: T,
    "attention, all at once": lambda T: 1,
    "linear recurrence, by doubling": lambda T: math.ceil(math.log2(T)),
}
COLORS = dict(zip(READERS, (ORANGE, BLUE, TRAIN), strict=True))


class Pace(OneByOne):
    """Each reader at each length; `result` is (reader, length, seconds), the shortest of three."""

    verb = "measuring"

    def __init__(self) -> None:
        super().__init__((name, T) for T in LENGTHS for name in READERS)

    @property
    def words(self) -> str:
        """What is measured next."""
        return "" if self.done else "{}, {} steps".format(*self.next)

    @torch.no_grad()
    def advance(self) -> None:
        """One reader at one length."""
        name, T = self.next
        generator = torch.Generator().manual_seed(T)
        x = torch.randn(T, WIDTH, generator=generator)
        W = torch.randn(WIDTH, WIDTH, generator=generator) / math.sqrt(WIDTH)
        a = torch.rand(WIDTH, generator=generator)
        READERS[name](x, W, a)  # the first call pays for what is made once
        spent = timeit.repeat(lambda: READERS[name](x, W, a), number=1, repeat=REPEATS)
        self.results.append((name, T, min(spent)))


def pace_figure(results: list[tuple[str, int, float]]) -> Any:
    """Milliseconds against length, both logarithmic."""
    p = Chart("length T", "milliseconds", xaxis={"type": "log", "dtick": math.log10(2)},
              yaxis={**LOG, "exponentformat": "none"}, legend=True)  # fmt: skip
    for name, color in COLORS.items():
        mine = [(T, 1000 * seconds) for reader, T, seconds in results if reader == name]
        p.line([T for T, _ in mine], [ms for _, ms in mine], name=name, color=color,
               mode="lines+markers", hover="T = %{x}: %{y:.3g} ms")  # fmt: skip
    rnn_times = {T: 1000 * s for name, T, s in results if name == "RNN, step by step"}
    if len(rnn_times) > 1:
        first = min(rnn_times)
        p.line(list(rnn_times), [rnn_times[first] * T / first for T in rnn_times],
               name="in proportion to T", color=GRAY, dash="dot", width=1)  # fmt: skip
    return p.figure(height=330)


def said(results: list[tuple[str, int, float]]) -> str:
    """What was found, in one paragraph."""
    T = max(length for _, length, _ in results)
    found = {name: 1000 * seconds for name, length, seconds in results if length == T}
    parts = [f"{name} {ms:.3g} ms ({WAITS[name](T):,} that wait for each other)"
             for name, ms in found.items()]  # fmt: skip
    return (
        f"One reading of {T:,} steps, width {WIDTH}, on one thread of this machine: "
        f"{'; '.join(parts)}. Attention does more work and waits less; a linear recurrence needs "
        "no σ between its steps, so its sums can be taken in any order."
    )


def main() -> int:
    """Measure from the command line."""
    torch.set_num_threads(1)
    pace = Pace()
    pace.work()
    print_table([{"reader": name, "T": T, "milliseconds": 1000 * s} for name, T, s in pace.results])
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
