"""Guided experiments of the QM9 training page: questions, and answers computed from the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.experiments.qm9_training.data import yardsticks
from core.experiments.qm9_training.settings import STARTS
from core.film import Film
from core.qm9.data.targets import KEYS
from core.task import rivals, task

EQUAL = "no clear difference"
MLP, MPNN = "the MLP", "message passing"
TENTH, THIRD, MORE = "by less than a tenth", "by a tenth to a third", "by more than a third"
LIKE_MEAN, MIDDLE, TINY = "nearly that of the mean", "about half of it", "under a tenth of it"


@task(
    "**500 molecules only.** An MLP that reads the padded list of atoms and bonds, and message "
    "passing: equal parameters, equal updates. Which predicts the gap better?",
    (MLP, MPNN, EQUAL),
    {"models": ("mlp", "mpnn"), "molecules": 500, "epochs": 60, "start": "the mean"},
    420,  # 60 epochs of 7 batches
)
def which_wins(film: Film, experiment: Any) -> tuple[str, str]:
    """Error of the gap at the end, more than 5 % apart or not."""
    mlp, mpnn = (float(film[f"{name}/gap"][-1]) for name in ("mlp", "mpnn"))
    option = EQUAL if max(mlp, mpnn) < 1.05 * min(mlp, mpnn) else MLP if mlp < mpnn else MPNN
    count = {name: int(film[f"{name}/parameters"][-1]) for name in ("mlp", "mpnn")}
    return option, (
        f"Error of the gap: MLP {mlp:.3f} eV with {count['mlp']:,} parameters, message passing "
        f"{mpnn:.3f} eV with {count['mpnn']:,}, after {int(film.steps[-1]):,} updates each. To the "
        "MLP a relabeled molecule is another list of numbers; message passing sees the same graph. "
        "This is one seed; in the recorded runs with 1,000 molecules, three seeds each, message "
        "passing is ahead by far more than the seeds differ: 0.308 against 0.419 eV."
    )


@task(
    "**Twice the molecules.** 1,000 instead of 500, as many updates: by how much do the errors "
    "of the gap of an MLP and of message passing fall, in the mean of both?",
    (TENTH, THIRD, MORE),
    {"models": ("mlp", "mpnn"), "molecules": 1000, "epochs": 28, "start": "the mean"},
    420,  # 28 epochs of 15 batches
    rivals({"molecules": 500, "epochs": 60}),
)
def twice_the_molecules(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """The same number of updates on half of the molecules: the mean of both falls."""
    settings, (half,) = experiment.settings, others
    before = half.snapshot()
    few = {name: float(before[f"{name}/gap"]) for name in settings.models}
    many = {name: float(film[f"{name}/gap"][-1]) for name in settings.models}
    fall = {name: 1 - many[name] / few[name] for name in settings.models}
    both = (fall["mlp"] + fall["mpnn"]) / 2
    return TENTH if both < 0.1 else THIRD if both < 1 / 3 else MORE, (
        f"From {half.settings.molecules:,} to {settings.molecules:,} molecules, {half.steps:,} "
        f"updates each, the error of the gap went from {few['mlp']:.3f} to {many['mlp']:.3f} eV "
        f"for the MLP ({-fall['mlp']:+.0%}), from {few['mpnn']:.3f} to {many['mpnn']:.3f} eV for "
        f"message passing ({-fall['mpnn']:+.0%}). Which of the two falls further, one seed and a "
        "short run do not decide: in the recorded runs, three seeds each and trained longer, both "
        "errors fall by 20% from 1,000 to 5,000 molecules."
    )


@task(
    "**Only counting.** A linear model knows how many C, N, O, F and H a molecule has, and "
    "nothing else. How large is its error of the gap, beside always answering the mean?",
    (LIKE_MEAN, MIDDLE, TINY),
    {"models": ("mpnn",), "epochs": 10, "start": "the mean"},
    310,  # 10 epochs of 31 batches
)
def counting_atoms(film: Film, experiment: Any) -> tuple[str, str]:
    """The linear model of atom counts against the mean, for the gap; and for atomization."""
    settings = experiment.settings
    simple = yardsticks(settings.molecules, STARTS[settings.start])
    gap, atomization = KEYS.index("gap"), KEYS.index("u0_atom")
    share = float(simple.atoms[gap] / simple.mean[gap])
    option = LIKE_MEAN if share > 0.7 else MIDDLE if share > 0.1 else TINY
    network = float(film["mpnn/gap"][-1])
    return option, (
        f"Counting atoms errs by {simple.atoms[gap]:.3f} eV at the gap, {share:.0%} of the mean's "
        f"{simple.mean[gap]:.3f} eV; this network by {network:.3f} eV. An energy is another "
        f"matter: at U₀ atomization it errs by {simple.atoms[atomization]:.2f} eV, the mean by "
        f"{simple.mean[atomization]:.2f} eV, since most of an energy is a sum over atoms."
    )


TASKS = (which_wins, twice_the_molecules, counting_atoms)
