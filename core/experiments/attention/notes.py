"""What a student should notice in a run of the attention page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.attention.experiment import mask_of
from core.experiments.attention.problems import ADDITION, MOLECULES, PROBLEMS
from core.film import Film
from core.words import counted

MILESTONES = (100, 250, 600, 1500)
FORMED, SOLVED = 0.5, 0.95  # a score from which a pattern is there, an accuracy that counts


def head_name(a: int, heads: int) -> str:
    """Head a of all layers in words."""
    return f"layer {a // heads + 1}, head {a % heads + 1}"


def first_step(film: Film, track: str, least: float) -> int | None:
    """Update at which a scalar track first reached `least`."""
    reached = film[track] >= least
    return int(film.steps[reached.argmax()]) if reached.any() else None


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    if experiment.done.startswith("Diverged"):
        film.error(experiment.done)
    if len(film) < 2:
        _expectations(experiment, film)
        return
    if film.passed(MILESTONES):
        _now(experiment, film)
    _formed(experiment, film)


def _expectations(experiment: Any, film: Film) -> None:
    """What is known before training."""
    settings = experiment.settings
    mask, suits = mask_of(settings), PROBLEMS[settings.target].mask
    if mask == "full" != suits and settings.target != ADDITION:
        film.warning(
            "With a full mask every token sees those after it: where the answer is the next token, "
            "it can simply be read off."
        )
    if mask == "causal" != suits and settings.target == MOLECULES:
        film.warning("With a causal mask an atom cannot ask those that are named after it.")
    if settings.positions == "none" and mask == "full":
        film.info(
            "Without positions and with a full mask the network cannot know the order: shuffled "
            f"tokens change outputs by {float(film['moved'][-1]):.1e}, rounding alone."
        )
    if settings.std < 0.05:
        film.warning(
            f"First embeddings of size {settings.std:g}: tokens look alike at first, and the "
            "circuit may form late or never."
        )


def _now(experiment: Any, film: Film) -> None:
    """Who is right by now, and what the heads look at."""
    settings, heads = experiment.settings, int(experiment.settings.heads)
    said = f"right on {float(film['accuracy'][-1]):.0%} of what is asked"
    if "accuracy_one" in film:
        said += f"; its twin with one layer on {float(film['accuracy_one'][-1]):.0%}"
    best = int(film["best"][-1])
    where = f"{head_name(best, heads)} is the sharpest: {film['entropy'][-1][best]:.1f} bits."
    if experiment.problem.lookup:
        where = (
            f"Most on the right place: {head_name(best, heads)} "
            f"({float(film['best_lookup'][-1]):.0%} of its weight)."
        )
    if experiment.problem.lookup == "prefix matching":
        a = int(film["previous"][-1].argmax())
        where += (
            f" Most on the token before: {head_name(a, heads)} "
            f"({float(film['best_previous'][-1]):.0%})."
        )
    film.info(f"After {counted(experiment.steps, 'update')}: {said}. {where}")
    if settings.target == ADDITION:
        film.info(
            f"After {counted(experiment.steps, 'update')} {float(film['trained'][-1]):.0%} of "
            "the pairs "
            f"learned from are right, and {float(film['accuracy'][-1]):.0%} of the others."
        )


def _formed(experiment: Any, film: Film) -> None:
    """In which order the two parts of the circuit came."""
    if PROBLEMS[experiment.settings.target].lookup != "prefix matching":
        return
    back, up = (first_step(film, t, FORMED) for t in ("best_previous", "best_lookup"))
    if back is not None and up is not None:
        film.info(
            f"A head first gave half of its weight to the token before at update {back}, a head "
            f"half of its weight to the right place at update {up}."
        )
