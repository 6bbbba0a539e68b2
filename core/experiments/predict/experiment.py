"""Predict: a drawn molecule, and what trained networks say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.experiment import Experiment
from core.experiments.predict.settings import PredictSettings
from core.qm9.data.targets import KEYS

if TYPE_CHECKING:
    from core.qm9.prediction.contributions import Contributions  # torch takes seconds to load


class Predict(Experiment):
    """A film of one frame: nothing is trained here, the networks come trained."""

    Settings: ClassVar[Any] = PredictSettings
    trains: ClassVar[bool] = False
    seeded: ClassVar[bool] = False

    @staticmethod
    def ready() -> bool:
        """Whether the networks are in memory, where they take 650 MB: only who asks loads them."""
        from core.qm9.prediction import answers

        return answers.ready()

    def step(self, n: int) -> None:
        """Nothing to train; who asks for more frames is told so."""
        if n and not self.done:
            self.steps, self.done = 1, "Nothing is trained on this page."

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

    def script(self) -> str:
        """A program that asks the command line of this one for the same molecule."""
        from core.qm9.prediction.answers import take_home_script

        return take_home_script(self.settings.smiles)


def written(shares: Contributions, target: str, value: float) -> NDArray[np.float64]:
    """Constant and atoms as they are written, (1 + n,): they add up to the written prediction.

    Where the prediction is 0 because it can't be negative, they add up to their own sum.
    """
    from core.qm9.prediction.answers import digits, rounded

    column, places = KEYS.index(target), digits(target)
    parts = np.array([shares.constant[column], *shares.atoms[:, column]])
    total = value if value else float(shares.total[column])
    return rounded(parts, round(total, places), places)
