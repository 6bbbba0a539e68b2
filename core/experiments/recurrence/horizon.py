"""How soon each cell remembers the first of 40 symbols, over seeds: as set, and from the default.

    python -m core.experiments.recurrence.horizon             # prints a table
    python -m core.experiments.recurrence.horizon --record    # and writes it to assets/results

The default is what PyTorch draws. Each family learns at its own rate, the same from both.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import torch

from core import piped
from core.command import RESULTS, command_line, keep, kept
from core.experiments.recurrence.beginnings import DEFAULT
from core.experiments.recurrence.experiment import Training
from core.experiments.recurrence.sequences import scores
from core.experiments.recurrence.settings import SHARES, RecurrenceSettings
from core.models.recurrent import CELLS
from core.work import OneByOne, in_terminal, print_table

RECORDED = RESULTS / "recurrence-horizon.json"
COMMAND = "python -m core.experiments.recurrence.horizon --record"
SEEDS, GOAL, CHUNK = 5, 0.99, 20
MOST = 600  # updates after which it is given up
DEFAULTS: dict[str, Any] = {"recurrent": DEFAULT, "gates": DEFAULT}


@dataclass(frozen=True)
class Row:
    """One network: updates up to 99 % of 256 new sequences, 0 if it never was; its last accuracy.

    `seconds` is the processor time of its training alone, on one thread.
    """

    cell: str
    begins: str
    seed: int
    learning_rate: float
    updates: int
    accuracy: float
    seconds: float


@torch.no_grad()
def accuracy(run: Training, cell: str) -> float:
    """Share of the sequences held out that the first network of this cell answers rightly."""
    out = run.models[cell](run.test.x, 1)[0]  # (B, 1, O)
    return float(scores(run.problem, out, run.test.y[:, -1:]).mean())


class Horizon(OneByOne):
    """One network after the other, each until it remembers; `result` is the rows so far."""

    verb = "training"

    def __init__(
        self, cells: Sequence[str] = tuple(CELLS), seeds: int = SEEDS, most: int = MOST
    ) -> None:
        """Nothing is trained yet."""
        ways: tuple[tuple[str, dict[str, Any]], ...] = (("as set", {}), (DEFAULT, DEFAULTS))
        super().__init__((cell, way, n) for cell in cells for way in ways for n in range(seeds))
        self.most = most
        self._run: Training | None = None
        self._spent = 0.0

    def advance(self) -> None:
        """A few updates of the present network."""
        cell, (begins, first), seed = self.next
        settings = RecurrenceSettings(cells=(cell,), beside=False, seed=seed, **first)
        run = self._run = self._run or Training(settings)
        started = time.process_time()
        run.step(min(CHUNK, self.most - run.steps))
        self._spent += time.process_time() - started
        right = accuracy(run, cell)
        if right >= GOAL or run.done or run.steps >= self.most:
            updates = run.steps if right >= GOAL else 0
            rate = settings.learning_rate * SHARES[cell]
            self.results.append(
                Row(cell, begins, seed, rate, updates, round(right, 4), round(self._spent, 2))
            )
            self._run, self._spent = None, 0.0


@cache
def recorded() -> tuple[Row, ...]:
    """What was found before."""
    return tuple(Row(**row) for row in kept(RECORDED)["results"])


def of(rows: Sequence[Row], cell: str, begins: str) -> list[Row]:
    """The seeds of one cell that begins so."""
    return [row for row in rows if (row.cell, row.begins) == (cell, begins)]


def said(rows: Sequence[Row]) -> str:
    """Who remembers, how soon, and who does not."""
    found = []
    for cell in dict.fromkeys(row.cell for row in rows):
        mine, plain = of(rows, cell, "as set"), of(rows, cell, DEFAULT)
        there = [row for row in mine if row.updates]
        soon = f"after {min(r.updates for r in there)} to {max(r.updates for r in there)} updates "
        spent = f"({max(row.seconds for row in there):.1f} s of one core at most)"
        found.append(
            f"{cell} {len(there)} of {len(mine)} seeds {soon}{spent}, "
            f"by default {sum(row.updates > 0 for row in plain)} of {len(plain)}"
        )
    return (
        f"99 % right at T = 40 within {MOST} updates, with the first weights of this page "
        f"(orthogonal Wₕ, chrono gates): {'; '.join(found)}."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line; progress goes to stderr, the table to stdout."""
    parser = command_line("python -m core.experiments.recurrence.horizon", __doc__)
    parser.add_argument("--cell", choices=CELLS, help="only this one")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default {SEEDS}")
    parser.add_argument("--steps", type=int, default=MOST, help=f"updates at most ({MOST})")
    parser.add_argument("--record", action="store_true", help="write all to assets/results")
    given = parser.parse_args(arguments)
    if given.record and (given.cell, given.seeds, given.steps) != (None, SEEDS, MOST):
        parser.error("--record writes all cells as they are: give none of the others")
    if min(given.steps, given.seeds) < 1:
        parser.error("--steps and --seeds must be 1 or more")
    work = Horizon([given.cell] if given.cell else tuple(CELLS), given.seeds, given.steps)
    in_terminal(work)
    rows: list[dict[str, Any]] = [asdict(row) for row in work.result]
    if given.record:
        keep(RECORDED, {"command": COMMAND, "results": rows})
    print_table(rows)
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
