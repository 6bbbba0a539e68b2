"""Optimizers: several ways down one surface, from one point."""

from typing import Any

import streamlit as st

from core.experiments.optimizers import ABOUT, figures
from core.experiments.optimizers.pictures import Optimizers
from core.experiments.optimizers.rules import RULES
from core.experiments.optimizers.settings import SURFACES, moved_to
from core.experiments.optimizers.tasks import TASKS
from core.stage import stage
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, Optimizers, TASKS)


def described(settings: Any) -> Any:
    """The stage, where each new race begins by itself."""
    begins_by_itself(page, settings.without_view())
    return stage(figures.panels(settings), figures.readouts(settings))


def choose() -> None:
    """Another surface, with a start and rates that suit it."""
    page.set(moved_to(page.settings, st.session_state[page.key("ground")]))


def above(controls: Controls) -> None:
    """The surface: it sets the learning rate, too."""
    st.session_state[page.key("ground")] = controls.shown.surface
    st.selectbox("Surface", SURFACES, key=page.key("ground"), on_change=choose)


def on_event(event: dict[str, Any]) -> None:
    """Another start: dragged, or clicked."""
    if event["tool"] == "drag":
        x, y = (float(number) for number in event["changes"][-1][1].split(","))
    elif event["tool"] == "start":
        x, y = float(event["x"]), float(event["y"])
    else:
        return
    page.set(page.settings.replace(start=((x, y),)))


workbench(page, described, on_event, above=above)
try_this(page)
show_code(page, *dict.fromkeys(RULES.values()), Optimizers)
