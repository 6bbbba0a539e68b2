"""Files that are whole or not there: written in one step, read only where their hash fits."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.qm9.data.source import DataError

Tables = dict[str, NDArray[Any]]


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
def alone(folder: Path) -> Iterator[None]:
    """One process or thread at a time makes what lies in a folder; the others wait for it.

    Raises:
        DataError: The folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock")
        lock.acquire()
    except OSError as error:
        raise cant_write(folder, error) from None
    try:
        yield
    finally:
        lock.release()


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
