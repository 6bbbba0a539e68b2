"""Guided experiments of the approximation page: questions, and answers computed from the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.film import Film
from core.task import rivals, task

ALL, SOME, NONE = "all 16", "some of them", "none"
LINE, ZIGZAG, CURVE = "a straight line", "a few straight pieces", "the sine itself"
LEFT, RIGHT, TOGETHER = "the slow left half", "the fast right half", "both at once"
WIDE, DEEP, EQUAL = "the wide layer", "the three narrow layers", "no clear difference"
BOTH, NEITHER = "both", "neither"
STUCK = 0.2  # error of a network that has lost a piece of the zigzag for good


@task(
    "Two ReLUs are enough for |x|: relu(x) + relu(-x). **Train 16 networks of two ReLUs from "
    "16 seeds. How many find it?**",
    (ALL, SOME, NONE),
    {"target": "abs", "hidden": (2,), "seeds": 16},
    1500,
)
def two_relus(film: Film, experiment: Any) -> tuple[str, str]:
    """How many of the seeds found |x|."""
    worst = film["max_error_seeds"][-1]
    found = int((worst < 0.02).sum())
    option = ALL if found == len(worst) else SOME if found else NONE
    return option, (
        f"{found} of {len(worst)} networks ended within 0.02 of |x|; the worst is off by "
        f"{worst.max():.2f}. The weights exist, as relu(x) + relu(-x), but the theorem does not "
        "say that training finds them."
    )


@task(
    "Two hidden layers of 24 neurons, but with linear activation. **What will they make of a "
    "sine?**",
    (LINE, ZIGZAG, CURVE),
    {"activation": "linear", "hidden": (24, 24), "learning_rate": 0.01},
    600,
)
def linear_network(film: Film, experiment: Any) -> tuple[str, str]:
    """Whether the fit is straight, and how near it comes to the least-squares line."""
    fit, x = film["fit"][-1].astype(np.float64), experiment.pictures.x
    bend = np.abs(np.diff(fit, 2)).max()
    samples = experiment.x[0, :, 0].numpy()
    line = np.polyval(np.polyfit(samples, experiment.y.numpy(), 1), x)
    count = experiment.pictures.parameters
    return (LINE if bend < 1e-4 else ZIGZAG), (
        f"{count} parameters, and still one line: its largest distance from the least-squares line "
        f"is {np.abs(fit - line).max():.2g}. Without sigma all layers collapse into W'x + b' (2.4)."
    )


@task(
    "A chirp is slow on the left and fast on the right. **Which part does the network learn "
    "first?**",
    (LEFT, RIGHT, TOGETHER),
    {"target": "chirp", "hidden": (64,), "seeds": 1},
    1000,
)
def slow_first(film: Film, experiment: Any) -> tuple[str, str]:
    """Which half of the chirp came below an error of 0.2 first."""
    half = film["gap"].shape[1] // 2
    parts = film["gap"][:, :half], film["gap"][:, half:]
    reached = []
    for part in parts:
        below = np.flatnonzero(np.sqrt((part**2).mean(1)) < 0.2)
        reached.append(int(film.steps[below[0]]) if len(below) else None)
    late = float("inf")
    a, b = (late if step is None else step for step in reached)
    option = LEFT if a < b else RIGHT if b < a else TOGETHER
    words = ["not at all" if step is None else f"after {step} updates" for step in reached]
    return option, (
        f"The left half came below an error of 0.2 {words[0]}, the right half {words[1]}. Training "
        "learns slow waves first; this is called spectral bias (Rahaman et al., 2019)."
    )


@task(
    "A zigzag of 8 straight pieces, and about 200 parameters to spend: 66 neurons side by "
    "side, or three layers of 9, each from 8 seeds. **Which gets stuck from some of them, with "
    "an error above 0.2?**",
    (WIDE, DEEP, BOTH, NEITHER),
    {"target": "zigzag", "hidden": (9, 9, 9), "seeds": 8, "learning_rate": 0.01},
    1500,
    rivals({"hidden": (66,)}),
)
def wide_or_deep(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """Seeds that get stuck, at nearly equal parameter count."""
    (rival,) = others
    deep, wide = (np.sqrt(r.pictures.take(r.model)["test_loss_seeds"]) for r in (experiment, rival))
    lost = {DEEP: int((deep > STUCK).sum()), WIDE: int((wide > STUCK).sum())}
    found = [name for name, count in lost.items() if count]
    option = BOTH if len(found) == 2 else found[0] if found else NEITHER
    return option, (
        f"Above {STUCK}: {lost[DEEP]} of {len(deep)} seeds with three layers of 9 "
        f"({experiment.pictures.parameters} parameters), {lost[WIDE]} with 66 neurons side by side "
        f"({rival.pictures.parameters}). The medians are {np.median(deep):.2g} and "
        f"{np.median(wide):.2g}, the best {deep.min():.2g} and {wide.min():.2g}. Three layers of 2 "
        "could represent the zigzag exactly: that they can is one half of the story, that training "
        "does not find it from many seeds is the other."
    )


@task(
    "Stairs have jumps; tanh is made like a soft step, a ReLU is a ramp. **Which gets nearer "
    "to the stairs in 1500 updates, with 24 neurons?**",
    ("tanh", "ReLU", EQUAL),
    {"target": "steps", "activation": "tanh"},
    1500,
    rivals({"activation": "ReLU"}),
)
def tanh_or_relu(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """Medians over seeds with each activation."""
    (rival,) = others
    tanh, relu = (np.sqrt(r.pictures.take(r.model)["test_loss_seeds"]) for r in (experiment, rival))
    return _better({"tanh": tanh, "ReLU": relu}, EQUAL), (
        f"Median error over {len(tanh)} seeds: tanh {np.median(tanh):.2g} (best {tanh.min():.2g}), "
        f"ReLU {np.median(relu):.2g} (best {relu.min():.2g}). One tanh is nearly a step once its "
        "weight is large, but weights take time to grow; two ReLUs make a ramp at once."
    )


def _better(errors: dict[str, Any], otherwise: str) -> str:
    """The name with the lower median, unless the medians are within a fifth of each other."""
    (a, x), (b, y) = ((name, float(np.median(values))) for name, values in errors.items())
    if max(x, y) < 1.2 * min(x, y):
        return otherwise
    return a if x < y else b


TASKS = (two_relus, linear_network, slow_first, wide_or_deep, tanh_or_relu)
