"""Guided experiments of the minima page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiments.minima.notes import late
from core.experiments.minima.settings import FULL, SAM
from core.film import Film
from core.task import task

FIVE, TEN, TWENTY, MORE = "near 5", "near 10", "near 20", "it grows on"
EDGE, HALF, BEGIN = "at the edge, too", "near half of it", "near where it began"
FALLS, STAYS, BURSTS = "it falls to the new edge", "it stays where it is", "training diverges"
ABOVE, BELOW = "between the edge and half of it", "below half of it"
FLAT, STEEP, EQUAL = "the flatter one", "the sharper one", "no clear difference"


@task(
    "At learning rate 0.1 the curvature under the full batch stays near 20. Take 0.2. **Where "
    "does it stay now?**",
    (FIVE, TEN, TWENTY, MORE),
    {"learning_rate": 0.2, "ways": (FULL,), "goal": 0.02},
    1200,
)
def half_the_edge(film: Film, experiment: Any) -> tuple[str, str]:
    """Where the full batch stays at twice the rate."""
    found, edge = late(film, "sharpness_full"), float(film["edge"][-1])
    places = {FIVE: 5.0, TEN: 10.0, TWENTY: 20.0}
    near = [name for name, value in places.items() if abs(found / value - 1) < 0.15]
    return (near or [MORE])[0], (
        f"The mean of its last 500 updates is {found:.2f}, the edge 2/η is {edge:.3g}. Where the "
        "curvature is above the edge, each step overshoots the bottom by more than it was away."
    )


@task(
    "The full batch climbs to the edge. Batches of 6 take steps of the same rate. **Where does "
    "their curvature stay?**",
    (EDGE, HALF, BEGIN),
    {"goal": 0.02},
    1400,
)
def small_batches(film: Film, experiment: Any) -> tuple[str, str]:
    """Where batches of 6 stay."""
    full, small = (late(film, f"sharpness_{name}") for name in ("full", "small"))
    first, edge = float(film["sharpness_small"][0]), float(film["edge"][-1])
    came = EDGE if small > 0.9 * edge else BEGIN if small < 1.25 * first else HALF
    return came, (
        f"Means of the last 500 updates: full batch {full:.1f}, batches of 6 {small:.1f}; both "
        f"began at {first:.1f}, the edge is {edge:.3g}. The noise of "
        "small batches throws training out of valleys in which the full batch can stay."
    )


@task(
    "The full batch sits at its edge, 20. After 1,000 updates the learning rate is doubled. "
    "**What happens to the curvature?**",
    (FALLS, STAYS, BURSTS),
    {"ways": (FULL,), "goal": 0.02, "changes": ((1000, "learning_rate", "0.2"),)},
    1600,
)
def raised(film: Film, experiment: Any) -> tuple[str, str]:
    """A rate that doubles while training sits at the edge."""
    at = next(step for step, *_ in experiment.settings.changes)
    before, edge = late(film, "sharpness_full", at), float(film["edge"][-1])
    if experiment.done.startswith("Diverged"):
        return BURSTS, experiment.done
    now = late(film, "sharpness_full")
    came = FALLS if now < 1.3 * edge else STAYS
    return came, (
        f"Before the change the mean curvature was {before:.1f}; over the last 500 updates it is "
        f"{now:.1f}, at an edge of {edge:.3g}. Its own oscillation carries training to a flatter "
        "place."
    )


@task(
    "SAM takes the gradient of a place a little uphill, ρ = 0.05 away. **Where does its "
    "curvature stay?**",
    (EDGE, ABOVE, BELOW),
    {"ways": (FULL, SAM), "goal": 0.02},
    1000,
)
def uphill(film: Film, experiment: Any) -> tuple[str, str]:
    """Where sharpness-aware steps stay, beside the edge of their own."""
    sam, own = late(film, "sharpness_sam"), late(film, "edge_sam")
    edge = float(film["edge"][-1])
    came = EDGE if sam > 0.9 * edge else ABOVE if sam > 0.5 * edge else BELOW
    return came, (
        f"The mean of the last 500 updates is {sam:.1f} at an edge 2/η of {edge:.3g}. Steps that "
        f"look ρ uphill have an edge of their own, η λ (1 + ρ λ / |g|) = 2, which gives {own:.1f} "
        "here: the dotted line."
    )


@task(
    "A fifth of the labels is wrong. Full batch and SAM learn to the same training loss, one "
    "in a sharp valley, one in a flat one. **Which has the lower loss on new digits?**",
    (FLAT, STEEP, EQUAL),
    {"wrong": 20, "samples": 200, "activation": "ReLU", "goal": 0.1, "ways": (FULL, SAM)},
    2500,
)
def flatter_is_better(film: Film, experiment: Any) -> tuple[str, str]:
    """Test loss at equal training loss, some labels being wrong."""
    test = {name: float(film[f"test_{name}"][-1]) for name in ("full", "sam")}
    sharp = {name: float(film[f"sharpness_{name}"][-1]) for name in test}
    flat, steep = sorted(sharp, key=lambda name: sharp[name])
    share = test[flat] / test[steep]
    came = FLAT if share < 0.97 else STEEP if share > 1.03 else EQUAL
    right = {name: float(film[f"accuracy_{name}"][-1]) for name in test}
    loss = {name: float(film[f"loss_{name}"][-1]) for name in test}
    return came, (
        f"Full batch: curvature {sharp['full']:.1f}, training loss {loss['full']:.3f}, test loss "
        f"{test['full']:.3f}, right {right['full']:.1%}. SAM: {sharp['sam']:.1f}, "
        f"{loss['sam']:.3f}, {test['sam']:.3f}, {right['sam']:.1%}. One seed proves little, and a "
        "lower loss is not more right answers: ten seeds stand below the stage."
    )


TASKS = (half_the_edge, small_batches, raised, uphill, flatter_is_better)
