"""What a student should notice in a run of the autoencoders page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.autoencoders.data import KNOWN_D
from core.film import Film


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    settings, base = experiment.settings, experiment.pictures.base
    if len(film) == 1:
        _expectations(settings, base, film)
    if settings.model != "linear" and _passes(film):
        film.info("From here on it beats PCA with the same d on samples that neither has seen.")
    if settings.model == "linear" and film["angle"][-1] < 0.01:
        film.info(
            "The decoder spans the space of PCA's first components to 0.01 degrees. Nothing "
            "asks its own axes within that space to be ordered or at right angles."
        )
    if experiment.done:
        _outcome(experiment, film)


def _passes(film: Film) -> bool:
    """Whether the error has just fallen below PCA's."""
    below = film["test_loss"][-2:] < film["pca_loss"][-2:]
    return bool(below[-1] and not below[0])


def _expectations(settings: Any, base: Any, film: Film) -> None:
    """What is known before training."""
    known = KNOWN_D.get(settings.data)
    film.info(
        f"The two-NN estimate of the data's intrinsic dimension is {base.dimension:.1f}"
        + (f"; they are made from {known} factors." if known else ".")
    )
    if settings.data == "fields":
        film.info(
            "Gaussian random fields lie on no sheet: every mode varies by itself. There is little "
            "here that PCA would miss."
        )
    if settings.model == "variational":
        wide = int((base.variances > settings.beta / 2).sum())
        film.info(
            f"A linear variational autoencoder would use as many dimensions as there are principal "
            f"components of a variance above β/2 = {settings.beta / 2:g}: here {wide}, of d = "
            f"{settings.d}."
        )


def _outcome(experiment: Any, film: Film) -> None:
    """At the end: how many components PCA needs for as much, and what has collapsed."""
    settings, base = experiment.settings, experiment.pictures.base
    loss = float(film["test_loss"][-1])
    enough = np.flatnonzero(base.errors <= loss)
    more = f"{enough[0]}" if len(enough) else "more than any number of"
    film.info(
        f"With d = {settings.d} it keeps {film['kept'][-1]:.1%} of the variance of held-out "
        f"samples, PCA {film['kept_pca'][-1]:.1%}. PCA needs {more} components for as much."
    )
    gap = loss / max(1e-12, float(film["loss"][-1]))
    if gap > 1.3 and settings.model != "linear":
        film.warning(
            f"The error on held-out samples is {gap:.1f} times that on the trained ones: it has "
            "learned some of them by heart."
        )
    if settings.model == "variational" and film["active"][-1] < settings.d:
        idle = settings.d - int(film["active"][-1])
        film.warning(
            f"{idle} of {settings.d} latent dimensions have collapsed: they say less than 0.1 nats "
            "of a sample, and the decoder ignores them. A smaller β brings more of them back."
        )
