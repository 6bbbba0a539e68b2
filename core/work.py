"""Long work in one form: in slices of the page's own time, or in a process of its own.

Pages draw any of it with `pages.ui.work`: how far it is, an honest estimate, Stop.
"""

from __future__ import annotations

import atexit
import math
import subprocess
import sys
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import core.beside  # noqa: F401  (its last word comes after that of `stop_all`)
from core import ROOT


def duration(seconds: float) -> str:
    """As people say it: 40 s, 12 min, 3.5 h."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Work(ABC):
    """What takes more than a moment: `work(seconds)` until `done`; `result` at any time."""

    verb: ClassVar[str] = ""  # what Stop stops, as in "Stop computing"
    stopped: Any = False
    failed: Any = ""  # why it ended without a result, in one sentence
    _spent, _since = 0.0, math.inf  # seconds at work until the last rest, and when that ended

    @property
    @abstractmethod
    def fraction(self) -> float:
        """Share of the work that is done, 0 to 1."""

    @property
    def words(self) -> str:
        """What it does now, or how far it is, in words."""
        return ""

    @property
    def result(self) -> Any:
        """What there is so far."""
        return None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.fraction >= 1

    @property
    def going(self) -> bool:
        """Whether it goes on by itself or by `work`."""
        return not (self.done or self.stopped or self.failed)

    @property
    def left(self) -> float | None:
        """Seconds that the rest takes if it goes on as until now; None until that is known.

        By the clock on the wall: whatever else slows this down does so on.
        """
        share = self.fraction
        if not share or not self.going:
            return None
        return self.seconds * (1 - share) / share

    @property
    def seconds(self) -> float:
        """Time since it began, rests not counted."""
        return self._spent + max(0.0, time.monotonic() - self._since)

    def work(self, seconds: float = math.inf) -> None:  # noqa: B027
        """Go on for about so long; here: nothing, as a process works by itself."""

    def stop(self) -> None:
        """Rest until `go_on`."""
        self._spent, self._since, self.stopped = self.seconds, math.inf, True

    def go_on(self) -> None:
        """`work` works again."""
        self.stopped = False


class Slices(Work):
    """Work that is done here, a slice at a time, in whatever time it is given."""

    def work(self, seconds: float = math.inf) -> None:
        """Go on for about so long."""
        now = time.monotonic()
        self._since = min(self._since, now)
        while self.going:
            self.advance()
            if time.monotonic() - now >= seconds:
                break
        if self.done:
            self._spent, self._since = self.seconds, math.inf

    @abstractmethod
    def advance(self) -> None:
        """The next slice, a small part of a second."""


class OneByOne(Slices):
    """A plan, done one by one: `advance` adds to `results` what it finds of what is `next`."""

    of: ClassVar[str] = ""  # what the plan holds, as in "3 of 8 depths"; empty: nothing is said

    def __init__(self, plan: Iterable[Any]) -> None:
        self.plan, self.results = list(plan), list[Any]()

    @property
    def next(self) -> Any:
        """What is to be done now."""
        return self.plan[len(self.results)]

    @property
    def fraction(self) -> float:
        """Share of the plan that is done."""
        return len(self.results) / len(self.plan)

    @property
    def words(self) -> str:
        """How much of the plan is done."""
        return f"{len(self.results)} of {len(self.plan)} {self.of}" if self.of else ""

    @property
    def result(self) -> Any:
        """What is found so far, in the order of the plan."""
        return self.results


def in_terminal(work: Slices, name: str = "") -> None:
    """Do all of it; how far it is stands on stderr, in one line."""
    while work.going:
        work.work(1.0)
        print(f"\r{name}{work.fraction:4.0%}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def print_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows with the same names, on stdout, tabs between the columns."""
    print("\t".join(rows[0]))
    for row in rows:
        print("\t".join(f"{v:.4g}" if isinstance(v, float) else str(v) for v in row.values()))


class Process(Work):
    """A module of this program run by another Python; what it prints says how far it is.

    `read(text, seconds)` makes of what it has printed, and of the time since its start, the share
    that is done and a few words.
    """

    def __init__(
        self, command: list[str], read: Callable[[str, float], tuple[float, str]], what: str = ""
    ) -> None:
        """Start `python COMMAND`; `what` begins the sentence that says why it failed."""
        self.read, self.what = read, what
        with tempfile.NamedTemporaryFile("wb", suffix=".log", delete=False) as log:
            self.process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.log, self.started = Path(log.name), time.monotonic()
        self._since = self.started

    @property
    def text(self) -> str:
        """What it has printed."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _read(self) -> tuple[float, str]:
        return self.read(self.text, time.monotonic() - self.started)

    @property
    def fraction(self) -> float:
        """As it says."""
        return 1.0 if self.done else self._read()[0]

    @property
    def words(self) -> str:
        """As it says."""
        return self._read()[1]

    @property
    def done(self) -> bool:
        """Whether it ended well."""
        return self.process.poll() == 0

    @property
    def failed(self) -> str:
        """Its last line if it did not end well."""
        if self.stopped or not self.process.poll():
            return ""
        lines = self.text.strip().splitlines() or ["no reason given"]
        return f"{self.what} (status {self.process.returncode}): {lines[-1][:200]}"

    def stop(self) -> None:
        """End it now, for good."""
        super().stop()
        self.process.kill()
        self.process.wait()
        self.log.unlink(missing_ok=True)


PROCESSES: dict[tuple[str, Hashable], Process] = {}  # made for all who use this server
_lock = threading.Lock()


def join(
    kind: str, key: Hashable, start: Callable[[], Process], most: int = 1, retry: float = 0.0
) -> Process:
    """The process of this kind and key if it is at work, else a new one.

    One that failed is started again after `retry` seconds, and kept until then.

    Raises:
        RuntimeError: `most` of this kind are at work.
    """
    with _lock:
        found = PROCESSES.get((kind, key))
        if found and found.failed and time.monotonic() - found.started < retry:
            return found
        if found and found.going:
            return found
        if sum(p.going for (other, _), p in PROCESSES.items() if other == kind) >= most:
            raise RuntimeError(f"{most} {kind} are in the making: try again in half a minute")
        if found:
            found.stop()
        PROCESSES[kind, key] = start()
        return PROCESSES[kind, key]


@atexit.register
def stop_all() -> None:
    """No process outlives the server."""
    while PROCESSES:
        PROCESSES.popitem()[1].stop()
