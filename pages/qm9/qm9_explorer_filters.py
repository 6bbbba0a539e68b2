"""Controls of the explorer: how to look, and the filters with the number of molecules left."""

from typing import Any

import streamlit as st

from core.experiments.qm9_explorer.figures_cloud import label
from core.experiments.qm9_explorer.filters import without_one
from core.experiments.qm9_explorer.settings import LAYOUTS, VIEWS, active_filters, cleared
from core.qm9.data.targets import KEYS, TARGETS
from pages.ui.controls import Controls
from pages.ui.runs import Page

IN_WORDS = {"any": "any", "yes": "only", "no": "none"}


def _named(key: str) -> str:
    """A target or a property in a menu."""
    return f"{label(key)}: {TARGETS[KEYS.index(key)].meaning}" if key in KEYS else label(key)


def _segments(controls: Controls, name: str, words: dict[str, str]) -> None:
    """A setting with few options as buttons side by side."""
    if name in controls.hidden:
        return
    kind, key = controls.shown.kind(name), controls.key(name)
    if key not in st.session_state:
        st.session_state[key] = getattr(controls.shown, name)
    st.segmented_control(kind.label, list(words), key=key, format_func=words.__getitem__,
                         help=kind.help or None, required=True)  # fmt: skip


def draw_controls(controls: Controls) -> None:
    """What to look at, its own settings, and the filters that all views share."""
    settings: Any = controls.shown
    named: dict[str, Any] = {"format_func": _named}
    _segments(controls, "view", VIEWS)
    if settings.view == "space":
        _segments(controls, "layout", LAYOUTS)
        controls.one("model")
    else:
        controls.one("x", **named)
    if settings.view == "targets":
        controls.one("y", **named)
    if settings.view != "distribution":
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            controls.one("color", width=160, **named)
            with st.popover("Points", icon=":material/scatter_plot:"):
                controls.one("seed")
                controls.one("outliers")
    st.caption("**Filters**")
    for name in ("present", "absent", "rings", "sizes"):
        controls.one(name, width="content")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name in ("aromatic", "charged"):
            controls.one(name, width=132, format_func=IN_WORDS.__getitem__)
    controls.finish()


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
        f"without the filter *{page.settings.kind(name).label}* there are {others:,}"
        if others
        else "take off more than one of them"
    )
    st.warning(f"No molecule of QM9 passes all these filters: {remedy}, or press *Clear filters*.")
    _clear_button(page)


def _clear_button(page: Page) -> None:
    """Always in its place, so that nothing jumps when a filter is set."""
    nothing, icon = not active_filters(page.settings), ":material/filter_alt_off:"
    st.button("Clear filters", page.key("clear"), None, _clear, (page,), type="tertiary",
              icon=icon, disabled=nothing)  # fmt: skip
