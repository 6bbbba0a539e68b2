"""Guided experiments of the deep-sets page: questions, and answers computed from the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.experiment import NAMES
from core.experiments.deep_sets.held_out import floor
from core.film import Film
from core.task import rivals, task

NEITHER, ONE, BOTH = "neither", "only the MLP's", "both"
DEEP, MLP, EQUAL = "Deep Sets", "an MLP", "no clear difference"
SUM, MAX, MEAN = "sum", "max", "mean"
ALL, PART, NONE = "nearly all of it", "a part of it", "nothing of it"


def ahead(deep: float, mlp: float) -> str:
    """Whose squared error is smaller, by more than a fifth of its root."""
    if max(deep, mlp) < 1.44 * min(deep, mlp):
        return EQUAL
    return DEEP if deep < mlp else MLP


@task(
    "Train on sets that are always listed from left to right, then shuffle the list. **Whose "
    "output changes: Deep Sets', or that of the MLP trained on these lists?**",
    (NEITHER, ONE, BOTH),
    {},
    600,
)
def who_moves(film: Film, experiment: Any) -> tuple[str, str]:
    """Whose output a shuffle changes, of the MLP on lists and Deep Sets."""
    same = film["equal"][-1]
    came = NEITHER if same[0] and same[1] else ONE if same[0] else BOTH
    deep, plain, copies = experiment.pictures.held_out.unrest(experiment)
    return came, (
        f"Over {len(film['parity'][-1])} new sets, in units of the target's spread, a shuffle "
        f"moves Deep Sets' output by {deep:.1g} (rounding of the 16th digit), the MLP's by "
        f"{plain:.2g}, and by {copies:.2g} if it was trained on shuffled copies: a habit that "
        "is learned is not a law that is built in."
    )


@task(
    "All three have about the same number of parameters and saw sets of 1 to 10 points. "
    "**Who has the smallest error on sets of 30?**",
    (DEEP, MLP, EQUAL),
    {"order": "random"},
    800,
)
def at_thirty(film: Film, experiment: Any) -> tuple[str, str]:
    """Errors at 10 and at 30 elements."""
    ten, thirty = film["by_size"][-1][[9, 29], :3]
    came = ahead(float(thirty[0]), float(thirty[1:].min()))
    said = ", ".join(
        f"{name} {a:.3g} → {b:.3g}" for name, a, b in zip(NAMES.values(), ten, thirty, strict=True)
    )
    return came, (
        f"Squared errors over the variance at 10 → 30 elements: {said}. φ has seen elements like "
        "these; ρ never saw a sum this large, and the last places of the MLPs' list were always "
        "empty."
    )


@task(
    "The target is the largest a of all points. **Which pooling learns it best?**",
    (SUM, MEAN, MAX),
    {"target": "max", "pooling": "max"},
    500,
    rivals({"pooling": SUM}, {"pooling": MEAN}),
)
def which_pool(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """The target max, learned with each pool."""
    errors = {experiment.settings.pooling: film["by_size"][-1][:, 0]}
    errors |= {rival.settings.pooling: rival.snapshot()["by_size"][:, 0] for rival in others}
    known = {pool: float(e[:10].mean()) for pool, e in errors.items()}
    far = {pool: float(e[-1]) for pool, e in errors.items()}
    said = ", ".join(f"{p} {known[p]:.3g} and {far[p]:.3g}" for p in (SUM, MEAN, MAX))
    return min(known, key=lambda p: known[p]), (
        f"Squared error over the variance up to 10 elements, and at 30: {said}. All three are "
        "symmetric, and the theorem promises that some φ and ρ exist; which are easy to learn "
        "depends on the target."
    )


@task(
    "A molecule as a bag of atoms, no bonds; the target is its dipole moment. **How much of "
    "its variance will Deep Sets explain on new molecules?**",
    (ALL, PART, NONE),
    {"target": "molecule: dipole moment"},
    600,
    rivals({"target": "molecule: ZPVE"}),
)
def isomers(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """The dipole moment of bags, beside ZPVE, and against what isomers of one bag differ by."""
    left, _ = floor(experiment.settings, float(experiment.scale[0]), experiment.variance)
    error, easy = float(film["test_deep"][-1]), float(others[0].snapshot()["test_deep"])
    came = ALL if error < 0.1 else PART if error < 0.95 else NONE
    share = bags.load().unexplained[list(bags.PROPERTIES).index("dipole moment")]
    return came, (
        f"On new molecules {error:.0%} of the variance is left, of ZPVE only {easy:.1%}: each atom "
        f"adds its part to ZPVE, but a dipole depends on where the atoms sit. The best function of "
        f"a bag would still leave {left:.0%} (over all of QM9 {share:.0%}), since isomers of one "
        "bag differ; the rest is what 1,000 molecules could not teach."
    )


@task(
    "The sum of all a is linear in the list. **Who is nearer on new sets of up to 10 points?**",
    (DEEP, MLP, EQUAL),
    {"target": "sum"},
    800,
)
def easy_symmetry(film: Film, experiment: Any) -> tuple[str, str]:
    """A linear target up to 10 elements: the perceptron has no need of the bias."""
    deep, plain, copies = (float(film[f"test_{n}"][-1]) for n in NAMES)
    thirty = film["by_size"][-1][-1, :3]
    return ahead(deep, min(plain, copies)), (
        f"Squared errors over the variance up to 10 elements: Deep Sets {deep:.3g}, the MLPs "
        f"{plain:.3g} and {copies:.3g}. A sum is one weight, repeated, and they find it. At 30 "
        f"elements the order is another: {thirty[0]:.3g} against {thirty[1]:.3g} and "
        f"{thirty[2]:.3g}."
    )


TASKS = (who_moves, at_thirty, which_pool, easy_symmetry, isomers)
