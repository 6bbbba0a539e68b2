"""Guided experiments of the depth page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiments.depth.experiment import Training
from core.experiments.depth.notes import power, right
from core.experiments.depth.settings import FIRST, LAST
from core.film import Film
from core.task import task

HALF, LITTLE, NOTHING = "about half of it", "about a thousandth", "less than a billionth"
YES, LESS, NO = "just as well", "clearly worse", "not at all"
SAME, SMALLER, LARGER = (
    "about as large",
    "more than 100 times smaller",
    "more than 100 times larger",
)
GUESS, SOME, HUGE = "about 2.3, as by guessing", "between 3 and 1,000", "over 100,000"
NONE, SKIP, ALL = "none of them", "those with a skip connection", "all of them"


@task(
    "A residual network of 50 layers, h′ = h + F(h). Take away what comes back along the h of "
    "every layer, and leave the numbers as they are. **How much of the gradient at layer 1 is "
    "left?**",
    (HALF, LITTLE, NOTHING),
    {"networks": ("plain", "residual"), "look": "identity"},
    20,
)
def identity_path(film: Film, experiment: Any) -> tuple[str, str]:
    """The gradient at layer 1 of a residual network, whole and without the identity path."""
    whole, off = (float(film[f"{track}_residual"][0][0]) for track in ("flow", "identity"))
    share = 10 ** (off - whole)
    last, depth = float(film["identity_residual"][0][-1]), experiment.settings.depth
    factor = 10 ** ((off - last) / max(depth - 1, 1))
    came = HALF if share > 0.1 else LITTLE if share > 1e-9 else NOTHING
    return came, (
        f"Before training, the gradient at the outputs of layer 1 has norm {power(whole)}; "
        f"without what comes back along the identity path it is {power(off)}. A branch multiplies "
        f"a gradient by {factor:.2f} on average; the identity passes it on as it is."
    )


@task(
    "He's first weights keep the gradient of a plain network of 50 layers about as large at "
    "layer 1 as at layer 50. **How well does it learn beside pre-norm, equation (3.1)?**",
    (YES, LESS, NO),
    {"initialization": "He", "networks": ("plain", "pre-norm")},
    150,
)
def he_keeps_it(film: Film, experiment: Any) -> tuple[str, str]:
    """He's first weights keep the gradient; that is not enough."""
    found = right(film)
    plain, normed = found["plain"], found["pre-norm"]
    first, last = (float(v) for v in film["ends_plain"][0])
    alike, kept = (float(film[f"alike_{name}"][0][-1]) for name in ("plain", "pre-norm"))
    came = NO if plain < 0.15 else YES if plain > normed - 0.1 else LESS
    return came, (
        f"At the start the gradient had norm {power(first)} at the weights of layer 1 and "
        f"{power(last)} at those of the last one: nothing vanishes. Yet after {experiment.steps} "
        f"updates plain names {plain:.0%} of held-out digits rightly, pre-norm {normed:.0%}. What "
        f"is lost is the difference between inputs: at layer {experiment.settings.depth} the "
        f"cosine of two digits was {alike:.3f} in plain, {kept:.3f} in pre-norm."
    )


@task(
    "Batch norm in each of 50 layers, no skip connection. **How large is the gradient at the "
    "weights of layer 1 beside that at those of layer 50?**",
    (SAME, SMALLER, LARGER),
    {"networks": ("batch norm", "pre-norm")},
    20,
)
def backwards(film: Film, experiment: Any) -> tuple[str, str]:
    """Batch norm without a skip keeps h, and lets the gradient explode."""
    first, last = (float(v) for v in film["ends_batch norm"][0])
    up = float(film["size_batch norm"][0][-1] - film["size_batch norm"][0][0])
    came = LARGER if first - last > 2 else SMALLER if first - last < -2 else SAME
    return came, (
        f"Norm {power(first)} at the weights of layer 1, {power(last)} at those of layer "
        f"{experiment.settings.depth}, while h changes by a factor of {power(up)} on its way up. "
        "Forward each layer is brought back to variance 1; backward nothing does that. The theory "
        "of wide networks has a factor of √(π/(π − 1)) = 1.21 for each layer."
    )


@task(
    "A residual network of 50 layers without any norm begins with He's weights. **What is its "
    "loss before training?**",
    (GUESS, SOME, HUGE),
    {"initialization": "He", "networks": ("residual", "scaled residual")},
    20,
)
def doubling(film: Film, experiment: Any) -> tuple[str, str]:
    """Each layer adds a branch as large as what it is added to."""
    loss = float(film["loss_residual"][0][0])
    scaled = float(film["loss_scaled residual"][0][0])
    came = GUESS if loss < 3 else HUGE if loss > 1e5 else SOME
    size = float(film["size_residual"][0][-1])
    settings = experiment.settings
    other = LAST if settings.branch == FIRST else FIRST
    beside = Training(settings.fresh().replace(networks=("residual",), branch=other)).loss()
    return came, (
        f"The loss begins at {loss:.3g}: with He's weights a branch is as large as the h that it "
        f"is added to: the mean square doubles with each layer, and h has grown to {power(size)}. "
        f"Branches scaled by 1/√L begin at {scaled:.3g}. This branch is {settings.branch}; with "
        f"{other} (“A layer's branch”) the same weights begin at {beside:.3g}: what σ(W h) adds is "
        "never negative, so nothing cancels."
    )


@task(
    "All weights begin at zero. **Which of three networks of 10 layers learn?**",
    (NONE, SKIP, ALL),
    {"initialization": "all zero", "networks": ("plain", "residual", "pre-norm"), "depth": 10},
    60,
)
def symmetric(film: Film, experiment: Any) -> tuple[str, str]:
    """Zero weights everywhere: no gradient reaches any of them."""
    names = experiment.settings.networks
    learned = [name for name in names if right(film)[name] > 0.2]
    skipped = [name for name in learned if name != "plain"]
    came = NONE if not learned else ALL if len(learned) == len(names) else SKIP
    parts = ", ".join(f"{name} {float(film[f'loss_{name}'][-1][0]):.3f}" for name in names)
    sure = "in all layers the gradient is exactly 0" if not skipped else "some gradient arrives"
    return came, (
        f"After {experiment.steps} updates the loss is {parts}; ln 10 = 2.303 is guessing. "
        f"With W = 0 everywhere nothing of the input arrives at the end and nothing of the error "
        f"at the beginning: {sure}, and only the last bias moves."
    )


TASKS = (identity_path, he_keeps_it, backwards, doubling, symmetric)
