"""Pin a run and race other settings against it: same data order, same updates, side by side."""

import streamlit as st

from pages.ui.runs import Page, effective


def pin_buttons(page: Page) -> None:
    """*Pin this run* keeps its settings as the rival of whatever is set next; *Unpin* ends that."""
    if page.rival is None:
        st.button(
            "Pin and race",
            key=page.key("pin"),
            icon=":material/push_pin:",
            on_click=_pin,
            args=(page,),
            help="Keep these settings beside the next ones: change something, then train both.",
        )
    else:
        st.button(
            "Unpin",
            key=page.key("unpin"),
            icon=":material/keep_off:",
            on_click=_unpin,
            args=(page,),
        )


def _pin(page: Page) -> None:
    page.put("rival", effective(page.settings).without_view().fresh())
    _start(page)


def _unpin(page: Page) -> None:
    page.put("rival", None)
    _start(page)


def _start(page: Page) -> None:
    """A race begins at its start, and waits for *Train*."""
    page.put("run", None)
    page.put("flags", {"halt": True})
