"""Features: what a small CNN learns, and whether it knows it in the corner."""

from typing import Any

import streamlit as st

from core.experiments.features import ABOUT, budgets, corner, explain, figures
from core.experiments.features.data import render
from core.experiments.features.experiment import rolled
from core.experiments.features.network import Convolutional, perceptron, receptive_field
from core.experiments.features.pictures import Features
from core.experiments.features.settings import stroked
from core.experiments.features.tasks import TASKS
from pages.ui.bench import restless, workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.runs import effective
from pages.ui.work import begins, so_far

page = open_page(ABOUT, Features, TASKS)


def happened(event: dict[str, Any]) -> None:
    """Something was drawn: it goes on with what was drawn before."""
    if event["tool"] == "draw":
        past = effective(page.settings).strokes  # type: ignore[attr-defined]
        page.change("strokes", stroked(past, event["path"]), again=True)


def above(controls: Controls) -> None:
    """Where a drawing begins anew."""
    settings: Any = controls.shown
    if settings.data == "digits" and settings.strokes:
        st.button("Clear the drawing", key=page.key("clear"), icon=":material/delete:",
                  on_click=lambda: page.change("strokes", "", again=True))  # fmt: skip


def below(settings: Any) -> None:
    """What both networks share."""
    pen = " Choose Draw to draw a digit of your own." if settings.data == "digits" else ""
    st.caption(
        "CNN and MLP see the same images in the same order, each with Adam at its own rate. "
        f"Under the patches stand the answers of channels 1 to {settings.channels}.{pen}"
    )


def counted(work: corner.Corner | None) -> None:
    """Accuracy over the number of images: computed here, or as recorded."""
    found = work.found if work else corner.recorded()
    st.plotly_chart(corner.corner_figure(found), key=page.key("chart"),
                    alt="Accuracy of CNN and MLP on galaxies anywhere, plain and shuffled, over "
                    "the number of training images.")  # fmt: skip
    if not work or work.done:
        st.caption(corner.said(found))
    st.code(found["command"], language="bash", wrap_lines=True)


def raced(work: budgets.Budgets | None) -> None:
    """Rows of the race: computed here, or as recorded."""
    problem = page.get("learned")
    own = work if work and work.problem == problem else None
    known = budgets.recorded()
    st.dataframe(own.rows if own else known["problems"][problem], hide_index=True,
                 key=page.key("table"),
                 column_config={name: st.column_config.NumberColumn(format=format_)
                                for name, format_ in budgets.FORMATS.items()})  # fmt: skip
    st.caption(budgets.said(own.seeds if own else known["seeds"]))
    st.code(own.command if own else known["command"], language="bash", wrap_lines=True)


workbench(page, restless(page, figures), happened, above=above, below=below)
st.subheader("How many galaxies does it take?")
st.markdown("They stand anywhere in the frame. With shuffled pixels nothing is lost but nearness.")
begins(page, "corner", "Compute it here, one seed", corner.Corner)
so_far(page, "corner", counted, recorded=True)
st.subheader("What is an equal budget?")
st.segmented_control("What is learned", budgets.PROBLEMS, key=page.key("learned"), required=True,
                     default=next(iter(budgets.PROBLEMS)))  # fmt: skip
begins(page, "budgets", "Race it here", lambda: budgets.Budgets(page.get("learned")))
so_far(page, "budgets", raced, recorded=True)
try_this(page)
show_code(page, Convolutional, perceptron, receptive_field, rolled, render, explain.excited,
          explain.ascend, explain.saliency, explain.occlusion, Features)  # fmt: skip
