"""Error against width, or against depth at equal parameter count: many networks, one setting.

    python -m core.experiments.approximation.sweep depth --budget 200 --set target=zigzag

Every network sees the same samples, makes the same number of updates with the same optimizer and
learning rate, and each shape is trained from several seeds, all of them as one batched network.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from core import piped
from core.command import RESULTS, command_line, kept, refusing
from core.experiments.approximation.notes import hand_error
from core.experiments.approximation.pictures import Approximation
from core.experiments.approximation.pieces import BENT, count_pieces, most_pieces
from core.experiments.approximation.settings import ApproximationSettings, parameters
from core.settings import texts_of
from core.settings.kinds import SettingError
from core.work import OneByOne, in_terminal, print_table

Hidden = tuple[int, ...]
WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128)
DEPTHS = (1, 2, 3, 4, 5, 6)
RECORDED = RESULTS / "approximation-depth.json"
CHUNK = 20  # updates between two looks at the clock


def by_width(budget: int) -> list[Hidden]:
    """One hidden layer, from 1 neuron to 128, of those with at most `budget` parameters."""
    return [(n,) for n in WIDTHS if parameters((n,)) <= budget] or [(1,)]


def by_depth(budget: int) -> list[Hidden]:
    """One to six hidden layers, each as wide as comes nearest to `budget` parameters."""
    return [(nearest_width(budget, depth),) * depth for depth in DEPTHS]


def nearest_width(budget: int, depth: int) -> int:
    """Width n of `depth` equal layers whose number of parameters is nearest to the budget.

    The count is 3n + 1 for one layer, and (depth - 1)(n^2 + n) + 3n + 1 in general.
    """
    return min(range(1, 129), key=lambda n: abs(parameters((n,) * depth) - budget))


SWEEPS = {"width": by_width, "depth": by_depth}


@dataclass(frozen=True)
class Result:
    """One shape, trained from several seeds; the tuples have one number a seed."""

    hidden: Hidden
    parameters: int
    rmse: tuple[float, ...]
    largest: tuple[float, ...]
    pieces: tuple[int, ...]  # empty if the activation is not piecewise linear
    most: int
    by_hand: tuple[float, float]  # largest and root mean square error of untrained (n,) ReLUs
    early: tuple[float, ...] = ()  # rmse after 60 updates; rounding decides later what a seed finds


class Sweep(OneByOne):
    """A sweep that is worked off in slices of time; `result` has a `Result` for each shape."""

    verb, of = "computing", "shapes"

    def __init__(
        self, settings: Any, kind: str = "width", steps: int = 2000, seeds: int = 8,
        budget: int = 200,
    ) -> None:  # fmt: skip
        if kind not in SWEEPS:
            raise SettingError("sweep", kind, f"one of {', '.join(SWEEPS)}")
        super().__init__(SWEEPS[kind](budget))
        self.kind, self.steps, self.seeds, self.budget = kind, steps, seeds, budget
        self.settings = settings.fresh().replace(seeds=seeds, max_steps=steps)
        self._runs: list[Approximation] = []
        self._costs: list[float] = []  # seconds an update takes, for each shape
        self.begun: list[tuple[float, ...]] = []  # `early` of each shape

    def advance(self) -> None:
        """Train a little. At first each shape makes a few updates to learn their cost."""
        if len(self._runs) < len(self.plan):
            hidden = self.plan[len(self._runs)]
            self._runs.append(Approximation(self.settings.replace(hidden=hidden)))
            self._costs.append(min(self._train(self._runs[-1]) for _ in range(3)))
            self.begun.append(measure(self._runs[-1]).rmse)
            return
        run = self._runs[len(self.results)]
        if run.done:
            early = self.begun[len(self.results)]
            self.results.append(replace(measure(run), early=early))
        else:
            self._train(run)

    def _train(self, run: Approximation) -> float:
        """A few updates; seconds each."""
        started, before = time.perf_counter(), run.steps
        run.step(CHUNK)  # fewer, once it reaches its last one
        return (time.perf_counter() - started) / max(1, run.steps - before)

    @property
    def fraction(self) -> float:
        """Share of the work that is done, each shape counting as much as its updates cost."""
        if len(self.results) == len(self.plan):
            return 1.0
        if len(self._runs) < len(self.plan):
            return 0.0
        made = [self.steps if run.done else run.steps for run in self._runs]
        done = sum(cost * steps for cost, steps in zip(self._costs, made, strict=True))
        return 0.999 * done / (sum(self._costs) * self.steps)  # the last one is to be measured

    @property
    def command(self) -> str:
        """What to type to get the same numbers without a browser."""
        words = self.settings.options("hidden", "seeds", "max_steps")
        return (
            f"python -m core.experiments.approximation.sweep {self.kind} --budget {self.budget} "
            f"--steps {self.steps} --seeds {self.seeds}{words}"
        )


@cache
def deep_against_wide() -> tuple[str, tuple[Result, ...]]:
    """The recorded sweep over depths at about 200 parameters: its command, and what it found."""
    found = kept(RECORDED)
    rows: list[dict[str, Any]] = [
        {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
        for row in found["results"]
    ]
    return found["command"], tuple(Result(**row) for row in rows)


def said_of_depth(results: Sequence[Result]) -> str:
    """What a sweep over depths found, in a sentence: medians over the seeds."""
    medians = [float(np.median(result.rmse)) for result in results]
    best, worst = (results[medians.index(pick(medians))] for pick in (min, max))
    lucky = min(results[-1].rmse)
    return (
        f"The median error is least with {_shape(best)} ({min(medians):.2g}) and largest with "
        f"{_shape(worst)} ({max(medians):.2g}). None of the {len(results[-1].rmse)} seeds with "
        f"{_shape(results[-1])} comes nearer than {lucky:.2g}."
    )


def _shape(result: Result) -> str:
    layers = len(result.hidden)
    return f"{layers} layer{'s' * (layers > 1)} of {result.hidden[0]}"


def measure(run: Approximation) -> Result:
    """The errors of all seeds against the function itself, on the grid."""
    frame, hidden = run.pictures.take(run.model), run.settings.hidden
    negative = BENT.get(run.settings.activation)
    pieces = []
    for seed in range(len(run.seeds)) if negative is not None else ():
        W = [weight[seed].detach().double().numpy() for weight in run.model.W]
        b = [bias[seed, 0].detach().double().numpy() for bias in run.model.b]
        pieces.append(count_pieces(W, b, negative or 0.0).count)
    return Result(
        hidden=hidden,
        parameters=parameters(hidden),
        rmse=tuple(np.sqrt(frame["test_loss_seeds"]).tolist()),
        largest=tuple(frame["max_error_seeds"].tolist()),
        pieces=tuple(pieces),
        most=most_pieces(hidden),
        by_hand=hand_error(run.settings, hidden[0]),
    )


def table(results: Sequence[Result]) -> list[dict[str, Any]]:
    """One row a shape, with the words of the page and the command line."""
    return [
        {
            "neurons in each hidden layer": " + ".join(map(str, result.hidden)),
            "parameters": result.parameters,
            "error: median": float(np.median(result.rmse)),
            "best": min(result.rmse),
            "worst": max(result.rmse),
            "largest error: median": float(np.median(result.largest)),
            "straight pieces: median": float(np.median(result.pieces)) if result.pieces else None,
            "at most": result.most if result.pieces else None,
        }
        for result in results
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sweep from the command line; progress goes to stderr, the result to stdout."""
    parser = command_line("python -m core.experiments.approximation.sweep", __doc__)
    parser.add_argument("kind", choices=SWEEPS)
    parser.add_argument("--budget", type=int, default=200, help="parameters (default 200)")
    parser.add_argument("--steps", type=int, default=2000, help="updates (default 2000)")
    parser.add_argument("--seeds", type=int, default=8, help="networks of each shape (default 8)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", action="store_true", help="print JSON with all seeds")
    given = parser.parse_args(arguments)
    with refusing(parser):
        settings = ApproximationSettings.from_texts(texts_of(given.set))
        sweep = Sweep(settings, given.kind, given.steps, given.seeds, given.budget)
    in_terminal(sweep)
    if given.json:
        print(json.dumps([asdict(result) for result in sweep.results]))
        return 0
    print_table(table(sweep.results))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
