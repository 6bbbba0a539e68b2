"""What n tokens cost, measured on this machine; and why scores are divided by sqrt(d).

`python -m core.experiments.attention.cost` measures without a browser.
"""

from __future__ import annotations

import math
import sys
import time
from functools import lru_cache
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention

from core import piped
from core.figures.chart import LOG, Chart
from core.figures.style import BLUE, GRAY, ORANGE, TRAIN
from core.models.sequence_transformer import attention
from core.work import OneByOne

WIDTH, REPEATS = 32, 3
SIZES = (64, 128, 256, 512, 1024, 2048, 4096)
WAYS = ("all weights at once", "in one call, in blocks")
COLORS = dict(zip(WAYS, (ORANGE, BLUE), strict=True))
DIMENSIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
KEYS, QUERIES = 24, 2000  # of the measurement of saturation


def reading(way: str, n: int) -> tuple[float, int]:
    """Seconds of one head's attention over n tokens, and bytes of its weights.

    Equation: (6.4), all to all. In blocks no n x n matrix is kept: Dao et al. 2022,
    arXiv 2205.14135.
    """
    generator = torch.Generator().manual_seed(n)
    q, k, v = torch.randn(3, 1, 1, n, WIDTH, generator=generator)
    spent = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        if way == WAYS[0]:
            _, alpha, _ = attention(q, k, v)
            size = alpha.nbytes
        else:
            scaled_dot_product_attention(q, k, v)
            size = 0
        spent.append(time.perf_counter() - started)
    return min(spent), size


class Cost(OneByOne):
    """Each way at each length; `result` is (way, n, seconds, bytes), the shortest of three."""

    verb = "measuring"

    def __init__(self) -> None:
        super().__init__((way, n) for n in SIZES for way in WAYS)

    @property
    def words(self) -> str:
        """What is measured next."""
        return "" if self.done else "{}, {} tokens".format(*self.next)

    @torch.no_grad()
    def advance(self) -> None:
        """One way at one length."""
        way, n = self.next
        self.results.append((way, n, *reading(way, n)))


def cost_figure(results: list[tuple[str, int, float, int]]) -> Any:
    """Milliseconds and MiB of weights against tokens, all logarithmic, beside a line as n^2."""
    p = Chart("tokens n", "milliseconds", xaxis={"type": "log", "dtick": math.log10(2)},
              yaxis={**LOG, "exponentformat": "none"}, legend=True, margin={"r": 70})  # fmt: skip
    for way, color in COLORS.items():
        mine = [(n, 1000 * seconds) for name, n, seconds, _ in results if name == way]
        p.line([n for n, _ in mine], [ms for _, ms in mine], name=way, color=color,
               mode="lines+markers", hover="n = %{x}: %{y:.3g} ms")  # fmt: skip
    mine = [(n, 1000 * seconds) for name, n, seconds, _ in results if name == WAYS[0]]
    if len(mine) > 1:
        last, ms = mine[-1]
        p.line([n for n, _ in mine], [ms * (n / last) ** 2 for n, _ in mine],
               name="in proportion to n²", color=GRAY, dash="dot", width=1)  # fmt: skip
        p.layout["yaxis2"] = {**p.layout["yaxis"], "title": {"text": "MiB of weights"},
                              "overlaying": "y", "side": "right", "showgrid": False}  # fmt: skip
        size = [(n, size / 2**20) for name, n, _, size in results if name == WAYS[0]]
        p.line([n for n, _ in size], [mib for _, mib in size], name="memory of all weights",
               color=TRAIN, mode="lines+markers", yaxis="y2",
               hover="n = %{x}: %{y:.3g} MiB")  # fmt: skip
    return p.figure(height=330)


def said(results: list[tuple[str, int, float, int]]) -> str:
    """What was found, in one paragraph."""
    whole = [(n, seconds, size) for way, n, seconds, size in results if way == WAYS[0]]
    (n, seconds, size), (half, before, _) = whole[-1], whole[-2]
    return (
        f"One head, width {WIDTH}, one thread of this machine, {n:,} tokens: "
        f"{1000 * seconds:.3g} ms and {size / 2**20:.0f} MiB for its weights. From {half:,} to "
        f"{n:,} tokens time grew {seconds / before:.1f} times; twice as many tokens are four times "
        "as many pairs, and as much memory. In blocks no such matrix is kept."
    )


@lru_cache(maxsize=1)
def saturation() -> list[tuple[int, float, float]]:
    """(d, largest weight of q . k, of q . k / sqrt(d)), means over random queries and keys.

    q . k of random numbers of variance 1 has variance d. Source: Vaswani et al. 2017, 3.2.1
    """
    found = []
    generator = torch.Generator().manual_seed(0)
    for d in DIMENSIONS:
        q = torch.randn(QUERIES, 1, d, generator=generator)
        k = torch.randn(QUERIES, KEYS, d, generator=generator)
        score = (q * k).sum(-1)  # (QUERIES, KEYS)
        plain, scaled = (s.softmax(-1).amax(-1).mean() for s in (score, score / math.sqrt(d)))
        found.append((d, float(plain), float(scaled)))
    return found


def saturation_figure() -> Any:
    """Largest weight against d, with and without the division."""
    rows = saturation()
    p = Chart("d", "largest weight, mean", None, (0, 1.02), legend=True,
              xaxis={"type": "log", "dtick": math.log10(2)})  # fmt: skip
    for column, name, color in ((1, "softmax of q · k", ORANGE), (2, "of q · k / √d", TRAIN)):
        p.line([row[0] for row in rows], [row[column] for row in rows], name=name, color=color,
               mode="lines+markers", hover="d = %{x}: %{y:.2f}")  # fmt: skip
    return p.figure(height=330)


def main() -> int:
    """Measure from the command line."""
    torch.set_num_threads(1)
    cost = Cost()
    cost.work()
    print("way\tn\tmilliseconds\tMiB")
    for way, n, seconds, size in cost.results:
        print(f"{way}\t{n}\t{1000 * seconds:.4g}\t{size / 2**20:.4g}")
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
