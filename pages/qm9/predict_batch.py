"""Many molecules at once: a file in, predictions for every line out."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from core.datasets.table import UnclearColumns
from core.qm9.prediction import answers
from core.qm9.prediction.batch import MOST_BYTES, MOST_LINES, Batch, BatchError, lines_of
from core.qm9.prediction.library import at_hand
from pages.ui.link import fold
from pages.ui.plain import plain
from pages.ui.runs import Page
from pages.ui.work import long_work

EXAMPLE = "smiles,name\nO=Cc1ccccc1,benzaldehyde\nCCO,ethanol\nC(C)(C)(C)(C)C,five bonds\n"


def batch(page: Page) -> None:
    """Upload, progress, Stop, download; drawn only while it is open."""
    section = fold(page, "batch", "Batch: a file of molecules", ":material/table_rows:")
    if not section.open:
        return
    with section:
        st.caption(
            f"A CSV with a column of SMILES, an SDF, or one SMILES a line; up to {MOST_LINES:,} "
            f"lines and {MOST_BYTES / 1e6:.0f} MB. Every line comes back in its place and number."
        )
        kinds = ["csv", "tsv", "txt", "smi", "sdf", "mol"]
        file = st.file_uploader(
            "CSV, SDF or list", kinds, key=page.key("file"), max_upload_size=MOST_BYTES // 1_000_000
        )
        if file is None:
            st.download_button("An example file", EXAMPLE, "molecules.csv", key=page.key("example"))
            return
        job = _job(page, file.getvalue())
        if job:
            long_work(job, page.key("batch"), lambda: _lines(page, job))


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
        page.put("batch.job", job)
        page.put("batch.of", (digest, column))
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


def _lines(page: Page, job: Batch) -> None:
    """Refused lines, and the table."""
    if job.done:
        st.success(f"Done in {job.seconds:.1f} s: {job.words}.")
    if job.errors:
        rows = [(job.lines[at].number, job.lines[at].text[:60], why)
                for at, why in sorted(job.errors.items())]  # fmt: skip
        st.caption("Refused lines")
        frame = pd.DataFrame(rows, columns=["line", "input", "why"])
        st.dataframe(frame, hide_index=True, height=180, key=page.key("refused"))
    if not job.going:
        st.download_button(
            "Predictions (.csv)", lambda: job.result, "predictions.csv", "text/csv",
            key=page.key("predictions"), on_click="ignore", type="primary",
        )  # fmt: skip
