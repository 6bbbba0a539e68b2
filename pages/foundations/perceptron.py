"""The perceptron: one neuron learns from its mistakes, point by point, until it meets XOR."""

from typing import Any

import streamlit as st

from core.experiments.perceptron import ABOUT, figures
from core.experiments.perceptron.acts import ACTS, HIDDEN, act_of, equations
from core.experiments.perceptron.pictures import PointByPoint
from core.experiments.perceptron.settings import edited
from core.experiments.perceptron.tasks import TASKS
from core.experiments.perceptron.theory import mistake_bound, separate
from core.models.perceptron import OneHiddenLayer, Perceptron
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.points import points_editor

page = open_page(ABOUT, PointByPoint, TASKS, equations)
shown = equations(page.settings)


def choose_act() -> None:
    """Go to an act of the story, with settings that show it well."""
    page.set(PointByPoint.Settings(**ACTS[st.session_state[page.key("act")]]))


def above(controls: Controls) -> None:
    """The acts of the story: one sets everything at once; the head follows, with its equations."""
    if equations(controls.shown) is not shown:
        st.rerun()
    st.session_state[page.key("act")] = act_of(controls.shown)
    st.segmented_control("Act", ACTS, key=page.key("act"), required=True, on_change=choose_act)


def described(settings: Any) -> Any:
    """The stage at its own pace."""
    chance = settings.hidden or settings.start == "random" or settings.order != "in turn"
    return stage(
        figures.panels(settings),
        figures.readouts(settings),
        speed=0.5 if settings.hidden else 0.1,  # a frame is a visit, to be read one by one
        seeded=bool(chance),  # without chance another seed would change nothing
    )


def below(settings: Any) -> None:
    """Own points, and where the story goes on."""
    if settings.dataset == "points":
        points_editor(page)
    if act_of(settings) == HIDDEN:
        st.page_link(
            "foundations/boundaries.py",
            label="More layers, more data, every activation: Decision boundaries",
            icon=":material/grain:",
        )


workbench(
    page,
    described,
    lambda event: page.set(edited(page.settings, event)),
    above=above,
    below=below,
)
try_this(page)
show_code(page, Perceptron, OneHiddenLayer, PointByPoint, separate, mistake_bound)
