"""Recurrence: networks that read one symbol after the other, and what they remember."""

from typing import Any

import streamlit as st

from core.experiments.recurrence import ABOUT, figures, horizon, mnist1d
from core.experiments.recurrence.beginnings import TRANSFORMER, first_weights
from core.experiments.recurrence.pace import (
    Pace,
    attend,
    linear_by_doubling,
    pace_figure,
    said,
    step_by_step,
)
from core.experiments.recurrence.pictures import Recurrence
from core.experiments.recurrence.sequences import MNIST_1D
from core.experiments.recurrence.settings import has_twin, parameters, shape, shares_of
from core.experiments.recurrence.tasks import TASKS
from core.experiments.recurrence.theory import way_back
from core.models.reader import Reader
from core.models.recurrent import Recurrent, gru, lstm, rnn
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.work import begins, so_far

page = open_page(ABOUT, Recurrence, TASKS)
begins_by_itself(page)


def below(settings: Any) -> None:
    """What the race shares."""
    sizes = ", ".join(
        f"{cell} {parameters(settings, cell):,} (d = {shape(settings, cell)[0]})"
        for cell in settings.cells
    )
    twins = any(has_twin(settings, cell) for cell in settings.cells)
    dotted = "Dotted: the same cell with PyTorch's default first weights. " if twins else ""
    other = {"LSTM": "c of the LSTM", TRANSFORMER: "the embedding of the transformer"}
    carried = ", ".join(["h", *(what for cell, what in other.items() if cell in settings.cells)])
    new = "batches of 4,000 signals" if settings.target == MNIST_1D else "new sequences"
    st.caption(
        f"Parameters: {sizes}. The same {new} in the same order for all. Adam, each family at its "
        f"own rate, the one set times a factor: {shares_of(settings.cells)}. {dotted}Gradients are "
        "those of the loss at the last step with respect to what a step hands on: "
        f"{carried}."
    )


def measured(work: Pace) -> None:
    """What is measured so far."""
    if work.results:
        st.plotly_chart(pace_figure(work.results), key=page.key("chart"),
                        alt="Milliseconds of one reading against length.")  # fmt: skip
    if work.done:
        st.caption(said(work.results))


workbench(page, figures, below=below)
st.subheader("Who remembers, and how soon?")
st.caption(f"{horizon.said(horizon.recorded())} Recorded by `{horizon.COMMAND}`.")
st.subheader("Why does h₁₀₀ wait for h₉₉?")
st.markdown(
    "In equation (5.6) σ stands between any two steps, so step 100 can begin only when step 99 is "
    "done. Attention looks at all steps at once. A recurrence without σ is a sum over the past, "
    "which can be taken in about log₂ T rounds."
)
begins(page, "pace", "Measure it here", Pace, icon=":material/timer:")
so_far(page, "pace", measured)
st.subheader("Is reading in order the right bias?")
st.markdown(
    "MNIST-1D: ten shapes, stretched, shifted and noisy, as signals of 40 values. Four families "
    "learn from 4,000 of them, each at the learning rate beside it; the GRU reads both ways and "
    "shows all of its states to the readout. The rates were chosen on the same 1,000 test signals, "
    "which flatters all four a little."
)
command, rows = mnist1d.recorded()
st.dataframe(mnist1d.table(rows), hide_index=True, key=page.key("mnist1d"), column_config={
    name: st.column_config.NumberColumn(format="localized") for name in ("parameters", "updates")
})  # fmt: skip
st.caption(
    f"{mnist1d.said(rows)} Mean and standard deviation of {len(rows[0].accuracy)} seeds; published "
    f"numbers: {mnist1d.SOURCE}. Recorded by `{command}`."
)
try_this(page)
show_code(page, Recurrent, rnn, lstm, gru, Reader, first_weights, way_back, attend,
          linear_by_doubling, step_by_step, Recurrence)  # fmt: skip
