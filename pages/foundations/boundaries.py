"""Decision boundaries: small networks learn to separate points, before your eyes."""

import streamlit as st

from core.experiments.boundaries import figures
from core.experiments.boundaries.data import is_regression
from core.experiments.boundaries.edit import edited
from core.experiments.boundaries.pictures import Boundaries
from core.experiments.boundaries.settings import parameters
from core.experiments.boundaries.tasks import TASKS
from core.models.mlp import MLP
from core.stage import stage
from pages.ui.bench import Bench
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
    "No straight line separates the classes of XOR. Every hidden layer bends the plane a little, "
    "until the last one can cut it straight: press **Train** and watch it happen.",
    [
        (r"h_1 = \sigma(W_1 x + b_1)", "2.1"),
        (r"h_2 = \sigma(W_2 h_1 + b_2)", "2.2"),
        (r"y = W_3 h_2 + b_3", "2.3"),
    ],
)


def draw_controls(drawn):
    """Everything that can be set, and how to look at the run."""
    drawn.group("Data", "dataset", "noise")
    if page.settings.dataset == "formula":
        drawn.one("formula")
    drawn.group("Network", "activation", "seeds")
    drawn.one("hidden")
    drawn.group("Training", "optimizer", "learning_rate")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        drawn.more(
            ("features",),
            ("regularization", "regularization_rate", "loss"),
            ("batch_size", "samples", "train_share"),
            ("residual", "normalization", "initialization", "init_scale"),
            ("seed", "data_seed", "max_steps"),
        )
        with st.popover("View", icon=":material/visibility:"):
            layers = range(len(page.settings.hidden), 0, -1)
            st.selectbox("Hidden space of layer", layers, key=page.key("layer"))
            st.toggle("Hidden space in 3-D", key=page.key("three"))
            st.toggle("Show test points", value=True, key=page.key("test"))
            st.toggle("Two colors only", key=page.key("discrete"))
        pin_buttons(page)
    drawn.finish()


def panels(settings, rival):
    """The stage: one run, or two of them in a race."""
    mine, regression = "a/" if rival else "", is_regression(settings)
    view = {"levels": 2 if page.get("discrete") else None, "test": page.get("test", True)}
    shown = [figures.decision_map(settings, mine, **view), figures.network_panel(settings, mine)]
    if rival:
        shown.append(figures.decision_map(rival, "b/", edit=False, **view))
        shown.append(figures.network_panel(rival, "b/"))
    elif settings.hidden:
        layer = min(page.get("layer") or 99, len(settings.hidden))
        shown.append(figures.hidden_space(settings, layer, three=page.get("three", False)))
    shown.append(figures.loss_curves(settings.seeds, mine, rival is not None))
    shown.append(figures.probe_bars(len(settings.hidden), regression, mine))
    if not regression and figures.has_test(settings):
        shown.append(figures.confusion(mine))
    numbers = figures.readouts(settings, mine)
    return stage(shown, numbers + (figures.readouts(rival, "b/", "Pinned: ") if rival else []))


def versus(settings):
    """What tells the pinned run from this one."""
    if page.rival is None:
        return ""
    mine, pinned = settings.to_link(complete=True), page.rival.to_link(complete=True)
    different = [f"{n} = {pinned[n]} (now {mine[n]})" for n in mine if mine[n] != pinned[n]]
    shown = "; ".join(text for text in different if len(text) < 120)
    return f" Pinned: {parameters(page.rival)} parameters; {shown or 'the same settings'}."


@st.fragment
def workbench():
    """Controls, stage and what belongs to the run: only this runs again when something is set."""
    drawn = Controls(page)
    settings = page.settings
    bench = Bench()
    described = panels(settings, page.rival)
    with bench.stage:  # sent before the controls, which the browser takes longer to draw
        player(page, described, lambda event: page.set(edited(page.settings, event)))
        if settings.dataset == "points":  # below the stage, which must not move under the mouse
            points_editor(page)
        st.caption(f"{parameters(settings)} parameters in each network." + versus(settings))
        if settings.activation == "linear" and settings.normalization == "none":
            st.latex(r"W_2(W_1x + b_1) + b_2 = (W_2W_1)x + (W_2b_1 + b_2) = W'x + b' \quad (2.4)")
            st.caption("Without a nonlinearity the layers collapse into one: W′ and b′ above.")
    with bench.controls:
        draw_controls(drawn)
    take_home(page, described, "Decision boundaries")


workbench()
try_this(page, TASKS)
show_code(MLP, Boundaries)
