"""Settings of the QM9 training page: who races, on how many molecules, at which budget."""

from __future__ import annotations

from dataclasses import dataclass

from core.qm9.data.baseline import fit, fit_mean
from core.qm9.networks.models import QM9_MODELS
from core.settings import Settings, setting
from core.settings.kinds import VIEW, Choice, Choices, Integer, Number, SettingError, rare

MOST = 4  # models in one race
SHOWN = ("gap", "homo", "lumo", "mu", "alpha", "r2", "zpve", "u0_atom", "cv")

# Parameters -> the width of each model that comes nearest to that number of parameters.
SIZES = {
    "20,000": {"mlp": 54, "deep-sets": 33, "gcn": 59, "gat": 60, "mpnn": 27, "transformer": 24,
               "best": 16},
    "60,000": {"mlp": 120, "deep-sets": 58, "gcn": 105, "gat": 104, "mpnn": 48, "transformer": 40,
               "best": 28},
    "193,000": {"mlp": 252, "deep-sets": 105, "gcn": 192, "gat": 192, "mpnn": 87,
                "transformer": 76, "best": 52},
}  # fmt: skip

# What every model is given beforehand, fitted on its training molecules.
STARTS = {"the mean": fit_mean, "counts of atoms and bonds": fit}


@dataclass(frozen=True)
class Qm9TrainingSettings(Settings):
    """One race on QM9; every model gets the same molecules in the same order, equally often."""

    target: str = setting(
        "gap",
        Choice(SHOWN, label="Show", help="Every model learns all targets at once; this one is "
               "drawn. Changing it does not start anew.", group=VIEW),
    )  # fmt: skip
    molecules: int = setting(
        2000, Integer(500, 20_000, step=500, label="Training molecules", group="data")
    )
    models: tuple[str, ...] = setting(
        ("mlp", "mpnn"),
        Choices(QM9_MODELS, least=1, label="Models, up to 4", group="networks",
                help="best sees more of the 2-D graph than the six: ring sizes, charges."),
    )  # fmt: skip
    size: str = setting(
        "20,000", Choice(SIZES, label="Parameters of each, about", group="networks")
    )
    start: str = setting(
        "counts of atoms and bonds",
        Choice(STARTS, label="Given beforehand", group="training", wide=True,
               help="What is subtracted from the targets before a network sees them."),
    )  # fmt: skip
    learning_rate: float = setting(
        3e-3,
        Number(1e-5, 1.0, label="Learning rate", group="training",
               stops=(1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 5e-3, 1e-2, 3e-2, 0.1, 1.0)),
    )  # fmt: skip
    batch_size: int = setting(
        64, Integer(8, 512, step=8, label="Molecules in a batch", **rare("training"))
    )
    epochs: int = setting(
        20,
        Integer(1, 200, label="Epochs", help="How often each sees a molecule.", **rare("training")),
    )

    def check(self) -> None:
        """Four curves at most: more can't be told apart, and each takes its time."""
        if len(self.models) > MOST:
            raise SettingError("models", self.models, f"up to {MOST} of {', '.join(QM9_MODELS)}")


def updates(settings: Qm9TrainingSettings) -> int:
    """Updates of each model: incomplete batches are left out."""
    return settings.epochs * (settings.molecules // min(settings.batch_size, settings.molecules))
