"""Guided walks of the explorer; each answer is counted in the data itself."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.experiments.qm9_explorer import space
from core.experiments.qm9_explorer.filters import matches
from core.experiments.qm9_explorer.settings import ExplorerSettings
from core.experiments.qm9_explorer.space_maps import Maps
from core.qm9.prediction.census import census
from core.task import task


def _median(settings: ExplorerSettings, key: str, **filters: Any) -> tuple[float, int]:
    counted = census()
    mask = matches(counted, settings.replace(**filters))
    return float(np.median(counted.values(key)[mask])), int(mask.sum())


def _explained(inputs: Any, y: Any) -> float:
    """Share of the variance of y that a straight line through some inputs explains."""
    columns = np.column_stack([inputs, np.ones(len(y))])
    rest = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return float(1 - rest.var() / y.var())


@task(
    "Which molecules have the smaller gap between HOMO and LUMO: aromatic ones or the others?",
    ("Aromatic ones", "The others"),
    {"view": "targets", "x": "alpha", "y": "gap", "color": "aromatic"},
    0,
)
def aromatic_gap(_: Any, settings: ExplorerSettings) -> tuple[str, str]:
    """Delocalized electrons lie closer together in energy."""
    yes, n = _median(settings, "gap", aromatic="yes")
    no, m = _median(settings, "gap", aromatic="no")
    winner = "Aromatic ones" if yes < no else "The others"
    return winner, (
        f"The median gap of {n:,} aromatic molecules is {yes:.2f} eV, that of the other {m:,} is "
        f"{no:.2f} eV."
    )


@task(
    "What decides the internal energy U₀ most: which atoms there are, or how many rings?",
    ("Which atoms there are", "How many rings"),
    {"view": "targets", "x": "alpha", "y": "u0", "color": "contents"},
    0,
)
def size_and_energy(_: Any, settings: ExplorerSettings) -> tuple[str, str]:
    """A total energy is a sum over atoms, before it is anything else."""
    counted = census()
    u0 = counted.values("u0")
    atoms, rings = (_explained(inputs, u0) for inputs in (counted.elements, counted.rings))
    spread = float(u0.std() * np.sqrt(1 - atoms))
    return "Which atoms there are" if atoms > rings else "How many rings", (
        f"A sum over elements, one number each, explains {atoms:.4%} of the variance of U₀; the "
        f"number of rings {rings:.1%}. What is left, {spread:.2f} eV, is the chemistry."
    )


@task(
    "Two networks of equal size learned the same targets from the same atoms and bonds: "
    "*mpnn* sends messages along bonds, *mlp* reads one long list. On whose map, the two "
    "directions in which its molecules differ most, can you read off the gap?",
    ("mpnn", "mlp"),
    {"view": "space", "layout": "pca", "model": "mpnn", "color": "gap"},
    0,
    lambda settings, steps: Maps(("mpnn", "mlp"), settings.seed),
)
def gap_on_the_map(_: Any, settings: ExplorerSettings, maps: Sequence[Any]) -> tuple[str, str]:
    """How much of the gap the place on a map tells, by a straight line."""
    gap = census().values("gap")[space.rows_of(settings.seed)]
    mpnn, mlp = (_explained(one.xy, gap) for one in maps)
    return "mpnn" if mpnn > mlp else "mlp", (
        f"From the place on the map alone, a straight line explains {mpnn:.0%} of the variance of "
        f"the gap for mpnn and {mlp:.0%} for mlp. Set the network to mlp and compare the colors."
    )


TASKS = (aromatic_gap, size_and_energy, gap_on_the_map)
