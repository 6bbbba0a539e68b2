"""Take a prediction home: link, table, model, and a script that asks the command line."""

from __future__ import annotations

import streamlit as st

from core.qm9.networks import package
from core.qm9.prediction import answers
from core.qm9.prediction.answers import take_home_script
from core.qm9.prediction.batch import Batch, Line
from core.qm9.prediction.library import at_hand
from pages.ui.link import fold
from pages.ui.runs import Page
from pages.ui.take_home import link, note_shown


@st.fragment
def take(page: Page) -> None:
    """Files are made when they are clicked; drawn only while it is open."""
    section = fold(page, "take", "Take it home", ":material/download:")
    note_shown(page)
    if not section.open:
        return
    smiles, model = page.settings.smiles, answers.best()
    path = package.locate(model.name)
    with section:
        link(page)
        with st.container(horizontal=True):
            st.download_button(
                "Table (.csv)", lambda: _table(smiles), "prediction.csv", "text/csv",
                key=page.key("take.csv"), on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "Python script", take_home_script(smiles), "predict_one.py", "text/x-python",
                key=page.key("take.py"), on_click="ignore",
            )  # fmt: skip
            st.download_button(
                f"Model (.safetensors, {path.stat().st_size / 1e6:.0f} MB)", path.read_bytes,
                f"{model.name}.safetensors", "application/octet-stream",
                key=page.key("take.model"), on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "Its card (.json)", path.with_suffix(".json").read_bytes, f"{model.name}.json",
                "application/json", key=page.key("take.card"), on_click="ignore",
            )  # fmt: skip
        st.caption(
            "The script runs in the folder of this program and asks its command line; the model's "
            "card says how it was trained, with the command, and what it was measured to reach."
        )


def _table(smiles: str) -> str:
    """The batch's own table with one line."""
    job = Batch([Line(1, smiles)], answers.best(), at_hand())
    job.work()
    return job.result
