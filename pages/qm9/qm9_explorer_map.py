"""The explorer's map of chemical space: PCA at once, UMAP recorded or made on a click."""

from typing import Any

import streamlit as st

from core.experiments.qm9_explorer import figures as qm9_cloud
from core.experiments.qm9_explorer import space, space_job
from core.qm9.data.data import load
from pages.ui.plain import plain
from pages.ui.runs import Page
from pages.ui.work import elsewhere, long_work


def read_with_a_map(page: Page) -> None:
    """The first reading of QM9 takes half a minute: meanwhile the recorded map, and how far it is.

    Raises:
        DataError: QM9 can't be read.
    """
    model = page.settings.model
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, "Reading QM9, once on this machine")
        if recorded := space.umap(model, 0):
            xy, command = recorded
            figure = qm9_cloud.recorded_map(xy)
            st.plotly_chart(figure, key=page.key("first"), height=620,
                            alt="The map of chemical space: each point is a molecule.")  # fmt: skip
            st.caption(plain(
                f"A map of chemical space while QM9 is read: {len(xy):,} of its molecules, laid "
                f"out by what the network {model} makes of them. Recorded by {command}; colors, "
                "properties and structures follow."
            ))  # fmt: skip

    def show(done: int, total: int) -> None:
        bar.progress(done / total, f"Reading QM9, once on this machine: {done:,} of {total:,}")

    load(show, waiting=elsewhere(bar))
    place.empty()


def map_data(page: Page, counted: Any, mask: Any) -> dict[str, Any] | None:
    """Points of the map with words for its card; None while there is no map yet."""
    settings = page.settings
    where: dict[str, Any] = {}
    row = counted.row(settings.molecule)
    if settings.layout == "pca":
        with st.spinner(f"{settings.model} reads 4,000 molecules", show_time=True):
            found = space.pca(settings.model, settings.seed)
        xy, ratio, made = found.xy, found.ratio, ""
        if row is not None:
            x, y = space.place(settings.model, settings.seed, counted.library.data.molecule(row))
            where = {"x": x, "y": y}
    else:
        recorded = space.umap(settings.model, settings.seed)
        if recorded is None:
            _offer(page)
            return None
        (xy, command), ratio = recorded, None
        made = f"Recorded by {command}"
        at = (space.rows_of(settings.seed) == row).nonzero()[0]
        if len(at):
            where = {"x": float(xy[at[0], 0]), "y": float(xy[at[0], 1])}
        else:
            made = "The picked molecule is not among these. " + made
    data = qm9_cloud.chemical_space(counted, settings, mask, xy, ratio)
    rows = space.rows_of(settings.seed)
    data["picked"] = None if row is None else {"row": row, **where}
    gray = (
        "" if mask.all() else f" {int(mask[rows].sum()):,} pass the filters, the others are gray."
    )
    data["hint"] = f"{len(rows):,} molecules, drawn by the seed.{gray} Click one to pick it. {made}"
    data["alt"] = f"Scatter plot: {data['title']}, {len(rows):,} molecules."
    return data


def _offer(page: Page) -> None:
    """There is no layout of this network and seed: make one, in a process of its own."""
    settings = page.settings
    job = space_job.found(settings.model, settings.seed)
    if job and job.going:
        st.caption("The layout is being computed; see below.")
        return
    if job and job.failed:
        st.error(plain(job.failed))
    usual = sum(space_job.USUAL)
    st.info(
        f"No UMAP layout of *{settings.model}* with seed {settings.seed} is recorded. Computing "
        f"one takes about {usual:.0f} s, more at the first time; it is kept on this machine."
    )
    if st.button("Compute UMAP", key=page.key("umap"), type="primary"):
        try:
            space_job.start(settings.model, settings.seed)
        except RuntimeError as error:
            st.error(plain(error))
            return
        st.rerun()


def umap_progress(page: Page) -> None:
    """The layout in the making, with a Stop; once it is there, the page shows it."""
    settings = page.settings
    job = space_job.found(settings.model, settings.seed)
    if job and job.going and (settings.layout, settings.view) == ("umap", "space"):
        long_work(job, page.key("umap"))
