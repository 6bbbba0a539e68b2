"""Training on QM9: architectures race on real molecules; learning curves; full runs."""

from typing import Any

import streamlit as st

from core.experiments.qm9_training import ABOUT, figures
from core.experiments.qm9_training.pictures import Qm9Training
from core.experiments.qm9_training.settings import updates
from core.experiments.qm9_training.tasks import TASKS
from core.models.mpnn import MPNNLayer
from core.qm9.data.data import load
from core.qm9.data.source import DataError
from core.qm9.networks.models import MlpModel, MpnnModel
from core.qm9.training.train import Run
from core.words import counted
from pages.qm9.qm9_training_full import full_runs
from pages.qm9.qm9_training_recorded import recorded_curves
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.plain import plain
from pages.ui.work import elsewhere

page = open_page(ABOUT, Qm9Training, TASKS)


def read_once() -> None:
    """The first reading of QM9 takes half a minute; meanwhile the recorded curves are there."""
    if Qm9Training.ready():
        return
    bar = st.progress(0.0, "Reading QM9, once on this machine")
    recorded_curves(page)

    def show(done: int, total: int) -> None:
        bar.progress(done / total, f"Reading QM9: {done:,} molecules")

    try:
        load(show, waiting=elsewhere(bar))
    except DataError as error:
        st.error(plain(error))
        st.stop()
    st.rerun()


def budget(settings: Any) -> None:
    """What all models of the race share, in one line."""
    n = updates(settings)
    st.caption(
        f"Every model: the same {settings.molecules:,} molecules of the training split in the same "
        f"order, {n:,} updates of {min(settings.batch_size, settings.molecules)} molecules "
        f"({counted(settings.epochs, 'epoch')}), AdamW with warm-up and cosine from the same "
        "learning rate, "
        f"seed {settings.seed}, about {settings.size} parameters. Measured on 400 molecules of the "
        f"validation split with the averaged weights. Given beforehand: {settings.start}."
    )


read_once()
needs = "RDKit and the package qm9pack beside PyTorch and NumPy"
workbench(page, figures, below=budget, needs=needs)
recorded_curves(page)
full_runs(page)
try_this(page)
show_code(page, Qm9Training, Run, MpnnModel, MPNNLayer, MlpModel)
