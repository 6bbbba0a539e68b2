"""Autoencoders: a bottleneck of d numbers, what is kept and what is lost."""

from typing import Any

import streamlit as st

from core.experiments.autoencoders import ABOUT, figures
from core.experiments.autoencoders.anomalies import auc
from core.experiments.autoencoders.figures_curve import sweep_figure
from core.experiments.autoencoders.pictures import AutoencodersRun
from core.experiments.autoencoders.sweep import Sweep, is_recorded, recorded, table
from core.experiments.autoencoders.tasks import TASKS
from core.intrinsic_dimension import two_nn
from core.models.autoencoder import Autoencoders, kl_divergence, reconstruction_error
from pages.ui.bench import restless, workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.work import begins, so_far

TEN, EVERY = "ten, and d as set", "every d from 1 to 32"
page = open_page(ABOUT, AutoencodersRun, TASKS)


def asked() -> Sweep:
    """A sweep of the present settings."""
    every = page.get("which") == EVERY
    return Sweep(page.settings, page.get("steps"), page.get("seeds"), every)


def curve(sweep: Sweep) -> None:
    """What the sweep has found so far."""
    figure = sweep_figure(sweep.settings, sweep.latent, sweep.result)
    st.plotly_chart(figure, key=page.key("chart"), alt="Error against d, over seeds, beside PCA.")
    if not sweep.going:
        st.dataframe(table(sweep), hide_index=True, key=page.key("table"))
        st.caption("Same samples, same number of updates, same learning rate, none of them tuned "
                   "by itself. The same numbers without a browser:")  # fmt: skip
        st.code(sweep.command, language="bash", wrap_lines=True)


def below(settings: Any) -> None:
    """How far other seeds lie from the numbers above, which are of one."""
    said = "The numbers above are of one seed. "
    found = recorded()
    if is_recorded(settings) and settings.d in found["d"]:
        k = found["d"].index(settings.d)
        column = found["errors"][:, k]
        said += (
            f"With d = {found['d'][k]}, {len(column)} seeds ended between {column.min():.2f} and "
            f"{column.max():.2f} after {found['updates']:,} updates: `{found['command']}`."
        )
    else:
        said += "Train below with several seeds to see how far others lie from it."
    st.caption(said)


workbench(page, restless(page, figures), below=below)
st.subheader("How many numbers are enough?")
st.markdown(
    "The latent dimension d is a hypothesis about the data's intrinsic dimension. Train many of "
    "them at once, each from several seeds, with the settings above:"
)
with st.container(horizontal=True, vertical_alignment="bottom"):
    st.number_input("Updates", 100, 5000, 1000, 100, key=page.key("steps"), width=130)
    st.number_input("Seeds", 1, 8, 3, key=page.key("seeds"), width=110)
    st.selectbox("Which d", (TEN, EVERY), key=page.key("which"), width=230)
    begins(page, "sweep", "Train them", asked, type="primary")
so_far(page, "sweep", curve)
try_this(page)
show_code(page, Autoencoders, AutoencodersRun, reconstruction_error, kl_divergence, two_nn, auc)
