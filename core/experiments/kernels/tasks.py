"""Guided experiments of the kernels page; each answer is computed from the run itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.experiments.kernels.sheet import sheet_of
from core.film import Film
from core.task import task

WHOLE = 1000  # frames; the film is shorter
SAME, SIGN, OTHER = "nothing", "its sign", "everything"
NOTHING, AS_MUCH, APART = "Nothing", "They grow by 0.2", "They change by other amounts"


@task(
    "The horizontal edge detector (5.4), and a picture in which **every pixel becomes brighter "
    "by 0.2**. What happens to the outputs away from the border?",
    (NOTHING, AS_MUCH, APART),
    {"picture": "shapes"}, WHOLE,
)  # fmt: skip
def brighter(film: Film, experiment: Any) -> tuple[str, str]:
    """What 0.2 more brightness everywhere does to the outputs."""
    sheet = experiment.sheet
    x = sheet.x / 255.0
    before, after = (sheet.layer(v)[:, 1:-1, 1:-1] for v in (x, x + 0.2))
    change, total = after - before, float(sheet.K.sum())
    gap = float(np.abs(change).max())
    came = NOTHING if gap < 1e-9 else AS_MUCH if np.allclose(change, 0.2) else APART
    return came, (
        f"Away from the border no output changes by more than {gap:.1g}: the weights add up to "
        f"{total:g}, so what is added everywhere is added 0 times."
    )


@task(
    "The kernel is **flipped**: rows from the bottom up, columns from right to left. What "
    "changes in the output of the horizontal edge detector?",
    (SAME, SIGN, OTHER),
    {"flip": True}, WHOLE,
)  # fmt: skip
def flipped(film: Film, experiment: Any) -> tuple[str, str]:
    """The outputs with and without the flip."""
    plain = sheet_of(experiment.settings.replace(flip=False)).h
    h = experiment.sheet.h
    came = SAME if np.allclose(h, plain) else SIGN if np.allclose(h, -plain) else OTHER
    return came, (
        f"Largest |h + h flipped| is {np.abs(h + plain).max():.1g}, while h goes up to "
        f"{np.abs(h).max():.2g}. Turned by half a turn this kernel is its own negative. A layer "
        "that learns its weights would learn the flipped ones: no library flips."
    )


@task(
    "Fine rings, and **stride 2**. Shifting the picture no longer shifts the output. How much "
    "of that difference is left, if the picture is blurred before?",
    ("less than half of it is left", "more than half of it is left"),
    {"picture": "rings", "stride": 2, "padding": "circular"}, WHOLE,
)  # fmt: skip
def aliased(film: Film, experiment: Any) -> tuple[str, str]:
    """Stride 2 with and without a blur."""
    plain, soft = (float(e) for e in experiment.sheet.errors[[3, 4]])
    options = ("less than half of it is left", "more than half of it is left")
    came = options[0] if soft < 0.5 * plain else options[1]
    return came, (
        f"Both ways of the shift test differ by {plain:.1%} with stride 2, by {soft:.1%} after a "
        "blur of 5 × 5. Waves shorter than two of the new pixels cannot be told from longer ones: "
        "the blur takes them away before it is too late."
    )


@task(
    "The picture grows to **256 × 256 pixels**. How many weights does this layer have now?",
    ("9", "18", "65536"),
    {"edge": "256", "picture": "flower"}, WHOLE,
)  # fmt: skip
def counted(film: Film, experiment: Any) -> tuple[str, str]:
    """Weights of this layer against one between all pixels."""
    whole, shared, local = experiment.sheet.parameters
    return f"{local}", (
        f"{local} weights make {experiment.sheet.h.size:,} outputs. Without locality there would "
        f"be {shared:,}, without weight sharing {whole:,}."
    )


TASKS = (brighter, counted, flipped, aliased)
