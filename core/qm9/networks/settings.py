"""The settings of a QM9 run, declared once: checks, command line, JSON and pages follow."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from core.qm9.data.targets import KEYS
from core.qm9.networks.models import QM9_MODELS, make_model
from core.settings import Settings, setting
from core.settings.kinds import Choice, Choices, Flag, Integer, Number, SettingError


@dataclass(frozen=True)
class TrainSettings(Settings):
    """One training run; `out`, `resume` and the device count are not part of it."""

    model: str = setting("gcn", Choice(QM9_MODELS, label="Model"))
    targets: tuple[str, ...] = setting(KEYS, Choices(KEYS, least=1, label="Targets"))
    subset: int = setting(
        0, Integer(0, 110_000, label="Molecules", help="Training molecules; 0 means all 110,000.")
    )
    epochs: float = setting(10.0, Number(0.0, 10_000.0, label="Epochs"))
    minutes: float = setting(
        0.0, Number(0.0, 100_000.0, label="Minutes", help="If not 0, replaces epochs.")
    )
    batch_size: int = setting(256, Integer(1, 65_536, label="Batch size"))
    lr: float = setting(3e-3, Number(1e-7, 10.0, label="Learning rate"))
    weight_decay: float = setting(0.05, Number(0.0, 10.0, label="Weight decay of Muon"))
    optimizer: str = setting("adamw", Choice(("adamw", "muon"), label="Optimizer"))
    clip: float = setting(1.0, Number(1e-3, 1e6, label="Gradient clip"))
    ema: float = setting(0.999, Number(0.0, 0.999999, label="Averaging of weights"))
    geometry: float = setting(
        0.0, Number(0.0, 100.0, label="Weight of 3-D labels", help="Extra labels; only `best`.")
    )
    emphasis: tuple[str, ...] = setting(
        (), Choices(KEYS, label="Emphasis", help="Targets whose errors weigh more in the loss.")
    )
    emphasis_factor: float = setting(
        3.0, Number(1.0, 100.0, label="Factor of emphasis", help="How many times as much.")
    )
    width: int = setting(0, Integer(0, 4096, label="Width", help="0 means the model's own."))
    layers: int = setting(0, Integer(0, 64, label="Layers", help="0 means the model's own."))
    pairs: int = setting(
        0, Integer(0, 512, label="Pair channels", help="Of each pair of atoms; only `best`.")
    )
    precision: str = setting("auto", Choice(("auto", "fp32", "bf16"), label="Precision"))
    compile: bool = setting(False, Flag(label="torch.compile", help="Fuses layers on a GPU."))
    validate_every: float = setting(1.0, Number(0.0, 1e6, label="Epochs between validations"))

    def check(self) -> None:
        """What only holds between settings."""
        if self.geometry and self.model != "best":
            raise SettingError("geometry", self.geometry, "0 unless model = best")
        if self.pairs and self.model != "best":
            raise SettingError("pairs", self.pairs, "0 unless model = best")

    def network(self) -> nn.Module:
        """The untrained network that these settings describe, with weights from their seed."""
        return make_model(self.model, self.seed, self.width, self.layers, self.pairs)
