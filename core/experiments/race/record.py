"""Each entry of the race on all of MNIST-1D, plain and shuffled: what is recorded for the page.

    python -m core.experiments.race.record                  # prints the table as it is recorded
    python -m core.experiments.race.record --record         # trains what is missing, and writes it
    python -m core.experiments.race.record --model cnn --variant "mean pool" --updates 300 --seeds 2

The seeds of an entry are trained as one; they differ in their first weights and see the same
batches in the same order.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from core import piped
from core.command import RESULTS, command_line, kept
from core.experiments.race.data import LAYOUTS, MNIST_1D, PLAIN, SHUFFLED, samples
from core.experiments.race.entries import (
    EQUAL,
    OVERLAPPING,
    PATCHES,
    PUBLISHED,
    SAMPLE,
    Entry,
    entry,
)
from core.experiments.race.training import Networks
from core.models.families import FLATTEN, MEAN
from core.work import Slices, in_terminal, print_table

RECORDED = RESULTS / "race.json"
COMMAND = "python -m core.experiments.race.record --record"
SEEDS, BATCH, CHUNK = 5, 100, 10
UPDATES = {PUBLISHED: 6000, EQUAL: 3000}
Row = dict[str, Any]


class Variant(NamedTuple):
    """What is said beside the family: its budget, stem and end."""

    budget: str
    stem: str = OVERLAPPING
    end: str = FLATTEN


# The order in which they are recorded.
VARIANTS: dict[tuple[str, str], Variant] = {
    ("linear", PUBLISHED): Variant(PUBLISHED),
    ("mlp", PUBLISHED): Variant(PUBLISHED),
    ("transformer", "overlapping patches"): Variant(EQUAL),
    ("cnn", "mean pool"): Variant(EQUAL, end=MEAN),
    ("cnn", PUBLISHED): Variant(PUBLISHED),
    ("mlp", EQUAL): Variant(EQUAL),
    ("cnn", EQUAL): Variant(EQUAL),
    ("transformer", "patches"): Variant(EQUAL, PATCHES),
    ("gnn", EQUAL): Variant(EQUAL),
    ("transformer", "overlapping patches, mean pool"): Variant(EQUAL, end=MEAN),
    ("gru", PUBLISHED): Variant(PUBLISHED),
    ("gnn", "mean pool"): Variant(EQUAL, end=MEAN),
    ("gru", EQUAL): Variant(EQUAL),
    ("transformer", "patches, mean pool"): Variant(EQUAL, PATCHES, MEAN),
    ("transformer", "one token a sample"): Variant(EQUAL, SAMPLE),
    ("transformer", "one token a sample, mean pool"): Variant(EQUAL, SAMPLE, MEAN),
}


def made(model: str, variant: str) -> Entry:
    """The network of a row."""
    return entry(model, LAYOUTS[MNIST_1D], *VARIANTS[model, variant])


class Trained(Slices):
    """One entry on the 4,000 signals, in a new order each epoch; `result` is its row so far."""

    verb = "training"

    def __init__(
        self, model: str, variant: str, data: str, seeds: int = SEEDS, updates: int = 0
    ) -> None:
        """Nothing is trained yet; `updates` are those of its budget unless given."""
        self.entry, self.seeds = made(model, variant), list(range(seeds))
        self.named = {"model": model, "variant": variant, "data": data}
        self.updates = updates or UPDATES[self.entry.budget]
        self.networks = Networks(self.entry, self.seeds, self.updates)
        self.samples = samples(MNIST_1D, data == SHUFFLED)
        self._generator, self._order = torch.Generator().manual_seed(0), torch.empty(0).long()
        self.spent = 0.0

    @property
    def fraction(self) -> float:
        """Share of the updates that are made."""
        return self.networks.made / self.updates

    def advance(self) -> None:
        """A few updates of all seeds."""
        started, s = time.process_time(), self.samples
        for _ in range(min(CHUNK, self.updates - self.networks.made)):
            if len(self._order) < BATCH:
                self._order = torch.randperm(len(s.x), generator=self._generator)
            rows, self._order = self._order.split([BATCH, len(self._order) - BATCH])
            try:
                self.networks.learn(s.x[rows], s.y[rows])
            except FloatingPointError as error:
                self.failed = f"{error}: nothing is recorded of it. Lower its rate in entries.py."
                break
        self.spent += time.process_time() - started

    @property
    def result(self) -> Row:
        """Accuracy on the 1,000 held-out signals in percent; processor seconds of all seeds."""
        right = 100 * self.networks.right(self.samples.x_test, self.samples.y_test)
        sd = float(right.std()) if len(right) > 1 else 0.0
        return {
            **self.named,
            "parameters": self.entry.parameters,
            "seconds": round(self.spent, 1),
            "seeds": self.seeds,
            "accuracy": {"mean": round(float(right.mean()), 2), "sd": round(sd, 2)},
        }


def recorded() -> dict[str, Any]:
    """The command, and a row for each entry on each kind of data, in the order of `planned`."""
    return kept(RECORDED)


def planned() -> list[tuple[str, str, str]]:
    """Model, variant and data of every row, in the order in which they are trained."""
    return [(*key, data) for key in VARIANTS for data in (PLAIN, SHUFFLED)]


def key(row: Row) -> tuple[str, str, str]:
    """What tells a row from others."""
    return row["model"], row["variant"], row["data"]


def record() -> None:
    """Train what is missing in the file, and write it row by row; a broken run goes on there."""
    found = {key(row): row for row in recorded()["rows"]} if RECORDED.exists() else {}
    for wanted in planned():
        if wanted in found:
            continue
        trained = Trained(*wanted)
        in_terminal(trained, f"{', '.join(wanted)} ")
        if trained.failed:
            raise SystemExit(trained.failed)
        found[wanted] = trained.result
        rows = [found[one] for one in planned() if one in found]
        lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
        RECORDED.write_text(f'{{\n "command": "{COMMAND}",\n "rows": [\n{lines}\n ]\n}}\n', "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line; progress goes to stderr, the table to stdout."""
    parser = command_line("python -m core.experiments.race.record", __doc__)
    models, variants = (sorted({pair[i] for pair in VARIANTS}) for i in (0, 1))
    parser.add_argument("--model", choices=models, help="train this one alone")
    parser.add_argument("--variant", choices=variants, default=PUBLISHED)
    parser.add_argument("--data", choices=(PLAIN, SHUFFLED), default=PLAIN)
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"default {SEEDS}")
    parser.add_argument("--updates", type=int, default=0, help="default: those of its budget")
    parser.add_argument("--record", action="store_true", help="train and write what is missing")
    given = parser.parse_args(arguments)
    if given.seeds < 1 or given.updates < 0:
        parser.error("--seeds must be 1 or more, --updates 0 (those of its budget) or more")
    if given.record:
        record()
    if given.model is None:
        print_table(recorded()["rows"])
        return 0
    if (given.model, given.variant) not in VARIANTS:
        known = "; ".join(variant for model, variant in VARIANTS if model == given.model)
        parser.error(f"--variant {given.variant!r} of {given.model} is not raced; give {known}")
    work = Trained(given.model, given.variant, given.data, given.seeds, given.updates)
    in_terminal(work, f"{given.model} ")
    if work.failed:
        raise SystemExit(work.failed)
    print_table([work.result])
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
