"""Many molecules at once: a file in, predictions for every line out."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from core.datasets.table import UnclearColumns
from core.qm9.prediction import answers
from core.qm9.prediction.batch import MOST_BYTES, MOST_LINES, Batch, BatchError, lines_of
from core.qm9.prediction.library import at_hand
from pages.ui.plain import plain
from pages.ui.runs import Page

TURN = 0.6  # seconds of work a turn
EVERY = 0.7  # seconds between turns: a shorter timer would cut each turn off
EXAMPLE = "smiles,name\nO=Cc1ccccc1,benzaldehyde\nCCO,ethanol\nC(C)(C)(C)(C)C,five bonds\n"


def batch(page: Page) -> None:
    """Upload, progress, Stop, download; drawn only while it is open."""
    section = st.expander(
        "Batch: a file of molecules", icon=":material/table_rows:", key=page.key("batch"),
        on_change="rerun",
    )  # fmt: skip
    if not section.open:
        return
    with section:
        st.caption(
            f"A CSV with a column of SMILES, an SDF, or one SMILES a line; up to {MOST_LINES:,} "
            f"lines and {MOST_BYTES / 1e6:.0f} MB. Every line comes back in its place and number."
        )
        kinds = ["csv", "tsv", "txt", "smi", "sdf", "mol"]
        file = st.file_uploader("CSV, SDF or list", kinds, key=page.key("file"))
        if file is None:
            st.download_button("An example file", EXAMPLE, "molecules.csv", key=page.key("example"))
            return
        job = _job(page, file.getvalue())
        if job is None:
            return
        working = not job.done and not page.get("stopped")
        st.fragment(_turn, run_every=EVERY if working else None)(page, job)


def _job(page: Page, content: bytes) -> Batch | None:
    """The batch of this file; another file makes another one."""
    digest = hashlib.sha256(content).hexdigest()
    column = _column(page, digest)
    if page.get("batch.of") != (digest, column):
        try:
            job = Batch(lines_of(content, column), answers.best(), at_hand())
        except UnclearColumns as error:
            if page.get("batch.unclear", ("",))[0] != digest:
                page.put("batch.unclear", (digest, error.columns))
                st.rerun()
            st.info(plain(error))
            return None
        except BatchError as error:
            st.error(plain(error))
            return None
        for what, value in (("batch.job", job), ("batch.of", (digest, column)), ("stopped", False)):
            page.put(what, value)
    found: Batch | None = page.get("batch.job")
    return found


def _column(page: Page, digest: str) -> int | None:
    """The column with SMILES as the user says it, for a file whose names don't."""
    of, columns = page.get("batch.unclear", ("", ()))
    if of != digest:
        return None
    return st.selectbox(
        "Column with SMILES", range(len(columns)), None, lambda i: columns[i],
        key=page.key(f"batch.column{digest[:8]}"),
    )  # fmt: skip


def _turn(page: Page, job: Batch) -> None:
    """Where it stands, then a little work: a click on Stop must be read before the timer ticks."""
    _standing(page, job)
    if not page.get("stopped") and not job.done:
        job.work(TURN)
        if job.done:
            st.rerun()  # without the timer


def _standing(page: Page, job: Batch) -> None:
    """Progress, buttons, refused lines, the table."""
    good, bad = len(job.found), len(job.errors)
    words = f"{good:,} predicted, {bad:,} refused, of {len(job.lines):,} lines"
    if job.done:
        st.success(f"Done in {job.seconds:.1f} s: {words}.")
    else:
        left = f"; about {max(job.left, 1):.0f} s left" if not page.get("stopped") else "; stopped"
        st.progress(job.progress, words + left)
        _buttons(page)
    if job.errors:
        rows = [(job.lines[at].number, job.lines[at].text[:60], why)
                for at, why in sorted(job.errors.items())]  # fmt: skip
        st.caption("Refused lines")
        frame = pd.DataFrame(rows, columns=["line", "input", "why"])
        st.dataframe(frame, hide_index=True, height=180, key=page.key("refused"))
    if job.done or page.get("stopped"):
        st.download_button(
            "Predictions (.csv)", job.table, "predictions.csv", "text/csv",
            key=page.key("predictions"), on_click="ignore", type="primary",
        )  # fmt: skip


def _buttons(page: Page) -> None:
    """Stop, or go on: a full run, which sets the timer anew."""
    stopped = bool(page.get("stopped"))
    label = "Go on" if stopped else "Stop predicting"
    if st.button(
        label, key=page.key("stop"), icon=":material/stop_circle:" if not stopped else None
    ):
        page.put("stopped", not stopped)
        st.rerun()
