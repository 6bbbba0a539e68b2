"""Guided experiments of the perceptron page; each answer is computed from the run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.experiments.perceptron.acts import ACTS, CANNOT, HIDDEN, LEARNS
from core.experiments.perceptron.figures import bound_of
from core.experiments.perceptron.pictures import PointByPoint
from core.film import Film
from core.task import rivals, task


@task(
    "**The bound.** Before the run we know a number of mistakes that it cannot exceed. How "
    "many will it make, compared with that?",
    ("A few", "About half as many", "Nearly as many"),
    ACTS[LEARNS],
    500,
)
def _below(film: Film, experiment: PointByPoint) -> tuple[str, str]:
    made, bound = experiment.mistakes, bound_of(experiment.settings)
    share = made / bound
    came = "A few" if share < 0.25 else "About half as many" if share < 0.75 else "Nearly as many"
    return came, (
        f"It made {made} mistakes; the theorem allows {bound:.0f}. A bound must hold for the "
        "worst points and the worst order of visits, and yours were kinder."
    )


@task(
    "**Bigger steps.** Start from zero weights again, but let each mistake move them 8 times "
    "as far. How many mistakes now?",
    ("Fewer", "Just as many", "More"),
    {"learning_rate": 8.0},
    500,
    rivals({"learning_rate": 1.0}),
)
def _rate(film: Film, experiment: PointByPoint, others: Sequence[Any]) -> tuple[str, str]:
    (slow,) = others
    more = experiment.mistakes - slow.mistakes
    came = "Just as many" if more == 0 else "More" if more > 0 else "Fewer"
    return came, (
        f"{slow.mistakes} mistakes with η = 1, {experiment.mistakes} with η = 8. From zero, η only "
        "makes w and b longer and leaves the line where it is; in the bound it cancels, too."
    )


@task(
    "**One wrong label.** One of 24 labels is turned round. What does the rule do?",
    ("It settles", "It never settles"),
    {"noise": 4, "data_seed": 1},
    500,
)
def _liar(film: Film, experiment: PointByPoint) -> tuple[str, str]:
    tail = film["mistakes"][-1] - film["mistakes"][len(film) // 2]
    settled = experiment.done.startswith("Every")
    came = "It settles" if settled or tail == 0 else "It never settles"
    return came, (
        f"In {experiment.steps} visits {experiment.mistakes} mistakes, {tail:.0f} of them in the "
        f"second half; best moment: {film['accuracy'].max():.0%} right. The rule has no notion "
        "of a lost cause: each visit of the wrong label pulls the line away from all others."
    )


@task(
    "**XOR.** No line gets all four points right. What will the rule do instead?",
    ("It stops at 3 of 4", "Its weights grow without end", "It goes round in circles"),
    ACTS[CANNOT],
    500,
)
def _xor(film: Film, experiment: PointByPoint) -> tuple[str, str]:
    if experiment.cycle is None:
        return "Something else", f"No state came back within {experiment.steps} visits."
    first, period, wrong = experiment.cycle
    longest = float(np.abs(film["w"]).max())
    return "It goes round in circles", (
        f"After visit {first} it repeats a cycle of {period} visits with {wrong} mistakes, for "
        f"ever. No weight is ever larger than {longest:g}. At its best moment "
        f"{film['accuracy'].max():.0%} of the points were right."
    )


@task(
    "**The hidden layer's view.** Two hidden neurons, trained on XOR. Could a perceptron "
    "separate the four points if it saw only what these two neurons say?",
    ("Yes", "No"),
    ACTS[HIDDEN],
    4000,
)
def _space(film: Film, experiment: PointByPoint) -> tuple[str, str]:
    margin = film["hidden_margin"]
    came = "Yes" if margin[-1] > 0 else "No"
    since = (
        f"Since visit {film.steps[np.argmax(margin > 0)]} a line separates them there, in the end "
        f"with margin {margin[-1]:.2g}"
        if margin[-1] > 0
        else "No line separates them there"
    )
    return came, (
        f"{since}; {film['accuracy'][-1]:.0%} of the points are right after {experiment.steps} "
        "visits."
    )


TASKS = (_below, _rate, _liar, _xor, _space)
