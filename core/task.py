"""Guided experiments: a question, the run that answers it, and what the run is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.experiment import Recording, advance
from core.work import Slices


@dataclass(frozen=True)
class Task:
    """A guided experiment: predict, run, and the page says what happened in this very run.

    `answer(film, experiment)` returns the option that came true and a sentence with its numbers;
    on a page that trains nothing it is given None and the settings. It is quick: what else must be
    trained or computed is `beside(experiment, steps)`, which keeps pace with the run, under one
    progress, one estimate and one Stop (without a run: `beside(settings, 0)`, and it stands alone).
    Its `result` is the third argument of `answer`.
    """

    question: str
    options: tuple[str, ...]
    settings: dict[str, Any]
    steps: int
    answer: Callable[..., tuple[str, str]]
    beside: Callable[[Any, int], Slices] | None = None

    def begun(self, experiment: Any) -> Recording:
        """All that has to be done before the answer, of an experiment with `settings`."""
        beside = self.beside(experiment, self.steps) if self.beside else None
        return Recording(experiment, self.steps, beside)

    def told(self, work: Recording) -> tuple[str, str]:
        """The option that came true, and why, once all is done."""
        return self._told(work.film, work.experiment, work.beside)

    def looked(self, settings: Any) -> Slices | None:
        """The same where nothing is trained; None where there is nothing to do either."""
        return self.beside(settings, 0) if self.beside else None

    def seen(self, settings: Any, work: Slices | None) -> tuple[str, str]:
        """The option that came true there, and why."""
        return self._told(None, settings, work)

    def _told(self, film: Any, of: Any, beside: Slices | None) -> tuple[str, str]:
        return self.answer(film, of, *((beside.result,) if beside else ()))


def task(
    question: str,
    options: tuple[str, ...],
    settings: dict[str, Any],
    steps: int,
    beside: Callable[[Any, int], Slices] | None = None,
) -> Callable[[Callable[..., tuple[str, str]]], Task]:
    """The `Task` whose answer is the function under this: `@task(question, options, ...)`."""
    return lambda answer: Task(question, options, settings, steps, answer, beside)


class Rivals(Slices):
    """The same experiment at other settings, each trained `steps` updates or until done."""

    verb = "training"

    def __init__(self, experiment: Any, steps: int, changes: Sequence[dict[str, Any]]) -> None:
        """None is made yet: each is made in a slice of its own."""
        self.kind, self.steps = type(experiment), steps
        self.waiting = [experiment.settings.replace(**one) for one in changes]
        self.made: list[Any] = []

    @property
    def fraction(self) -> float:
        """Share of the updates of all of them that are made."""
        made = sum(1.0 if self._through(one) else one.steps / self.steps for one in self.made)
        return made / (len(self.made) + len(self.waiting))

    @property
    def words(self) -> str:
        """How many runs there are, the first one counted."""
        return f"of each of {1 + len(self.made) + len(self.waiting)} runs"

    @property
    def result(self) -> list[Any]:
        """The experiments, in the order of the changes."""
        return self.made

    def advance(self) -> None:
        """Make the next one, or train the last one as long as a frame takes."""
        if not self.made or self._through(self.made[-1]):
            self.made.append(self.kind(self.waiting.pop(0)))
        else:
            one = self.made[-1]
            advance(one, min(one.frame_every, self.steps - one.steps))

    def _through(self, one: Any) -> bool:
        return bool(one.done) or one.steps >= self.steps


def rivals(*changes: dict[str, Any]) -> Callable[[Any, int], Rivals]:
    """Of a task: `beside=rivals({"hidden": (66,)})` trains as long with other settings, too."""
    return lambda experiment, steps: Rivals(experiment, steps, changes)
