"""Double descent, computed now: five studies in which something grows (chapter, section 7)."""

from __future__ import annotations

from typing import Any

from core.experiments.double_descent.settings import SWEEPS
from core.experiments.double_descent.sweep import Sweep

STUDIES: dict[str, Any] = dict.fromkeys(SWEEPS, Sweep)


class Training:
    """Double descent: solve or train one step after the other of what grows."""

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        self.study = STUDIES[settings.grows](settings)

    @property
    def frame_every(self) -> int:
        """Steps between two frames: later frames of a long training lie further apart."""
        return int(self.study.frame_every)

    def step(self, n: int) -> None:
        """Go n steps further, or to the end."""
        for _ in range(n):
            if self.done:
                return
            self.study.step()
            self.steps += 1
            self.done = self.study.done

    def change(self, name: str, value: str) -> None:
        """Draw the fit at another size."""
        self.study.show(int(float(value.split(",")[0])))

    def loss(self) -> float:
        """Test error now, median over seeds."""
        return float(self.study.loss())
