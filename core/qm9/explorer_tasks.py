"""Guided walks of the explorer; each answer is counted in the data itself.

Each is the arguments of `pages.ui.lesson.Task`.
"""

from typing import Any

import numpy as np

from core.qm9.census import census
from core.qm9.explorer_settings import ExplorerSettings


def _median(settings: ExplorerSettings, key: str, **filters: Any) -> tuple[float, int]:
    counted = census()
    mask = counted.matches(settings.replace(**filters))
    return float(np.median(counted.values(key)[mask])), int(mask.sum())


def aromatic_gap(_: Any, settings: ExplorerSettings) -> tuple[str, str]:
    """Delocalized electrons lie closer together in energy."""
    yes, n = _median(settings, "gap", aromatic="yes")
    no, m = _median(settings, "gap", aromatic="no")
    winner = "Aromatic ones" if yes < no else "The others"
    return winner, (
        f"The median gap of {n:,} aromatic molecules is {yes:.2f} eV, that of the other {m:,} is "
        f"{no:.2f} eV."
    )


def size_and_energy(_: Any, settings: ExplorerSettings) -> tuple[str, str]:
    """A total energy is a sum over atoms, before it is anything else."""
    counted = census()
    pairs = counted.library.data.sizes, counted.library.data.charged, counted.rings
    y = counted.values(settings.y)
    atoms = np.column_stack([counted.elements, np.ones(len(y))])
    rest = y - atoms @ np.linalg.lstsq(atoms, y, rcond=None)[0]
    share = 1 - rest.var() / y.var()
    other = 1 - (y - np.polyval(np.polyfit(pairs[2], y, 1), pairs[2])).var() / y.var()
    return "Which atoms there are", (
        f"A sum over elements, one number each, explains {share:.4%} of the variance of U₀; the "
        f"number of rings {other:.1%}. What is left, {rest.std():.2f} eV, is the chemistry."
    )


def map_of_mlp(_: Any, settings: ExplorerSettings) -> tuple[str, str]:
    """How well the place on the map tells the number of rings."""
    from core.qm9 import space

    rows = space.rows_of(settings.seed)
    rings = census().rings[rows].astype(float)

    def explained(model: str) -> float:
        xy = space.pca(model, settings.seed).xy
        inputs = np.column_stack([xy, np.ones(len(xy))])
        rest = rings - inputs @ np.linalg.lstsq(inputs, rings, rcond=None)[0]
        return float(1 - rest.var() / rings.var())

    best, mlp = explained("best"), explained("mlp")
    winner = "best" if best > mlp else "mlp"
    return winner, (
        f"From the place on the map alone, a straight line explains {best:.0%} of the variance of "
        f"the number of rings for best and {mlp:.0%} for mlp."
    )


TASKS: list[tuple[Any, ...]] = [
    (
        "Which molecules have the smaller gap between HOMO and LUMO: aromatic ones or the others?",
        ("Aromatic ones", "The others"),
        {"view": "targets", "x": "alpha", "y": "gap", "color": "aromatic"},
        0,
        aromatic_gap,
    ),
    (
        "What decides the internal energy U₀ most: which atoms there are, or how many rings?",
        ("Which atoms there are", "How many rings"),
        {"view": "targets", "x": "alpha", "y": "u0", "color": "contents"},
        0,
        size_and_energy,
    ),
    (
        "Nobody told the networks about rings. On whose map can you read their number off better: "
        "that of the message-passing network *best*, or that of *mlp*?",
        ("best", "mlp"),
        {"view": "space", "layout": "pca", "model": "best", "color": "rings"},
        0,
        map_of_mlp,
    ),
]
