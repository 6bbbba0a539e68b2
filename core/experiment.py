"""Experiment: three verbs (make, step, snapshot), and the loop that runs one into a Film."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from core.film import Film
from core.settings import SettingError, Settings
from core.work import Slices


class Experiment(ABC):
    """What every page's experiment offers; what is said here holds where it says nothing else.

    Making it builds data, model and optimizer from `settings.seed`. `step(n)` trains n updates.
    `snapshot()` returns named arrays of constant shape and dtype (`core.film.WIRE_DTYPES`) and
    named scalars, at least `loss`; no seconds, since a film must not depend on the machine.
    """

    Settings: ClassVar[type[Settings]]  # the dataclass that it is made from
    trains: ClassVar[bool] = True  # False: there is one frame, and nothing to play
    at_once: ClassVar[bool] = False  # nothing is trained: the whole film is there at first sight
    seeded: ClassVar[bool] = True  # whether another seed alone is another film
    LOOKS: ClassVar[tuple[str, ...]] = ()  # names of changes that touch only what is drawn

    settings: Any
    steps: int = 0  # updates made so far
    frame_every: int = 1  # updates between two frames of the film
    test_every: int = 1  # frames between two evaluations of what is seldom looked at, such as
    seldom: str = "Test sets and further seeds"
    done: str = ""  # empty while it can go on, else one sentence that says why it stopped
    _tested: Mapping[str, Any] = {}  # what is held out, as it was evaluated last

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    @classmethod
    def training(cls) -> type[Any]:
        """The class that trains, apart from what the page sees: what a script holds.

        `class Boundaries(Training, Experiment)` draws what `Training` has learned.
        """
        first = cls.__bases__[0]
        return cls if first is Experiment else first

    @staticmethod
    def ready() -> bool:
        """Whether making one is quick: its data are at hand."""
        return True

    @abstractmethod
    def step(self, n: int) -> None:
        """Train n updates; does nothing once `done`."""

    @abstractmethod
    def snapshot(self) -> dict[str, Any]:
        """The present state as named arrays and scalars."""

    def loss(self) -> float:
        """What `snapshot` calls `loss`, without the rest; a script prints it."""
        return float(self.snapshot()["loss"])

    def script(self) -> str:
        """A program of its own for what it shows; empty: the source of its training is one."""
        return ""

    def change(self, name: str, value: str) -> None:
        """Apply a change by hand: a live setting or a weight. `SettingError` if refused."""
        raise SettingError(name, value, "not changed during a run; set it, and start again")

    def weights(self) -> Mapping[str, Any]:
        """Name -> tensor, as saved to `.safetensors`; none where they are shipped with the app."""
        return {}

    @property
    def tests(self) -> bool:
        """Whether what is held out is evaluated at this step; between, frames repeat its tracks.

        At fixed steps, so that the same settings give the same film everywhere.
        """
        return bool(self.done) or self.steps % (self.test_every * self.frame_every) == 0

    def tested(self, evaluate: Callable[[], Any]) -> Mapping[str, Any]:
        """Tracks of what is held out: evaluated where it `tests`, else those of the last time."""
        if self.tests or not self._tested:
            self._tested = dict(evaluate())
        return self._tested

    @property
    def parameters(self) -> int:
        """Numbers that training adjusts."""
        return sum(weight.numel() for weight in self.weights().values())

    def notes(self, film: Film) -> None:  # noqa: B027  most have nothing to say
        """Look at the film so far and add what a student should notice (`film.note`)."""


def tensors(models: Mapping[str, Any]) -> dict[str, Any]:
    """Weights of several models, as `Experiment.weights` has them: each under its model's name."""
    return _joined({who: model.state_dict() for who, model in models.items()}, ".")


def _joined(parts: Mapping[str, Mapping[str, Any]], sign: str) -> dict[str, Any]:
    return {f"{who}{sign}{k}": value for who, part in parts.items() for k, value in part.items()}


SELDOM = "{} are evaluated every {} frames; between, their last numbers stand."


def advance(experiment: Experiment, n: int) -> None:
    """Train n updates, applying `settings.changes` on arrival at their steps.

    A change at the present step is applied again, which sets what is set already.
    """
    end = experiment.steps + n
    if isinstance(experiment, Race):
        experiment.step(n)  # its entries apply their own changes
        return
    for step, name, value in experiment.settings.changes:
        if experiment.steps <= step <= end and not experiment.done:
            experiment.step(step - experiment.steps)
            experiment.change(name, value)
    if not experiment.done:
        experiment.step(end - experiment.steps)


