"""What a student should notice in a run of the manifolds page, from its numbers."""

from __future__ import annotations

from typing import Any

from core.experiments.manifolds.settings import MAPS
from core.experiments.manifolds.still import pca, still
from core.film import Film

UNROLLED, LOST = 0.9, 0.1  # a rank correlation like that, and a share of variance
KNOWN = {
    "noise": "These are random numbers: whatever a map shows here, it has made itself. Look here "
    "before you believe in a cluster.",
    "torus": "No map in the plane keeps all neighbors of this surface: it has to be cut or folded.",
    "trefoil knot": "A closed curve can be laid out as a circle; a knot that is not cut cannot be "
    "flattened without crossings.",
    "linked rings": "Two linked rings: a map must cut a ring or lay one across the other. "
    "Distances along the data are those within a ring.",
    "clusters": "The heaps differ in number, by four times, and in width, by more than ten. UMAP "
    "and t-SNE adapt to the density around each point: sizes and distances of heaps in these maps "
    "mean little.",
    "turned object": "Images in 256 dimensions, but a single number, the angle, makes them all: "
    "they lie on a closed curve.",
    "roll with a hole": "Distances go around the hole: shortest paths stand for them here.",
}


def look(experiment: Any, film: Film) -> None:
    """Called after each frame: most of the time there is nothing new to say."""
    settings = experiment.settings
    if experiment.done.startswith("Diverged"):
        film.error(experiment.done)
    if len(film) == 1:
        _expectations(settings, film)
    elif experiment.done:
        _verdict(settings, film)


def _expectations(settings: Any, film: Film) -> None:
    """What is known before training."""
    of = still(settings)
    if settings.dataset in KNOWN:
        film.info(KNOWN[settings.dataset])
    d, D = of.dimension, of.X.shape[1]
    film.info(
        f"Two-NN, from the distances of each point's two nearest neighbors, estimates that these "
        f"points in {D} dimensions lie on something of dimension {d:.1f}; the autoencoder has "
        f"{settings.latent} latent {'number' if settings.latent == 1 else 'numbers'}."
    )
    if settings.latent < round(d) and settings.dataset != "noise":
        film.warning(f"A latent dimension of {settings.latent} is less than that estimate.")


def _verdict(settings: Any, film: Film) -> None:
    """What came out: reproduced is not unrolled."""
    lost, rho = float(film["loss"][-1]), float(film["ae_scores"][-1][0])
    others = {"pca": float(pca(settings).scores[0]), "tsne": float(film["tsne_scores"][-1][0])}
    rest = ", ".join(f"{MAPS[name]} {value:.2f}" for name, value in others.items())
    said = (
        f"The autoencoder reproduces {1 - lost:.1%} of the variance; the distances on its map have "
        f"a rank correlation of {rho:.2f} with those along the data ({rest})."
    )
    if lost < LOST and rho < UNROLLED:
        said += " A small error does not promise a regular map: (4.1) asks only for the way back."
    film.info(said)
