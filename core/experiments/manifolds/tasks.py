"""Guided experiments of the manifolds page; each answer is computed from the run itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.experiments.manifolds.finished import find, make, unpacked
from core.experiments.manifolds.settings import MAPS
from core.experiments.manifolds.still import pca, still
from core.film import Film
from core.task import task
from core.work import OneByOne

YES, NO = "yes", "no"
UNROLLED = 0.9  # rank correlation from which distances along the sheet count as kept
SHARES = "nearly all", "about a third", "almost nothing"


def spearmans(film: Film, settings: Any) -> dict[str, float]:
    """Rank correlation of all maps with the distances along the data, at the end of the run."""
    found = {"pca": float(pca(settings).scores[0])}
    for name in ("ae", "tsne"):
        found[name] = float(film[f"{name}_scores"][-1][0])
    for method in ("umap", "isomap"):
        done = find(settings, method)
        found[method] = float(done.scores[0]) if done else float("nan")
    return found


def listed(found: dict[str, float]) -> str:
    """As a sentence has them: PCA 0.37, Isomap 1.00."""
    said = [f"{MAPS[name]} {value:.2f}" for name, value in found.items() if value == value]
    return ", ".join(said)


@task(
    "An autoencoder squeezes the rolled-up sheet through two numbers and learns to restore it. "
    "**Does its map unroll the sheet?**",
    (YES, NO),
    {},
    1000,
)
def _unrolls(film: Film, experiment: Any) -> tuple[str, str]:
    rho, lost = float(film["ae_scores"][-1][0]), float(film["loss"][-1])
    return (YES if rho >= UNROLLED else NO), (
        f"It reproduces {1 - lost:.1%} of the variance from two numbers, and its distances have a "
        f"rank correlation of {rho:.2f} with those along the sheet; "
        f"{listed(spearmans(film, experiment.settings))}. The loss (4.1) asks for a way back, not "
        "for a flat map: the decoder may be as crooked as it likes."
    )


@task(
    "500 points of random numbers in ten dimensions: nothing to find. **How many of a point's "
    "nearest neighbors does the best of t-SNE and the autoencoder keep?**",
    SHARES,
    {"dataset": "noise", "samples": 500},
    1500,
)
def _nothing(film: Film, experiment: Any) -> tuple[str, str]:
    kept = {name: float(film[f"{name}_scores"][-1][1]) for name in ("ae", "tsne")}
    null = float(film["tsne_scores"][-1][5])
    best = max(kept.values())
    came = SHARES[0] if best > 0.6 else SHARES[1] if best > 0.15 else SHARES[2]
    return came, (
        f"Of each point's 12 nearest neighbors t-SNE keeps {kept['tsne']:.0%} and the autoencoder "
        f"{kept['ae']:.0%}; a map at random would keep {null:.1%}. Two dimensions cannot hold ten: "
        "what looks like structure was made by the method."
    )


class Isomaps(OneByOne):
    """Isomap's map of each of some settings, recorded or made now; `result` in their order."""

    verb = "computing"

    def advance(self) -> None:
        """One map, (n, 2): half a second of one core."""
        done = find(self.next, "isomap")
        self.results.append(unpacked(make(self.next, "isomap")) if done is None else done.xy)


def _neighbors(settings: Any) -> list[Any]:
    return [settings.replace(neighbors=6), settings]


@task(
    "Only 600 points on the roll. **What does Isomap's map do if each point may step to 12 "
    "neighbors instead of 6?**",
    ("it gets worse", "no difference to speak of"),
    {"samples": 600, "neighbors": 12},
    200,
    lambda run, steps: Isomaps(_neighbors(run.settings)),
)
def _shortcut(film: Film, experiment: Any, maps: Sequence[Any]) -> tuple[str, str]:
    of = _neighbors(experiment.settings)
    rho = [still(one).reference.spearman(map_) for one, map_ in zip(of, maps, strict=True)]
    came = "it gets worse" if rho[1] < rho[0] - 0.05 else "no difference to speak of"
    return came, (
        f"Rank correlation with 6 neighbors {rho[0]:.2f}, with 12 {rho[1]:.2f}. So few points lie "
        "far apart on the sheet: a step to the 12th neighbor may jump to the next turn of the "
        "roll, and one such bridge shortens the paths of all."
    )


@task(
    "One object, photographed at every angle: each image is a point among 256 pixels. **Which "
    "dimension has the set of these images?**",
    ("1", "2", "more"),
    {"dataset": "turned object", "samples": 500},
    300,
)
def _dimension(film: Film, experiment: Any) -> tuple[str, str]:
    of = still(experiment.settings)
    d, lost = of.dimension, float(film["loss"][-1])
    came = "1" if d < 1.5 else "2" if d < 2.5 else "more"
    return came, (
        f"Two-NN estimates {d:.2f} for images of {of.X.shape[1]} pixels: one number, the angle, "
        "makes them all. They lie on a closed curve, though, and one latent number cannot close a "
        f"circle: the autoencoder with two loses {lost:.1%} of the variance."
    )


TASKS = (_unrolls, _nothing, _shortcut, _dimension)
