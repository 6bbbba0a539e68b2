"""What a student should notice in a run of the receptive-fields page, from its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.receptive_fields.energy import variance
from core.experiments.receptive_fields.networks import NETWORKS
from core.experiments.receptive_fields.settings import own, sound
from core.experiments.receptive_fields.stack import Layer
from core.film import Film
from core.words import counted


def look(experiment: Any, film: Film) -> None:
    """Called after each frame."""
    if len(film) == 1:
        _exact(experiment, film)
    if experiment.net and len(film) == 1:
        _before(experiment, film)
        _possible(experiment, film)
    elif experiment.net and experiment.done:
        _after(experiment, film)


def _exact(experiment: Any, film: Film) -> None:
    """Size, jump and what may surprise: positions, names, edges."""
    settings, g = experiment.settings, experiment.geometry
    if not own(settings):
        name, _, source = NETWORKS[settings.network]
        film.info(f"{name}: {source}.")
    sizes = g.fields[-1]
    unit = "samples" if sound(settings) else "pixels"
    if len(sizes) > 1:
        film.warning(
            f"A transposed convolution makes the field depend on the position: units see "
            f"{' or '.join(map(str, sizes))} {unit}. The number above is the largest."
        )
    if settings.network == "resnet50":
        film.info("torchvision's ResNet-50 has the stride on the 3 × 3 and sees 427.")
    if settings.network == "resnet50_torchvision":
        film.info("The original has the stride on the first 1 × 1 and sees 483.")
    low, high = film["expected"][-1].astype(float).min(), film["r90"][-1]
    share = np.pi * high**2 / sizes[-1] ** 2
    if not experiment.net and not sound(settings) and np.isfinite(low):
        film.info(
            f"With random weights 90 % of the field lies within {counted(round(high), 'pixel')} of "
            f"its center, {100 * min(share, 1):.0f} % of the square's area."
        )


def _before(experiment: Any, film: Film) -> None:
    """The spread of this network beside that over all random weights, which a formula may say."""
    measured, theory = float(film["sd"][0]), float(film["sd_expected"][0])
    stack, formula = experiment.geometry.stack, ""
    if all(isinstance(part, Layer) and part.kind not in ("up", "crop") for part in stack):
        squared = variance(stack)
        formula = f", the root of the sum of (jump · dilation)² (k² − 1) / 12 = {squared:.2f}"
    film.info(
        f"Before training the field's standard deviation is {measured:.2f} pixels along an axis; "
        f"over all random weights it is {theory:.2f}{formula}. This is one network: it scatters."
    )


def _possible(experiment: Any, film: Film) -> None:
    """Whether the pixels that the answer needs lie inside the exact field."""
    g, (first, last) = experiment.geometry, experiment.geometry.seen[-1]
    rows, columns = np.nonzero(experiment.w.numpy())
    corner = int(np.floor(g.center)) - experiment.settings.reach
    inside = (
        (rows + corner >= first) & (rows + corner <= last)
        & (columns + corner >= first) & (columns + corner <= last)
    )  # fmt: skip
    if inside.all():
        return
    film.warning(
        f"{int((~inside).sum())} of the {len(inside)} pixels that the answer needs lie outside of "
        f"the field: no training can bring the loss below {1 - inside.mean():.2f}."
    )


def _after(experiment: Any, film: Film) -> None:
    first, last = float(film["r90"][0]), float(film["r90"][-1])
    film.info(
        f"Training moved r90 from {first:.1f} to {last:.1f} pixels, with the loss at "
        f"{film['loss'][-1]:.2g}; the exact field is as it was."
    )
