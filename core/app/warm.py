"""Load what is slow to import before somebody waits for it."""

from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from typing import Any

# Here, so that they are whole before the server lets its first visitors in: Streamlit and Plotly
# import them late, and look at once into what another thread is still importing.
import pandas  # noqa: F401
import plotly.graph_objects  # noqa: F401

from core.app.imports import LOCK, import_all
from core.beside import beside

FIRST = "boundaries"  # loads what most pages share: torch and its optimizers
PAUSE = 2.0  # seconds between two experiments that nobody may ask for: visitors come first
QUIET = 3.0  # seconds in which nobody has trained, before the next one

_once = threading.Lock()
_stop = threading.Event()
_done = _imported = False
_trained = -QUIET  # when somebody last did, on the clock of `time.monotonic`


def ready() -> None:
    """Torch set up for small networks, before anything is trained.

    One thread: two are 5 to 40 times slower on nets of a dozen neurons.
    """
    import torch

    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)


def imported(script: Path | None = None) -> None:
    """What most pages share, and what the script of this page needs, is imported; see `imports`.

    What they share is tried once too, by one thread while the others wait.
    """
    global _imported
    with LOCK:
        if not _imported:
            ready()
            from core.experiments import EXPERIMENTS

            _try(EXPERIMENTS[FIRST])
        _imported = True
    if script:
        import_all(script)


def _imported_experiment(name: str) -> Any:
    """The class of an experiment, whose modules a visitor may import at this moment."""
    from core.experiments import EXPERIMENTS

    with LOCK:
        return EXPERIMENTS[name]


def _try(experiment: Any) -> None:
    """One update: torch loads much of its optimizers at their first use, for seconds."""
    made = experiment(experiment.Settings())
    made.step(1)
    made.snapshot()
    gc.collect()
    gc.freeze()


def somebody_trains() -> None:
    """Visitors need the processor now: what is only made ready for others waits."""
    global _trained
    _trained = time.monotonic()


def _rest(pause: float) -> None:
    """Wait so long, and then until nobody trains."""
    _stop.wait(pause)
    while not _stop.is_set() and (left := _trained + QUIET - time.monotonic()) > 0:
        _stop.wait(left)


def warm(pause: float = 0.0) -> None:
    """Import and try each experiment, so that its first visitor does not wait.

    Freezing the garbage collector's view of what is loaded saves 150 ms after each fragment run
    (Streamlit #3099).

    Args:
        pause: Seconds to rest before each experiment after the first, and longer while somebody
            trains, so that a page that is opened meanwhile has the processor. 0: no rest at all.
    """
    global _done
    with _once:
        if _done:
            return
        imported()
        from core.experiments import EXPERIMENTS

        for name in EXPERIMENTS:
            if pause and name != FIRST:
                _rest(pause)
            if _stop.is_set():
                return
            kind = _imported_experiment(name)
            if name == FIRST or not kind.ready():
                continue  # its data must be prepared first: its page does that, and shows how far
            _try(kind)
        _done = True


def warm_in_background(after: float = 0.0) -> threading.Thread:
    """Start `warm` beside the first page, so that home answers before torch is loaded.

    Args:
        after: Seconds to wait for a first visitor, who has the processor: in class the server is
            started before thirty people come, and none of them should wait for what is slow.
    """

    def later() -> None:
        if not _stop.wait(after):
            warm(PAUSE)

    return beside(later, _stop, "warm-up")
