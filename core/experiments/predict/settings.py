"""What can be set on the page predict."""

from __future__ import annotations

from dataclasses import dataclass

from core.molecules import names
from core.qm9.data.targets import KEYS, TARGETS
from core.settings import Settings, setting
from core.settings.kinds import Choice, Integer


@dataclass(frozen=True)
class PredictSettings(Settings):
    """The molecule, and the property that is looked at."""

    smiles: str = setting("O=Cc1ccccc1", names.smiles(stereo=True))
    target: str = setting(
        "gap",
        Choice(KEYS, label="Property", help="Shown on the atoms.", group="prediction", wide=True,
               said=lambda key: TARGETS[KEYS.index(key)].named),
    )  # fmt: skip
    seed: int = setting(0, Integer(0, 2**31 - 1, label="Seed"))  # decides nothing, so none is drawn
