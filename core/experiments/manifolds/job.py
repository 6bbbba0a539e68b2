"""Isomap and UMAP of new settings: made by a process of its own, so that no page waits for umap.

One process for all who use this server (`serve`); it is started when it is first needed.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
import time
from typing import Any

from core import ROOT
from core.experiments.manifolds.finished import STAGES, find, key
from core.experiments.manifolds.methods import SLOW
from core.experiments.manifolds.serve import FAILED
from core.work import Work

DONE = len(STAGES) - 1
# Seconds of each stage with 1,000 points on two cores, umap imported for the first time.
USUAL = (3.0, 1.0, 10.0, 3.0)
MOST = 40  # requests that may wait


class Maker:
    """The process, and how far it is with each request: id -> (stage, since when)."""

    def __init__(self) -> None:
        """Start it."""
        self.stages: dict[int, tuple[int, float]] = {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core.experiments.manifolds.serve"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for row in self.process.stdout:
            number, stage = row.split()
            self.stages[int(number)] = (int(stage), time.monotonic())

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self.process.poll() is None

    def ask(self, number: int, texts: dict[str, str]) -> None:
        """One more request."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"id": number, "set": texts}) + "\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.wait()


class Making(Work):
    """The missing maps of some settings, in the making."""

    verb = "computing"

    def __init__(self, maker: Maker, number: int, texts: dict[str, str]) -> None:
        """Ask for them."""
        self.maker, self.number, self._since = maker, number, time.monotonic()
        maker.ask(number, texts)

    @property
    def _stage(self) -> tuple[int, float]:
        return self.maker.stages.get(self.number, (0, time.monotonic()))

    @property
    def done(self) -> bool:
        """Whether all are there."""
        return self._stage[0] == DONE

    @property
    def failed(self) -> str:
        """Why there will be none."""
        if self.stopped or self.done:
            return ""
        if self._stage[0] == FAILED:
            return "These maps could not be computed: try other settings."
        return "" if self.maker.alive else "The process that computes maps has ended: try again."

    @property
    def fraction(self) -> float:
        """Share of the usual time, never past its stage."""
        return share(*self._stage) if self.number in self.maker.stages else 0.0

    @property
    def words(self) -> str:
        """What it does now."""
        waits = self.number not in self.maker.stages and bool(self.maker.stages)
        return "others come first" if waits else STAGES[max(self._stage[0], 0)]

    def stop(self) -> None:
        """End the process; whoever else waits starts another one."""
        super().stop()
        self.maker.end()


def share(stage: int, since: float) -> float:
    """Share of the usual time at a stage that began at a moment of the clock."""
    if stage == DONE:
        return 1.0
    before, long = sum(USUAL[: max(stage, 0)]), USUAL[max(stage, 0)]
    passed = min(time.monotonic() - since, long)
    return min((before + passed) / sum(USUAL), 0.99)


_lock = threading.Lock()
_maker: list[Maker] = []  # none or one
_makings: dict[tuple[str, ...], Making] = {}


def missing(settings: Any) -> tuple[str, ...]:
    """Methods whose map of these settings was not made before."""
    return tuple(method for method in SLOW if find(settings, method) is None)


def start(settings: Any) -> Making:
    """Make what is missing, or join who makes it already.

    Raises:
        RuntimeError: Too many wait; the message says what to do.
    """
    names = tuple(key(settings, method) for method in SLOW)
    with _lock:
        found = _makings.get(names)
        if found and (found.going or found.stopped or found.failed):
            return found
        for old in [name for name, one in _makings.items() if not one.going]:
            del _makings[old]
        if len(_makings) >= MOST:
            raise RuntimeError(f"{MOST} maps wait already: try again in a minute")
        if not _maker or not _maker[0].alive:
            _maker[:] = [Maker()]
        texts = settings.replace(changes=(), max_steps=1).to_link()
        number = 1 + max([one.number for one in _makings.values()] + [*_maker[0].stages, 0])
        _makings[names] = Making(_maker[0], number, texts)
        return _makings[names]


def forget(settings: Any) -> None:
    """Let `start` begin anew after it was stopped or has failed."""
    _makings.pop(tuple(key(settings, method) for method in SLOW), None)


@atexit.register
def _end() -> None:
    for maker in _maker:
        maker.end()
