"""Own points: a table to type into, and the upload of a CSV file."""

import pandas as pd
import streamlit as st

from core.settings import SettingError
from pages.ui.link import fold
from pages.ui.plain import plain
from pages.ui.runs import Page

COLUMNS = ["x1", "x2", "label"]


def points_editor(page: Page) -> None:
    """The points as a table, for the keyboard and for exact numbers; and an upload."""
    label = "Points as a table, or from a CSV file"
    expander = fold(page, "points", label, ":material/table:")
    if not expander.open:
        return
    with expander:
        left, right = st.columns(2)
        with left:
            table = pd.DataFrame(page.settings.points, columns=COLUMNS)
            version = page.get("generation", 0)
            found = st.data_editor(
                table, num_rows="dynamic", key=page.key(f"table{version}"), height=220
            )
            rows = tuple(tuple(map(float, row)) for row in found.dropna().to_numpy())
            if rows != page.settings.points and st.button("Use these points", key=page.key("use")):
                _use(page, rows)
        with right:
            file = st.file_uploader(
                "CSV with x1, x2 and a label, up to 2,000 rows and 1 MB", ["csv", "txt"],
                key=page.key("upload"),
            )  # fmt: skip
            if file is not None and st.button("Load the file", key=page.key("load")):
                _load(page, file.getvalue())
            for line in page.get("upload.said", ()):
                st.caption(line)


def _use(page: Page, rows: tuple[tuple[float, ...], ...]) -> None:
    try:
        page.set(page.settings.fresh().replace(dataset="points", points=rows))
    except SettingError as error:
        st.error(plain(error))
        return
    st.rerun()


def _load(page: Page, content: bytes) -> None:
    from core.datasets.upload import read_csv

    try:
        upload = read_csv(content)
    except ValueError as error:
        st.error(plain(error))
        return
    page.put("upload.said", upload.notes)
    _use(page, upload.rows)
