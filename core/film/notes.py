"""What a film says of its run: sentences, each said once, from the step on at which it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partialmethod
from typing import Any


@dataclass(frozen=True)
class Note:
    """A sentence about the run that holds from `step` on; `level` is info, warning or error."""

    step: int
    level: str
    text: str


class Notes:
    """The sentences of a film."""

    notes: list[Note]
    steps: Any  # of the frames

    def note(self, level: str, text: str, step: int | None = None) -> None:
        """Add a sentence about the run, once: the same text is not repeated."""
        if all(note.text != text for note in self.notes):
            at = int(self.steps[-1]) if step is None and len(self.steps) else int(step or 0)
            self.notes.append(Note(at, level, text))

    info = partialmethod(note, "info")  # worth knowing
    warning = partialmethod(note, "warning")  # other than one would like
    error = partialmethod(note, "error")  # what ends the run

    def passed(self, milestones: Iterable[int]) -> bool:
        """Whether one of these steps lies after the frame before, and not after the last one."""
        before = self.steps[-2] if len(self.steps) > 1 else 0
        return any(before < step <= self.steps[-1] for step in milestones)
