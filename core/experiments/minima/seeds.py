"""Does the flatter minimum do better on new digits? Several seeds, at equal training loss.

    python -m core.experiments.minima.seeds --seeds 10 --set wrong=20 --set goal=0.1

Every seed draws other digits and other first weights; from those, all three ways start.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from core import piped
from core.command import RESULTS, command_line, keep, kept, refusing
from core.experiments.minima.experiment import LOOK, Training
from core.experiments.minima.network import COLD
from core.experiments.minima.settings import WAYS, MinimaSettings, said
from core.settings import SettingError, texts_of
from core.work import Slices, in_terminal, print_table

MODULE = "python -m core.experiments.minima.seeds"
RECORD = RESULTS / "minima-seeds.json"
SMALLER: dict[str, Any] = {"samples": 200, "activation": "ReLU"}  # which can learn wrong labels
CASES: dict[str, dict[str, Any]] = {
    "all labels right": {**SMALLER, "goal": 0.05},
    "20 % of the labels wrong": {**SMALLER, "wrong": 20, "goal": 0.1},
}
Row = dict[str, Any]


class Seeds(Slices):
    """Trains all ways from several seeds; `rows` says how sharp each minimum is, and how good."""

    verb = "training"

    def __init__(self, settings: Any, seeds: int = 5) -> None:
        """Nothing is trained yet."""
        first = settings.fresh().replace(ways=tuple(WAYS))
        self.plan = [
            first.replace(seed=first.seed + k, data_seed=first.data_seed + k) for k in range(seeds)
        ]
        self.settings, self.rows = first, list[Row]()
        self._done = 0
        self._run: Training | None = None

    @property
    def fraction(self) -> float:
        """Share of the updates, if each seed took as many as are allowed."""
        now = self._run.steps / self.settings.max_steps if self._run else 0.0
        return min(1.0, (self._done + 0.999 * now) / len(self.plan))

    @property
    def words(self) -> str:
        """How many seeds are done."""
        return f"{self._done} of {len(self.plan)} seeds"

    @property
    def command(self) -> str:
        """The same numbers without a browser."""
        return f"{MODULE} --seeds {len(self.plan)}{self.settings.options('ways')}"

    def advance(self) -> None:
        """A few updates; at the end of a seed its curvatures and what it does on new digits."""
        self._run = self._run or Training(self.plan[self._done])
        self._run.step(LOOK)
        if self._run.done:
            self.rows += measured(self._run)
            self._run, self._done = None, self._done + 1


@torch.no_grad()
def measured(run: Training) -> list[Row]:
    """One row for each way of a run that has ended."""
    data, net, settings = run.data, run.network, run.settings
    theta = torch.cat([*run.theta.values()])
    rng = np.random.default_rng([settings.seed, 2])
    v = torch.from_numpy(rng.normal(size=(1, net.P))).float().expand(len(theta), -1)
    with torch.enable_grad():
        sharp, _ = net.sharpness(theta, v, data.x, data.y, *COLD)
    out, test = net.output(theta, data.x_test), net.loss(theta, data.x_test, data.y_test)
    right = (out.argmax(-1) == data.y_test.argmax(-1)).float().mean(-1)
    return [
        {
            "seed": settings.seed,
            "way": way,
            "updates": run.rested.get(way, run.steps),
            "training loss": round(loss, 5),
            "curvature": round(float(sharp[k]), 3),
            "test loss": round(float(test[k]), 5),
            "accuracy": round(float(right[k]), 4),
        }
        for k, (way, loss) in enumerate(run.losses().items())
    ]


def column(rows: Sequence[Row], way: str, name: str) -> np.ndarray[Any, Any]:
    """One number of one way, by seed."""
    return np.array([row[name] for row in rows if row["way"] == way])


def verdict(rows: Sequence[Row], settings: Any) -> str:
    """What these seeds say, in words: means, and in how many the flatter one was better."""
    base, *others = WAYS
    n = len(column(rows, base, "seed"))
    said_ = []
    for way in WAYS:
        sharp, loss, right = (
            column(rows, way, name) for name in ("curvature", "test loss", "accuracy")
        )
        said_.append(
            f"{said(settings, way)}: curvature {sharp.mean():.1f}, test loss {loss.mean():.3f}, "
            f"accuracy {right.mean():.1%}"
        )
    better = [
        f"{said(settings, way)} in {int((column(rows, way, 'test loss') < first).sum())}"
        for first in [column(rows, base, "test loss")]
        for way in others
    ]
    more = [
        f"{said(settings, way)} in {int((column(rows, way, 'accuracy') > first).sum())}"
        for first in [column(rows, base, "accuracy")]
        for way in others
    ]
    return (
        f"Means of {n} seeds at training loss {settings.goal:g}. {'; '.join(said_)}. A lower test "
        f"loss than the full batch had {' and '.join(better)} of {n} seeds; more right answers "
        f"had {' and '.join(more)}."
    )


@lru_cache(maxsize=1)
def recorded() -> dict[str, Any]:
    """What lies in assets: `command`, and rows by case."""
    return kept(RECORD)


def case(name: str) -> MinimaSettings:
    """Settings of a recorded case."""
    return MinimaSettings(**CASES[name])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; progress goes to stderr, the table to stdout."""
    parser = command_line(MODULE, __doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many (default 5)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name} in assets/")
    given = parser.parse_args(arguments)
    with refusing(parser):
        if given.seeds < 1:
            raise SettingError("--seeds", given.seeds, "a whole number from 1 up")
        own = MinimaSettings.from_texts(texts_of(given.set))
    if not given.record:
        work = Seeds(own, given.seeds)
        in_terminal(work)
        print_table(work.rows)
        return 0
    found = {}
    for name in CASES:
        work = Seeds(case(name), given.seeds)
        in_terminal(work, f"{name} ")
        found[name] = work.rows
    command = f"{MODULE} --seeds {given.seeds} --record"
    keep(RECORD, {"command": command, "cases": found})
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
