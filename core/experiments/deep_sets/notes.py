"""What a student should notice in a run of the deep-sets page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.deep_sets import bags
from core.experiments.deep_sets.bags import TRAINED as LARGEST_BAG
from core.film import Film

MILESTONES = (500, 2000, 8000)
# What a pool cannot carry to rho, whatever phi is.
BLIND = {
    ("mean", "sum of lengths"): "the mean of embeddings does not know how many there are",
    ("mean", "sum"): "the mean of embeddings does not know how many there are",
    ("mean", "distinct count"): "the mean of embeddings does not know how many there are",
    ("max", "sum of lengths"): "the maximum of embeddings does not see a point twice",
    ("max", "sum"): "the maximum of embeddings does not see a point twice",
}


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    settings = experiment.settings
    if experiment.done.startswith("Diverged"):
        film.error(experiment.done)
    if len(film) == 1:
        _expectations(settings, film)
    if film.passed(MILESTONES):
        _order(settings, film)
        _size(film)
    dead = float(film["dead"][-1])
    if dead >= 0.5 and experiment.steps >= 50:
        film.warning(
            "Half of the hidden ReLUs of φ or more are dead: 0 for every element trained on, so "
            "they no longer learn. Lower the learning rate."
        )


def _expectations(settings: Any, film: Film) -> None:
    """What is known before training."""
    why = BLIND.get((settings.pooling, settings.target))
    if why:
        film.warning(f"With this pooling Deep Sets cannot learn this target: {why}.")
    if settings.pooling != "sum":
        film.info(f"Equations (5.7) and (5.8) have a sum; the {settings.pooling} is as symmetric.")
    if settings.target.startswith("molecule"):
        table, name = bags.load(), settings.target.removeprefix("molecule: ")
        share = table.unexplained[list(bags.PROPERTIES).index(name)]
        film.info(
            f"QM9's 130,831 molecules are {table.bags:,} different bags of atoms: {share:.2%} of "
            f"the variance of the {name} lies between isomers of one bag, which no function of "
            f"the bag can tell apart. Trained on up to {LARGEST_BAG} heavy atoms."
        )
    elif settings.target == "sum":
        film.info(
            "This target is linear in the list, with the same weight at every place: an easy "
            "symmetry for the perceptron, up to the sizes that it has seen."
        )


def _order(settings: Any, film: Film) -> None:
    """What order costs each contender."""
    error = {n: float(film[n][-1]) for n in film.names if n.startswith("test_")}
    film.info(
        "Squared errors over the variance on new sets, in random order: "
        f"Deep Sets {error['test_deep']:.2g}, MLP trained on shuffled copies "
        f"{error['test_shuffled']:.2g}, MLP on lists as they come {error['test_list']:.2g} "
        f"({error['test_as_trained']:.2g} if they are listed as in training)."
    )


def _size(film: Film) -> None:
    """What happens beyond the sizes trained on."""
    end = film["by_size"][-1][-1, :3]
    film.info(
        f"On sets of {film['by_size'].shape[1]}, larger than any trained on, this error is "
        f"{end[0]:.3g} (Deep Sets), {end[1]:.3g} and {end[2]:.3g} (the two MLPs, whose last "
        "places were always empty: their weights there are still the first ones)."
    )
