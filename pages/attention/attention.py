"""Attention: a small transformer learns to look at the right place, while one watches."""

from typing import Any

import streamlit as st

from core.experiments.attention import ABOUT, figures
from core.experiments.attention.cost import Cost, cost_figure, said, saturation_figure
from core.experiments.attention.hand import CHOSEN, SILENT, attend
from core.experiments.attention.measures import (
    keeping,
    on_the_right_place,
    previous_token,
    without_each,
)
from core.experiments.attention.pictures import Attention
from core.experiments.attention.problems import PROBLEMS
from core.experiments.attention.settings import drawing, moved_to, silent, stroked
from core.experiments.attention.tasks import TASKS
from core.models.sequence_transformer import Block, Heads, SequenceTransformer, attention, rotate
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.work import begins, so_far

page = open_page(ABOUT, Attention, TASKS)
begins_by_itself(page)


def choose() -> None:
    """Another task, with as many layers as suit it."""
    page.set(moved_to(page.settings, st.session_state[page.key("menu")]))


def above(controls: Controls) -> None:
    """The task: it sets the number of layers, too."""
    if "target" in controls.hidden:
        return
    shown: Any = controls.shown
    st.session_state[page.key("menu")] = shown.target
    st.selectbox("Task", PROBLEMS, key=page.key("menu"), on_change=choose,
                 help="Where its answer stands is known, so each map can be judged: right places "
                 "have a frame. Of a digit no one place is right.")  # fmt: skip
    if drawing(page.settings):
        st.button("Clear the drawing", key=page.key("clear"), icon=":material/delete:",
                  on_click=lambda: page.change("strokes", "", once=True))  # fmt: skip


def measured(work: Cost) -> None:
    """What is measured so far."""
    if work.results:
        st.plotly_chart(cost_figure(work.results), key=page.key("cost_chart"),
                        alt="Milliseconds of one head's attention against tokens.")  # fmt: skip
    if work.done:
        st.caption(said(work.results))


def looked(event: dict[str, Any]) -> None:
    """A head was switched; or another head or query was chosen, the one that is by hand, too."""
    if event["tool"] == "switch":
        others = {*silent(page.settings)} - {event["index"]}
        heads = others if event["on"] else {*others, event["index"]}
        page.change(SILENT, ",".join(map(str, sorted(heads))), once=True)
    if event["tool"] == "draw":
        page.change("strokes", stroked(page.settings, event["path"]), once=True)
    if event["tool"] == "focus":
        for name in set(CHOSEN) & set(event["chosen"]):
            page.change(name, str(event["chosen"][name]), once=True)


workbench(page, figures, looked, above=above)
st.subheader("What do n tokens cost?")
st.markdown(
    "Every token asks all others: n² pairs. Nothing has to wait for anything else, so all pairs "
    "are computed at once."
)
begins(page, "cost", "Measure it here", Cost, icon=":material/timer:")
so_far(page, "cost", measured)
st.subheader("Why divide by √d?")
st.markdown(
    "q · k adds up d products, so its spread grows with √d. A softmax of large numbers gives "
    "nearly all weight to one key, and hardly changes when they do: its gradient is nearly 0. "
    "Measured here with random queries and keys of variance 1, 24 keys each."
)
st.plotly_chart(saturation_figure(), key=page.key("saturation"),
                alt="Mean largest weight against d, with and without the division.")  # fmt: skip
try_this(page)
show_code(page, attention, rotate, attend, Heads, Block, SequenceTransformer, on_the_right_place,
          previous_token, without_each, keeping, Attention)  # fmt: skip
