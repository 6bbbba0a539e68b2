"""Error over the number of training fields, for each judge, with seeds.

    python -m core.experiments.summaries.sizes --question "web or its twin" --seeds 5

A seed decides the fields, the first weights and the order; every size makes the same number of
updates at the same rate, none of them tuned by itself. The page shows what was recorded with
`--record`, and computes anew what is asked.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from core import piped
from core.command import RESULTS, command_line, keep, kept, refusing
from core.experiments.summaries.data import CHUNK, QUESTIONS, TEST
from core.experiments.summaries.judges import NAMES
from core.experiments.summaries.pictures import Summaries
from core.experiments.summaries.settings import SummariesSettings
from core.work import OneByOne, in_terminal

SIZES = (32, 64, 128, 256, 512, 1024, 2000)
UPDATES, SLICE = 300, 10  # in all, and between two looks at the clock
RESULT = RESULTS / "summaries-sizes.json"
MODULE = "python -m core.experiments.summaries.sizes"


class Sizes(OneByOne):
    """Training sets of all sizes, seed by seed, in slices of time."""

    verb, of = "computing", "trainings"

    def __init__(self, question: str, twin: str, seeds: int = 3) -> None:
        """Plan all runs: the small sizes of all seeds first."""
        settings = SummariesSettings(question=question, twin=twin, max_steps=UPDATES)
        self.question, self.twin, self.seeds = question, twin, seeds
        super().__init__(
            settings.replace(samples=size, seed=seed, data_seed=seed)
            for size in SIZES for seed in range(seeds)
        )  # fmt: skip
        self._run: Summaries | None = None

    @property
    def result(self) -> dict[str, Any]:
        """Question, twin, seeds, and errors[judge][size][seed] as far as they are known."""
        found = self.results  # the errors of each run, in the order of NAMES
        rows = [found[i : i + self.seeds] for i in range(0, len(found), self.seeds)]
        whole = [row for row in rows if len(row) == self.seeds]
        errors = {
            name: [[run[column] for run in row] for row in whole]
            for column, name in enumerate(NAMES)
        }
        return {"question": self.question, "twin": self.twin, "seeds": self.seeds,
                "sizes": SIZES[: len(whole)], "updates": UPDATES, "test": TEST * CHUNK,
                "errors": errors}  # fmt: skip

    @property
    def fraction(self) -> float:
        """Share of the runs that are done."""
        now = self._run.steps / UPDATES if self._run else 0.0
        return min(1.0, (len(self.results) + 0.999 * now) / len(self.plan))

    @property
    def command(self) -> str:
        """The same numbers without a browser."""
        return f'{MODULE} --question "{self.question}" --twin "{self.twin}" --seeds {self.seeds}'

    def advance(self) -> None:
        """A few updates; at the end of a run its errors on fields that it did not see."""
        self._run = self._run or Summaries(self.next)
        self._run.step(SLICE)
        if self._run.done:
            self.results.append((1 - self._run.scores()[:, 0]).tolist())
            self._run = None


def recorded() -> list[dict[str, Any]]:
    """What lies in assets/, one entry a question."""
    return list(kept(RESULT)["results"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; progress goes to stderr, JSON to stdout or to assets/."""
    parser = command_line(MODULE, __doc__)
    known = f"one of: {'; '.join(QUESTIONS)}; again for more (default: all)"
    parser.add_argument("--question", action="append", metavar="TEXT", help=known)
    parser.add_argument("--twin", default=SummariesSettings().twin, help="what a twin keeps")
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each size (default 3)")
    parser.add_argument("--record", action="store_true", help=f"write {RESULT.name} in assets/")
    given = parser.parse_args(arguments)
    with refusing(parser):
        works = [Sizes(question, given.twin, given.seeds) for question in given.question or
                 QUESTIONS]  # fmt: skip
    for work in works:
        in_terminal(work, f"{work.question}: ")
    results = [_rounded(work.result) for work in works]
    if given.record:
        command = f"{MODULE} --seeds {given.seeds} --record"
        keep(RESULT, {"command": command, "results": results})
    else:
        print(json.dumps(results))
    return 0


def _rounded(result: dict[str, Any]) -> dict[str, Any]:
    errors = {
        name: [[round(error, 4) for error in row] for row in rows]
        for name, rows in result["errors"].items()
    }
    return {**result, "errors": errors}


if __name__ == "__main__":
    sys.exit(piped(main))
