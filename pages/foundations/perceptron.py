"""The perceptron: one neuron learns from its mistakes, point by point, until it meets XOR."""

import streamlit as st

from core.experiments.perceptron import PointByPoint
from core.experiments.perceptron_acts import ACTS, HIDDEN, act_of
from core.experiments.perceptron_settings import edited
from core.experiments.perceptron_theory import mistake_bound, separate
from core.figures import perceptron as figures
from core.models.perceptron import OneHiddenLayer, Perceptron
from core.stage import stage
from pages.foundations.perceptron_tasks import STORY, TASKS
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


def choose_act():
    """Go to an act of the story with settings that show it well."""
    if act := st.session_state[page.key("act")]:
        page.set(PointByPoint.Settings(**ACTS[act]))


def on_event(event):
    """A point was added, moved or removed."""
    page.set(edited(page.settings, event))


story = st.container(border=True)
controls = Controls(page)
first = () if page.settings.hidden else ("start",)
with st.container(horizontal=True, vertical_alignment="bottom"):
    controls.row("dataset", "hidden", "learning_rate", "order", *first)
    with st.popover("More settings", icon=":material/tune:"):
        controls.row("samples", "margin", "noise")
        controls.row("seed", "data_seed", "max_visits")
settings = controls.finish()

act = act_of(settings)
st.session_state[page.key("act")] = act
with story:
    st.segmented_control("Act", ACTS, key=page.key("act"), required=True, on_change=choose_act,
                         label_visibility="collapsed")  # fmt: skip
    st.markdown(STORY[act])

chance = settings.hidden or settings.start == "random" or settings.order != "in turn"
described = stage(
    figures.panels(settings),
    figures.readouts(settings),
    speed=0.5 if settings.hidden else 0.1,
    seeded=bool(chance),
)
player(page, described, on_event)
if act == HIDDEN:
    st.page_link(
        "foundations/boundaries.py",
        label="More layers, more data, every activation: Decision boundaries",
        icon=":material/grain:",
    )
if settings.dataset == "points":
    points_editor(page)
try_this(page, TASKS)
take_home(page, described, "The perceptron")
show_code(OneHiddenLayer if settings.hidden else Perceptron, PointByPoint, separate, mistake_bound)
