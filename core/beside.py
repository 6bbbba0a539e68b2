"""What is done beside the pages, in a thread that comes to rest before Python ends."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import weakref
from collections.abc import Callable

PATIENCE = 3.0  # seconds that the end of the program waits for a thread
_threads: list[threading.Thread] = []


@atexit.register
def _leave() -> None:
    """Leave at once where a thread has not come to rest, as torch aborts a process otherwise.

    It may be importing torch, which can take half a minute on a machine that has other things to
    do, and can't be broken off. Python calls first what was registered last, so that all else is
    done when this is called: modules that leave something to do import this one.
    """
    if any(thread.is_alive() for thread in _threads):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def beside(work: Callable[[], object], stop: threading.Event, name: str) -> threading.Thread:
    """Do something beside the pages; the end of the program waits a moment for it, not longer.

    Args:
        work: Looks now and then whether `stop` is set, and returns then.
        stop: Is set when the process ends.
        name: Of the thread.
    """

    def whole() -> None:
        try:
            work()
        except Exception:  # in a process that is ending imports fail in many ways
            if threading.main_thread().is_alive():
                raise

    def end() -> None:
        stop.set()
        thread.join(PATIENCE)

    thread = threading.Thread(target=whole, name=name, daemon=True)
    _threads.append(thread)
    # Torch makes finalizers until `end` lets it rest, so their hook has to be there before: else
    # they run among modules that are gone.
    weakref.finalize(thread, int)
    thread.start()
    atexit.register(end)
    return thread
