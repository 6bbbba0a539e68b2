"""Load what is slow to import before somebody waits for it."""

from __future__ import annotations

import gc
import threading

_once = threading.Lock()
_done = False


def warm() -> None:
    """Import torch and the experiments, and set the process up for small networks.

    One thread: two are 5 to 40 times slower on nets of a dozen neurons. Freezing the garbage
    collector's view of what is loaded saves 150 ms after each fragment run (Streamlit #3099).
    """
    global _done
    with _once:
        if _done:
            return
        import torch

        torch.set_num_threads(1)
        from core.experiments import EXPERIMENTS

        for name in EXPERIMENTS:
            if not getattr(EXPERIMENTS[name], "ready", lambda: True)():
                continue  # its data must be prepared first: its page does that, and shows how far
            # One update each: torch loads much of its optimizers at their first use, for seconds.
            experiment = EXPERIMENTS[name](EXPERIMENTS[name].Settings())
            experiment.step(1)
            experiment.snapshot()
        gc.collect()
        gc.freeze()
        _done = True


def warm_in_background() -> threading.Thread:
    """Start `warm` beside the first page, so that home answers before torch is loaded."""
    thread = threading.Thread(target=warm, name="warm-up", daemon=True)
    thread.start()
    return thread
