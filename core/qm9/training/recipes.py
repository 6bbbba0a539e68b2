"""How shipped models of the kind `best` are trained, each as one word: `train --recipe NAME`."""

from __future__ import annotations

from dataclasses import dataclass

from core.qm9.networks.settings import TrainSettings

HARD = ("mu", "homo", "lumo", "gap", "r2")
"""The targets whose errors are the largest beside chemical accuracy."""


@dataclass(frozen=True)
class Recipe:
    """The settings that all members share, and how many there are: seeds 0, 1, 2, ..."""

    settings: TrainSettings
    members: int


RECIPES = {
    # For a GPU: four members side by side.
    "best": Recipe(
        TrainSettings(
            model="best", width=384, layers=8, optimizer="muon", lr=0.004, batch_size=1024,
            geometry=1.0, emphasis=HARD, emphasis_factor=1.5, epochs=84.0, compile=True,
            validate_every=0.0,
        ),
        members=4,
    ),
    # For a CPU: what a core trains in an hour or two.
    "quick": Recipe(
        TrainSettings(
            model="best", optimizer="muon", lr=0.004, geometry=1.0, emphasis=HARD,
            emphasis_factor=3.0, epochs=17.0,
        ),
        members=1,
    ),
}  # fmt: skip
