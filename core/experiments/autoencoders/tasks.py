"""Guided experiments of the autoencoders page: questions, and answers computed from the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.film import Film
from core.task import rivals, task

FEW, SEVERAL, MANY = "up to 4", "5 to 8", "more than 8"
SAME, AXES, OTHER = "PCA's own axes", "the same plane, other axes", "another plane"
ALL, SOME, ONE = "all 8", "some of them", "one or none"
BETTER, EQUAL, WORSE = "better", "about equally", "worse"
DECODED, MIXED = "the decoded one", "the mixture"
PAIRS = 200  # of samples of two classes


@task(
    "An autoencoder squeezes each digit, 64 pixels, through two numbers. **How many principal "
    "components does PCA need to keep as much of digits that neither has seen?**",
    (FEW, SEVERAL, MANY),
    {"max_steps": 600},
    600,
)
def components(film: Film, experiment: Any) -> tuple[str, str]:
    """How many principal components keep as much as two numbers of the autoencoder."""
    loss, errors = float(film["test_loss"][-1]), experiment.pictures.base.errors
    enough = np.flatnonzero(errors <= loss)
    needed = int(enough[0]) if len(enough) else 99
    option = FEW if needed <= 4 else SEVERAL if needed <= 8 else MANY
    return option, (
        f"On digits that it never saw, two numbers keep {film['kept'][-1]:.0%} of the variance "
        f"(error {loss:.2f}); two principal components keep {film['kept_pca'][-1]:.0%}. PCA needs "
        f"{needed} for as much. The price: an encoder and a decoder with "
        f"{experiment.parameters:,} weights."
    )


@task(
    "Without hidden layers and activations, encoder and decoder are one matrix each. **What "
    "does such an autoencoder with d = 2 find?**",
    (SAME, AXES, OTHER),
    {"model": "linear", "learning_rate": 0.02, "max_steps": 400},
    400,
)
def plane_or_axes(film: Film, experiment: Any) -> tuple[str, str]:
    """Whether the linear decoder spans PCA's plane, and along which axes."""
    angle = float(film["angle"][-1])
    W = experiment.model.decoder.W[0][0, :2].detach().double().numpy()  # (2, D)
    W /= np.linalg.norm(W, axis=1, keepdims=True)
    V = experiment.pictures.base.components[:2]
    turned = float(np.degrees(np.arccos(min(1.0, np.abs(W[0] @ V.T).max()))))
    own = np.degrees(np.arccos(abs(float(W[0] @ W[1]))))
    option = OTHER if angle > 1 else SAME if turned < 1 else AXES
    return option, (
        f"The angle between the two planes is {angle:.2g} degrees. The decoder's first direction "
        f"is {turned:.0f} degrees away from the nearest principal axis, and {own:.0f} degrees from "
        "its second: any two directions that span the plane have the same error."
    )


@task(
    "A variational autoencoder with 8 latent dimensions and β = 0.3. **How many of the 8 will "
    "say something of a digit (more than 0.1 nats)?**",
    (ALL, SOME, ONE),
    {"model": "variational", "d": 8, "beta": 0.3, "max_steps": 400, "others": False},
    400,
)
def in_use(film: Film, experiment: Any) -> tuple[str, str]:
    """How many latent dimensions of a variational autoencoder say anything."""
    active = int(film["active"][-1])
    wide = int((experiment.pictures.base.variances > experiment.settings.beta / 2).sum())
    said = ", ".join(f"{value:.2f}" for value in film["kl"][-1])
    option = ALL if active == 8 else SOME if active > 1 else ONE
    return option, (
        f"{active} of 8 say more than 0.1 nats: {said}. A dimension that pays less in error "
        "than it costs in KL is switched off whole: posterior collapse. A linear one would use as "
        f"many as there are components with variance above β/2, which are {wide} here, at most 8."
    )


@task(
    "The digit 3 is left out in training, and then found by its large error. **Does it work "
    "better with 16 latent numbers than with 8?**",
    (BETTER, EQUAL, WORSE),
    {"left_out": ("3",), "d": 16, "max_steps": 300, "others": False},
    300,
    rivals({"d": 8}),
)
def wider(film: Film, experiment: Any, others: Sequence[Any]) -> tuple[str, str]:
    """Area under the ROC curve with 8 and with 16 latent numbers."""
    frame = others[0].snapshot()
    wide, narrow = float(film["auc"][-1]), float(frame["auc"])
    option = BETTER if wide > narrow + 0.02 else WORSE if wide < narrow - 0.02 else EQUAL
    return option, (
        f"AUC {wide:.3f} with d = 16, {narrow:.3f} with d = 8, although the error on held-out "
        f"digits goes from {float(frame['test_loss']):.2f} to {film['test_loss'][-1]:.2f}. What "
        "has room for much may have room for what it never saw."
    )


@task(
    "Halfway between two digits: decode the middle of their codes, or mix their pixels. "
    "**Which is nearer to some real digit?**",
    (DECODED, MIXED),
    {"d": 8, "max_steps": 300, "others": False},
    300,
)
def halfway(film: Film, experiment: Any) -> tuple[str, str]:
    """Distance to the nearest training sample: middle codes decoded, and plain mixtures."""
    base, rng = experiment.pictures.base, np.random.default_rng(0)
    a, b = rng.integers(0, len(base.test), (2, 4 * PAIRS))
    label = base.label[len(base.train) :]
    a, b = (rows[label[a] != label[b]][:PAIRS] for rows in (a, b))
    z = experiment.model.codes(base.test)
    decoded = experiment.model.decoded((z[a] + z[b]) / 2)
    far = [_nearest(x, base.train) for x in (decoded, (base.test[a] + base.test[b]) / 2)]
    return (DECODED if far[0] < far[1] else MIXED), (
        f"Over {len(a)} pairs of two digits, the middle is on average {far[0]:.2f} from the "
        f"nearest digit it was trained on if decoded, and {far[1]:.2f} if mixed; real held-out "
        f"digits are {_nearest(base.test, base.train):.2f} away. Watch the row From A to B: a "
        "mixture is two digits at once."
    )


def _nearest(x: Any, train: Any) -> float:
    """Mean distance to the nearest training sample. Shapes: (n, D), (m, D)."""
    squares = (x**2).sum(1)[:, None] + (train**2).sum(1) - 2 * x @ train.T
    return float(np.sqrt(np.maximum(squares.min(1), 0)).mean())


TASKS = (components, plane_or_axes, in_use, wider, halfway)
