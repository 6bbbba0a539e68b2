"""Long work on a page: how far it is, an honest estimate, and a Stop that stops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.work import Work, duration
from pages.ui.plain import fault, plain
from pages.ui.runs import Page

TURN = 0.6  # seconds of work a turn
EVERY = 0.7  # seconds between turns: a shorter timer would cut each turn off


def long_work(work: Work, key: str, show: Callable[[], None] | None = None) -> None:
    """Let it go on and show where it stands, then what `show` draws of the result so far.

    The page is drawn once more when it ends, stops or goes on.
    """
    st.fragment(_turn, run_every=EVERY if work.going else None)(work, key, show, work.going)


def _turn(work: Work, key: str, show: Callable[[], None] | None, going: bool) -> None:
    standing(work, key)
    if show:
        show()
    if work.going:
        try:
            work.work(TURN)  # after drawing: the next tick may end this one at its next widget
        except Exception as error:  # whatever it is: the page says it, and what is there stays
            work.failed = f"It stopped by {fault(error)}. What was found so far stays."
    if work.going != going:
        st.rerun()


def elsewhere(bar: Any) -> Callable[[int, int], None]:
    """What a progress bar says while another process reads QM9, which this one then has as well."""

    def say(done: int, total: int) -> None:
        far = f"reads QM9: {done:,} of {total:,} molecules so far"
        bar.progress(
            done / total, f"Another process {far if done < total else 'has read QM9 and keeps it'}"
        )

    return say


def begins(page: Page, name: str, label: str, make: Callable[[], Work], **words: Any) -> None:
    """A button that begins the work `make()`, which the page keeps under `name`."""
    words = {"key": page.key(f"{name}.begin"), **words}
    st.button(label, on_click=lambda: page.put(name, make()), **words)


def so_far(page: Page, name: str, show: Callable[[Any], None], recorded: bool = False) -> None:
    """The work that the page keeps under `name`, and what `show(work)` draws of its result.

    Before any is begun there is nothing, or, where something is `recorded`, `show(None)`.
    """
    if work := page.get(name):
        long_work(work, page.key(name), lambda: show(work))
    elif recorded:
        show(None)


def standing(
    work: Work,
    key: str,
    words: str = "",
    stop: Callable[[], None] | None = None,
    shared: bool = False,
) -> None:
    """Progress with the time left, and Stop; what has failed says why.

    `words` go before its own; `stop` replaces its own; what is `shared` nobody may stop.
    """
    if work.failed:
        st.warning(plain(work.failed))
    if work.done or work.failed:
        return
    left = work.left
    rest = f"; about {duration(left)} left" if left is not None else ""
    st.progress(work.fraction, words + work.words + ("; stopped" if work.stopped else rest))
    if work.going and not shared:
        st.button(f"Stop {work.verb}".strip(), f"{key}.stop", on_click=stop or work.stop,
                  disabled=bool(work.stopped), icon=":material/stop_circle:")  # fmt: skip
    elif work.stopped:
        st.button("Go on", f"{key}.go", on_click=work.go_on)
