"""The perceptron: one neuron learns from its mistakes, point by point, until it meets XOR."""

from typing import Any

import streamlit as st

from core.experiments.perceptron import figures
from core.experiments.perceptron.acts import ACTS, HIDDEN, act_of
from core.experiments.perceptron.pictures import PointByPoint
from core.experiments.perceptron.settings import edited
from core.experiments.perceptron.tasks import TASKS
from core.experiments.perceptron.theory import mistake_bound, separate
from core.models.perceptron import OneHiddenLayer, Perceptron
from core.stage import stage
from pages.ui.bench import Bench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.player import player
from pages.ui.points import points_editor
from pages.ui.take_home import take_home

page = open_page(
    "perceptron",
    PointByPoint,
    "The perceptron",
    "One neuron, one line. It looks at one point at a time, and only a mistake moves it: press "
    "**Train**, or take one **Step** after the other.",
    [
        (r"\text{output} = \begin{cases} 1 & w \cdot x + b > 0 \\ 0 & \text{otherwise} \end{cases}",
         "2.6"),
        (r"w \leftarrow w + \eta\,(t - \text{output})\,x, \quad b \leftarrow b + \eta\,"
         r"(t - \text{output})", "Rosenblatt"),
    ],
)  # fmt: skip


def choose_act() -> None:
    """Go to an act of the story, with settings that show it well."""
    page.set(PointByPoint.Settings(**ACTS[st.session_state[page.key("act")]]))


def draw_controls(drawn: Controls) -> None:
    """Everything that can be set; an act sets all of it at once."""
    shown: Any = page.settings
    st.session_state[page.key("act")] = act_of(shown)
    st.segmented_control("Act", ACTS, key=page.key("act"), required=True, on_change=choose_act)
    drawn.group("Data", "dataset", "order")
    # A hidden layer cannot start from zeros.
    drawn.group("Network", "hidden", *(() if shown.hidden else ("start",)))
    drawn.group("Training", "learning_rate")
    drawn.more(("samples", "margin", "noise"), ("seed", "data_seed", "max_visits"))
    drawn.finish()


@st.fragment
def workbench() -> None:
    """Controls, stage and what belongs to the run: only this runs again when something is set."""
    drawn, bench = Controls(page), Bench()
    settings = page.settings
    chance = settings.hidden or settings.start == "random" or settings.order != "in turn"
    described = stage(
        figures.panels(settings),
        figures.readouts(settings),
        speed=0.5 if settings.hidden else 0.1,  # a frame is a visit, to be read one by one
        seeded=bool(chance),  # without chance another seed would change nothing
    )
    with bench.stage:  # sent before the controls, which the browser takes longer to draw
        player(page, described, lambda event: page.set(edited(page.settings, event)))
        if settings.dataset == "points":
            points_editor(page)  # below the stage, which must not move under a clicking mouse
        if act_of(settings) == HIDDEN:
            st.page_link(
                "foundations/boundaries.py",
                label="More layers, more data, every activation: Decision boundaries",
                icon=":material/grain:",
            )
    with bench.controls:
        draw_controls(drawn)
    take_home(page, described, "The perceptron")


workbench()
try_this(page, TASKS)
show_code(Perceptron, OneHiddenLayer, PointByPoint, separate, mistake_bound)
