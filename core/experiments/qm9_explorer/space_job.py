"""UMAP on a click: a process of its own, whose stage can be read and which can be stopped."""

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
from core.experiments.qm9_explorer.space import STAGES, place_of

MOST = 2  # at a time, for all who use this server
USUAL = (
    1.0,
    5.0,
    6.0,
    12.0,
)  # seconds of each stage on two cores, measured; the first use is slower

JOBS: dict[tuple[str, int], Job] = {}
_lock = threading.Lock()


@dataclass(eq=False)
class Job:
    """One layout in the making."""

    process: subprocess.Popen[bytes]
    log: Path
    started: float = field(default_factory=time.monotonic)

    @property
    def running(self) -> bool:
        """Whether the process still works."""
        return self.process.poll() is None

    @property
    def seconds(self) -> float:
        """Time since its start."""
        return time.monotonic() - self.started

    @property
    def stage(self) -> int:
        """Index into STAGES of what it does now."""
        lines = [line.split()[0] for line in self.text.splitlines() if line[:1].isdigit()]
        return int(lines[-1]) if lines else 0

    @property
    def text(self) -> str:
        """What it has printed."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def progress(self) -> tuple[float, str]:
        """Fraction of the usual time, never past its stage, and a sentence."""
        stage = min(self.stage, len(USUAL))
        fraction = min(self.seconds, sum(USUAL[: stage + 1])) / sum(USUAL)
        fraction = max(fraction, sum(USUAL[:stage]) / sum(USUAL))
        words = f"{STAGES[stage]}, {self.seconds:.0f} s of usually {sum(USUAL):.0f}"
        return min(fraction, 1.0), words

    @property
    def failed(self) -> str:
        """Why it ended without a layout, in one line; empty where it did not."""
        if self.running or self.process.returncode == 0:
            return ""
        lines = self.text.strip().splitlines() or ["no reason given"]
        return f"UMAP stopped with status {self.process.returncode}: {lines[-1][:200]}"

    def stop(self) -> None:
        """End the process now."""
        if self.running:
            self.process.kill()
            self.process.wait()
        self.log.unlink(missing_ok=True)


def start(model: str, seed: int) -> Job:
    """Make the layout of a network and a seed, or join who makes it already.

    Raises:
        RuntimeError: Too many are in the making; the message says what to do.
    """
    with _lock:
        job = JOBS.get((model, seed))
        if job and job.running:
            return job
        if sum(other.running for other in JOBS.values()) >= MOST:
            raise RuntimeError(f"{MOST} layouts are in the making: try again in half a minute")
        with tempfile.NamedTemporaryFile("wb", suffix=".log", delete=False) as log:
            out = place_of(model, seed)
            command = [
                sys.executable,
                "-m",
                "core.experiments.qm9_explorer.space",
                "--models",
                model,
            ]
            command += ["--seed", str(seed), "--out", str(out)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        JOBS[model, seed] = Job(process, Path(log.name))
        return JOBS[model, seed]


def stop(model: str, seed: int) -> None:
    """End and forget a job."""
    with _lock:
        job = JOBS.pop((model, seed), None)
    if job:
        job.stop()


@atexit.register
def stop_all() -> None:
    """No process outlives the server."""
    for key in list(JOBS):
        stop(*key)
