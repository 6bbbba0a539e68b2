"""The recorded learning curves on the training page."""

import json
from typing import Any

import streamlit as st

from core.experiments.qm9_training.figures_curves import (
    CURVES,
    learning_curves,
    overtaking,
    reading,
)
from core.experiments.qm9_training.settings import SHOWN
from core.qm9.data.targets import TARGET
from pages.ui.chapter import ASSETS
from pages.ui.plain import plain
from pages.ui.runs import Page

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
    if said := overtaking(table, measure):
        st.markdown(said)
    seeds = {cell["seeds"] for sizes in table.values() for cell in sizes.values()}
    if max(seeds) == 1:
        spread = "One seed a point, so there is no band yet"
    else:
        spread = f"{min(seeds)} to {max(seeds)} seeds a point (hover); bands are one deviation wide"
    st.caption(
        f"{spread}. Recorded runs at about 193,000 parameters, tested on 10,831 molecules. All six "
        "get the same epochs, batch size and learning rate at each size, and counts of atoms and "
        "bonds beforehand; nothing is tuned. Chemical accuracy is what chemists ask for: 0.043 eV "
        "for energies (1 kcal/mol), 0.1 D for dipole moments; an error over it of 5 is five times "
        "that. The commands that made them:"
    )
    st.code("\n".join([command, *_of_all(table)]), language="bash", wrap_lines=True)


def _of_all(table: dict[str, Any]) -> list[str]:
    """The commands behind the curves' right ends: the shipped models, by their cards."""
    cards = [ASSETS / "checkpoints" / f"{name}.json" for name in table]
    made = [json.loads(card.read_text("utf-8"))["commands"] for card in cards if card.is_file()]
    return ["# with 110,000 molecules, all of the training split:", *sum(made, [])]
