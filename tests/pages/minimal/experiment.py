"""A line that learns, and what one may guess of it."""

import numpy as np

from core.experiment import Experiment
from core.task import Task
from tests.pages.minimal.settings import LineSettings


class Line(Experiment):
    """Fit y = w x + b by gradient descent on the mean squared error."""

    Settings = LineSettings

    def __init__(self, settings):
        super().__init__(settings)
        rng = np.random.default_rng(settings.seed)
        self.x = rng.uniform(-1, 1, settings.points)
        self.y = settings.slope * self.x + 0.2 * rng.normal(size=settings.points)
        self.w = self.b = 0.0

    def step(self, n):
        """Train n updates."""
        for _ in range(n):
            error = 2 * self.settings.rate * (self.w * self.x + self.b - self.y)
            self.w, self.b = self.w - (error * self.x).mean(), self.b - error.mean()
        self.steps += n

    def snapshot(self):
        """Loss, and the line at x = -1 and 1, float32 (2,)."""
        ends = np.float32([self.b - self.w, self.b + self.w])
        return {"loss": np.square(self.w * self.x + self.b - self.y).mean(), "line": ends}


def falls(film, experiment):
    first, last = film["loss"][[0, -1]]
    return ("Yes" if last < first else "No"), f"The loss went from {first:.3g} to {last:.3g}."


TASKS = (Task("**Step by step.** Does the loss fall?", ("Yes", "No"), {"slope": 2.0}, 10, falls),)
