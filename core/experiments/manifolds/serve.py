"""A process that makes maps one after the other, so that umap is imported and compiled once.

    echo '{"id": 1, "set": {"dataset": "torus"}}' | python -m core.experiments.manifolds.serve

Reads one request a line, the newest first, and prints "ID STAGE" as it goes; maps that are finished
lie in the cache folder, see `finished`. It ends with its input, or after ten quiet minutes.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable
from typing import Any

from core.experiments.manifolds.finished import make_missing
from core.experiments.manifolds.settings import ManifoldsSettings
from core.settings import SettingError

QUIET = 600.0  # seconds without a request after which it ends
FAILED = -1  # the stage of a request that came to nothing


class Requests:
    """Requests that wait; `take` has the newest first, since that is what somebody looks at."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read the lines in a thread of their own."""
        self._waiting: list[dict[str, Any]] = []
        self._changed, self._ended = threading.Condition(), False
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()

    def _read(self, lines: Iterable[str]) -> None:
        for text in lines:
            with self._changed:
                self._waiting.append(json.loads(text))
                self._changed.notify()
        with self._changed:
            self._ended = True
            self._changed.notify()

    def take(self, seconds: float = QUIET) -> dict[str, Any] | None:
        """The newest request, or None when there will be none."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended, seconds)
            return self._waiting.pop() if self._waiting else None


def answer(request: dict[str, Any]) -> None:
    """Make what is missing, printing the stages."""

    def say(stage: int) -> None:
        print(request["id"], stage, flush=True)

    say(0)
    try:
        make_missing(ManifoldsSettings.from_texts(request["set"]), say)
    except (SettingError, ValueError, MemoryError, OSError) as error:
        print(error, file=sys.stderr, flush=True)
        say(FAILED)


def main() -> int:
    """Answer requests until there are none."""
    requests = Requests(sys.stdin)
    while request := requests.take():
        answer(request)
    return 0


if __name__ == "__main__":
    sys.exit(main())
