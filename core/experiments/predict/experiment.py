"""Predict: a drawn molecule, and what trained networks say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.film import Film
from core.molecules import names
from core.qm9.data.targets import KEYS
from core.settings import Settings, setting
from core.settings.kinds import Choice, SettingError

if TYPE_CHECKING:
    from core.qm9.prediction.contributions import Contributions  # torch takes seconds to load


@dataclass(frozen=True)
class PredictSettings(Settings):
    """The molecule, and the property that is looked at."""

    smiles: str = setting("O=Cc1ccccc1", names.smiles(stereo=True))
    target: str = setting("gap", Choice(KEYS, label="Property", help="Shown on the atoms."))


class Predict:
    """A film of one frame: nothing is trained here, the networks come trained."""

    Settings: ClassVar[Any] = PredictSettings
    trains: ClassVar[bool] = False
    frame_every = 1

    def __init__(self, settings: PredictSettings) -> None:
        """Take the molecule."""
        self.settings, self.steps = settings, 0

    @property
    def done(self) -> str:
        """Empty at first, so that nothing is said; one frame is all there is."""
        return "Nothing is trained on this page." if self.steps else ""

    def step(self, n: int) -> None:
        """Nothing to train; who asks for more frames is told so."""
        self.steps = min(self.steps + n, 1)

    def snapshot(self) -> dict[str, Any]:
        """What each atom contributes to the chosen property, exact and as written, (n,)."""
        from core.qm9.prediction import answers

        smiles, target = self.settings.smiles, self.settings.target
        shares = answers.shares(smiles)
        column = KEYS.index(target)
        value = answers.answer(smiles).properties[target].value
        if shares is None:
            return {"loss": 0.0, "value": value}
        atoms = shares.atoms[:, column]
        parts = written(shares, target, value)
        return {
            "loss": 0.0,
            "value": value,
            "share": atoms.astype(np.float32),
            "shown": parts[1:].astype(np.float32),
        }

    def change(self, name: str, value: str) -> None:
        """Nothing changes by hand. Errors: `SettingError`."""
        raise SettingError(name, value, "nothing: draw another molecule")

    def weights(self) -> Mapping[str, Any]:
        """No weights of its own: those of the model lie in assets/checkpoints."""
        return {}

    def notes(self, film: Film) -> None:
        """The page says it in words beside the stage."""


def written(shares: Contributions, target: str, value: float) -> NDArray[np.float64]:
    """Constant and atoms as they are written, (1 + n,): they add up to the written prediction.

    Where the prediction is 0 because it can't be negative, they add up to their own sum.
    """
    from core.qm9.prediction.answers import digits, rounded

    column, places = KEYS.index(target), digits(target)
    parts = np.array([shares.constant[column], *shares.atoms[:, column]])
    total = value if value else float(shares.total[column])
    return rounded(parts, round(total, places), places)
