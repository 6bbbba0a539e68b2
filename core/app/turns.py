"""A page's script goes before training: what somebody has just set is to be seen at once.

Both need the interpreter, and training takes it thousands of times a second (measured: a picture
of the depth page took 80 ms instead of 60 beside a film that trained).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 0.2  # seconds that training waits for scripts; then it goes on beside them


class Scripts:
    """How many scripts make a picture at this moment, of all sessions."""

    def __init__(self) -> None:
        """None does."""
        self.count, self._changes, self._none = 0, threading.Lock(), threading.Event()
        self._none.set()

    @contextmanager
    def first(self) -> Iterator[None]:
        """Training rests while this lasts."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, one: int) -> None:
        with self._changes:
            self.count += one
            (self._none.clear if self.count else self._none.set)()

    def work(self) -> bool:
        """Whether one does."""
        return self.count > 0

    def wait(self, seconds: float = LONGEST) -> None:
        """Until none does, but not for ever: a slow picture stops nobody's film."""
        self._none.wait(seconds)


scripts = Scripts()
