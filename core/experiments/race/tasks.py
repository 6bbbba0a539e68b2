"""Guided experiments of the race: predict first; what is recorded answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from core.experiments.race import films
from core.experiments.race.data import MNIST_1D, MOLECULES, PLAIN, SHUFFLED, SIZES
from core.experiments.race.entries import EQUAL, NAMES, OVERLAPPING, PUBLISHED
from core.experiments.race.figures_rows import best, in_budget, mean, said
from core.experiments.race.record import VARIANTS, Row
from core.experiments.race.settings import RaceSettings
from core.film import Film
from core.models.families import MEAN
from core.task import task

LITTLE, MUCH = 2, 20  # points


def one(rows: Sequence[Row], model: str, variant: str, data: str = PLAIN) -> Row:
    """The row of this name. Errors: `StopIteration` if it is not recorded."""
    return next(row for row in rows if (row["model"], row["variant"], row["data"])
                == (model, variant, data))  # fmt: skip


@task(
    "**Shuffled.** The values of every signal are listed in one other order, the same for all "
    "signals. Of the published networks, who wins?",
    ("linear", "MLP", "CNN", "GRU"), {}, 0,
)  # fmt: skip
def who_wins(_: Any, rows: Sequence[Row]) -> tuple[str, str]:
    """The published network that is best on shuffled signals."""
    shuffled = in_budget(rows, PUBLISHED, SHUFFLED)
    first = best(shuffled)
    others = "; ".join(f"{NAMES[row['model']]} {said(row)} %" for row in shuffled if row != first)
    return NAMES[first["model"]], f"Right on {said(first)} % of shuffled signals; {others}."


def by_much(points: float) -> str:
    """How much that is, in the words of the options."""
    return SOME[0] if points < LITTLE else SOME[1] if points <= MUCH else SOME[2]


SOME = (f"less than {LITTLE} points", f"{LITTLE} to {MUCH} points", f"more than {MUCH} points")


@task(
    "**The stem.** The transformer gets its signal in patches: of 5 values side by side, or of "
    "8 values every 4, which overlap: a convolution with a stride. How much do these win?",
    SOME, {}, 0,
)  # fmt: skip
def the_stem(_: Any, rows: Sequence[Row]) -> tuple[str, str]:
    """Overlapping patches against patches side by side."""
    over, side = (one(rows, "transformer", name) for name in ("overlapping patches", "patches"))
    return by_much(mean(over) - mean(side)), (
        f"Overlapping patches: {said(over)} %; patches side by side: {said(side)} %."
    )


@task(
    "**The end.** After its convolutions a CNN reads all places in their order, or only their "
    "mean, which does not know where something was. Which is right more often?",
    ("all places", "the mean"), {}, 0,
)  # fmt: skip
def the_end(_: Any, rows: Sequence[Row]) -> tuple[str, str]:
    """The mean of all places against all places, for the CNN."""
    pooled, flat = one(rows, "cnn", "mean pool"), one(rows, "cnn", EQUAL)
    came = "the mean" if mean(pooled) > mean(flat) else "all places"
    return came, (
        f"Mean of all places: {said(pooled)} %; all places: {said(flat)} %. At about 5,000 "
        "parameters each."
    )


FILM = "race-molecules-mean"
MANY = tuple(f"{size:,}" for size in SIZES[MOLECULES])
NEVER = "more than that"


@task(
    "**Molecules.** A GNN passes messages along the bonds, reads the mean of all atoms, and "
    f"learns from {MANY[0]} molecules how wide the gap between HOMO and LUMO is. An MLP with "
    "as many parameters reads atoms and bonds as a list. How many molecules does it need to "
    "be as good?",
    (*MANY, NEVER), {}, 0,
)  # fmt: skip
def the_graph(*_: Any) -> tuple[str, str]:
    """From how many molecules on the MLP errs no more than the GNN does after the fewest."""
    film = Film.load(films.path(FILM))
    gnn, mlp = (film[f"error:{name}"][-1] for name in ("gnn", "mlp"))
    enough = [many for many, error in zip(MANY, mlp, strict=True) if error <= gnn[0]]
    errors = ", ".join(f"{error:.2f} eV from {many}" for many, error in zip(MANY, mlp, strict=True))
    return enough[0] if enough else NEVER, (
        f"The GNN errs by {gnn[0]:.2f} eV from {MANY[0]} molecules. The MLP errs by {errors}. "
        f"Choose {MOLECULES} and the mean pool below to see all of them."
    )


TASKS = (who_wins, the_stem, the_end, the_graph)
ORDER, STEM, END, GRAPH = range(1, len(TASKS) + 1)  # numbers of the questions
ABOUT_ROWS = {ORDER: "shuffled signals", STEM: "other stems", END: "the mean pool"}


def asks(row: Row) -> set[int]:
    """Numbers of the questions that this row would answer."""
    made = VARIANTS[row["model"], row["variant"]]
    gives = {ORDER: row["data"] == SHUFFLED, STEM: made.stem != OVERLAPPING, END: made.end == MEAN}
    return {number for number, given in gives.items() if given}


def open_rows(rows: Sequence[Row], guessed: Collection[int]) -> list[Row]:
    """The rows that answer no question before its prediction."""
    return [row for row in rows if asks(row) <= set(guessed)]


def still_hidden(rows: Sequence[Row], guessed: Collection[int], budget: str) -> str:
    """What appears after which prediction, in a sentence; "" if nothing is hidden."""
    asked = {number for row in in_budget(rows, budget) for number in asks(row)} - set(guessed)
    words = ", ".join(f"{ABOUT_ROWS[number]} (question {number})" for number in sorted(asked))
    return f"Hidden until your prediction: {words}." if words else ""


def asked_by(settings: RaceSettings) -> list[int]:
    """Numbers of the questions that a race of these settings would answer."""
    made = settings.runners.values() if settings.data == MNIST_1D else []
    gives = {
        ORDER: settings.shuffled,
        STEM: any(one.family == "transformer" and one.stem != OVERLAPPING for one in made),
        END: any(one.family == "cnn" and one.end == MEAN for one in made),
        GRAPH: settings.data == MOLECULES,
    }
    return [number for number, given in gives.items() if given]
