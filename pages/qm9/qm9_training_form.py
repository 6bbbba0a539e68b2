"""The form of the training page that starts a full run."""

from typing import Any

import streamlit as st

from core.qm9.networks.checkpoint import CheckpointError
from core.qm9.networks.models import QM9_MODELS
from core.qm9.training import jobs
from core.settings import SettingError
from pages.ui.plain import plain
from pages.ui.runs import Page

REFUSED = (jobs.JobError, CheckpointError, SettingError, OSError)


def form(page: Page) -> None:
    """What to train."""
    key, models = lambda name: page.key(f"full.{name}"), tuple(QM9_MODELS)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Folder", "first", 40, key("name"), width=140)
        st.selectbox("Model", models, models.index("mpnn"), key=key("model"), width=130)
        st.number_input("Molecules, 0 for all", 0, 110_000, 0, 1000, key=key("subset"), width=170)
        st.number_input("Epochs", 0.1, 1000.0, 5.0, 1.0, "%g", key=key("epochs"), width=120)
        st.number_input("Batch size", 1, 4096, 256, key=key("batch_size"), width=120)
        st.number_input("Learning rate", 1e-5, 1.0, 2e-3, 1e-4, "%.4g", key("lr"), width=130)
        st.number_input("Seed", 0, 2**31 - 1, 0, key=key("seed"), width=100)
        st.number_input("Threads", 1, 64, 1, key=key("threads"), width=100)
        st.button("Start the full run", key=key("start"), type="primary", on_click=_start,
                  args=(page,), icon=":material/rocket_launch:")  # fmt: skip
    if page.get("full.model") == "best":
        st.caption("By the recipe for a processor: optimizer Muon, with DFT distances and charges "
                   "as extra labels, which are read while it trains and never when it predicts; "
                   "errors of μ, HOMO, LUMO, gap and ⟨R²⟩ weigh three times as much.")  # fmt: skip
    if problem := page.get("full.problem"):
        st.error(plain(problem))


def attempt(page: Page, where: str, act: Any, *arguments: Any) -> bool:
    """Do it, or say in one sentence why not."""
    page.put(where, "")
    try:
        act(*arguments)
    except REFUSED as error:
        page.put(where, str(error))
        return False
    return True


def _start(page: Page) -> None:
    names = ("model", "subset", "epochs", "batch_size", "lr", "seed")
    values = {name: page.get(f"full.{name}") for name in names}
    name, threads = (page.get("full.name") or "").strip(), page.get("full.threads")
    if attempt(page, "full.problem", lambda: jobs.start(name, jobs.plan(**values), threads)):
        page.put("run.name", name)
