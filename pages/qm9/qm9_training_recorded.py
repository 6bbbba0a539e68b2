"""The recorded learning curves on the training page."""

import json

import streamlit as st

from core.experiments.qm9_training.figures import learning_curves, reading
from core.experiments.qm9_training.settings import SHOWN
from core.qm9.data.targets import TARGET
from pages.ui.chapter import ASSETS
from pages.ui.plain import plain
from pages.ui.runs import Page

CURVES = ASSETS / "results" / "qm9-learning-curves.json"
RATIO = "error_ratio"


@st.fragment
def recorded_curves(page: Page) -> None:
    """Test error of the six against the number of molecules, as the recorded file has it."""
    st.subheader("How many molecules does a bias replace?")
    try:
        found = json.loads(CURVES.read_text("utf-8"))
        table, command = found["table"], found["command"]
    except (OSError, ValueError, KeyError) as error:
        st.error(plain(f"{CURVES} can't be read ({error}): restore it from the repository."))
        return
    measure = st.selectbox(
        "Error of",
        (RATIO, *SHOWN),
        key=page.key("curve"),
        width=250,
        format_func=lambda k: "all 12 standard targets" if k == RATIO else TARGET[k].symbol,
    )
    alt = "Test error of each architecture against the number of molecules trained on."
    st.plotly_chart(learning_curves(table, measure), key=page.key("curves"), alt=alt)
    st.markdown(
        f"{reading(table, measure)} Whom an atom hears is built into gcn, gat and mpnn: its "
        "neighbors. The transformer must learn it, mlp even that a renumbered molecule is the "
        "same one, and deep-sets never sees a bond."
    )
    seeds = {cell["seeds"] for sizes in table.values() for cell in sizes.values()}
    if max(seeds) == 1:
        spread = "One seed a point, so there is no band yet"
    else:
        spread = f"{min(seeds)} to {max(seeds)} seeds a point (hover); bands are one deviation wide"
    st.caption(
        f"{spread}. Recorded runs at about 193,000 parameters, tested on 10,831 molecules. All six "
        "get the same epochs, batch size and learning rate at each size, and counts of atoms and "
        "bonds beforehand; nothing is tuned. The command that made them:"
    )
    st.code(command, language="bash", wrap_lines=True)
