"""Features: what a small CNN learns, and whether it knows it in the corner."""

from typing import Any

import streamlit as st

from core.experiments.features import ABOUT, explain, figures
from core.experiments.features.data import render
from core.experiments.features.experiment import rolled
from core.experiments.features.network import Convolutional, perceptron, receptive_field
from core.experiments.features.pictures import Features
from core.experiments.features.tasks import TASKS
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, Features, TASKS)


def described(settings: Any) -> Any:
    """The stage. What is new trains at once, unless something else has said how it begins."""
    now = settings.without_view().fresh()
    if page.get("begun") != now:
        page.put("begun", now)
        page.put("flags", page.get("flags") or {"autotrain": True})
    return stage(figures.panels(settings), figures.readouts(settings))


workbench(page, described)
try_this(page)
show_code(page, Convolutional, perceptron, receptive_field, rolled, render, explain.excited,
          explain.ascend, explain.saliency, explain.occlusion, Features)  # fmt: skip
