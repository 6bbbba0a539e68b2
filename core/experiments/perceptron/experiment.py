"""The perceptron, point by point (chapter, section 2 and its historical interlude)."""

from __future__ import annotations

from typing import Any

import torch

from core.experiments.perceptron.settings import data, first_weights, order_of
from core.models.perceptron import OneHiddenLayer, Perceptron
from core.words import counted

ENOUGH = 0.05  # cross-entropy at which a network that has every point right may stop


class Training:
    """Show one labeled point after the other to a perceptron; a step is one visit of a point."""

    def __init__(self, settings: Any) -> None:
        self.settings, self.steps, self.done = settings, 0, ""
        self.X, self.t = (torch.from_numpy(part) for part in data(settings))
        self.model: Perceptron | OneHiddenLayer
        if settings.hidden:
            self.model = OneHiddenLayer(settings.hidden, settings.seed)
        else:
            self.model = Perceptron(torch.from_numpy(first_weights(settings)))
        self.frame_every = len(self.X) if settings.hidden else 1  # a pass, or a visit
        self.mistakes, self.in_a_row = 0, 0
        self.last = (-1, 0.0, False)  # point of the last visit, its z before, whether wrong
        self.before = self.model.state()
        self.cycle: tuple[int, int, int] | None = None  # first visit, period, mistakes in it
        self._seen: dict[tuple[float, ...], tuple[int, int]] = {}
        self._watch()

    def step(self, n: int) -> None:
        """Visit the next n points, or until the last of them is right."""
        for _ in range(min(n, self.settings.max_visits - self.steps)):
            if self.done:
                return
            self._visit()
        if self.steps >= self.settings.max_visits and not self.done:
            self.done = f"Stopped after {counted(self.steps, 'visit')}, as set."

    def _visit(self) -> None:
        turn, place = divmod(self.steps, len(self.X))
        i = int(order_of(self.settings, len(self.X), turn)[place])
        x, t = self.X[i], self.t[i]
        wrong = bool(self.model(x) != t)
        self.last, self.before = (i, float(self.model.z(x)), wrong), self.model.state()
        self.model.learn(x, t, self.settings.learning_rate)
        self.steps += 1
        self.mistakes += wrong
        self.in_a_row = 0 if wrong else self.in_a_row + 1
        if self.in_a_row >= len(self.X) and self._finished():
            self.done = self._learned()
        self._watch()

    def _learned(self) -> str:
        """Since when there has been no mistake, and why it went on until now."""
        if not self.mistakes:
            return f"Every point is right: no mistake in {counted(self.steps, 'visit')}."
        mistakes = "1 mistake" if self.mistakes == 1 else f"{self.mistakes} mistakes"
        last = self.steps - self.in_a_row
        rest = (
            f"it went on until the loss fell below {ENOUGH:g}"
            if self.settings.hidden
            else f"the {self.in_a_row} visits after it have found every point right"
        )
        return f"Every point is right: {mistakes}, the last at visit {last}; {rest}."

    def _finished(self) -> bool:
        all_right = bool((self.model(self.X) == self.t).all())
        return all_right and not (self.settings.hidden and self.loss() > ENOUGH)

    def _watch(self) -> None:
        """The same weights at the same place in the order: from here on all repeats, for ever."""
        fixed = not self.settings.hidden and self.settings.order != "shuffled each pass"
        if fixed and self.cycle is None:
            # All that the future depends on, compared exactly.
            state = (*self.model.w.tolist(), float(self.model.b), self.steps % len(self.X))
            steps, mistakes = self._seen.setdefault(state, (self.steps, self.mistakes))
            if steps < self.steps and mistakes < self.mistakes:
                self.cycle = steps, self.steps - steps, self.mistakes - mistakes

    def loss(self) -> float:
        """Share of wrong points, or with a hidden layer the mean cross-entropy."""
        return float(self.model.loss(self.X, self.t))
