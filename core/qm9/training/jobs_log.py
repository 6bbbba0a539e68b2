"""What the log of a training run says: where it stands, how fast it is, when it will end."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.qm9.data.targets import BENCHMARK, error_ratio
from core.work import Work

TRAINS = ("starting", "training", "stopping")


@dataclass(frozen=True)
class Lines:
    """Records of a log in the order of training; `fresh` are those since the last start."""

    records: list[dict[str, Any]] = field(default_factory=list)
    fresh: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ended(self) -> str:
        """The run's goodbye since its last start, "done" or "stopped", if it said one."""
        return next((r["state"] for r in reversed(self.fresh) if "state" in r), "")


@dataclass(frozen=True)
class Job(Work):
    """A run: `state` is starting, training, stopping, stopped, done or died; `message` says why."""

    name: str
    folder: Path
    state: str
    message: str
    saved: bool
    settings: dict[str, Any]
    lines: Lines
    started: float

    @property
    def trains(self) -> bool:
        """Whether its process runs."""
        return self.state in TRAINS

    @property
    def last(self) -> dict[str, Any]:
        """The newest record."""
        return self.lines.records[-1] if self.lines.records else {}

    @property
    def going(self) -> bool:
        """As `trains`."""
        return self.trains

    @property
    def stopped(self) -> bool:
        """Whether it was told to stop, which it does after its present updates."""
        return self.state in ("stopping", "stopped")

    @property
    def fraction(self) -> float:
        """Share of its updates that are made."""
        return min(
            1.0, float(self.last.get("step", 0)) / max(float(self.last.get("steps", 1)), 1.0)
        )

    @property
    def losses(self) -> list[tuple[float, float]]:
        """(epoch, training loss)."""
        return [(r["epoch"], r["loss"]) for r in self.lines.records if "loss" in r]

    @property
    def validation(self) -> list[tuple[float, dict[str, float]]]:
        """(epoch, mean absolute error of each trained target on the 10,000 of validation)."""
        return [(r["epoch"], r["validation"]) for r in self.lines.records if "validation" in r]

    @property
    def left(self) -> float | None:
        """Seconds, by the clock on the wall since this start, loading and validation included."""
        fresh = self.lines.fresh
        if not self.trains or len(fresh) < 2 or fresh[-1]["step"] <= fresh[0]["step"]:
            return None
        made = fresh[-1]["step"] - fresh[0]["step"]
        spent = time.time() - self.started
        return float(spent * (fresh[-1]["steps"] - fresh[-1]["step"]) / made)

    @property
    def words(self) -> str:
        """How far it is, and how fast."""
        last = self.last
        if not last:
            return "reading QM9"
        rate = f"{last['molecules_per_second']:,.0f} molecules/s while training"
        return f"update {last['step']:,} of {last['steps']:,}, epoch {last['epoch']:.2f}, {rate}"


def validation_ratio(errors: dict[str, float]) -> float | None:
    """Mean of error / chemical accuracy over the 12 standard targets, if all were trained on."""
    return error_ratio(errors) if all(key in errors for key in BENCHMARK) else None


def read_log(path: Path, start: int = 0) -> Lines:
    """The records; what came after byte `start` is fresh.

    After a kill a run goes on from its last checkpoint and makes some updates again: the newer ones
    count. A line that is only half written is left for next time.
    """
    try:
        blob = path.read_bytes()
    except OSError:
        return Lines()
    fresh = _parsed(blob[start:])
    kept: list[dict[str, Any]] = []
    for record in _parsed(blob[:start]) + fresh:
        while kept and _again(kept[-1], record):
            kept.pop()
        kept.append(record)
    return Lines(kept, fresh)


def _again(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether the new record takes the old one's place."""
    same = old["step"] == new["step"] and "loss" in old and "loss" in new
    return same or bool(old["step"] > new["step"])


def _parsed(blob: bytes) -> list[dict[str, Any]]:
    """Whole lines that are records of training."""
    found = []
    for line in blob.decode("utf-8", "replace").split("\n")[:-1]:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and {"step", "steps", "epoch"} <= set(record):
            found.append(record)
    return found


def said(path: Path) -> str:
    """The last line that a process printed, if it is an error."""
    try:
        lines = path.read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines and "rror" in lines[-1] else ""


def status(
    lines: Lines, alive: bool, record: dict[str, Any], saved: bool, error: str
) -> tuple[str, str]:
    """State of a run, and a sentence where it is not as one would wish."""
    if alive:
        if record.get("stopping"):
            return "stopping", ""
        return ("training" if lines.fresh else "starting"), ""
    if lines.ended:
        return lines.ended, ""
    remedy = _remedy(lines.records, saved)
    if record.get("stopping"):
        return "stopped", "" if saved else f"It was stopped before its first update: {remedy}."
    why = error or "its process has ended without a word (killed, or the machine was switched off)"
    return "died", f"The run died: {why.removeprefix('error: ')}; {remedy}."


def _remedy(records: Sequence[dict[str, Any]], saved: bool) -> str:
    if saved:
        return "resume it from its last checkpoint"
    return "nothing was saved, so start it again" if records else "start it again"
