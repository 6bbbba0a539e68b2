"""Guided experiments of the attention page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiments.attention.notes import SOLVED
from core.experiments.attention.problems import ADDITION, FIXED, PERIOD
from core.film import Film
from core.task import task

YES, NO = "yes", "no"
MOST, HALF, FEW = "nearly as often", "about half as often", "hardly more often than by chance"
NEARLY_ALL, BETWEEN, HARDLY = "nearly all", "about half of them", "fewer than a third"


def _learned(film: Film) -> tuple[str, float]:
    right = float(film["accuracy"][-1])
    return (YES if right >= SOLVED else NO), right


@task(
    "The same 12 letters come twice, one layer of four heads. **Does one layer learn to say "
    "what comes next?**",
    (YES, NO),
    {"target": FIXED, "layers": 1, "heads": "4"},
    200,
)
def fixed_period(film: Film, experiment: Any) -> tuple[str, str]:
    """One layer, and the answer always as many places back."""
    came, right = _learned(film)
    return came, (
        f"After {experiment.steps} updates it is right on {right:.0%} of what is asked. The answer "
        "always stands as many places back, so a query need not know which letter it is: its place "
        f"is enough. Weight of the best head on the right place: "
        f"{float(film['best_lookup'][-1]):.0%}."
    )


@task(
    "The same network, but how many letters come before they are repeated differs from "
    "sequence to sequence. **Does one layer learn it now?**",
    (YES, NO),
    {"target": PERIOD, "layers": 1, "heads": "4"},
    200,
)
def random_period(film: Film, experiment: Any) -> tuple[str, str]:
    """One layer, and the answer stands elsewhere in each sequence."""
    came, right = _learned(film)
    return came, (
        f"After {experiment.steps} updates it is right on {right:.0%} of what is asked; the best "
        f"head has {float(film['best_lookup'][-1]):.0%} of its weight on the right place. Which "
        "place that is depends on what stands before it. A key that knows its left neighbor needs "
        "a layer below."
    )


@task(
    "Two layers that could learn associative recall, but first embeddings of size 0.02 instead "
    "of 0.5. **Has the circuit formed after 250 updates?**",
    (YES, NO),
    {"std": 0.02, "beside": False},
    250,
)
def small_start(film: Film, experiment: Any) -> tuple[str, str]:
    """First embeddings that all look alike."""
    came, right = _learned(film)
    return came, (
        f"After {experiment.steps} updates it is right on {right:.0%} of what is asked; the best "
        f"scores are {float(film['best_previous'][-1]):.2f} for the previous token and "
        f"{float(film['best_lookup'][-1]):.2f} for prefix matching. With 0.5 it formed within 250 "
        "updates for each of the seeds 0 to 4: try it."
    )


@task(
    "Associative recall, trained on 23 tokens with learned positions. **How often is it right "
    "on sequences of 47?**",
    (MOST, HALF, FEW),
    {"beside": False, "seed": 1},
    220,
)
def twice_as_long(film: Film, experiment: Any) -> tuple[str, str]:
    """Learned positions beyond those that were ever trained."""
    here, far = (float(film["by_length"][-1][k]) for k in (2, 4))
    came = MOST if far > 0.8 * here else FEW if far < 0.35 * here else HALF
    return came, (
        f"Right on {here:.0%} at the length trained on, on {far:.0%} at twice that. The second "
        "half of these places still has its first, random positions. Layer 2 looks for a key by "
        "what it is, not by where it stands."
    )


@task(
    "Modular addition: one layer learns from 70 % of all pairs until it knows these. **How "
    "many of the other pairs does it know then, after 150 updates?**",
    (NEARLY_ALL, BETWEEN, HARDLY),
    {"target": ADDITION, "layers": 1},
    150,
)
def others(film: Film, experiment: Any) -> tuple[str, str]:
    """Learned by heart is not understood."""
    seen, new = float(film["trained"][-1]), float(film["accuracy"][-1])
    came = NEARLY_ALL if new > 0.9 else HARDLY if new < 1 / 3 else BETWEEN
    learned = {(a, b) for a, b, _ in experiment.learned.tolist()}
    held = experiment.test.tolist()
    mirrored = sum((b, a) in learned for a, b, _ in held) / len(held)
    return came, (
        f"After {experiment.steps} updates it knows {seen:.0%} of the pairs that it learned from, "
        f"and {new:.0%} of the others. Of these {mirrored:.0%} have their mirror, b + a, among the "
        "pairs learned from: it may know little more than that. Train on to 700 updates, and look "
        "at the grid and at the frequencies of the embedding."
    )


TASKS = (fixed_period, random_period, small_start, twice_as_long, others)
