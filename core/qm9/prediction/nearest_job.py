"""All fingerprints of QM9 as a process of its own: made once on a machine, without a wait."""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from core import ROOT
from core.qm9.prediction import nearest

RETRY = 300.0  # seconds after which a job that failed is tried again
_lock = threading.Lock()


@dataclass(eq=False)
class Job:
    """The process, what it prints, and when it began."""

    process: subprocess.Popen[bytes]
    log: Path
    started: float = field(default_factory=time.monotonic)

    @property
    def running(self) -> bool:
        """Whether it still works."""
        return self.process.poll() is None

    @property
    def progress(self) -> tuple[float, str]:
        """Fraction done, and a sentence with the time left."""
        lines = [t.split() for t in self.log.read_text(errors="replace").splitlines()]
        pairs = [(int(a), int(b)) for a, b in (t for t in lines if len(t) == 2) if a.isdigit()]
        if not pairs:
            return 0.0, "Fingerprints of QM9, once on this machine: reading QM9"
        done, total = pairs[-1]
        left = (time.monotonic() - self.started) * (total - done) / done
        return done / total, (
            f"Fingerprints of QM9, once on this machine: {done:,} of {total:,}, "
            f"about {left:.0f} s left"
        )

    @property
    def failed(self) -> str:
        """Why it ended without a file, in one line; empty where it did not."""
        if self.running or self.process.returncode == 0:
            return ""
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["no reason given"]
        return f"The fingerprints could not be made: {lines[-1][:200]}"

    def stop(self) -> None:
        """End it now."""
        if self.running:
            self.process.kill()
        self.process.wait()
        self.log.unlink(missing_ok=True)


_jobs: list[Job] = []


def start() -> Job | None:
    """The job that makes the file, started if need be; None where the file is there."""
    with _lock:
        if nearest.ready():
            return None
        if _jobs and _jobs[0].failed and time.monotonic() - _jobs[0].started > RETRY:
            _jobs.pop().stop()
        if not _jobs:
            with tempfile.NamedTemporaryFile("wb", suffix=".log", delete=False) as log:
                command = [sys.executable, "-m", "core.qm9.prediction.nearest"]
                process = subprocess.Popen(
                    command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                    stderr=subprocess.STDOUT,
                )  # fmt: skip
            _jobs.append(Job(process, Path(log.name)))
        return _jobs[0]


@atexit.register
def stop_all() -> None:
    """No process outlives the server."""
    while _jobs:
        _jobs.pop().stop()
