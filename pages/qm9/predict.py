"""Predict: draw a molecule and ask networks trained on QM9."""

import streamlit as st

from core.experiments.predict import ABOUT, figures
from core.experiments.predict.experiment import Predict
from core.experiments.predict.tasks import TASKS
from core.qm9.networks.conformal import calibrate
from core.qm9.prediction import answers, contributions, nearest
from core.qm9.prediction import predict as single
from core.stage import stage
from pages.qm9.predict_batch import batch
from pages.qm9.predict_mutate import mutate
from pages.qm9.predict_near import judged, nearest_molecules, preparing
from pages.qm9.predict_take import take
from pages.ui.bench import Bench
from pages.ui.chapter import ASSETS
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.molecule import complaint, drawn, molecule_bar, sketched
from pages.ui.plain import plain
from pages.ui.player import message, player
from pages.ui.take_home import follow

page = open_page(ABOUT, Predict, TASKS)
st.html(ASSETS / "predict" / "predict.css")
HONEST = (
    "**The numbers on the atoms** are shares of this prediction, in the property's unit, not "
    "effects of an edit: an atom that lowers the gap here need not raise it when it is replaced."
    " What belongs to an atom by itself is counted exactly: counts of atoms, bonds (half to each"
    " end) and rings, and the network's own term of each atom. What the network makes of all "
    "atoms together is shared out by *integrated gradients*: all atoms are faded into the sum "
    "(5.12) at the same pace, from none to whole, and each is given what its part moves on the "
    "way (the slope there, added up). Atoms that are equivalent get equal shares. An atom has "
    "heard of its neighbors by then, so its number is about the atom in its place; it is no "
    "cause, and other fair ways of sharing exist."
)


def load_once() -> None:
    """The networks, and QM9 where it has been read before; else it is read behind the page."""
    if not answers.ready():
        with st.spinner("Loading the networks"):
            answers.make_ready()


@st.fragment
def workbench() -> None:
    """Sketcher and answers: only this runs again at a stroke."""
    controls = Controls(page)
    follow(page)
    smiles, target = page.settings.smiles, page.settings.target
    bench, below = Bench(), st.container()
    left, right = bench.stage.columns([11, 10], gap="medium")
    with right:  # what a stroke is made for is sent first; the sketcher shows the stroke by itself
        first, warned, sides = (st.container() for _ in range(3))
    said, distant = judged(smiles)
    first.html(figures.headline(said, target))
    with left:
        panels = sketched(page, figures.panels(page.settings))
        sent = message(page, stage(panels, still=True))
        player(page, sent, lambda event: drawn(page, event))
        complaint(page)
        st.html(figures.legend(smiles, target))
    with below:
        preparing()
        st.html(figures.table(said, target))
    with bench.controls:
        molecule_bar(page, controls)
        controls.column()
    with warned:
        for text in [*said.warnings, *distant]:
            st.warning(plain(text), icon=":material/warning:")
    with sides:
        st.caption(figures.SIDE_WORDS)
        st.html(figures.architectures(smiles, target, said.group))
    st.markdown(HONEST)
    nearest_molecules(page)
    mutate(page)


load_once()
st.html(figures.distributions())
nearest.prepare()
workbench()
batch(page)
try_this(page)
show_code(page, single.predict, calibrate, contributions.contributions, contributions.network_parts)
take(page)
