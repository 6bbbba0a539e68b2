"""Guided experiments of the double-descent page, answered from the student's run."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.double_descent.network import WIDTHS
from core.experiments.double_descent.notes import before_and_after
from core.experiments.double_descent.settings import MLP, SET, START
from core.experiments.double_descent.start import STARTS
from core.film import Film
from core.task import task

HALF, EQUAL, TWICE = "near 30", "near 60", "near 120"
STAYS, LOWER, GONE = "it is as high", "it is lower, but there", "it is gone"
FEW, MANY, ALIKE = "10 samples", "40 samples", "no clear difference"
SMALL, MIDDLE, WIDE = "the smallest", "one of 4 to 8 neurons", "the widest"
ZERO, AFAR = "from zero", "from afar"


@task(
    "60 samples instead of 40. **Where will the test error have its peak?**",
    (HALF, EQUAL, TWICE),
    {"n": 60},
    100,
)
def where(film: Film, experiment: Any) -> tuple[str, str]:
    """Where the peak is with 60 samples."""
    at, n = float(film["peak_at"][-1]), experiment.settings.n
    option = HALF if at < 0.75 * n else EQUAL if at < 1.5 * n else TWICE
    return option, (
        f"The median test error has its peak, {film['peak'][-1]:.3g}, at width {at:.0f}, where "
        f"coefficients come to be as many as samples, {n}. Then one combination of features fits "
        "all of them, whatever it costs elsewhere."
    )


@task(
    "Now the model keeps its 40 features, and the training set grows. **With which does it do "
    "better on new points, 10 samples or 40?**",
    (FEW, MANY, ALIKE),
    {"grows": SET},
    100,
)
def more_data(film: Film, experiment: Any) -> tuple[str, str]:
    """Test error with 10 samples, and with as many as there are features."""
    study = experiment.study
    few, many = (float(np.median(study.found["error"][study.sizes.index(n)])) for n in (10, 40))
    option = ALIKE if max(few, many) < 1.5 * min(few, many) else FEW if few < many else MANY
    return option, (
        f"A model of {experiment.settings.model} features has a median test error of {few:.3g} "
        f"with 10 samples, of {many:.3g} with 40. With {study.sizes[-1]} it is "
        f"{np.median(study.found['error'][-1]):.3g}: more data does help in the end."
    )


@task(
    "Large coefficients now cost something: ridge, λ = 0.1. **What becomes of the peak at "
    "width 40?**",
    (STAYS, LOWER, GONE),
    {"ridge": 0.1},
    100,
)
def with_ridge(film: Film, experiment: Any) -> tuple[str, str]:
    """What a little ridge leaves of the peak."""
    before, peak, after = before_and_after(experiment.study)
    option = GONE if peak < 1.5 * before else LOWER if peak < 10 * before else STAYS
    return option, (
        f"With λ = {experiment.settings.ridge:g} the median test error near width "
        f"{experiment.settings.n} is {peak:.3g} at most; {before:.3g} is the least before it, "
        f"{after:.3g} the least beyond. Ridge divides by s² + λ, so small singular values no "
        "longer make coefficients large."
    )


@task(
    "Networks of 1 to 64 hidden neurons are trained on the same 100 noisy samples. **Which has "
    "the least test error in the end?**",
    (SMALL, MIDDLE, WIDE),
    {"grows": MLP, "noise": 0.5},
    1000,
)
def best_network(film: Film, experiment: Any) -> tuple[str, str]:
    """Which of the trained networks has the least test error."""
    error = film["error"][-1]
    best, worst = WIDTHS[int(error.argmin())], WIDTHS[int(error.argmax())]
    option = SMALL if best == WIDTHS[0] else WIDE if best == WIDTHS[-1] else MIDDLE
    return option, (
        f"After {experiment.steps:,} updates width {best} has the least median test error, "
        f"{error.min():.3g}; width {worst} the largest, {error.max():.3g}; width {WIDTHS[-1]} "
        f"{error[-1]:.3g}."
        + " Beyond the peak it descends, but here not below where it began."
        * bool(error.max() > error[-1] > error[0])
    )


@task(
    "640 coefficients, 40 samples: gradient descent fits them from wherever it begins. **Which "
    "start ends with the lower test error: all coefficients zero, or large random ones?**",
    (ZERO, AFAR, ALIKE),
    {"grows": START},
    3000,
)
def which_start(film: Film, experiment: Any) -> tuple[str, str]:
    """Test error from zero and from afar."""
    near, far = float(film["errors"][-1][0]), float(film["errors"][-1][-1])
    option = ALIKE if max(near, far) < 1.3 * min(near, far) else ZERO if near < far else AFAR
    train = film["train"][-1]
    return option, (
        f"On the samples they err by {train[0]:.1g} and {train[-1]:.1g}; on new points by "
        f"{near:.3g} from zero and {far:.3g} from coefficients of size {STARTS[-1]:g}. Nothing "
        "pulls back what no sample sees."
    )


TASKS = (where, more_data, with_ridge, best_network, which_start)
