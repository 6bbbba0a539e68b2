"""Settings of the depth page."""

from __future__ import annotations

from dataclasses import dataclass

from core.experiments.depth.data import CLASSES, PIXELS
from core.experiments.depth.network import ACTIVATIONS, FORMS, INITIALIZATIONS
from core.settings import SettingError, Settings, setting
from core.settings.kinds import VIEW, Choice, Choices, Integer, Number, rare
from core.settings.lists import Changes
from core.training import OPTIMIZERS

RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
LIVE = {
    "learning_rate": Number(1e-6, 1, stops=RATES, live=True, label="Learning rate",
                            group="training"),
}  # fmt: skip
FIRST, LAST = "W σ(h)", "σ(W h)"
LOOKS = {
    "gradient": "Gradient",
    "size": "Size of h",
    "alike": "Likeness of two inputs",
    "dead": "Dead units",
    "identity": "Gradient off the identity path",
}


def parameters(depth: int, width: int) -> int:
    """Weights and biases of one network; all forms have the same."""
    inner = (depth - 1) * (width + 1) * width
    return (PIXELS + 1) * width + inner + (width + 1) * CLASSES


@dataclass(frozen=True)
class DepthSettings(Settings):
    """What decides a run, and with the seed decides it completely."""

    initialization: str = setting(
        "PyTorch",
        Choice(INITIALIZATIONS, label="First weights", group="network", wide=True,
               help="PyTorch: uniform within 1/√d. Xavier: variance 2/(d + d′). He: 2/d. Too "
               "small: a tenth of He's. Too large: twice He's."),
    )  # fmt: skip
    depth: int = setting(
        50, Integer(1, 100, label="Layers", group="network", wide=True,
                    help="Hidden layers, all of the same width."),
    )  # fmt: skip
    networks: tuple[str, ...] = setting(
        ("plain", "residual"), Choices(FORMS, 1, label="Side by side", group="network")
    )
    activation: str = setting("ReLU", Choice(ACTIVATIONS, label="σ", group="network"))
    learning_rate: float = setting(0.001, LIVE["learning_rate"])
    branch: str = setting(
        FIRST, Choice((FIRST, LAST), label="A layer's branch", **rare("network"),
                      help="Whether σ stands before W, so that a branch can add numbers of both "
                      "signs, or behind it.")
    )  # fmt: skip
    width: int = setting(32, Integer(8, 128, 8, label="Width d", **rare("network")))
    optimizer: str = setting("Adam", Choice(OPTIMIZERS, label="Optimizer", **rare("training")))
    warmup: int = setting(
        0, Integer(0, 500, 10, label="Warm-up", **rare("training"),
                   help="Over so many updates the learning rate grows from 0 to its value.")
    )  # fmt: skip
    batch_size: int = setting(64, Integer(1, 256, label="Batch size", **rare("training")))
    seeds: int = setting(1, Integer(1, 5, label="Seeds", **rare("training")))
    max_steps: int = setting(300, Integer(1, 20_000, label="Stop after", **rare("training")))
    look: str = setting(
        "gradient", Choice(LOOKS, label="Maps show", group=VIEW, wide=True, said=LOOKS.get)
    )
    changes: tuple[tuple[int, str, str], ...] = setting((), Changes(label="Changes by hand"))

    def check(self) -> None:
        """Batch normalization needs a batch; every change must be possible at its place."""
        if self.batch_size < 2 and "batch norm" in self.networks:
            raise SettingError(
                "batch_size", self.batch_size,
                "batch norm divides by the spread over the batch, which one digit does not have; "
                "give 2 or more, or leave batch norm out",
            )  # fmt: skip
        for _, name, value in self.changes:
            if name in LIVE:
                LIVE[name].check(name, LIVE[name].parse(name, value))
