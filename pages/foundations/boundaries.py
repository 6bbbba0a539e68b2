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

controls = Controls(page)
controls.row("dataset", "activation", "optimizer", "learning_rate", "noise", "seeds")
with st.container(horizontal=True, vertical_alignment="bottom"):
    controls.one("hidden")
    with st.popover("More settings", icon=":material/tune:"):
        controls.one("features")
        controls.row("regularization", "regularization_rate", "loss")
        controls.row("batch_size", "samples", "train_share")
        controls.row("residual", "normalization", "initialization", "init_scale")
        controls.row("seed", "data_seed", "max_steps")
    with st.popover("View", icon=":material/visibility:"):
        layers = len(page.settings.hidden)
        layer = st.selectbox(
            "Hidden space of layer",
            range(layers, 0, -1),
            key=page.key("layer"),
            disabled=not layers,
        )
        three = st.toggle("Hidden space in 3-D", key=page.key("three"))
        test = st.toggle("Show test points", value=True, key=page.key("test"))
        levels = 2 if st.toggle("Two colors only", key=page.key("discrete")) else None
    pin_buttons(page)
if page.settings.dataset == "formula" or st.session_state[page.key("dataset")] == "formula":
    controls.one("formula")
settings = controls.finish()
if settings.dataset == "points":
    points_editor(page)


def panels(of, prefix=""):
    """Map and network of one contender."""
    return [
        figures.decision_map(of, prefix, edit=prefix != "b/", levels=levels, test=test),
        figures.network_panel(of, prefix),
    ]


mine = "a/" if page.rival else ""
shown = panels(settings, mine)
if page.rival:
    shown += panels(page.rival, "b/")
elif layer:
    shown.append(figures.hidden_space(settings, min(layer, layers), three=three))
shown += [figures.loss_curves(settings, mine, rival=page.rival), figures.probe_bars(settings, mine)]
if not is_regression(settings):
    shown.append(figures.confusion(settings, mine))
numbers = figures.readouts(settings, mine)
if page.rival:
    numbers += figures.readouts(page.rival, "b/", "Pinned: ")
described = stage(shown, numbers)


def on_event(event):
    """A point was added, moved or removed."""
    page.set(edited(page.settings, event))


player(page, described, on_event)
st.caption(f"{parameters(settings)} parameters in each network.")
if settings.activation == "linear":
    st.latex(r"W_2(W_1x + b_1) + b_2 = (W_2W_1)x + (W_2b_1 + b_2) = W'x + b' \quad \text{(2.4)}")
    st.caption("All activations are linear, so the layers collapse into one line: W′ and b′ above.")
try_this(page, TASKS)
take_home(page, described, "Decision boundaries")
show_code(MLP, Boundaries)
