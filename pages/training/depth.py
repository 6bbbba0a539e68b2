"""Depth: networks of up to 100 layers, and where their gradient goes."""

from typing import Any

import streamlit as st

from core.experiments.depth import ABOUT, figures
from core.experiments.depth.network import Networks, first_weights
from core.experiments.depth.norms import (
    MOST,
    batch_norm,
    batch_of,
    compare,
    layer_norm,
    sheet,
    told,
)
from core.experiments.depth.pictures import Depth
from core.experiments.depth.settings import parameters
from core.experiments.depth.stops import Sweep, figure, recorded, said, stops, table
from core.experiments.depth.tasks import TASKS
from core.experiments.depth.theory import relu_moment
from core.words import counted
from pages.ui.bench import restless, workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.work import begins, so_far

page = open_page(ABOUT, Depth, TASKS)


def below(settings: Any) -> None:
    """What all share."""
    st.caption(
        f"All networks have {parameters(settings.depth, settings.width):,} parameters, begin with "
        "the same weights and see the same digits in the same order, "
        f"{settings.optimizer} at the same rate; gradients and layers are those of the first seed "
        "on 64 digits. Dotted: the law of infinitely wide networks before training. Dashed: the "
        "gradient without what comes back along the identity path, the forward pass unchanged."
    )


def swept(sweep: Sweep) -> None:
    """What the sweep has found so far."""
    if not sweep.results:
        return
    st.plotly_chart(figure(sweep.results), key=page.key("chart"),
                    alt="Share of held-out digits named rightly against depth.")  # fmt: skip
    if not sweep.going:
        st.dataframe(table(sweep.results), hide_index=True, key=page.key("table"))
        st.caption(f"{said(sweep.results, sweep.settings.max_steps)} The same numbers without a "
                   "browser:")  # fmt: skip
        st.code(sweep.command, language="bash", wrap_lines=True)


@st.fragment
def one_batch() -> None:
    """Both norms on the same numbers."""
    n = st.slider("Digits in the batch", 1, MOST, 6, key=page.key("digits"), width=280)
    run = page.run()
    with run.lock:
        name, layer, h = batch_of(run.experiment, n)
    found = compare(h)
    st.caption(
        f"Outputs of layer {layer} of {name} after {counted(run.experiment.steps, 'update')}."
    )
    parts = {"h as it is": found.h, "Batch norm": found.batch, "Layer norm": found.layer}
    for column, (label, values) in zip(st.columns(3), parts.items(), strict=True):
        column.markdown(f"**{label}**")
        if values is not None:
            column.plotly_chart(sheet(values, 130 + 14 * n), key=page.key(f"sheet {label}"),
                                alt=f"{label}: {n} digits by {values.shape[1]} "
                                "features.")  # fmt: skip
        else:
            column.caption("Refused.")
    (st.info if found.batch is not None else st.warning)(told(found))


workbench(page, restless(page, figures), below=below)
st.subheader("At which depth does each stop training?")
st.markdown(
    "Plain networks do not break at one depth; they fade. So say what “stops” means, and measure "
    "it: eight depths from 1 to 100, several seeds."
)
command, steps, results = recorded()
st.plotly_chart(figure(results), key=page.key("recorded"),
                alt="Recorded: held-out digits named rightly against depth.")  # fmt: skip
st.caption(f"{said(results, steps)} Recorded by `{command}`.")
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.number_input("Updates", 50, 2000, 200, 50, key=page.key("steps"), width=130)
    st.number_input("Seeds", 1, 5, 3, key=page.key("seeds_of_sweep"), width=130)
    begins(page, "sweep", "Train eight depths",
           lambda: Sweep(page.settings, page.get("steps"), page.get("seeds_of_sweep")),
           type="primary",
           help="With the networks, first weights and learning rate set above.")  # fmt: skip
so_far(page, "sweep", swept)
st.subheader("Batch norm or layer norm, on one batch")
one_batch()
try_this(page)
show_code(page, Networks, first_weights, relu_moment, batch_norm, layer_norm, stops, Depth)
