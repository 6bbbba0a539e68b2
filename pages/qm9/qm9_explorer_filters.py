"""How many molecules the filters of the explorer leave."""

from typing import Any

import streamlit as st

from core.experiments.qm9_explorer.filters import without_one
from core.experiments.qm9_explorer.settings import active_filters, cleared
from pages.ui.runs import Page


def _clear(page: Page) -> None:
    page.set(cleared(page.settings))


def say_count(page: Page, counted: Any, mask: Any) -> None:
    """How many molecules are left; with none, which filter to take off."""
    left = int(mask.sum())
    if left:
        whole = left == len(counted)
        rest = "; choose filters to see fewer" if whole else " pass the filters"
        text = f"{'All ' if whole else ''}**{left:,}** of {len(counted):,} molecules{rest}."
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(text, width="content")
            _clear_button(page)
        return
    name, others = without_one(counted, page.settings)[0]
    remedy = (
        f"take off the filter “{page.settings.kind(name).label}”, and there are {others:,}"
        if others
        else "take off more than one of them"
    )
    st.warning(f"No molecule of QM9 passes all these filters: {remedy}, or press “Clear filters”.")
    _clear_button(page)


def _clear_button(page: Page) -> None:
    """Always in its place, so that nothing jumps when a filter is set."""
    nothing, icon = not active_filters(page.settings), ":material/filter_alt_off:"
    st.button("Clear filters", page.key("clear"), None, _clear, (page,), type="tertiary",
              icon=icon, disabled=nothing)  # fmt: skip
