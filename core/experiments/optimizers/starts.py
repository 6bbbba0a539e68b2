"""Batch size as temperature: who leaves a shallow valley, from 200 starts at once.

f(t) = mean of 0.3 t^2 + cos(5 t + phi_i) over 64 examples, which are drawn 8 times. Each start has
mini-batches of its own; the learning rate falls to 0 over the last two fifths, so that everybody
comes to rest. From the command line: `python -m core.experiments.optimizers.starts`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from core import piped
from core.command import RESULTS, keep, kept
from core.experiments.optimizers.problem import NUMBERS
from core.experiments.optimizers.samples import EXAMPLES, WAVE, phases, valley
from core.work import OneByOne, in_terminal, print_table

STARTS, EDGE = 200, 6.0
STEPS, FALLING = 1500, 600
BATCHES = (64, 32, 16, 8, 4, 2, 1)  # 64 is all examples: no noise
DRAWS = 8  # of the 64 examples
RECORDED = RESULTS / "optimizers-starts.json"


@dataclass(frozen=True)
class Success:
    """Share of the starts that end in the best valley, one number a draw of the examples."""

    batch_size: int
    rate: float
    share: tuple[float, ...]


def slope(t: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Derivative of `valley`, 0.6 t - 5 mean of sin(5 t + phi_i), from two means over the batch.

    Shapes: t, cosine (mean of cos phi_i) and sine (mean of sin phi_i) (K,) -> (K,)
    """
    return 0.6 * t - WAVE * (torch.sin(WAVE * t) * cosine + torch.cos(WAVE * t) * sine)


def best_valley(phi: Tensor) -> tuple[float, float]:
    """Between which two hills the lowest point lies."""
    t = torch.linspace(-EDGE, EDGE, 24_001, dtype=NUMBERS)
    f = torch.cat([valley(part, phi[None]) for part in t.split(4096)])
    hills = (f[1:-1] > f[:-2]) & (f[1:-1] > f[2:])
    places = [-EDGE, *t[1:-1][hills].tolist(), EDGE]
    lowest = float(t[int(f.argmin())])
    left = max(place for place in places if place <= lowest)
    return left, min(place for place in places if place > lowest)


class Wanderers:
    """200 starts for each draw of the examples, and how they move with batches of one size.

    Shapes: t (draws * 200,)
    """

    def __init__(self, batch_size: int, rate: float, phi: Tensor) -> None:
        self.batch_size, self.rate, self.steps = batch_size, rate, 0
        self.phi = phi  # (draws, n)
        self.rngs = [np.random.default_rng([draw, batch_size]) for draw in range(len(phi))]
        self.t = torch.linspace(-EDGE, EDGE, STARTS, dtype=NUMBERS).repeat(len(phi))
        self.waves = torch.stack((phi.cos(), phi.sin()))  # (2, draws, n)

    def step(self, n: int) -> None:
        """Move all n times."""
        for _ in range(min(n, STEPS - self.steps)):
            eta = self.rate * min(1.0, (STEPS - self.steps) / FALLING)
            self.t = self.t - eta * slope(self.t, *self._seen())
            self.steps += 1

    def _seen(self) -> Tensor:
        """Mean of cos phi and sin phi over the batch of each, (2, draws * 200)."""
        draws, n = self.phi.shape
        if self.batch_size >= n:
            return self.waves.mean(2).repeat_interleave(STARTS, 1)
        rows = np.stack([rng.integers(0, n, (STARTS, self.batch_size)) for rng in self.rngs])
        chosen = torch.from_numpy(rows).view(draws, -1)
        seen = torch.stack([wave.gather(1, chosen) for wave in self.waves])
        return seen.view(2, -1, self.batch_size).mean(2)

    def share(self) -> tuple[float, ...]:
        """Of each draw, how many of the starts are in its best valley."""
        found = []
        for phi, t in zip(self.phi, self.t.split(STARTS), strict=True):
            left, right = best_valley(phi)
            found.append(round(float(((t > left) & (t < right)).double().mean()), 4))
        return tuple(found)


class Starts(OneByOne):
    """All batch sizes at one rate; `results` holds a row for each."""

    verb = "computing"

    def __init__(
        self, rate: float = 0.2, draws: int = DRAWS, batches: Sequence[int] = BATCHES
    ) -> None:
        self.rate, self.phi = rate, torch.stack([phases(draw) for draw in range(draws)])
        super().__init__(batches)
        self.now = Wanderers(batches[0], rate, self.phi)

    @property
    def fraction(self) -> float:
        """Share of the steps that are made."""
        return min(1.0, (len(self.results) + self.now.steps / STEPS) / len(self.plan))

    @property
    def done(self) -> bool:
        """Whether all batch sizes are through."""
        return len(self.results) == len(self.plan)

    def advance(self) -> None:
        """The next 250 steps."""
        self.now.step(250)
        if self.now.steps == STEPS:
            self.results.append(Success(self.now.batch_size, self.rate, self.now.share()))
            if not self.done:
                self.now = Wanderers(self.next, self.rate, self.phi)


def said(results: list[Success]) -> str:
    """What came out, in one sentence."""
    mean = {row.batch_size: float(np.mean(row.share)) for row in results}
    best = max(mean, key=lambda size: mean[size])
    found = (
        f"At η = {results[0].rate:g} gradient descent on all {EXAMPLES} examples ends in the best "
        f"valley from {mean[EXAMPLES]:.0%} of the starts, with mini-batches of {best} from "
        f"{mean[best]:.0%}"
    )
    return found + ("." if best == 1 else f", with single examples from {mean[1]:.0%}.")


@cache
def recorded() -> tuple[str, dict[float, list[Success]]]:
    """The command, and its results by rate."""
    saved = kept(RECORDED)
    rows = [Success(r["batch_size"], r["rate"], tuple(r["share"])) for r in saved["results"]]
    return saved["command"], {
        rate: [row for row in rows if row.rate == rate] for rate in {row.rate: 0 for row in rows}
    }


def main() -> int:
    """Compute and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", type=float, nargs="+", default=[0.2, 0.05])
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--record", action="store_true", help=f"write {RECORDED.name}")
    given = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for rate in given.rates:
        work = Starts(rate, given.draws)
        in_terminal(work, f"rate {rate:g} ")
        rows += work.results
    print_table([{**asdict(r), "share": " ".join(f"{v:.3f}" for v in r.share)} for r in rows])
    if given.record:
        command = "python -m core.experiments.optimizers.starts"
        keep(RECORDED, {"command": command, "results": [asdict(row) for row in rows]})
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
