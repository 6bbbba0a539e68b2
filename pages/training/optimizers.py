"""Optimizers: several ways down one surface, from one point."""

from typing import Any

import streamlit as st

from core.experiments.optimizers import ABOUT, figures
from core.experiments.optimizers.figures_starts import starts_figure
from core.experiments.optimizers.pictures import Optimizers
from core.experiments.optimizers.rules import RULES
from core.experiments.optimizers.settings import SURFACES, moved_to
from core.experiments.optimizers.starts import Starts, recorded, said
from core.experiments.optimizers.tasks import TASKS
from core.settings.lists import read_place
from pages.ui.bench import restless, workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.work import begins, so_far

page = open_page(ABOUT, Optimizers, TASKS)


def choose() -> None:
    """Another surface, with a start and rates that suit it."""
    page.set(moved_to(page.settings, st.session_state[page.key("ground")]))


def above(controls: Controls) -> None:
    """The surface: it sets the learning rate, too."""
    shown: Any = controls.shown
    st.session_state[page.key("ground")] = shown.surface
    st.selectbox("Surface", SURFACES, key=page.key("ground"), on_change=choose)


def on_event(event: dict[str, Any]) -> None:
    """Another start, dragged or clicked; another rate, dragged along its axis."""
    if event["tool"] == "start":
        page.set(page.settings.replace(start=((float(event["x"]), float(event["y"])),)))
    elif event["tool"] == "drag":
        name, text = event["changes"][-1]
        x, y = read_place(name, text)
        changes = {"start": ((x, y),)} if name == "start" else {"learning_rate": float(f"{x:.3g}")}
        page.set(page.settings.replace(**changes))


def shapes(work: Starts) -> None:
    """What there is so far."""
    if work.result:
        figure = starts_figure({work.rate: work.result})
        st.plotly_chart(figure, key=page.key("chart"), alt="Share of starts in the best valley.")
    if work.done:
        st.caption(said(work.result))


workbench(page, restless(page, figures), on_event, above=above)
st.subheader("Batch size as temperature")
st.markdown(
    "Along one weight the loss is a bowl with ripples, 0.3 t² + cos(5t + φᵢ), and every example "
    "has its own φᵢ. A mini-batch sees ripples of its own, which lift it out of a shallow valley: "
    "the smaller the batch, the hotter. 200 starts from −6 to 6; η falls to 0 over the last 600 of "
    "1,500 steps. The two lowest valleys are almost equally deep, and only the lower one counts."
)
command, results = recorded()
st.plotly_chart(starts_figure(results), key=page.key("recorded"),
                alt="Recorded: share of 200 starts in the best valley, by batch size.")  # fmt: skip
st.caption(f"{' '.join(map(said, results.values()))} Recorded by `{command}`.")
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.number_input("Learning rate", 0.01, 1.0, 0.1, 0.01, key=page.key("rate"), width=150)
    begins(page, "wandering", "Compute it here", lambda: Starts(page.get("rate")),
           icon=":material/air:")  # fmt: skip
so_far(page, "wandering", shapes)
try_this(page)
show_code(page, *dict.fromkeys(RULES.values()), Optimizers)
