"""Minima: how sharp the valley is in which training ends."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.experiment import Race
from core.experiments.minima import ABOUT, figures
from core.experiments.minima.connect import Connect, align
from core.experiments.minima.figures_more import (
    lines_figure,
    paths_figure,
    planes_figure,
    rescaled_figure,
    said_of_lines,
    said_of_paths,
    seeds_figure,
    settings_of,
)
from core.experiments.minima.network import Network
from core.experiments.minima.pictures import Minima
from core.experiments.minima.rescale import Rescale, rescaled, said_of
from core.experiments.minima.seeds import CASES, Seeds, case, recorded, verdict
from core.experiments.minima.slices import Cuts, filter_normalized
from core.experiments.minima.tasks import TASKS
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.plain import plain
from pages.ui.work import begins, so_far

page = open_page(ABOUT, Minima, TASKS)
begins_by_itself(page)


def trained() -> Any:
    """The run on the stage, the first one of a race."""
    run = page.run().experiment
    return run.entries["a"] if isinstance(run, Race) else run


def part(name: str, label: str, make: Callable[[], Any], draw: Callable[[Any], None]) -> None:
    """A button, and what the work that it begins has found so far."""
    begins(page, name, label, make, icon=":material/play_arrow:")
    so_far(page, name, draw)
    if work := page.get(name):
        st.caption(plain(settings_of(work.settings)))


def chart(figure: Any, name: str, alt: str) -> None:
    """A picture that stands still."""
    st.plotly_chart(figure, key=page.key(f"{name}.chart"), alt=alt)


def cuts(work: Cuts) -> None:
    """On a line and in a plane."""
    if len(work.lines) == len(work.theta):
        chart(lines_figure(work.lines, work.settings), "line", "Losses along a random direction.")
        st.caption(said_of_lines(work.lines, work.settings))
    if work.done:
        chart(planes_figure(work.planes, work.settings), "plane", "Contours in a random plane.")
        st.caption(f"At the weights after {work.steps} updates. Lines: training loss; dashed: test "
                   "loss; 0.1 from one line to the next.")  # fmt: skip


def walk(work: Connect) -> None:
    """Losses between minima."""
    if work.done:
        chart(paths_figure(work.result), "path", "Losses on straight ways between minima.")
        st.caption(f"{said_of_paths(work.result)} Dashed: test loss.")


def scaled(work: Rescale) -> None:
    """Curvature of one function."""
    if work.result:
        edge = 2 / work.settings.learning_rate
        chart(rescaled_figure(work.result, edge), "scaled", "Curvature and losses over the factor.")
    if work.done:
        st.caption(said_of(work.result))


def seeds(work: Seeds) -> None:
    """Curvature and test loss so far."""
    if work.rows:
        chart(seeds_figure(work.rows, work.settings), "seeds", "Test loss over curvature.")
        st.caption(verdict(work.rows, work.settings))
        st.code(work.command, language="bash", wrap_lines=True)


workbench(page, figures)
st.subheader("Does the flatter minimum do better on new digits?")
name = st.segmented_control("Recorded", CASES, default=list(CASES)[1], key=page.key("case"),
                            required=True)  # fmt: skip
found = recorded()
chart(seeds_figure(found["cases"][name], case(name)), "recorded", "Recorded: test loss, curvature.")
st.caption(f"{verdict(found['cases'][name], case(name))} Recorded by `{found['command']}`.")
part("seeds", "Train 5 seeds with the settings above", lambda: Seeds(page.settings), seeds)
st.subheader("Any minimum can be made sharp")
st.markdown(
    "Multiply a layer of ReLUs by a, divide the next by a: no output changes. So λ alone cannot "
    "say how well a network does. This holds for ReLU, which is trained here by "
    "small batches whatever σ is above: with tanh another function would come out."
)
part("scaled", "Scale it by 1/8 to 8", lambda: Rescale(page.settings), scaled)
st.subheader("Cut at random, on one scale")
st.markdown(
    "One random direction and one random plane through each present minimum. Each neuron "
    "moves by as much as its weights are long, so that lengths cannot deceive."
)
part("cuts", "Cut the present minima", lambda: Cuts(trained()), cuts)
st.subheader("From one minimum to the other")
st.markdown(
    "On the straight line between the ways above, and to a network from other first "
    "weights: each as it is, and with its hidden neurons put in the order of the first."
)
part("walk", "Walk between minima", lambda: Connect(trained()), walk)
try_this(page)
show_code(page, Network, Minima, filter_normalized, align, rescaled)
