"""A training run as a user starts it: log file, checkpoints, time left, stop and resume."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from core.qm9.networks import checkpoint as ckpt
from core.qm9.training import state
from core.qm9.training.train import Run

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
    prepare(run, out / CHECKPOINT, resume)
    return train_all([(run, out)], report, save_seconds)[0]


def train_all(
    runs: Sequence[tuple[Run, Path]], report: Report | None = None, save_seconds: float = 60
) -> list[dict[str, Any]]:
    """Several prepared runs side by side: one GPU works on all of them, each in its own stream.

    Args and errors as in `train`, for each run and its folder; returns the last report of each.
    """
    last_save = dict.fromkeys((out for _, out in runs), time.monotonic())
    with stop_signals() as received:
        # The processes of one run ask each other: one that ended alone would leave the rest
        # waiting for its gradients.
        while (going := [one for one in runs if not one[0].done]) and not any(
            run.group.maximum(len(received)) for run, _ in going
        ):
            before = [run.epoch for run, _ in going]
            for run, _ in going:
                run.launch(1 if run.device.type == "cpu" and run.total < 200 else 25)
            for (run, out), epoch in zip(going, before, strict=True):
                _after(run, out, epoch, report)
                late = run.done or time.monotonic() - last_save[out] > save_seconds
                if run.group.first and late:
                    state.save(run, out / CHECKPOINT)
                    last_save[out] = time.monotonic()
        for run, out in going:
            if run.group.first:
                state.save(run, out / CHECKPOINT)
    return [
        _note(run, out, report, {"state": "done" if run.done else "stopped",
                                 "checkpoint": str(out / CHECKPOINT)})
        for run, out in runs
    ]  # fmt: skip


def _after(run: Run, out: Path, before: float, report: Report | None) -> None:
    """What follows some steps: their loss, what there is to say, and at times a validation."""
    _note(run, out, report, {"loss": run.collect()})
    if run.stepper.why:
        _note(run, out, report, {"note": run.stepper.why})
        run.stepper.why = ""
    every = run.settings.validate_every
    if every and (run.done or run.epoch // every > before // every):
        _note(run, out, report, {"validation": run.validate()})


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
