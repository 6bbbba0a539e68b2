"""A training run as a user starts it: log file, checkpoints, time left, stop and resume."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from core.qm9 import checkpoint as ckpt
from core.qm9 import state
from core.qm9.train import Run

Report = Callable[[dict[str, Any]], None]

CHECKPOINT = "checkpoint.safetensors"
LOG = "log.jsonl"


def train(
    run: Run,
    out: Path,
    resume: bool = False,
    report: Report | None = None,
    save_seconds: float = 60,
) -> dict[str, Any]:
    """Run to the end of the schedule, or to SIGTERM or Ctrl-C; returns the last report.

    Args:
        run: A fresh run.
        out: Folder for `checkpoint.safetensors` and `log.jsonl`.
        resume: Continue from the checkpoint in `out`.
        report: Called with each line of the log as a dict.
        save_seconds: Time between two checkpoints.

    Raises:
        CheckpointError: Nothing to resume, a full disk, or `out` already holds another run.
        TrainingError: The loss is not finite.
    """
    path = out / CHECKPOINT
    prepare(run, path, resume)
    chunk = 1 if run.device.type == "cpu" and run.total < 200 else 25
    last_save = time.monotonic()
    with stop_signals() as received:
        # The processes of one run ask each other: one that ended alone would leave the rest
        # waiting for its gradients.
        while not run.done and not run.group.maximum(len(received)):
            before = run.epoch
            _note(run, out, report, {"loss": run.advance(chunk)})
            every = run.settings.validate_every
            if every and (run.done or run.epoch // every > before // every):
                _note(run, out, report, {"validation": run.validate()})
            if run.group.first and (run.done or time.monotonic() - last_save > save_seconds):
                state.save(run, path)
                last_save = time.monotonic()
        if not run.done and run.group.first:
            state.save(run, path)
    ended = "done" if run.done else "stopped"
    return _note(run, out, report, {"state": ended, "checkpoint": str(path)})


def prepare(run: Run, path: Path, resume: bool) -> None:
    """Load the checkpoint, or plan a fresh run; never overwrite a run by accident."""
    if resume:
        state.restore(run, path)
        return
    if path.exists():
        raise ckpt.CheckpointError(f"{path} exists: add --resume or choose another --out")
    if run.settings.minutes:
        run.plan_minutes(run.settings.minutes)


def _note(run: Run, out: Path, report: Report | None, extra: dict[str, Any]) -> dict[str, Any]:
    """Write one line of the log, and pass it on."""
    seconds = max(run.seconds, 1e-9)
    record = {
        "step": run.step,
        "steps": run.total,
        "epoch": round(run.epoch, 4),
        "seconds": round(run.seconds, 3),
        "molecules_per_second": round(run.step * run.batch / seconds, 1),
        "seconds_left": round((run.total - run.step) * seconds / max(run.step, 1), 1),
        **extra,
    }
    if run.group.first:
        if "validation" in extra:
            run.history.append({"epoch": record["epoch"], "validation": extra["validation"]})
        append_line(out / LOG, record)
        if report:
            report(record)
    return record


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """A list that is empty until SIGTERM or SIGINT arrives: the loop then saves and ends."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)

    previous = {s: signal.signal(s, note) for s in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield received
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def append_line(path: Path, record: dict[str, Any]) -> None:
    """One JSON object as one line of a log."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as stream:
        stream.write(json.dumps(record) + "\n")
