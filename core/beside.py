"""What is done beside the pages, in a thread that comes to rest before Python ends."""

from __future__ import annotations

import atexit
import ctypes
import threading
import weakref
from collections.abc import Callable

LOOKS = 1.0  # seconds in which the work usually sees that it should end
LONGEST = 20.0  # seconds that the end waits in all


def beside(work: Callable[[], object], stop: threading.Event, name: str) -> threading.Thread:
    """Do something beside the pages; Ctrl-C ends it, even in the middle of slow imports.

    Torch aborts a process that ends while a thread is inside it.

    Args:
        work: Looks now and then whether `stop` is set, and returns then. Where it does not look
            for longer than `LOOKS`, SystemExit is raised in it: importing torch can take half a
            minute on a machine that has other things to do.
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
        thread.join(LOOKS)
        for _ in range(int(LONGEST / LOOKS)):
            if not thread.is_alive():
                break
            _raise_in(thread, SystemExit)  # again: what is half imported may catch it
            thread.join(LOOKS)

    thread = threading.Thread(target=whole, name=name, daemon=True)
    # At the end Python first calls what was registered last. Torch makes finalizers until `end`
    # lets it rest, so their hook has to be there before: else they run among modules that are gone.
    weakref.finalize(thread, int)
    thread.start()
    atexit.register(end)
    return thread


def _raise_in(thread: threading.Thread, exception: type[BaseException]) -> None:
    """Raise it where the thread executes Python the next time (Python's C API offers no more)."""
    assert thread.ident is not None
    ident = ctypes.c_ulong(thread.ident)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(exception))
