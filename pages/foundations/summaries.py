"""Summaries: two skies with one power spectrum, and who can tell them apart."""

from typing import Any

import streamlit as st

from core.experiments.summaries import ABOUT, figures
from core.experiments.summaries.cosmology import power, slice_power
from core.experiments.summaries.fields import colored, web
from core.experiments.summaries.judges import Convolutional
from core.experiments.summaries.pictures import Summaries
from core.experiments.summaries.spectrum import power_spectrum
from core.experiments.summaries.tasks import TASKS
from core.experiments.summaries.twins import same_histogram, turned
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, Summaries, TASKS)


def described(settings: Any) -> Any:
    """The stage; at first sight the judges begin to learn."""
    if page.get("run") is None:
        page.put("flags", page.get("flags") or {"autotrain": True})
    return stage(figures.panels(settings), figures.readouts(settings))


def below(settings: Any) -> None:
    """What the race shares."""
    st.caption(
        "The judges read fields of 64 × 64 cells, 128 Mpc/h wide, seen through P(k), through 32 "
        "quantiles, or whole; same fields, same order, same seed, Adam at the same rate. Skies are "
        "slices 32 Mpc/h thick with h = 0.7 and n_s = 0.965."
    )


workbench(page, described, below=below)
try_this(page)
show_code(page, power_spectrum, turned, same_histogram, colored, web, power, slice_power,
          Convolutional, Summaries)  # fmt: skip
