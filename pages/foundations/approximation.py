"""Universal approximation: a network bends its way to a function of one number."""

from typing import Any

import streamlit as st

from core.experiments.approximation import ABOUT, figures
from core.experiments.approximation.figures import MEASURES, sweep_figure
from core.experiments.approximation.pictures import Approximation
from core.experiments.approximation.pieces import by_hand, count_pieces
from core.experiments.approximation.settings import redrawn
from core.experiments.approximation.sweep import (
    SWEEPS,
    Sweep,
    deep_against_wide,
    said_of_depth,
    table,
)
from core.experiments.approximation.tasks import TASKS
from core.models.mlp import MLP
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.work import begins, so_far

DEEP = {"target": "zigzag", "activation": "ReLU", "learning_rate": 0.01}
page = open_page(ABOUT, Approximation, TASKS)


def on_event(event: dict[str, Any]) -> None:
    """The function was drawn, or a kink was moved, by mouse."""
    if event["tool"] == "draw":
        page.set(redrawn(page.settings, event["path"]), autotrain=True)
    elif event["tool"] == "move":
        experiment: Any = page.run().experiment
        page.change(*experiment.kink_to(int(event["index"]), float(event["x"])))


def asked() -> Sweep:
    """A sweep of the present settings."""
    return Sweep(page.settings, *map(page.get, ("kind", "steps", "networks", "budget")))


def deep() -> Sweep:
    """The sweep in which depth pays: each layer folds a zigzag once more."""
    return Sweep(page.settings.fresh().replace(**DEEP), "depth", 1500, 8, 200)


def ask() -> None:
    """What to sweep, and the button."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control("Error against", SWEEPS, default="width", key=page.key("kind"),
                             required=True)  # fmt: skip
        st.number_input("Parameters, at most or nearest to", 10, 2000, 200, 10,
                        key=page.key("budget"), width=250)  # fmt: skip
        st.number_input("Updates", 100, 10_000, 1000, 100, key=page.key("steps"), width=130)
        st.number_input("Seeds", 5, 16, 8, key=page.key("networks"), width=110)
        begins(page, "sweep", "Compute", asked, type="primary")


def shapes(sweep: Sweep) -> None:
    """What the sweep has found so far."""
    if not sweep.results:
        return
    measure = page.get("measure", "root mean square")
    figure = sweep_figure(sweep.results, sweep.kind, MEASURES[measure])
    st.plotly_chart(figure, key=page.key("chart"), alt="Error of growing networks, over seeds.")
    if not sweep.going:
        st.segmented_control("Error", MEASURES, default=measure, key=page.key("measure"),
                             required=True)  # fmt: skip
        st.dataframe(table(sweep.results), hide_index=True, key=page.key("table"))
        st.caption("Same samples, same number of updates, same learning rate, none of them tuned "
                   "by itself. The same numbers without a browser:")  # fmt: skip
        st.code(sweep.command, language="bash", wrap_lines=True)


workbench(page, figures, on_event)
st.subheader("How wide, how deep?")
st.markdown(
    "**What the theorem says:** with enough neurons, some choice of weights comes as near as you "
    "like to any continuous function on the interval. **What it does not say:** how many neurons, "
    "or whether training finds those weights. Both can be measured:"
)
st.markdown(
    "**Deep against wide:** a zigzag of 8 straight pieces, and about 200 parameters to spend. One "
    "layer needs a neuron for each kink; every further layer folds all that the ones before it "
    "have made, so three layers of 2 could do it."
)
command, results = deep_against_wide()
st.plotly_chart(sweep_figure(results, "depth"), key=page.key("recorded"),
                alt="Recorded: error of one to six hidden layers of about 200 parameters, 8 seeds "
                "each.")  # fmt: skip
st.caption(f"{said_of_depth(results)} Recorded by `{command}`.")
begins(page, "sweep", "Compute it here", deep, key=page.key("deep"), icon=":material/layers:")
st.markdown("**Or any sweep of the settings above:**")
ask()
so_far(page, "sweep", shapes)
try_this(page)
show_code(page, MLP, Approximation, count_pieces, by_hand)
