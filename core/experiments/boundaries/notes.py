"""What a student should notice in a run of the boundaries page, computed from its film."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from core.experiments.boundaries.data import is_regression
from core.film import Film

SOLVED = 0.98
MOST = 0.95  # of several networks, those with more right than this count as having solved it
GUESSING = (
    "What a line wins in one quadrant it loses in the next, so the cross-entropy is lowest with "
    "almost no cut at all: at ln 2 = 0.693, that of guessing. Of four mirrored points, one in each "
    "quadrant, a line has at most three on the right side: 75% is the ceiling, whatever the loss."
)


def look(experiment: Any, film: Film) -> None:
    """Add each note once, at the frame where it first holds."""
    for rule in RULES:
        if rule.__name__ not in experiment.noted:
            found = rule(experiment, film)
            if found:
                experiment.noted.add(rule.__name__)
                film.note(*found)


Found = tuple[str, str] | None  # level, text


def solved(experiment: Any, film: Film) -> Found:
    """All but a few test points are right."""
    if "accuracy" not in film:
        return None
    test = film["test_accuracy"][-1]
    accuracy, points = (test, "test points") if test == test else (film["accuracy"][-1], "points")
    if accuracy >= SOLVED:
        return "info", f"Solved at step {film.steps[-1]}: {accuracy:.0%} of the {points} are right."
    return None


def diverged(experiment: Any, film: Film) -> Found:
    """Something is no longer a finite number."""
    return ("error", experiment.done) if experiment.done.startswith("Diverged") else None


def symmetric(experiment: Any, film: Film) -> Found:
    """Zero weights: all neurons of a layer get the same gradient, for ever."""
    settings = experiment.settings
    zero = settings.initialization == "zero" or settings.init_scale == 0
    if zero and settings.hidden and experiment.steps >= 50 and not settings.changes:
        return "warning", (
            "All weights started at 0, so all neurons of a layer get the same gradient and stay "
            "alike: random first weights break the symmetry."
        )
    return None


def only_linear(experiment: Any, film: Film) -> Found:
    """Without an activation, depth adds nothing."""
    settings = experiment.settings
    if settings.hidden and settings.activation == "linear" and settings.normalization == "none":
        return "info", (
            "Without a nonlinear activation all layers collapse to one linear map (2.4): "
            "the boundary is a straight line in the features."
        )
    return None


def one_line(experiment: Any, film: Film) -> Found:
    """A single line cannot separate the classes."""
    settings, steps = experiment.settings, film.steps
    plain = set(settings.features) <= {"X1", "X2"}
    line = not settings.hidden or settings.activation == "linear"
    if plain and line and steps[-1] >= 300 and not is_regression(settings):
        accuracy = film["accuracy"][-1]
        if accuracy < 0.9:
            return "info", (
                f"One straight line gets {accuracy:.0%} of the points right: these classes are not "
                "linearly separable. Add a hidden layer, or the feature x₁x₂."
                + (f" {GUESSING}" if settings.dataset == "xor" else "")
            )
    return None


def dead(experiment: Any, film: Film) -> Found:
    """A layer has lost half its neurons."""
    if "dead" not in film or experiment.settings.activation == "step":
        return None
    share = film["dead"][-1]
    worst = int(share.argmax())
    if share[worst] < 0.5 or experiment.steps < 50:
        return None
    count = round(float(share[worst]) * experiment.settings.hidden[worst])
    relu = experiment.settings.activation == "ReLU"
    what = "dead: 0 at every training point" if relu else "saturated at every training point"
    remedy = (
        "Lower the learning rate or try leaky ReLU"
        if relu
        else "Try smaller first weights or a lower rate"
    )
    return "warning", (
        f"{count} of {experiment.settings.hidden[worst]} neurons in layer {worst + 1} are {what}, "
        f"so they no longer learn. {remedy}."
    )


def step_has_no_slope(experiment: Any, film: Film) -> Found:
    """The derivative of the step is 0."""
    if experiment.settings.hidden and experiment.settings.activation == "step":
        return "warning", (
            "The step has slope 0, so no gradient reaches the hidden layers: only the output "
            "layer learns. The straight-through step pretends a slope."
        )
    return None


def overfits(experiment: Any, film: Film) -> Found:
    """Test loss has risen well above its lowest value while training loss kept falling."""
    test, train = film["test_loss"], film["loss"]
    if len(test) < 20 or not np.isfinite(test[-1]):
        return None
    best = int(test.argmin())
    if test[-1] > 1.3 * test[best] + 0.02 and train[-1] < 0.8 * train[best]:
        return "warning", (
            f"Overfitting since step {film.steps[best]}: the test loss rises from "
            f"{test[best]:.3f} to {test[-1]:.3f} while the training loss falls."
        )
    return None


def one_class(experiment: Any, film: Film) -> Found:
    """There is nothing to separate."""
    if len(np.unique(experiment.y.numpy())) < 2 and not is_regression(experiment.settings):
        return "warning", "All training points have the same label: there is nothing to separate."
    return None


def norm_without_effect(experiment: Any, film: Film) -> Found:
    """Norm acts from the second hidden layer on."""
    settings = experiment.settings
    if settings.normalization != "none" and len(settings.hidden) < 2:
        return "info", "Normalization acts from the second hidden layer on (3.1): there is none."
    narrow = settings.normalization == "layer" and min(settings.hidden[:-1], default=9) <= 2
    if narrow:
        return "info", "Layer normalization of 2 neurons keeps only which one is larger."
    return None


def skips_nowhere(experiment: Any, film: Film) -> Found:
    """A residual connection needs a layer that keeps the width."""
    d = experiment.model.widths[:-1]
    if experiment.settings.residual and all(a != b for a, b in zip(d, d[1:], strict=False)):
        return "info", "No hidden layer keeps the width, so there is nothing to skip (3.1)."
    return None


RULES: tuple[Callable[[Any, Film], Found], ...] = (
    one_class,
    diverged,
    solved,
    symmetric,
    only_linear,
    one_line,
    step_has_no_slope,
    dead,
    overfits,
    norm_without_effect,
    skips_nowhere,
)
