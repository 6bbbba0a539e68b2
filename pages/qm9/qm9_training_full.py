"""Full runs on the training page: a process of its own that is started, followed and stopped."""

import streamlit as st

from core.figures.qm9_curves import run_curves
from core.qm9 import compare, jobs
from core.qm9.checkpoint import CheckpointError
from core.qm9.session import CHECKPOINT
from core.qm9.settings import TrainSettings
from core.settings import SettingError

REFUSED = (jobs.JobError, CheckpointError, SettingError, OSError)


def full_runs(page) -> None:
    """The whole section."""
    st.subheader("A full run")
    st.markdown(
        "All of the training split, for as long as it takes: `python -m core.qm9 train` as a "
        "process of its own. **It goes on when you close this page or the app.** Runs lie in "
        f"`{jobs.runs_folder()}`, each in a folder of its own; one trains at a time."
    )
    _form(page)
    names = jobs.names()
    if not names:
        return
    if page.get("run.name") not in names:
        page.put("run.name", names[0])
    st.selectbox("Runs found in that folder", names, key=page.key("run.name"), width=300)
    now = jobs.running()
    st.fragment(_follow, run_every=1.0 if now else None)(page, now)


def _form(page) -> None:
    """What to train."""
    kinds, key = TrainSettings.kinds(), lambda name: page.key(f"full.{name}")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Folder", "first", 40, key("name"), width=140)
        st.selectbox("Model", kinds["model"].options, 4, key=key("model"), width=130)
        st.number_input("Molecules, 0 for all", 0, 110_000, 0, 1000, key=key("subset"), width=170)
        st.number_input("Epochs", 0.1, 1000.0, 5.0, 1.0, key=key("epochs"), width=120)
        st.number_input("Batch size", 1, 4096, 256, key=key("batch_size"), width=120)
        st.number_input("Learning rate", 1e-5, 1.0, 2e-3, 1e-4, "%.4g", key("lr"), width=130)
        st.number_input("Seed", 0, 2**31 - 1, 0, key=key("seed"), width=100)
        st.number_input("Threads", 1, 64, 1, key=key("threads"), width=100)
        st.button("Start the full run", key=key("start"), type="primary", on_click=_start,
                  args=(page,), icon=":material/rocket_launch:")  # fmt: skip
    if problem := page.get("full.problem"):
        st.error(problem)


def _try(page, where, act, *arguments) -> bool:
    """Do it, or say in one sentence why not."""
    page.put(where, "")
    try:
        act(*arguments)
    except REFUSED as error:
        page.put(where, str(error))
        return False
    return True


def _start(page) -> None:
    names = ("model", "subset", "epochs", "batch_size", "lr", "seed")
    values = {name: page.get(f"full.{name}") for name in names}
    name, threads = (page.get("full.name") or "").strip(), page.get("full.threads")
    if _try(page, "full.problem", lambda: jobs.start(name, jobs.plan(**values), threads)):
        page.put("run.name", name)


def _follow(page, running) -> None:
    """The chosen run as it is now."""
    name = page.get("run.name")
    try:
        job = jobs.read(name)
    except REFUSED as error:
        st.error(str(error))
        return
    if jobs.running() != running:
        st.rerun()  # it has ended, or begun: ticks stop or start
    words = f"**{job.name}**, {job.settings.get('model', '')}: {job.state}. {job.progress()}"
    st.progress(min(job.fraction, 1.0), words, width="stretch")
    if job.message:
        st.warning(job.message)
    if problem := page.get("run.problem"):
        st.error(problem)
    with st.container(horizontal=True):
        _buttons(page, job)
    if job.losses:
        st.plotly_chart(run_curves(job), key=page.key("full.chart"),
                        alt="Training loss and validation error over the epochs.")  # fmt: skip
    if page.get("full.loaded") == name:
        st.dataframe(page.get("full.table"), hide_index=True, key=page.key("full.errors"))
        st.caption(
            "Mean absolute error (the median for A, B, C) on the first "
            f"{compare.MOLECULES:,} molecules of the validation split, beside the shipped models."
        )


def _buttons(page, job) -> None:  # what can be done with a run in this state
    there = (page, "run.problem")
    if job.trains:
        st.button("Stop", key=page.key("full.stop"), disabled=job.state == "stopping",
                  on_click=_try, args=(*there, jobs.stop, job.name))  # fmt: skip
    elif job.saved and job.state != "done":
        st.button("Resume", key=page.key("full.resume"), on_click=_try,
                  args=(*there, jobs.resume, job.name))  # fmt: skip
    if job.saved:
        path = job.folder / CHECKPOINT
        st.button("Load its checkpoint", key=page.key("full.load"), on_click=_load,
                  args=(page, job.name, path))  # fmt: skip
        st.download_button("Download it", path.read_bytes, f"{job.name}.safetensors",
                           key=page.key("full.download"), on_click="ignore")  # fmt: skip


def _load(page, name, path) -> None:
    """Evaluate the newest checkpoint."""
    page.put("full.loaded", None)
    if _try(page, "run.problem", lambda: page.put("full.table", compare.table(path))):
        page.put("full.loaded", name)
