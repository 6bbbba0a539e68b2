"""Four families on MNIST-1D, each at its own learning rate: what is recorded for the page.

    python -m core.experiments.recurrence.mnist1d                # prints a table
    python -m core.experiments.recurrence.mnist1d --record       # and writes it to assets/results
    python -m core.experiments.recurrence.mnist1d --family CNN --steps 500

The seeds of a family are trained as one, every weight with a leading axis S; they differ in their
first weights and see the same batches in the same order.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from core import piped
from core.command import RESULTS, command_line, keep, kept
from core.datasets.mnist1d import load
from core.experiments.recurrence.mnist1d_families import FAMILIES, first_weights
from core.work import Slices, in_terminal, print_table

RECORDED = RESULTS / "mnist1d.json"
COMMAND = "python -m core.experiments.recurrence.mnist1d --record"
SOURCE = "README of greydanus/mnist1d"
SEEDS, STEPS, BATCH = 5, 6000, 100
CHUNK = 10  # updates between two looks at the clock


@dataclass(frozen=True)
class Row:
    """One family: share of the 1,000 test signals named rightly in percent, one number a seed.

    `seconds` is the processor time of all seeds as one, on one thread.
    """

    family: str
    parameters: int
    learning_rate: float
    steps: int
    batch: int
    mean: float
    spread: float  # standard deviation over the seeds
    accuracy: tuple[float, ...]
    published: int
    seconds: float


class Trained(Slices):
    """One family trained on the 4,000 signals, new order each epoch; `result` is its `Row`."""

    verb = "training"

    def __init__(self, family: str, steps: int = STEPS, seeds: int = SEEDS) -> None:
        self.family, self.steps, self.made = family, steps, 0
        self.weights = {
            name: w.requires_grad_() for name, w in first_weights(family, seeds).items()
        }
        rate = FAMILIES[family].learning_rate
        self.optimizer = torch.optim.Adam(self.weights.values(), lr=rate, fused=True)
        data = load()
        self.x, self.y = torch.from_numpy(data.x), torch.from_numpy(data.y)
        self.test = torch.from_numpy(data.x_test), torch.from_numpy(data.y_test)
        self._generator, self._order = torch.Generator().manual_seed(0), torch.empty(0).long()
        self.spent = 0.0

    @property
    def fraction(self) -> float:
        """Share of the updates that are made."""
        return self.made / self.steps

    def advance(self) -> None:
        """A few updates of all seeds."""
        started = time.process_time()
        for _ in range(min(CHUNK, self.steps - self.made)):
            if len(self._order) < BATCH:
                self._order = torch.randperm(len(self.x), generator=self._generator)
            rows, self._order = self._order.split([BATCH, len(self._order) - BATCH])
            out = FAMILIES[self.family].out(self.x[rows], self.weights)  # (S, B, 10)
            y = self.y[rows].expand(out.shape[:2])
            loss = cross_entropy(out.flatten(0, 1), y.flatten(), reduction="sum") / BATCH
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            self.made += 1
        self.spent += time.process_time() - started

    @property
    @torch.no_grad()
    def result(self) -> Row:
        """How often the present weights are right on what is held out."""
        out = FAMILIES[self.family].out(self.test[0], self.weights)
        right = 100 * (out.argmax(-1) == self.test[1]).float().mean(1)  # (S,)
        family = FAMILIES[self.family]
        return Row(
            family=self.family,
            parameters=sum(math.prod(shape) for shape, _ in family.shapes.values()),
            learning_rate=family.learning_rate,
            steps=self.made,
            batch=BATCH,
            mean=round(float(right.mean()), 2),
            spread=round(float(right.std()), 2) if len(right) > 1 else 0.0,
            accuracy=tuple(round(float(value), 1) for value in right),
            published=family.published,
            seconds=round(self.spent, 1),
        )


@cache
def recorded() -> tuple[str, tuple[Row, ...]]:
    """The recorded table: its command, and a row for each family."""
    found = kept(RECORDED)
    rows: list[dict[str, Any]] = [row | {"accuracy": tuple(row["accuracy"])}
                                  for row in found["results"]]  # fmt: skip
    return found["command"], tuple(Row(**row) for row in rows)


def table(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One row a family, with the words of the page and the command line."""
    return [
        {
            "family": row.family,
            "right on 1,000 new signals, %": f"{row.mean:.1f} ± {row.spread:.1f}",
            "published, %": row.published,
            "parameters": row.parameters,
            "learning rate": row.learning_rate,
            "updates": row.steps,
            "processor seconds, all seeds": row.seconds,
        }
        for row in rows
    ]


def said(rows: Sequence[Row]) -> str:
    """What was found, in a sentence: who is best, and how far all are from what is published."""
    best = max(rows, key=lambda row: row.mean)
    far = max(rows, key=lambda row: abs(row.mean - row.published))
    return (
        f"The {best.family} is best with {best.mean:.1f} %. All lie within "
        f"{abs(far.mean - far.published):.1f} points of what the maker of MNIST-1D published; the "
        f"largest difference is that of the {far.family}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line; progress goes to stderr, the table to stdout."""
    parser = command_line("python -m core.experiments.recurrence.mnist1d", __doc__)
    parser.add_argument("--family", choices=FAMILIES, help="only this one")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"updates (default {STEPS})")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default {SEEDS}")
    parser.add_argument("--record", action="store_true", help="write all four to assets/results")
    given = parser.parse_args(arguments)
    whole = given.family is None and (given.steps, given.seeds) == (STEPS, SEEDS)
    if given.record and not whole:
        parser.error("--record writes all families as they are: give neither of the others")
    if min(given.steps, given.seeds) < 1:
        parser.error("--steps and --seeds must be 1 or more")
    rows = []
    for family in [given.family] if given.family else FAMILIES:
        trained = Trained(family, given.steps, given.seeds)
        in_terminal(trained, f"{family} ")
        rows.append(trained.result)
    if given.record:
        found = {"command": COMMAND, "source": SOURCE, "results": [asdict(row) for row in rows]}
        keep(RECORDED, found)
    print_table(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
