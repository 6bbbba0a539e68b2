"""Predict: draw a molecule and ask networks trained on QM9."""

import streamlit as st

from core.experiments.predict import Predict
from core.stage import stage
from pages.ui.controls import Controls
from pages.ui.lesson import open_page
from pages.ui.molecule import complaint, drawn, molecule_bar, sketcher
from pages.ui.player import player

page = open_page("predict", Predict, "Predict", "Draw a molecule.", [])


@st.fragment
def workbench() -> None:
    controls = Controls(page)
    above, below = st.container(), st.container()
    with below:
        player(
            page,
            stage([sketcher(page, height=420, width=640, title="Draw")], still=True),
            lambda event: drawn(page, event),
        )
        complaint(page)
    with above:
        molecule_bar(page, controls)
        controls.finish()
    from core.qm9 import package, predict

    best = package.load("best")
    said = predict.predict([page.settings.smiles], best)[0]
    st.write(said.properties["gap"].value, page.settings.smiles)


workbench()
