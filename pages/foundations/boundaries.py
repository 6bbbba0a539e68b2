"""Decision boundaries: small networks learn to separate points, before your eyes."""

import streamlit as st

from core.experiments.boundaries import ABOUT, figures
from core.experiments.boundaries.data import is_regression
from core.experiments.boundaries.edit import edited
from core.experiments.boundaries.experiment import Boundaries
from core.experiments.boundaries.settings import layer_shown, parameters
from core.experiments.boundaries.tasks import TASKS
from core.models.mlp import MLP
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.pin import pin_buttons
from pages.ui.points import points_editor

page = open_page(ABOUT, Boundaries, TASKS)


def described(settings):
    """The stage: one run, or two of them in a race."""
    rival, regression = page.rival, is_regression(settings)
    mine = "a/" if rival else ""
    view = {"levels": 2 if settings.discrete else None, "test": settings.test}
    shown = [figures.decision_map(settings, mine, **view), figures.network_panel(settings, mine)]
    if rival:
        shown.append(figures.decision_map(rival, "b/", edit=False, **view))
        shown.append(figures.network_panel(rival, "b/"))
    elif settings.hidden:
        shown.append(figures.hidden_space(settings, layer_shown(settings), three=settings.three))
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
    mine, pinned = settings.without_view().to_link(complete=True), page.rival.to_link(complete=True)
    different = [f"{n} = {pinned[n]} (now {mine[n]})" for n in mine if mine[n] != pinned[n]]
    shown = "; ".join(text for text in different if len(text) < 120)
    return f" Pinned: {parameters(page.rival)} parameters; {shown or 'the same settings'}."


def below(settings):
    """What is said of the run, under the stage, which must not move under the mouse."""
    if settings.dataset == "points":
        points_editor(page)
    st.caption(f"{parameters(settings)} parameters in each network." + versus(settings))
    if settings.activation == "linear" and settings.normalization == "none":
        st.latex(r"W_2(W_1x + b_1) + b_2 = (W_2W_1)x + (W_2b_1 + b_2) = W'x + b' \quad (2.4)")
        st.caption("Without a nonlinearity the layers collapse into one: W′ and b′ above.")


workbench(
    page,
    described,
    lambda event: page.set(edited(page.settings, event)),
    beside=lambda: pin_buttons(page),
    below=below,
)
try_this(page)
show_code(page, MLP, Boundaries)
