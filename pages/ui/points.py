"""Own points: a table to type into, and the upload of a CSV file."""

from typing import Any

import pandas as pd
import streamlit as st

from core.settings import SettingError
from pages.ui.link import fold
from pages.ui.plain import plain
from pages.ui.runs import Page

COLUMNS = {"x1": "x₁", "x2": "x₂", "label": "label"}  # as in files, and as the pages write them


def points_editor(page: Page) -> None:
    """The points as a table, for the keyboard and for exact numbers; and an upload."""
    label = "Points as a table, or from a CSV file"
    expander = fold(page, "points", label, ":material/table:")
    if not expander.open:
        return
    with expander:
        left, right = st.columns(2)
        with left:
            table = pd.DataFrame(page.settings.points, columns=list(COLUMNS))
            version = page.get("generation", 0)
            found = st.data_editor(
                table,
                num_rows="dynamic",
                key=page.key(f"table{version}"),
                height=220,
                column_config=COLUMNS,
            )
            rows = tuple(tuple(map(float, row)) for row in found.dropna().to_numpy())
            if rows != page.settings.points and st.button("Use these points", key=page.key("use")):
                _use(page, rows)
        with right:
            file = st.file_uploader(
                "CSV with `x1`, `x2` and a label, up to 2,000 rows and 1 MB", ["csv", "tsv", "txt"],
                key=page.key("upload"), max_upload_size=1,
            )  # fmt: skip
            if file is not None:
                columns = _columns(page, file.file_id)
                if st.button("Load the file", key=page.key("load"), disabled=None in columns):
                    _load(page, file.getvalue(), file.file_id, columns)
            for line in page.get("upload.said", ()):
                st.caption(line)


def _use(page: Page, rows: tuple[tuple[float, ...], ...]) -> None:
    try:
        page.set(page.settings.fresh().replace(dataset="points", points=rows))
    except SettingError as error:
        st.error(plain(error))
        return
    st.rerun()


def _columns(page: Page, file: str) -> tuple[int | None, ...]:
    """The columns that the user chooses, of a file whose names don't tell; else nothing."""
    of, columns = page.get("upload.unclear", ("", ()))
    if of != file:
        return ()
    return tuple(
        st.selectbox(
            f"Column of {said}", range(len(columns)), None, lambda i: columns[i],
            key=page.key(f"upload.{name}{file}"),
        )
        for name, said in COLUMNS.items()
    )  # fmt: skip


def _load(page: Page, content: bytes, file: str, columns: Any) -> None:
    from core.datasets.table import UnclearColumns
    from core.datasets.upload import read_csv

    try:
        upload = read_csv(content, columns or None)
    except UnclearColumns as error:
        page.put("upload.said", (plain(error),))
        page.put("upload.unclear", (file, error.columns))
        st.rerun()
    except ValueError as error:
        st.error(plain(error))
        return
    page.put("upload.said", tuple(map(plain, upload.notes)))
    _use(page, upload.rows)