def record(
    experiment: Experiment, film: Film, frames: int, seconds: float = math.inf,
    enough: Callable[[], bool] = bool,
) -> int:  # fmt: skip
    """Train and append up to `frames` frames, for about `seconds`; the number of frames added.

    It ends earlier, after the present frame, where `enough` says so. The frames lie at multiples of
    `frame_every` whatever the machine's speed, so the same settings give the same film everywhere.
    The first call also records the untrained state.
    """
    started = time.perf_counter()
    before = film.recorded
    _append(experiment, film)
    while film.recorded - before < frames and not experiment.done:
        advance(experiment, experiment.frame_every - experiment.steps % experiment.frame_every)
        _append(experiment, film)
        if time.perf_counter() - started > seconds or enough():
            break
    return film.recorded - before


class Recording(Slices):
    """Training `steps` updates, or until done, into a new film: `result`.

    What is done `beside` keeps pace with it, so that the share of both is one honest number.
    """

    verb = "training"

    def __init__(self, experiment: Experiment, steps: int, beside: Slices | None = None) -> None:
        """Record the untrained state."""
        self.experiment, self.steps, self.beside = experiment, steps, beside
        self.film = Film()
        _append(experiment, self.film)

    @property
    def recorded(self) -> float:
        """Share of the updates that are made."""
        made = self.experiment.steps
        return 1.0 if self.experiment.done or made >= self.steps else made / self.steps

    @property
    def fraction(self) -> float:
        """Share of the updates, or of what is done beside where that is less."""
        return min(self.recorded, self.beside.fraction if self.beside else 1.0)

    @property
    def words(self) -> str:
        """How many updates are made."""
        beside = f" {self.beside.words}".rstrip() if self.beside else ""
        return f"{self.experiment.steps:,} of {self.steps:,} steps{beside}"

    @property
    def result(self) -> Film:
        """The film so far."""
        return self.film

    def advance(self) -> None:
        """The next frame, the last one where the training ends; or what is beside catches up."""
        if self.beside and self.beside.fraction < self.recorded:
            self.beside.advance()
            return
        every, steps = self.experiment.frame_every, self.experiment.steps
        advance(self.experiment, min(every - steps % every, self.steps - steps))
        _append(self.experiment, self.film)


def run(experiment: Experiment, steps: int) -> Film:
    """Train `steps` updates, or until done, into a new film."""
    recording = Recording(experiment, steps)
    recording.work()
    return recording.film


def _append(experiment: Experiment, film: Film) -> None:
    if not len(film) and experiment.test_every > 1:
        film.info(SELDOM.format(experiment.seldom, experiment.test_every))
    fresh = not len(film) or experiment.steps > film.steps[-1]
    if fresh:
        film.append(experiment.steps, experiment.snapshot())
    if fresh or experiment.done:
        experiment.notes(film)
    if experiment.done:
        film.info(experiment.done)  # unless the experiment has said it with more weight


class Race(Experiment):
    """Several experiments in lockstep: same step axis, one film, tracks named `a/loss`, `b/loss`.

    It keeps the three verbs, so whatever records or draws one experiment records and draws a race.
    """

    Settings = Settings

    def __init__(self, entries: dict[str, Experiment]) -> None:
        """Name -> experiment; the first one sets the pace of the film."""
        self.entries = entries
        first = next(iter(entries.values()))
        self.settings, self.frame_every = first.settings, first.frame_every

    def step(self, n: int) -> None:
        """Train each by n updates; each applies its own changes. Done when all have stopped."""
        self.steps += n
        for entry in self.entries.values():
            advance(entry, self.steps - entry.steps)
        if all(entry.done for entry in self.entries.values()):
            self.done = "; ".join(f"{name}: {entry.done}" for name, entry in self.entries.items())

    def snapshot(self) -> dict[str, Any]:
        """All snapshots, each track under its entry's name."""
        return _joined({name: entry.snapshot() for name, entry in self.entries.items()}, "/")

    def change(self, name: str, value: str) -> None:
        """Change the first entry, which is the one with the controls."""
        next(iter(self.entries.values())).change(name, value)

    def weights(self) -> Mapping[str, Any]:
        """Weights of all, each under its entry's name."""
        return _joined({name: entry.weights() for name, entry in self.entries.items()}, "/")
