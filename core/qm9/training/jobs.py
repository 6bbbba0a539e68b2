"""Full training runs as processes of their own: start, follow, stop, resume, compare.

A run is a folder below `runs_folder()` with `checkpoint.safetensors` and `log.jsonl` as `train` of
the command line writes them, `output.txt` with what it printed, and `job.json` with who it is. The
process has a session of its own, so it outlives whoever started it. On Windows there is no SIGTERM
that a process could act on: there Stop ends it, and Resume goes on from the last checkpoint.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from core import ROOT
from core.qm9.data.cache import cache_folder, write_atomic
from core.qm9.data.split import TRAIN
from core.qm9.networks import checkpoint as ckpt
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.jobs_log import Job, read_log, said, status
from core.qm9.training.recipes import RECIPES
from core.qm9.training.session import CHECKPOINT, LOG

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
RECORD, OUTPUT = "job.json", "output.txt"
SAVE_SECONDS = 20

_LOCK = threading.Lock()  # two visitors may press Start at the same moment
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


class JobError(ValueError):
    """A run can't be started, stopped or read; one sentence with the remedy."""


def runs_folder() -> Path:
    """Where all runs of this user lie; INDUCTIVE_PLAYGROUND_RUNS names another place."""
    return Path(os.environ.get("INDUCTIVE_PLAYGROUND_RUNS") or cache_folder() / "runs")


def folder_of(name: str) -> Path:
    """The folder of a run.

    Raises:
        JobError: The name could lead elsewhere.
    """
    if not NAME.fullmatch(name):
        raise JobError(
            f"{name!r} can't name a run: use up to 40 letters, digits, dots, - and _, and begin "
            "with a letter or digit"
        )
    return runs_folder() / name


def names() -> list[str]:
    """Runs that lie there, newest first."""
    folder = runs_folder()
    try:
        found = [p for p in folder.iterdir() if p.is_dir() and NAME.fullmatch(p.name)]
        return [p.name for p in sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)]
    except OSError:  # not made yet, or gone while we looked
        return []


def running() -> str | None:
    """The run that trains now, if any."""
    return next((name for name in names() if _alive(_record(folder_of(name)))), None)


def plan(**values: Any) -> TrainSettings:
    """The settings of a run, validated on 10,000 molecules as often as costs little beside it."""
    first = RECIPES["quick"].settings if values.get("model") == "best" else TrainSettings()
    settings = first.replace(**values)
    molecules = settings.subset or TRAIN
    every = max(1.0, min(15_000 / molecules, settings.epochs / 5))
    return settings.replace(validate_every=every)


def start(name: str, settings: TrainSettings, threads: int = 1) -> None:
    """Start a new run.

    Raises:
        JobError: Another run trains, the folder holds a run, or can't be written.
    """
    folder = folder_of(name)
    if (folder / CHECKPOINT).exists():
        raise JobError(f"{folder} holds a run already: resume it, or choose another name")
    _launch(folder, settings, threads, [])


def resume(name: str, threads: int = 1) -> None:
    """Go on from the checkpoint of a run that was stopped or has died.

    Raises:
        JobError: Another run trains, or this one is at its end.
        CheckpointError: There is no checkpoint, or it is damaged.
    """
    folder = folder_of(name)
    info = ckpt.read(folder / CHECKPOINT).info
    if info["step"] >= info["total"]:
        raise JobError(f"{name} is finished: there is nothing left to train")
    _launch(folder, TrainSettings.from_json(info["settings"]), threads, ["--resume"])


def _launch(folder: Path, settings: TrainSettings, threads: int, more: list[str]) -> None:
    """Run the command line in a session of its own."""
    command = [sys.executable, "-m", "core.qm9", "train", "--out", str(folder), *more]
    for key, text in settings.to_link(complete=True).items():
        command += [f"--{key.replace('_', '-')}", text]
    command += ["--threads", str(threads), "--save-seconds", str(SAVE_SECONDS)]
    with _LOCK:
        other = running()
        if other is not None:
            raise JobError(f"{other} is still training: stop it first, since runs take turns")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            log = folder / LOG
            if "--resume" not in more:
                log.unlink(missing_ok=True)  # of an attempt that never saved
            at = log.stat().st_size if log.exists() else 0
            with open(folder / OUTPUT, "wb") as output:
                child = subprocess.Popen(
                    command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            _CHILDREN[child.pid] = child
            record = {
                "pid": child.pid, "began": _began(child.pid), "started": time.time(), "log": at,
                "settings": settings.to_json(), "stopping": False,
            }  # fmt: skip
            _write(folder, record)
        except OSError as error:
            reason = error.strerror or error
            raise JobError(f"can't start a run in {folder} ({reason}): free disk space") from None


def stop(name: str) -> None:
    """Ask a run to save and end; it does so after its present updates.

    Raises:
        JobError: It does not train.
    """
    folder = folder_of(name)
    record = _record(folder)
    if not _alive(record):
        raise JobError(f"{name} does not train at the moment")
    _write(folder, {**record, "stopping": True})
    os.kill(record["pid"], signal.SIGTERM)


def read(name: str) -> Job:
    """How a run stands.

    Raises:
        JobError: There is no such run.
    """
    folder = folder_of(name)
    if not folder.is_dir():
        raise JobError(f"there is no run {name} in {runs_folder()}: start one")
    record = _record(folder)
    alive = _alive(record)  # before the log: what it wrote last is then in it
    lines = read_log(folder / LOG, record.get("log", 0))
    saved = (folder / CHECKPOINT).is_file()
    state, message = status(lines, alive, record, saved, said(folder / OUTPUT))
    settings = record.get("settings") or {}
    return Job(name, folder, state, message, saved, settings, lines, record.get("started", 0.0))


def _record(folder: Path) -> dict[str, Any]:
    """What we noted of the process; empty if it was started elsewhere."""
    try:
        found = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("pid"), int) else {}


def _write(folder: Path, record: dict[str, Any]) -> None:
    """Note who the process is."""
    write_atomic(folder / RECORD, json.dumps(record).encode())


def _alive(record: dict[str, Any]) -> bool:
    """Whether the very process that we started still runs, though we may have been restarted."""
    pid = record.get("pid")
    if pid is None:
        return False
    if pid in _CHILDREN:
        return _CHILDREN[pid].poll() is None  # which also lets a dead child go
    if os.name == "nt":
        return False  # there is no harmless signal there
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return _began(pid) == record.get("began")


def _began(pid: int) -> str:
    """When a process began, by the kernel's clock: a process number is used again one day."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""  # not Linux: the number has to do
    return "ended" if fields[0] == "Z" else fields[19]
