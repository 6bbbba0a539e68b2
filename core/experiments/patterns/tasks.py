"""Guided experiments of the patterns page: questions, and answers computed from the run."""

from __future__ import annotations

from typing import Any

from core.experiment import Task
from core.experiments.patterns.settings import NAMES
from core.film import Film

MLP, CNN, GNN, TRANSFORMER, NOBODY = "the MLP", "the CNN", "the GNN", "the Transformer", "nobody"
WHO = {"mlp": MLP, "cnn": CNN, "gat": GNN, "gcn": GNN, "transformer": TRANSFORMER}


def errors(film: Film) -> dict[str, float]:
    """Error of each on new rows at the end."""
    return dict(zip(NAMES, film["test"][-1].tolist(), strict=True))


def listed(found: dict[str, float]) -> str:
    """All errors in a row."""
    return ", ".join(f"{NAMES[name]} {value:.2g}" for name, value in found.items() if name in WHO)


def who_finds_its_kind(film: Film, experiment: Any) -> tuple[str, str]:
    """Content decides: only weights that depend on it can follow."""
    found = errors(film)
    best = min((name for name in WHO), key=lambda name: found[name])
    came = WHO[best] if found[best] < 0.05 else NOBODY
    return came, f"Errors on new rows: {listed(found)}."


TASKS = (
    Task(
        "Every token is asked for the mean over its own kind, and kinds lie elsewhere in every "
        "row. **Who learns it?**",
        (MLP, CNN, TRANSFORMER, NOBODY),
        {},
        400,
        who_finds_its_kind,
    ),
)
