"""Double descent, computed now: five studies in which something grows (chapter, section 7)."""

from __future__ import annotations

from typing import Any

from core.experiments.double_descent.network import Networks
from core.experiments.double_descent.scales import Scales
from core.experiments.double_descent.settings import MLP, SCALES, SET, START, WIDTH
from core.experiments.double_descent.start import Start
from core.experiments.double_descent.sweep import Sweep

STUDIES: dict[str, Any] = {WIDTH: Sweep, SET: Sweep, MLP: Networks, SCALES: Scales, START: Start}


class Training:
    """Double descent: solve or train one step after the other of what grows."""

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        self.study = STUDIES[settings.grows](settings)
        self.frame_every: int = self.study.frame_every

    def step(self, n: int) -> None:
        """Go n steps further, or to the end."""
        for _ in range(n):
            if self.done:
                return
            self.study.step()
            self.steps += 1
            self.frame_every = self.study.frame_every  # later frames lie further apart
            self.done = self.study.done

    def change(self, name: str, value: str) -> None:
        """Draw the fit at another size; nothing that is trained follows it."""

    def loss(self) -> float:
        """Test error now, median over seeds."""
        return float(self.study.loss())
