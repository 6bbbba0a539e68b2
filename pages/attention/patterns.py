"""Attention patterns: four architectures are one sum, and differ in who may look at whom."""

from typing import Any

import streamlit as st

from core.experiments.patterns import ABOUT, figures, geometric
from core.experiments.patterns.layers import Additive, DotProduct, Fixed, one_sum
from core.experiments.patterns.masks import painted, write_mask
from core.experiments.patterns.pictures import Patterns
from core.experiments.patterns.settings import DRAWN, masks, shown_row
from core.experiments.patterns.table import SAID, table
from core.experiments.patterns.tasks import TASKS
from pages.attention.patterns_race import CODE, race
from pages.ui.bench import begins_by_itself, workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.runs import effective

page = open_page(ABOUT, Patterns, TASKS)
begins_by_itself(page)


def on_event(event: dict[str, Any]) -> None:
    """Cells of the mask were painted."""
    if event["tool"] == "draw":
        mask = painted(masks(page.settings)["own"], event["path"])
        wanted = effective(page.settings).fresh().replace(own=DRAWN, drawn=write_mask(mask))
        page.set(wanted, autotrain=True)


def another() -> None:
    """Another row on the stage: what was learned stays."""
    page.change("row", str(shown_row(page.settings)[0] + 1))


def shuffle() -> None:
    """The same tokens in another order."""
    page.change("shuffle", str(shown_row(page.settings)[1] + 1))


def above(controls: Controls) -> None:
    """Another row, or another order of it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Another row", page.key("another"), "Only content-dependent weights follow it",
                  another, icon=":material/casino:", type="primary")  # fmt: skip
        st.button("Shuffle it", page.key("shuffle"), "The same tokens in another order", shuffle,
                  icon=":material/shuffle:")  # fmt: skip


def below(settings: Any) -> None:
    """Where the form is stretched, and the chapter's table for what is set."""
    st.markdown(f"{SAID} {geometric.said()}")
    rows = [{name: f"{value:,}" if isinstance(value, int) else value for name, value in row.items()}
            for row in table(settings)]  # fmt: skip
    st.table(rows, hide_index=True)  # unlike a grid to scroll, it wraps: all columns are seen


workbench(page, figures, on_event, above=above, below=below)
race()
try_this(page)
show_code(page, one_sum, Fixed, Additive, DotProduct, Patterns, *CODE)
