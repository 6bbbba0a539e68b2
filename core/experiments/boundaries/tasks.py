"""Guided experiments of the boundaries page; each answer is computed from the run itself."""

from core.experiments.boundaries.notes import GUESSING
from core.film import Film
from core.task import task

SOLVED = 0.95
ALL, SOME, NONE = "all 16", "some of them", "none"


@task(
    "**A straight line on XOR.** Without any hidden layer, can training separate the classes?",
    ("Yes", "No"),
    {"hidden": ()},
    900,
)
def _solved(film: Film, experiment: object) -> tuple[str, str]:
    best, last = float(film["test_accuracy"].max()), float(film["test_accuracy"][-1])
    sentence = (
        f"The best test accuracy was {best:.1%} in {film.steps[-1]} updates, in the end it is "
        f"{last:.1%} at a loss of {film['loss'][-1]:.3f}. {GUESSING}"
    )
    return ("Yes" if best >= SOLVED else "No"), sentence


@task(
    "**The smallest network.** 16 networks of two hidden neurons learn XOR in quadrants that "
    "are full of points. How many of them solve it?",
    (ALL, SOME, NONE),
    {"hidden": (2,), "seeds": 16},
    2400,
)
def _smallest(film: Film, experiment: object) -> tuple[str, str]:
    found, of = int(film["solved"][-1]), len(film["loss_seeds"][-1])
    came = ALL if found == of else SOME if found else NONE
    return came, (
        f"{found} of {of} solved in {film.steps[-1]} updates. Two neurons are two lines: enough "
        "for XOR's four corners (Data: points), which 9 of 16 solve, but quadrants are full of "
        "points up to both axes. 3 neurons solve them in 2 of 16 networks, 4 in 8, 6 in 15."
    )


@task(
    "**All weights zero.** What happens when every first weight is exactly 0?",
    ("Nothing", "The boundary appears"),
    {"initialization": "zero"},
    1200,
)
def _stuck(film: Film, experiment: object) -> tuple[str, str]:
    first, last = float(film["loss"][0]), float(film["loss"][-1])
    came = "Nothing" if last > 0.5 * first else "The boundary appears"
    return came, (
        f"The loss went from {first:.3f} to {last:.3f}. Neurons that start equal receive equal "
        "gradients, so they stay equal: only chance can break the symmetry."
    )


@task(
    "**A much longer step.** Raise the learning rate from 0.01 to 3. What happens?",
    ("It learns faster", "It fails"),
    {"learning_rate": 3.0},
    900,
)
def _faster(film: Film, experiment: object) -> tuple[str, str]:
    last, worst = float(film["loss"][-1]), float(film["loss"].max())
    good = bool(last < 0.3 and film["test_accuracy"][-1] >= SOLVED)
    return ("It learns faster" if good else "It fails"), (
        f"The loss ends at {last:.3g} after a maximum of {worst:.3g}. "
        "A step that is too long jumps over the valley that it should descend into."
    )


@task(
    "**Learning the noise.** 40 training points with 40% noise, 16 + 16 neurons: "
    "how do training and test accuracy compare?",
    ("Training much better", "About equal"),
    {"noise": 40, "samples": 80, "hidden": (16, 16)},
    2400,
)
def _memory(film: Film, experiment: object) -> tuple[str, str]:
    train, test = float(film["accuracy"][-1]), float(film["test_accuracy"][-1])
    came = "Training much better" if train - test > 0.08 else "About equal"
    return came, (
        f"Training accuracy {train:.1%}, test accuracy {test:.1%}. With few noisy points and many "
        "neurons the network learns the noise by heart."
    )


TASKS = (_solved, _smallest, _stuck, _faster, _memory)
