"""Training on QM9: architectures race on real molecules; learning curves; full runs."""

from typing import Any

import streamlit as st

from core.experiments.qm9_training import figures
from core.experiments.qm9_training.pictures import Qm9Training
from core.experiments.qm9_training.settings import updates
from core.experiments.qm9_training.tasks import TASKS
from core.models.mpnn import MPNNLayer
from core.qm9.data.data import load
from core.qm9.data.source import DataError
from core.qm9.networks.models import MlpModel, MpnnModel
from core.qm9.training.train import Run
from core.stage import stage
from pages.qm9.qm9_training_full import full_runs
from pages.qm9.qm9_training_recorded import recorded_curves
from pages.ui.bench import Bench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.plain import plain
from pages.ui.player import player
from pages.ui.take_home import take_home

page = open_page(
    "qm9-training",
    Qm9Training,
    "Training on QM9",
    "An MLP reads a molecule as a list of numbers, message passing as a graph, in which no atom is "
    "the first. What is that worth? Press **Train**: both learn from the same real molecules.",
    [
        (r"h_1 = \sigma(W_1 x + b_1)", "2.1"),
        (r"h_v^{(\ell+1)} = \phi\Big(h_v^{(\ell)}, \textstyle\sum_{u \in \mathcal{N}(v)} "
         r"\psi(h_u^{(\ell)}, h_v^{(\ell)}, e_{uv})\Big)", "5.9"),
        (r"h_G = \textstyle\sum_{v} h_v", "5.12"),
    ],
)  # fmt: skip


def read_once() -> None:
    """The first reading of QM9 takes half a minute; meanwhile the recorded curves are there."""
    if Qm9Training.ready():
        return
    bar = st.progress(0.0, "Reading QM9, once on this machine")
    recorded_curves(page)

    def show(done: int, total: int) -> None:
        bar.progress(done / total, f"Reading QM9: {done:,} molecules")

    try:
        load(show)
    except DataError as error:
        st.error(plain(error))
        st.stop()
    st.rerun()


def keep_run() -> None:
    """Another target is another look at the same run: nothing has to be trained anew."""
    run, wanted = page.get("run"), page.settings
    if run and run.experiment.settings.replace(target=wanted.target) == wanted:
        run.experiment.settings = wanted


def budget(settings: Any) -> str:
    """What all models of the race share, in one line."""
    n = updates(settings)
    return (
        f"Every model: the same {settings.molecules:,} molecules of the training split in the same "
        f"order, {n:,} updates of {min(settings.batch_size, settings.molecules)} molecules "
        f"({settings.epochs} epochs), AdamW with warm-up and cosine from the same learning rate, "
        f"seed {settings.seed}, about {settings.size} parameters. Measured on 400 molecules of the "
        f"validation split with the averaged weights. Given beforehand: {settings.start}."
    )


@st.fragment
def workbench() -> None:
    """Controls and stage: only this runs again when something is set."""
    controls = Controls(page)
    keep_run()
    settings = page.settings
    bench = Bench()
    described = stage(figures.panels(settings), figures.readouts(settings))
    with bench.stage:  # sent before the controls, which the browser takes longer to draw
        player(page, described)
        st.caption(budget(settings))
    with bench.controls:
        controls.group("Data", "target", "molecules")
        controls.group("Networks", "models", "size", models=280)
        controls.group("Training", "start", "learning_rate", start=280)
        controls.more(("batch_size", "epochs"), ("seed",))
        controls.finish()
    take_home(page, described, "Training on QM9",
              "RDKit and the package qm9pack beside PyTorch and NumPy")  # fmt: skip


read_once()
workbench()
recorded_curves(page)
full_runs(page)
try_this(page, TASKS)
show_code(Qm9Training, Run, MpnnModel, MPNNLayer, MlpModel)
