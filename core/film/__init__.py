"""Film: a recorded run. Append-only, bounded; everything that moves is a track of it.

Begin with `Film.append` and `Film.message`; `html` makes one file of it that plays alone.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.film.notes import Note, Notes
from core.film.pages import pages
from core.film.values import WIRE_DTYPES, as_track, curves_csv, frozen, half, to_bytes

__all__ = ["WIRE_DTYPES", "Film", "Note", "curves_csv", "half", "to_bytes"]

Array = NDArray[Any]
FORMAT = "inductive-playground film 1"


class Film(Notes):
    """Snapshots on a step axis.

    Shapes: track `name` of a snapshot array (a, b) is an array (frames, a, b) of the same dtype;
    a scalar is a track (frames,) of float32. `steps` is (frames,) int64, strictly increasing.
    `serials` is (frames,) int64: the number of each frame in the order of recording, which stays
    when older frames are thinned, so that a client knows which frames it already has.

    Past `cap` frames, or past `budget` bytes, every second frame of the past is dropped (never the
    first nor the last): old history becomes coarser, and nothing is ever lost at its ends. A track
    that has not changed yet is kept, and sent, once.
    """

    def __init__(self, cap: int = 600, budget: int = 24 << 20) -> None:
        """An empty film of at most `cap` frames and about `budget` bytes."""
        if cap < 4:
            raise ValueError(f"cap = {cap} is too small: a film needs room for at least 4 frames")
        self.cap, self.budget = cap, budget
        self.recorded = 0
        self.notes: list[Note] = []
        self.meta: dict[str, Any] = {}
        self._room = 0
        self._store: dict[str, Array] = {}
        self._still: set[str] = set()  # tracks of which one frame is stored, since all are alike
        self._same: dict[str, Any] = {}  # arrays that nobody can write into: seen again, they stand
        self._steps = np.zeros(0, np.int64)
        self._serials = np.zeros(0, np.int64)
        self._count = 0

    def __len__(self) -> int:
        """Number of frames kept."""
        return self._count

    def __contains__(self, name: str) -> bool:
        """Whether there is such a track."""
        return name in self._store

    def __getitem__(self, name: str) -> Array:
        """The track `name`, (frames, ...), as a view."""
        track = self._store[name]
        if name in self._still:
            return np.broadcast_to(track[0], (self._count, *track.shape[1:]))
        return track[: self._count]

    @property
    def nbytes(self) -> int:
        """Bytes of all frames, those that are alike counted once."""
        return sum(track[: self._count].nbytes for track in self._store.values())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tracks."""
        return tuple(self._store)

    @property
    def scalars(self) -> tuple[str, ...]:
        """Names of the tracks with one number a frame."""
        return tuple(name for name, track in self._store.items() if track.ndim == 1)

    @property
    def steps(self) -> Array:
        """Training step of each frame."""
        return self._steps[: self._count]

    @property
    def serials(self) -> Array:
        """Number of each frame in the order of recording; survives thinning."""
        return self._serials[: self._count]

    def append(self, step: int, snapshot: Mapping[str, Any]) -> None:
        """Record one snapshot; at the step of the last frame it takes that frame's place.

        Errors: `ValueError` if the step lies before the last one, or if a track is missing, new, or
        of another shape or dtype than before.
        """
        same = self._same  # what stands for sure need not be looked at again
        moved = {k: v for k, v in snapshot.items() if k not in same or same[k] is not v}
        arrays = {name: as_track(name, value) for name, value in moved.items()}
        if self._count and step < self._steps[self._count - 1]:
            raise ValueError(f"step {step} lies before {self.steps[-1]}, the last one")
        if not self._store:
            self._open(arrays)
        self._verify(snapshot, arrays)
        if self._count and step == self._steps[self._count - 1]:
            self._count -= 1
        if self._count == self._room:
            self._thin()
        for name, value in arrays.items():
            self._write(name, value)
        self._steps[self._count], self._serials[self._count] = step, self.recorded
        self._count += 1
        self.recorded += 1

    def _open(self, arrays: Mapping[str, Array]) -> None:
        size = max(1, sum(value.nbytes for value in arrays.values()))
        self._room = int(min(self.cap, max(4, self.budget // size)))
        self._store = {name: np.empty((1, *v.shape), v.dtype) for name, v in arrays.items()}
        self._still = set(arrays)
        self._steps = np.zeros(self._room, np.int64)
        self._serials = np.zeros(self._room, np.int64)

    def _write(self, name: str, value: Array) -> None:
        """Store the next frame of a track, which gets room for all of them when it moves."""
        track = self._store[name]
        if name in self._still:
            if not self._count:
                track[0] = value
                self._same.pop(name, None)
            if (track[0] == value).all():  # NaN equals nothing
                if frozen(value):
                    self._same[name] = value
                return
            room = pages((self._room, *value.shape), value.dtype)
            room[: self._count] = track
            self._store[name] = track = room
            self._still.remove(name)
            self._same.pop(name, None)
        track[self._count] = value

    def _verify(self, snapshot: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        if snapshot.keys() != self._store.keys():
            odd = sorted(snapshot.keys() ^ self._store.keys())
            raise ValueError(f"every snapshot must have the same tracks; {', '.join(odd)} differ")
        for name, value in arrays.items():
            track = self._store[name]
            if value.shape != track.shape[1:] or value.dtype != track.dtype:
                before = f"{track.dtype}{track.shape[1:]}"
                raise ValueError(f"track {name} was {before}, not {value.dtype}{value.shape}")

    def _thin(self) -> None:
        keep = np.arange(0, self._count, 2)
        if keep[-1] != self._count - 1:
            keep = np.append(keep, self._count - 1)
        moving = (track for name, track in self._store.items() if name not in self._still)
        for track in (*moving, self._steps, self._serials):
            track[: len(keep)] = track[keep]
        self._count = len(keep)

    # --- files and bytes ----------------------------------------------------------------------

    def save(self, file: Path | BinaryIO) -> None:
        """Write everything to one compressed `.npz`."""
        header = {
            "format": FORMAT,
            "recorded": self.recorded,
            "notes": [asdict(note) for note in self.notes],
            "meta": self.meta,
        }
        arrays = {f"track/{name}": self[name] for name in self.names}
        np.savez_compressed(
            file,
            header=np.frombuffer(json.dumps(header).encode(), np.uint8),
            steps=self.steps,
            serials=self.serials,
            **arrays,  # type: ignore[arg-type]
        )

    @classmethod
    def load(cls, file: Path | BinaryIO) -> Film:
        """Read a film that `save` wrote. Errors: `ValueError` naming the file if it is not one."""
        try:
            with np.load(file, allow_pickle=False) as data:
                header = json.loads(data["header"].tobytes())
                if header["format"] != FORMAT:
                    raise ValueError(f"unknown format {header['format']!r}")
                steps, serials = data["steps"], data["serials"]
                tracks = {k[6:]: data[k] for k in data.files if k.startswith("track/")}
        except OSError:
            raise
        except Exception as error:
            raise ValueError(f"{getattr(file, 'name', file)} is not a film: {error}") from error
        film = cls(cap=max(4, len(steps)), budget=1 << 62)
        for i, step in enumerate(steps):
            film.append(int(step), {name: track[i] for name, track in tracks.items()})
        film._serials[: len(steps)] = serials
        film.recorded = int(header["recorded"])
        film.notes = [Note(**note) for note in header["notes"]]
        film.meta = header["meta"]
        return film

    def message(self, have: int = -1, **extra: Any) -> bytes:
        """What a player needs that already has the frames up to serial `have`.

        One uint32 (length of the header), a JSON header, then for each track the new frames (one
        frame, if all are the same: it is `still`; none, if they are as those that the player has:
        `still` is "held"), padded to a multiple of 4 bytes. The header
        lists all kept serials and steps, so that the player drops what was thinned here. Tracks do
        not depend on the machine; what does, `meta["seconds"]`, a line reads as "seconds:NAME".
        """
        first = int(np.searchsorted(self.serials, have, side="right"))
        tracks, blocks = [], []
        for name in self.names:
            block, still = self[name][first:], name in self._still
            form: dict[str, Any] = {"name": name, "dtype": str(block.dtype)}
            form["shape"] = block.shape[1:]
            if still and first:
                form["still"], block = "held", block[:0]
            elif len(block) > 1 and (still or (block[1:] == block[0]).all()):
                form["still"], block = True, block[:1]
            tracks.append(form)
            data = block.tobytes()
            blocks.append(data + bytes(-len(data) % 4))
        header = {**extra, "first": first, "tracks": tracks, "steps": self.steps.tolist()}
        header |= {"serials": self.serials.tolist(), "seconds": self.meta.get("seconds", {})}
        header["notes"] = [asdict(note) for note in self.notes]
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        return struct.pack("<I", len(text)) + text + b"".join(blocks)
