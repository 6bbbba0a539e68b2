"""Decision boundaries: small networks learn to separate points, before your eyes."""

import streamlit as st

from core.experiments.boundaries import ABOUT, figures
from core.experiments.boundaries.edit import edited
from core.experiments.boundaries.pictures import Boundaries
from core.experiments.boundaries.settings import parameters
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
    panels = figures.panels(settings, page.rival)
    return stage(panels, figures.readouts(settings, page.rival))


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
