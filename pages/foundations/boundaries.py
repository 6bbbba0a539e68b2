"""Decision boundaries: small networks learn to separate points, before your eyes."""

import streamlit as st

from core.datasets.edit import edited
from core.experiments.boundaries import Boundaries
from core.experiments.boundaries_settings import is_regression, parameters
from core.figures import boundaries as figures
from core.models.mlp import MLP
from core.stage import stage
from pages.foundations.boundaries_tasks import TASKS
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.pin import pin_buttons
from pages.ui.player import player
from pages.ui.points import points_editor
from pages.ui.take_home import take_home

page = open_page(
    "boundaries",
    Boundaries,
    "Decision boundaries",
    "No straight line separates these two classes. Every hidden layer bends the plane a little, "
    "until the last one can cut it straight: press **Train** and watch it happen.",
    [
        (r"h_1 = \sigma(W_1 x + b_1)", "2.1"),
        (r"h_2 = \sigma(W_2 h_1 + b_2)", "2.2"),
        (r"y = W_3 h_2 + b_3", "2.3"),
    ],
)


def controls():
    """Everything that can be set; returns the settings and how to look at the run."""
    drawn = Controls(page)
    drawn.row("dataset", "activation", "optimizer", "learning_rate", "noise", "seeds")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drawn.one("hidden")
        drawn.more(
            ("features",),
            ("regularization", "regularization_rate", "loss"),
            ("batch_size", "samples", "train_share"),
            ("residual", "normalization", "initialization", "init_scale"),
            ("seed", "data_seed", "max_steps"),
        )
        with st.popover("View", icon=":material/visibility:"):
            layers = range(len(page.settings.hidden), 0, -1)
            layer = st.selectbox("Hidden space of layer", layers, key=page.key("layer"))
            three = st.toggle("Hidden space in 3-D", key=page.key("three"))
            test = st.toggle("Show test points", value=True, key=page.key("test"))
            levels = 2 if st.toggle("Two colors only", key=page.key("discrete")) else None
        pin_buttons(page)
    if drawn.values.get("dataset", page.settings.dataset) == "formula":
        drawn.one("formula")
    return drawn.finish(), layer, three, {"levels": levels, "test": test}


def panels(settings, rival, layer, three, view):
    """The stage: one run, or two of them in a race."""
    mine = "a/" if rival else ""
    shown = [figures.decision_map(settings, mine, **view), figures.network_panel(settings, mine)]
    if rival:
        shown += [
            figures.decision_map(rival, "b/", edit=False, **view),
            figures.network_panel(rival, "b/"),
        ]
    elif settings.hidden:
        depth = min(layer or 1, len(settings.hidden))
        shown.append(figures.hidden_space(settings, depth, three=three))
    regression = is_regression(settings)
    shown.append(figures.loss_curves(settings.seeds, mine, rival is not None))
    shown.append(figures.probe_bars(len(settings.hidden), regression, mine))
    if not regression:
        shown.append(figures.confusion(mine))
    numbers = figures.readouts(settings, mine)
    return stage(shown, numbers + (figures.readouts(rival, "b/", "Pinned: ") if rival else []))


@st.fragment
def workbench():
    """Controls, stage and what belongs to the run: only this runs again when something is set."""
    settings, *view = controls()
    if settings.dataset == "points":
        points_editor(page)
    described = panels(settings, page.rival, *view)
    player(page, described, lambda event: page.set(edited(page.settings, event)))
    st.caption(f"{parameters(settings)} parameters in each network.")
    if settings.activation == "linear":
        st.latex(r"W_2(W_1x + b_1) + b_2 = (W_2W_1)x + (W_2b_1 + b_2) = W'x + b' \quad (2.4)")
        st.caption("Without a nonlinearity the layers collapse into one line: W′ and b′ above.")
    take_home(page, described, "Decision boundaries")


workbench()
try_this(page, TASKS)
show_code(MLP, Boundaries)
