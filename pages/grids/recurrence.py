"""Recurrence: networks that read one symbol after the other, and what they remember."""

from typing import Any

import streamlit as st

from core.experiments.recurrence import ABOUT, figures
from core.experiments.recurrence.beginnings import first_weights
from core.experiments.recurrence.pictures import Recurrence
from core.experiments.recurrence.settings import parameters, shape
from core.experiments.recurrence.tasks import TASKS
from core.experiments.recurrence.theory import way_back
from core.models.recurrent import Recurrent, gru, lstm, rnn
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, Recurrence, TASKS)
if not page.get("seen"):
    page.put("seen", True)
    page.put("flags", page.get("flags") or {"autotrain": True})  # at first sight something moves


def below(settings: Any) -> None:
    """What the race shares."""
    sizes = ", ".join(
        f"{cell} {parameters(settings, cell):,} (d = {shape(settings, cell)[0]})"
        for cell in settings.cells
    )
    st.caption(
        f"Parameters: {sizes}. The same new sequences in the same order for all, Adam at the same "
        "rate. Dotted: the same cell with PyTorch's default first weights. Gradients are those of "
        "the loss at the last step with respect to what a step hands on: h, and c of the LSTM."
    )


workbench(page, figures, below=below)
try_this(page)
show_code(page, Recurrent, rnn, lstm, gru, first_weights, way_back, Recurrence)
