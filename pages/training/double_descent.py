"""Double descent: more parameters than data, and the test error falls a second time."""

from typing import Any

import streamlit as st

from core.experiments.double_descent import ABOUT, figures
from core.experiments.double_descent.network import Group
from core.experiments.double_descent.pictures import DoubleDescent
from core.experiments.double_descent.problem import ReLUs
from core.experiments.double_descent.scales import Scales
from core.experiments.double_descent.solve import decompose, filters, fit
from core.experiments.double_descent.start import spectral_path
from core.experiments.double_descent.tasks import TASKS
from core.stage import stage
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, DoubleDescent, TASKS)


def described(settings: Any) -> Any:
    """The stage; whatever is set, the study begins by itself."""
    begins_by_itself(page, settings.fresh())
    shown = figures.panels(settings), figures.readouts(settings)
    return stage(*shown, speed=figures.speed(settings))


def below(settings: Any) -> None:
    """What the study shares."""
    st.caption(figures.setup(settings))


workbench(page, described, below=below)
try_this(page)
show_code(page, fit, decompose, filters, ReLUs, spectral_path, Scales, Group, DoubleDescent)
