"""The frame of a page: a slim head, then a bench with controls at the left of the picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.app.turns import scripts
from pages.ui.controls import Controls
from pages.ui.player import message, player
from pages.ui.runs import Page
from pages.ui.take_home import described, follow, offer


def head(title: str, sentence: str, equations: Sequence[tuple[str, str]] = ()) -> None:
    """Title and sentence in one line; the equations, with the chapter's numbers, fold behind it."""
    with st.container(horizontal=True, key="head"):
        st.title(title, anchor=False, width="content")
        st.markdown(sentence, width="stretch")
        if equations:
            numbers = ", ".join(n for _, n in equations if n[0].isdigit())  # the chapter's
            with st.popover(
                f"Equations {numbers}".strip(), icon=":material/functions:", type="tertiary"
            ):
                for latex, number in equations:
                    st.latex(latex + rf"\quad \text{{({number})}}")


LEAD = 0.04  # seconds by which a new picture goes before its controls


class Bench:
    """Where things stand: `with bench.stage:` the picture, `with bench.controls:` what sets it.

    The picture may be drawn first, which the browser then has first; it stands at the right of the
    controls, below them in a narrow window, and above them on a phone.
    """

    def __init__(self) -> None:
        """Make both places; nothing is drawn yet."""
        row = st.container(horizontal=True, key="bench")
        self.controls = row.container(key="bench-controls", width=280)
        self.stage = row.container(key="bench-stage")


Hook = Callable[..., None]


def begins_by_itself(page: Page, what: Any = True) -> None:
    """What is new trains at once, unless something else has said how it begins: a link, say."""
    if page.get("begun") != what:
        page.put("begun", what)
        page.put("flags", page.get("flags") or {"autotrain": True})


def restless(page: Page, figures: Any) -> Callable[[Any], Any]:
    """What `workbench` shows of `figures`, where whatever else is trained begins by itself."""

    def stage(settings: Any) -> Any:
        begins_by_itself(page, settings.without_view().fresh())
        return described(figures, settings)

    return stage


@st.fragment
def workbench(
    page: Page,
    shown: Any,
    on_event: Hook | None = None,
    *,
    above: Hook | None = None,
    beside: Hook | None = None,
    below: Hook | None = None,
    **words: Any,
) -> None:
    """Controls and stage: only this runs again when something is set.

    `shown` is the page's `figures`, with `panels(settings)` and `readouts(settings)`, or a function
    of the settings that returns a whole stage. `on_event` hears what the user does on a panel. What
    a page has beside settings stands `above` the controls (called with them), `beside` the folded
    ones, or `below` the stage (called with the settings); `words` go to `offer`.
    """
    with scripts.first():
        controls = Controls(page)
        follow(page)
        bench = Bench()  # which the browser makes while the picture is computed
        settings = page.settings
        offer(page, shown, **words)
        sent = message(page, described(shown, settings))
    with bench.stage:  # before the controls, which the browser takes longer to draw
        player(page, sent, on_event)
        if page.get("pictured"):  # the browser draws all that comes within 10 ms in one go, later
            time.sleep(LEAD)
        page.put("pictured", True)
        if below:
            below(settings)
    with bench.controls:
        if above:
            above(controls)
        controls.column(beside)
