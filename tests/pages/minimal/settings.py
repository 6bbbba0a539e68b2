"""Settings of the minimal page."""

from dataclasses import dataclass

from core.settings import Settings, setting
from core.settings.kinds import Integer, Number, rare


@dataclass(frozen=True)
class LineSettings(Settings):
    slope: float = setting(1.5, Number(-3, 3, step=0.5, label="True slope", group="data"))
    points: int = setting(20, Integer(2, 100, label="Points", **rare("data")))
    rate: float = setting(0.1, Number(0.01, 1, label="Learning rate", group="training"))
