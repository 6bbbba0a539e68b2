"""One run per page and session: which settings are wanted, and the experiment that follows them."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet, finalize

import streamlit as st

from core.about import About
from core.app.launch import give_back
from core.experiment import Experiment, Race, record
from core.film import Film
from core.settings import SettingError, Settings
from core.settings.kinds import VIEW
from core.task import Task
from pages.ui.plain import fault

# Bytes of films that all sessions remember beside those they show, and of one in any case.
MOST_BYTES, LEAST_BYTES = 100 << 20, 2 << 20
BESIDE = 3 << 20  # bytes that a run takes beside its film: data, networks, room for gradients
KEPT = 3  # runs a session remembers: recent settings have their film again
_alive: WeakSet[Run] = WeakSet()  # of all sessions


@dataclass(eq=False)
class Run:
    """An experiment and its film; `ident` tells the player one run from another."""

    experiment: Experiment
    film: Film
    ident: str
    flags: dict[str, Any] = field(default_factory=dict)  # autotrain, autoplay, start, look
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))  # who may ask for frames
    lock: threading.Lock = field(default_factory=threading.Lock)  # page and player both train
    acknowledged: int = -1  # serial of the last frame that the player said it has
    failed: str = ""  # what stopped it, where that was an error of the program

    def __post_init__(self) -> None:
        """It counts, as long as somebody holds it."""
        _alive.add(self)
        finalize(self, give_back)

    @property
    def done(self) -> str:
        """Why it trains no further; empty while it does."""
        return self.failed or self.experiment.done

    def fail(self, error: Exception) -> None:
        """Stop for good, with a note on the page; the film so far stays."""
        self.failed = (
            f"Stopped after {self.experiment.steps} updates by {fault(error)}. "
            "The film up to there stays; other settings start a new run."
        )
        self.film.note("warning", self.failed)

    def message(self, have: int, **extra: Any) -> bytes:
        """Frames after `have`, with all that the player must know of the run."""
        return self.film.message(
            have, film=self.ident, run=self.token, done=self.done, **extra, **self.flags
        )


class Page:
    """What one page of one session remembers, in `st.session_state` under the page's name."""

    def __init__(self, about: About, experiment: type[Any], tasks: Sequence[Task] = ()) -> None:
        """A view on the session; makes nothing by itself.

        A page that trains nothing gives its `Settings` instead of an experiment, or an experiment
        with `trains = False`, whose film has one frame.
        """
        self.name, self.about, self.tasks, self.experiment = about.path, about, tasks, experiment
        bare = issubclass(experiment, Settings)
        self.trains: bool = not bare and experiment.trains
        self.declared: type[Settings] = experiment if bare else experiment.Settings

    def key(self, what: str) -> str:
        """Key of a widget or a value of this page in the session."""
        return f"{self.name}.{what}"

    def get(self, what: str, otherwise: Any = None) -> Any:
        """A remembered value."""
        return st.session_state.get(self.key(what), otherwise)

    def put(self, what: str, value: Any) -> None:
        """Remember a value."""
        st.session_state[self.key(what)] = value

    @property
    def hidden(self) -> set[str]:
        """Settings whose controls the link leaves out: a teacher's simpler lesson."""
        return set((self.get("moment") or {}).get("hide", "").split(","))

    # --- settings -------------------------------------------------------------------------------

    @property
    def settings(self) -> Any:
        """The settings that this page shows now."""
        return self.get("settings")

    def set(self, settings: Settings, **flags: Any) -> None:
        """Show these settings: from a link, a guided task, a button. Widgets follow."""
        self.put("settings", settings)
        self.put("flags", flags)
        self.put("generation", self.get("generation", 0) + 1)  # widgets take their values anew

    def choose(self, values: dict[str, Any]) -> None:
        """Take what the widgets say. Live settings change the run, others start another."""
        shown = effective(self.settings)
        wanted = shown.replace(**values)
        different = [
            name for name in wanted.kinds() if getattr(wanted, name) != getattr(shown, name)
        ]
        if not different:
            return
        run: Run | None = self.get("run")
        kinds = wanted.kinds()
        if all(kinds[name].group == VIEW for name in different):  # another look at the same run
            self.put("settings", self.settings.replace(**{n: values[n] for n in different}))
            return
        if run and run.experiment.steps and all(kinds[name].live for name in different):
            for name in different:
                self.change(name, kinds[name].format(getattr(wanted, name)), again=True)
            return
        self.put("settings", wanted.fresh())

    def change(self, name: str, text: str, again: bool = False, once: bool = False) -> None:
        """Change a live setting or a weight of the present run, at its present step.

        `again`: what was dragged, or set by a slider, may move on at this step; only the last
        value is kept. `once`: what is only looked at; its last value is kept, from whatever step.
        """
        run: Run = self.get("run")
        experiment = run.experiment
        if isinstance(experiment, Race):
            experiment = experiment.entries["a"]
        with run.lock:
            change = (experiment.steps, name, text)
            past = experiment.settings.changes
            if again or once:
                kept = 1 if once else 0
                past = tuple(old for old in past if old[kept:2] != change[kept:2])
            wanted = experiment.settings.replace(changes=(*past, change))
            try:
                experiment.change(name, text)
                experiment.settings = wanted
                run.film.append(run.experiment.steps, run.experiment.snapshot())
            except Exception as error:
                if isinstance(error, SettingError):
                    raise
                run.fail(error)  # whatever it is: the page says it, and the film stays
        self.put("settings", wanted)

    def reset(self) -> None:
        """Back to the same first weights, at what the controls show now."""
        self.put("settings", effective(self.settings).fresh())
        self.put("runs", {})
        self.put("run", None)

    # --- the run --------------------------------------------------------------------------------

    @property
    def rival(self) -> Any:
        """Settings that were pinned to race against, or None."""
        return self.get("rival")

    def run(self) -> Run:
        """The run of the present settings: a remembered one, or a new one with its first frame."""
        run: Run | None = self.get("run")
        wanted = _deciding(self.settings, self.rival)
        if run is None or _settings_of(run.experiment) != wanted:
            # Settings with changes belong to one run only: after more changes they are other ones.
            remembered = {_settings_of(r.experiment): r for r in self.get("runs", {}).values()}
            run = remembered.pop(wanted, None) or self._make()
            remembered[wanted] = run
            self.put("runs", _kept(remembered))
            self.put("run", run)
        _look(run.experiment, self.settings)
        run.flags |= self.get("flags", None) or {}
        self.put("flags", {})
        return run

    def _make(self) -> Run:
        experiment: Experiment = self.experiment(self.settings)
        if self.rival is not None:
            experiment = Race({"a": experiment, "b": self.experiment(self.rival)})
        film = Film()
        record(experiment, film, 1)
        # A setting with changes was recorded elsewhere: play it up to its last change at least.
        last = max((step for step, *_ in self.settings.changes), default=0)
        while experiment.steps < last and not experiment.done:
            record(experiment, film, 1)
        flags = {"start": "end"} if experiment.at_once else {}
        while experiment.at_once and not experiment.done:  # nothing is trained: it is quick
            record(experiment, film, 60)
        number = self.get("number", 0) + 1
        self.put("number", number)
        text = json.dumps(self.settings.to_json(), sort_keys=True)
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]
        return Run(experiment, film, f"{self.name}-{digest}-{number}", flags)


