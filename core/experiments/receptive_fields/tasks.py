"""Guided experiments of the receptive-fields page; each answer is computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiments.receptive_fields.pictures import ReceptiveFields
from core.film import Film
from core.task import task

ALL, MOST, FEW = "about 10: all of it", "about 8", "about 5"
GROWS, STAYS, SHRINKS = "it grows", "it stays", "it shrinks"
ONE, HALF, NONE = "it stays near 1", "it falls to about a half", "it falls to nearly 0"
PLAIN, DILATED, SAME = "ten plain layers", "five dilated layers", "no difference"
WIDER, NARROWER, ALIKE = "wider", "narrower", "the same"
CLEAR = 0.1  # relative difference from which two radii are said to differ


@task(
    "Ten layers of 3 × 3 can see 21 × 21 pixels, 10 to each side. **Before training, within "
    "which radius lie 90 % of the squared gradient?**",
    (ALL, MOST, FEW),
    {},
    10,
)
def how_far(film: Film, experiment: Any) -> tuple[str, str]:
    """Where r90 lies before training."""
    r90, size = float(film["r90"][0]), int(film["receptive_field"][0])
    came = ALL if r90 > 9 else MOST if r90 > 6.5 else FEW
    theory = float(film["sd_expected"][0])
    return came, (
        f"r90 is {r90:.1f} pixels, though the square is {size} wide. Ten layers of kernel 3 give "
        f"the variance 10 (3² − 1) / 12, a standard deviation of {theory:.2f}; measured is "
        f"{film['sd'][0]:.2f}. It grows with the square root of the depth, the square with depth."
    )


@task(
    "The answer is the mean of the pixels on a ring, 7 away. **Train 100 updates: what "
    "becomes of the effective field?**",
    (GROWS, STAYS, SHRINKS),
    {},
    100,
)
def training_moves(film: Film, experiment: Any) -> tuple[str, str]:
    """Whether r90 has changed when the answer lies at a distance."""
    before, after = float(film["r90"][0]), float(film["r90"][-1])
    change = after / before - 1
    came = GROWS if change > CLEAR else SHRINKS if change < -CLEAR else STAYS
    return came, (
        f"r90 went from {before:.1f} to {after:.1f} pixels, r50 from {film['r50'][0]:.1f} to "
        f"{film['r50'][-1]:.1f}, while the loss went from {film['loss'][0]:.2f} to "
        f"{film['loss'][-1]:.2f}. The answer lies at {experiment.settings.reach} pixels."
    )


@task(
    "Now the answer is one pixel, 12 to the left, and the field ends 10 away. **What does "
    "the loss do in 60 updates?** Always answering 0 gives 1.",
    (ONE, HALF, NONE),
    {"target": "far pixel", "reach": 12},
    60,
)
def beyond(film: Film, experiment: Any) -> tuple[str, str]:
    """What the loss does where the answer lies outside."""
    loss = float(film["loss"][-1])
    came = ONE if loss > 0.8 else HALF if loss > 0.25 else NONE
    half_side = (int(film["receptive_field"][0]) - 1) // 2
    return came, (
        f"The loss is {loss:.2f} after {int(film.steps[-1])} updates. The field ends "
        f"{half_side} pixels from its center, and the answer lies at {experiment.settings.reach}: "
        "nothing that the unit receives depends on it."
    )


@task(
    "Five layers with dilations 1, 2, 4, 2, 1 can see 21 pixels too. **Which field is "
    "effectively wider, with random weights?**",
    (PLAIN, DILATED, SAME),
    {"stack": "conv3 conv3d2 conv3d4 conv3d2 conv3"},
    10,
)
def dilation(film: Film, experiment: Any) -> tuple[str, str]:
    """Expected radii of two stacks that can see equally much."""
    plain = ReceptiveFields(experiment.settings.replace(stack="10*conv3")).snapshot()
    dilated = film["r90_expected"][0], film["receptive_field"][0]
    a, b = float(plain["r90_expected"]), float(dilated[0])
    came = SAME if abs(a / b - 1) < CLEAR else PLAIN if a > b else DILATED
    return came, (
        f"Both can see {int(plain['receptive_field'])} and {int(dilated[1])} pixels. Over random "
        f"weights r90 is {a:.1f} for ten plain layers and {b:.1f} for five dilated ones."
    )


@task(
    "Put a skip connection around each of the ten layers. **What does this do to the effective "
    "field, with random weights?**",
    (WIDER, NARROWER, ALIKE),
    {"stack": "10*[conv3]"},
    10,
)
def skips(film: Film, experiment: Any) -> tuple[str, str]:
    """Expected radii with and without a path around each layer."""
    plain = ReceptiveFields(experiment.settings.replace(stack="10*conv3")).snapshot()
    a, b = float(plain["r90_expected"]), float(film["r90_expected"][0])
    came = ALIKE if abs(a / b - 1) < CLEAR else WIDER if b > a else NARROWER
    return came, (
        f"The exact field is {int(film['receptive_field'][0])} pixels wide in both. Over random "
        f"weights r90 is {b:.1f} with skips and {a:.1f} without: half of the paths go around each "
        "layer, and see no farther."
    )


TASKS = (how_far, training_moves, beyond, dilation, skips)
