"""A line that learns, and what one may guess of it."""

import numpy as np

from core.experiment import Task
from tests.pages.minimal.settings import LineSettings


class Line:
    """Fit y = w x + b by gradient descent on the mean squared error."""

    Settings, frame_every = LineSettings, 1

    def __init__(self, settings):
        self.settings, self.steps, self.done = settings, 0, ""
        rng = np.random.default_rng(settings.seed)
        self.x = rng.uniform(-1, 1, settings.points)
        self.y = settings.slope * self.x + 0.2 * rng.normal(size=settings.points)
        self.w = self.b = 0.0
        self.notes = self.weights = lambda *_: {}

    def step(self, n):
        """Train n updates."""
        for _ in range(n):
            error = 2 * self.settings.rate * (self.w * self.x + self.b - self.y)
            self.w, self.b = self.w - (error * self.x).mean(), self.b - error.mean()
        self.steps += n

    def snapshot(self):
        """Loss, and the line at x = -1 and 1, float32 (2,)."""
        loss = ((self.w * self.x + self.b - self.y) ** 2).mean()
        return {"loss": loss, "line": np.float32([self.b - self.w, self.b + self.w])}


def falls(film, experiment):
    """Whether the loss ends below where it began."""
    first, last = film["loss"][[0, -1]]
    return ("Yes" if last < first else "No"), f"The loss went from {first:.3g} to {last:.3g}."


TASKS = (Task("**Step by step.** Does the loss fall?", ("Yes", "No"), {"slope": 2.0}, 10, falls),)