def _kept(runs: dict[Any, Run]) -> dict[Any, Run]:
    """The newest, and of those before it as many as their share of memory holds.

    Somebody who is alone keeps them all; in a class of thirty old films make room.
    """
    (*past, newest) = list(runs.items())[-KEPT:]
    room, kept = max(LEAST_BYTES, MOST_BYTES // max(1, len(_alive))), [newest]
    for key, run in reversed(past):
        room -= run.film.nbytes + BESIDE
        if room < 0:
            break
        kept.append((key, run))
    return dict(reversed(kept))


def effective(settings: Settings) -> Settings:
    """The settings with live changes folded in: what the controls should show."""
    kinds = settings.kinds()
    values = {
        name: kinds[name].parse(name, text) for _, name, text in settings.changes if name in kinds
    }
    return settings.replace(**values)


def _settings_of(experiment: Experiment) -> tuple[Settings, Settings | None]:
    if isinstance(experiment, Race):
        return _deciding(experiment.entries["a"].settings, experiment.entries["b"].settings)
    return _deciding(experiment.settings, None)


def _deciding(settings: Settings, rival: Settings | None) -> tuple[Settings, Settings | None]:
    """What tells one run from another: all but the view."""
    return settings.without_view(), rival and rival.without_view()


def _look(experiment: Experiment, settings: Settings) -> None:
    """A run knows from where it is looked at, but that never makes another one."""
    experiment.settings = settings
    if isinstance(experiment, Race):
        experiment.entries["a"].settings = settings
