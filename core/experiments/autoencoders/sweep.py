"""Error against the latent dimension, from several seeds: all d trained at once.

    python -m core.experiments.autoencoders.sweep --steps 1000 --seeds 3 --set data=spectra

Every network sees the same samples; those of one seed see them in the same order and differ in d
alone. None of them is tuned by itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import piped
from core.command import RESULTS, command_line, kept, refusing
from core.experiments.autoencoders.baseline import baseline
from core.experiments.autoencoders.experiment import Training
from core.experiments.autoencoders.held_out import errors_by_d
from core.experiments.autoencoders.settings import MOST_D, AutoencodersSettings
from core.settings import SettingError, texts_of
from core.work import Slices, in_terminal, print_table

LATENT = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
RECORDED = RESULTS / "autoencoders-seeds.json"  # what --json printed
MODULE = "python -m core.experiments.autoencoders.sweep"
CHUNK = 5  # updates between two looks at the clock


class Sweep(Slices):
    """Networks of many d from each seed, in turns; `result` has their errors so far.

    `latent` are ten d and the one that is set, or with `every` all from 1 to 32.
    """

    verb = "training"

    def __init__(
        self, settings: Any, steps: int = 1000, seeds: int = 3, every: bool = False
    ) -> None:
        """Make all networks; nothing is trained yet."""
        self.settings, self.steps = settings.fresh().replace(max_steps=steps), steps
        self.every = every
        self.latent = tuple(range(1, MOST_D + 1) if every else sorted({*LATENT, settings.d}))
        self.runs = [
            Training(self.settings.replace(seed=settings.seed + k), self.latent)
            for k in range(seeds)
        ]

    @property
    def fraction(self) -> float:
        """Share of the updates that are made."""
        made = (self.steps if run.done else run.steps for run in self.runs)
        return sum(made) / (self.steps * len(self.runs))

    @property
    def words(self) -> str:
        """How many updates are made."""
        return f"{self.runs[0].steps:,} of {self.steps:,} updates of {len(self.runs)} seeds"

    def advance(self) -> None:
        """A few updates of the run that is furthest behind."""
        behind = [run for run in self.runs if not run.done]
        min(behind, key=lambda run: run.steps).step(CHUNK)

    @property
    def result(self) -> NDArray[np.float64]:
        """Error on held-out samples. Shapes: (seeds, K), a column for each of `latent`."""
        base = baseline(self.settings)
        return np.stack([errors_by_d(run, base) for run in self.runs])

    @property
    def command(self) -> str:
        """What to type to get the same numbers without a browser."""
        left_out = ["max_steps", "others", "look"]
        left_out += ["d"] if self.every or self.settings.d in LATENT else []
        words = (" --every" if self.every else "") + self.settings.options(*left_out)
        return f"{MODULE} --steps {self.steps} --seeds {len(self.runs)}{words}"


@lru_cache(maxsize=1)
def recorded() -> dict[str, Any]:
    """Command, d (K,), updates and errors (S, K) of a sweep of the default settings."""
    found = kept(RECORDED)
    return {**found, "errors": np.array(found["errors"])}


def is_recorded(settings: Any) -> bool:
    """Whether its curve is that of the recorded sweep, whatever d and the seed."""
    base = type(settings).defaults()
    free = {name: getattr(base, name) for name in ("d", "seed", "others", "look", "changes")}
    return bool(settings.replace(**free) == base and base.max_steps == recorded()["updates"])


def table(sweep: Sweep) -> list[dict[str, Any]]:
    """One row for each d, with the words of the page and the command line."""
    base, errors = baseline(sweep.settings), sweep.result
    return [
        {
            "d": d,
            "error: median": float(np.median(column)),
            "best": float(column.min()),
            "worst": float(column.max()),
            "PCA": float(base.errors[d]),
            "variance kept": float(1 - np.median(column) / base.variance),
        }
        for d, column in zip(sweep.latent, errors.T, strict=True)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sweep from the command line; progress goes to stderr, the result to stdout."""
    parser = command_line(MODULE, __doc__)
    parser.add_argument("--steps", type=int, default=1000, help="updates (default 1000)")
    parser.add_argument("--seeds", type=int, default=3, help="seeds of each d (default 3)")
    parser.add_argument("--every", action="store_true", help="all d from 1 to 32, not ten of them")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--json", action="store_true", help="print JSON with all seeds")
    given = parser.parse_args(arguments)
    with refusing(parser):
        if given.seeds < 1:
            raise SettingError("--seeds", given.seeds, "a whole number from 1 up")
        settings = AutoencodersSettings.from_texts(texts_of(given.set))
        sweep = Sweep(settings, given.steps, given.seeds, given.every)
    in_terminal(sweep)
    if given.json:
        found = {"command": f"{sweep.command} --json", "d": sweep.latent, "updates": given.steps}
        print(json.dumps({**found, "errors": sweep.result.tolist()}))
        return 0
    print_table(table(sweep))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
