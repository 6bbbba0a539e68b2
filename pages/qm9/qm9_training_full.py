"""Full runs on the training page: a process of its own that is started, followed and stopped."""

from pathlib import Path
from typing import Any

import streamlit as st

from core.experiments.qm9_training.figures_curves import run_curves
from core.qm9.prediction import compare
from core.qm9.training import jobs
from core.qm9.training.jobs_log import Job
from core.qm9.training.session import CHECKPOINT
from pages.qm9.qm9_training_form import REFUSED, attempt, form
from pages.ui.plain import plain
from pages.ui.runs import Page
from pages.ui.work import standing


def full_runs(page: Page) -> None:
    """The whole section."""
    st.subheader("A full run")
    st.markdown(
        "All of the training split, for as long as it takes: `python -m core.qm9 train` as a "
        "process of its own. **It goes on when you close this page or the app.** Runs lie in "
        f"`{jobs.runs_folder()}`, each in a folder of its own; one trains at a time."
    )
    form(page)
    names = jobs.names()
    if not names:
        return
    if page.get("run.name") not in names:
        page.put("run.name", names[0])
    st.selectbox("Runs found in that folder", names, key=page.key("run.name"), width=300)
    now = jobs.running()
    st.fragment(_follow, run_every=1.0 if now else None)(page, now)


def _follow(page: Page, running: str | None) -> None:
    """The chosen run as it is now."""
    name = page.get("run.name")
    try:
        job = jobs.read(name)
    except REFUSED as error:
        st.error(plain(error))
        return
    if jobs.running() != running:
        st.rerun()  # it has ended, or begun: ticks stop or start
    words = f"**{job.name}**, {job.settings.get('model', '')}: {job.state}. "
    if job.going:
        standing(job, page.key("full"), words, lambda: _do(page, jobs.stop, name))
    else:
        st.progress(job.fraction, words + job.words)
    with st.container(horizontal=True):
        wanted = _buttons(page, job)
    if wanted:
        with st.spinner("Predicting 1,000 molecules with this and the shipped models…"):
            _load(page, name, job.folder / CHECKPOINT)
    if job.message:
        st.warning(job.message)
    if problem := page.get("run.problem"):
        st.error(plain(problem))
    if job.losses:
        st.plotly_chart(run_curves(job), key=page.key("full.chart"),
                        alt="Training loss and validation error over the epochs.")  # fmt: skip
    if page.get("full.loaded") == name:
        st.dataframe(page.get("full.table"), hide_index=True, key=page.key("full.errors"))
        st.caption(
            "Mean absolute error (the median for A, B, C) on the first "
            f"{compare.MOLECULES:,} molecules of the validation split, beside the shipped models."
        )


def _buttons(page: Page, job: Job) -> bool:
    """What can be done with a run in this state; whether its checkpoint is to be loaded."""
    if job.saved and not job.going and job.state != "done":
        st.button("Resume", key=page.key("full.resume"), on_click=_do,
                  args=(page, jobs.resume, job.name))  # fmt: skip
    if not job.saved:
        return False
    wanted = st.button("Load its checkpoint", key=page.key("full.load"))
    path = job.folder / CHECKPOINT
    st.download_button("Download it", path.read_bytes, f"{job.name}.safetensors",
                       key=page.key("full.download"), on_click="ignore")  # fmt: skip
    return wanted


def _do(page: Page, act: Any, name: str) -> None:
    attempt(page, "run.problem", act, name)


def _load(page: Page, name: str, path: Path) -> None:
    """Evaluate the newest checkpoint."""
    page.put("full.loaded", None)
    if attempt(page, "run.problem", lambda: page.put("full.table", compare.table(path))):
        page.put("full.loaded", name)
