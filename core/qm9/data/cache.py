"""Files that are whole or not there: written in one step, read only where their hash fits."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from core.qm9.data.source import MOLECULES, DataError, Progress

Tables = dict[str, NDArray[Any]]
NOTE = ".reading"  # beside the lock, for those who wait: rows done, rows in all
SOON, AGAIN = 0.5, 1.0  # seconds of waiting until it is said, and until it is said anew


def cache_folder() -> Path:
    """The user's cache folder for this program, by the platform's own rule."""
    if os.environ.get("XDG_CACHE_HOME"):
        base = Path(os.environ["XDG_CACHE_HOME"])
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path.home() / ".cache"
    return base / "inductive-playground"


def read_checked(path: Path) -> Tables | None:
    """The arrays of a cache file, or None where the file or its SHA-256 is missing or wrong."""
    try:
        blob = path.read_bytes()
        expected = path.with_suffix(".sha256").read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    if hashlib.sha256(blob).hexdigest() != expected:
        return None
    with np.load(io.BytesIO(blob), allow_pickle=False) as archive:
        return {key: archive[key] for key in archive.files}


def write_checked(path: Path, tables: Tables) -> None:
    """Write a cache file and its SHA-256 so that a reader sees the old pair, the new, or none.

    Raises:
        DataError: The folder can't be written or the disk is full; nothing half-written stays.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **tables)  # type: ignore[arg-type]
    blob = buffer.getvalue()
    digest = hashlib.sha256(blob).hexdigest() + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, blob)
        write_atomic(path.with_suffix(".sha256"), digest.encode())
    except OSError as error:
        raise cant_write(path, error) from None


@contextmanager
def alone(folder: Path, waiting: Progress | None = None) -> Iterator[None]:
    """One process or thread at a time makes what lies in a folder; the others wait, and say so.

    Meanwhile `waiting` is called about once a second with how far that one is, by its `noted`.

    Raises:
        DataError: The folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        _acquire(lock, folder, waiting)
    except OSError as error:
        raise cant_write(folder, error) from None
    try:
        yield
    finally:
        with suppress(OSError):
            (folder / NOTE).unlink(missing_ok=True)
        lock.release()


def noted(folder: Path, progress: Progress | None) -> Progress:
    """Progress that who waits for the lock can read; what cannot be written is left out."""

    def note(done: int, total: int) -> None:
        with suppress(OSError):
            (folder / NOTE).write_text(f"{done} {total}")
        if progress:
            progress(done, total)

    return note


def _note(folder: Path) -> tuple[int, int]:
    """How far the one is that holds the lock: rows done, rows in all."""
    try:
        done, total = map(int, (folder / NOTE).read_text().split())
    except (OSError, ValueError):  # not yet, or half written
        return 0, MOLECULES
    return done, total


def _acquire(lock: FileLock, folder: Path, waiting: Progress | None) -> None:
    """Wait for the lock; after a moment one sentence on stderr says for what, and how long so far.

    On a terminal the seconds are counted in place; elsewhere the sentence stands once.
    """
    began, told, counts = time.monotonic(), False, sys.stderr.isatty()
    while True:
        try:
            lock.acquire(timeout=AGAIN if told else SOON)
            break
        except Timeout:
            words = f"another process reads QM9 into {folder}, which takes about half a minute"
            waited = f"{time.monotonic() - began:.0f} s so far"
            if counts:
                print(f"\r{words}: waiting, {waited}", end="", file=sys.stderr, flush=True)
            elif not told:
                print(f"{words}: waiting", file=sys.stderr, flush=True)
            told = True
            if waiting:
                waiting(*_note(folder))
    if told:
        after = f"waited {time.monotonic() - began:.0f} s for it"
        print(f"\n{after}" if counts else after, file=sys.stderr, flush=True)


def cant_write(path: Path, error: OSError) -> DataError:
    """What to say, and what to do."""
    return DataError(
        f"can't write {path} ({error.strerror or error}): free some disk space, "
        "or set XDG_CACHE_HOME to a folder that can be written"
    )


def write_atomic(path: Path, blob: bytes) -> None:
    """Write a file under another name and rename it, so that no reader sees half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as stream:
            stream.write(blob)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
