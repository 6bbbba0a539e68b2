"""What a student should notice in a run of the double-descent page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.double_descent.network import WIDTHS
from core.experiments.double_descent.settings import MLP, SCALES, START, WIDTH
from core.experiments.double_descent.start import STARTS
from core.film import Film

NEAR = 0.1  # of the threshold
HIGH = 2.0  # a peak is at least so many times as high as the least error before it


def look(experiment: Any, film: Film) -> None:
    """Called after each frame; what is said needs the whole film."""
    grows = experiment.settings.grows
    if experiment.done:
        said = {MLP: _networks, SCALES: _scales, START: _start}.get(grows, _sweep)
        said(experiment, film)


def before_and_after(study: Any) -> tuple[float, float, float]:
    """Least median test error before the threshold, the largest near it, the least after it."""
    error = np.median(study.found["error"], axis=1)
    sizes, at = np.array(study.sizes), study.threshold
    near = np.abs(sizes - at) <= NEAR * at
    before, after = error[(sizes < at) & ~near], error[(sizes > at) & ~near]
    return float(before.min()), float(error[near].max()), float(after.min())


def _sweep(experiment: Any, film: Film) -> None:
    study, settings = experiment.study, experiment.settings
    before, peak, after = before_and_after(study)
    at, name = study.threshold, "width" if settings.grows == WIDTH else "n"
    largest = np.array(study.sizes)[study.found["error"].argmax(0)]
    mine = int((np.abs(largest - at) <= NEAR * at).sum())
    if peak > HIGH * before:
        film.info(
            f"The median test error is {before:.3g} at best before {name} = {at}, {peak:.3g} near "
            f"it, {after:.3g} at best beyond. In {mine} of {len(largest)} seeds the worst {name} "
            f"lies within 10 % of {at}."
        )
        _winner(film, study, before, after)
    else:
        film.info(
            f"No peak near {name} = {at}: the median test error is {peak:.3g} at most there, "
            f"{before:.3g} at best before."
            + (f" Ridge λ = {settings.ridge:g} holds the norm." if settings.ridge else "")
        )
    _parts(film, study, name)


def _winner(film: Film, study: Any, before: float, after: float) -> None:
    if study.settings.grows != WIDTH:
        error, at = np.median(study.found["error"], axis=1), study.sizes.index(study.threshold)
        k = int(error[:at].argmin())
        film.info(
            f"From n = {study.sizes[k]} to {study.threshold}, the width of the model, more data "
            f"hurts: the median test error rises from {error[k]:.3g} to {error[at]:.3g}."
        )
        return
    film.info(
        "The second descent ends below the first: the best model has more coefficients than "
        "samples." if after < before else
        "The second descent stays above the first: the best model has fewer coefficients than "
        "samples."
    )  # fmt: skip


def _parts(film: Film, study: Any, name: str) -> None:
    k = study.sizes.index(study.threshold)
    total = study.bias[k] + study.variance[k]
    median = float(np.median(study.found["error"][k]))
    few = f", which a few seeds decide: the median is {median:.3g}" if total > 3 * median else ""
    used, new = (float(np.median(study.found[what][-1])) for what in ("used", "used_new"))
    film.info(
        f"At {name} = {study.threshold} variance is {study.variance[k] / total:.0%} of the mean "
        f"test error, {total:.3g}{few}. At {name} = {study.sizes[-1]} the fit "
        f"uses {used:.3g} effective parameters on its samples, {new:.3g} at new points."
    )


def _networks(experiment: Any, film: Film) -> None:
    error, at = film["error"][-1], int(film["peak_at"][-1])
    best, worst = WIDTHS[int(error.argmin())], int(error.argmax())
    what = "peak" if 0 < worst < len(WIDTHS) - 1 else "largest test error"
    film.info(
        f"The {what}, {error.max():.3g}, stands at {at} parameters, for 100 samples. The best "
        f"width is {best}, with {error.min():.3g}; width {WIDTHS[-1]} comes to {error[-1]:.3g}"
        + (": here the second descent does not win." if best < 8 else ".")
    )
    first = film["error"][len(film) // 10]
    film.info(
        f"After {int(film.steps[len(film) // 10])} updates the largest error was {first.max():.3g}"
        f": {'it grew' if first.max() < error.max() else 'it fell'} with training."
    )


def turns(error: Any) -> tuple[int, int]:
    """Frames between which a curve rises most: its first minimum, and the peak after it."""
    rise = error - np.minimum.accumulate(error)
    peak = int(rise.argmax())
    return int(error[: peak + 1].argmin()), peak


def _scales(experiment: Any, film: Film) -> None:
    for track, name in (("error_two", "Two layers"), ("error_one", "One layer")):
        error = film[track]
        low, high = turns(error)
        if error[high] < 1.1 * error[low]:
            film.info(f"{name}: the test error never rises by a tenth.")
            continue
        film.info(
            f"{name}: test error {error[0]:.2f} at first, {error[low]:.2f} after update "
            f"{film.steps[low]:,}, {error[high]:.2f} after {film.steps[high]:,}, {error[-1]:.2f} "
            "in the end."
        )


def _start(experiment: Any, film: Film) -> None:
    errors, far, first = film["errors"][-1], film["far"][-1], film["far"][0]
    film.info(
        f"On the samples all four err by {film['train'][-1].max():.1g} at most, and yet the test "
        f"error is {errors[0]:.3g} from zero and {errors[-1]:.3g} from {STARTS[-1]:g}."
    )
    film.info(
        f"From zero, training ends {far[0]:.1g} of the least norm away from the solution of least "
        f"norm; from {STARTS[-1]:g} it began {first[-1]:.3g} away and ends {far[-1]:.3g} away: "
        "what no sample sees keeps its first value."
    )
