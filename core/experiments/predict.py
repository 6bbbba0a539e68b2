"""Predict: a drawn molecule, and what trained networks say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.film import Film
from core.kinds import Choice
from core.molecules import names
from core.qm9.targets import KEYS
from core.settings import Settings, setting


@dataclass(frozen=True)
class PredictSettings(Settings):
    """The molecule, and the property that is looked at."""

    smiles: str = setting("O=Cc1ccccc1", names.smiles())
    target: str = setting("gap", Choice(KEYS, label="Property"))


class Predict:
    """A film of one frame: nothing is trained here, the networks come trained."""

    Settings: ClassVar[Any] = PredictSettings
    frame_every = 1

    def __init__(self, settings: PredictSettings) -> None:
        """Read the molecule."""
        self.settings, self.steps = settings, 0

    @property
    def done(self) -> str:
        """At once."""
        return ""

    def step(self, n: int) -> None:
        """Nothing to train."""

    def snapshot(self) -> dict[str, Any]:
        """The contribution of each atom."""
        return {"loss": 0.0, "share": np.zeros(3, np.float32)}

    def change(self, name: str, value: str) -> None:
        """Nothing changes by hand."""

    def weights(self) -> Mapping[str, Any]:
        """No weights of its own."""
        return {}

    def notes(self, film: Film) -> None:
        """Nothing to note."""
