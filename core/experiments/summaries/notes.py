"""What a student should notice in a run of the summaries page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.summaries.data import HISTOGRAM
from core.experiments.summaries.judges import NAMES
from core.film import Film
from core.words import counted

MILESTONES = (50, 100, 200, 500, 1000, 2000)


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    if experiment.done.startswith("Diverged"):
        film.error(experiment.done)
    if len(film) == 1:
        _expectations(experiment.settings, film)
    if film.passed(MILESTONES):
        _standing(experiment, film)


def _expectations(settings: Any, film: Film) -> None:
    """What is known before training."""
    if settings.question.startswith("Gaussian"):
        film.info("A Gaussian field with other phases is another Gaussian field with this "
                  "P(k): there is nothing that a judge could learn.")  # fmt: skip
    elif settings.question.endswith("Gaussian"):
        film.info(
            "Of a Gaussian field P(k) holds all that there is to know about its "
            "parameters, so no judge of pixels can do better than the best judge of P(k)."
        )
    elif not settings.regression and settings.twin != HISTOGRAM:
        film.info("The web's values were replaced by rank, so its histogram is exactly a "
                  "normal distribution. With random phases alone a twin's is only nearly so, and "
                  "the judge of the histogram may tell.")  # fmt: skip


def _standing(experiment: Any, film: Film) -> None:
    """Where the judges are, on fields that they were not trained on."""
    scores = {name: float(film[f"score_{name}"][-1]) for name in NAMES}
    if experiment.regression:
        said = ", ".join(f"{NAMES[name]} {score:.2f}" for name, score in scores.items())
        film.info(f"After {counted(experiment.steps, 'update')} R² on new fields: {said}. "
                  "A constant would get 0.")  # fmt: skip
        return
    said = ", ".join(f"{NAMES[name]} {score:.0%}" for name, score in scores.items())
    film.info(f"After {counted(experiment.steps, 'update')} {said} of new fields are "
              "told from their twins; a coin would get 50%.")  # fmt: skip
