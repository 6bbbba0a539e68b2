"""Manifolds: one data set, five maps of it, and how much each of them keeps."""

from typing import Any

import streamlit as st

from core.analysis.embedding import Reference, aligned, intrinsic_dimension
from core.experiments.manifolds import ABOUT, figures, job
from core.experiments.manifolds.finished import COMMAND
from core.experiments.manifolds.methods import TSNE, isomap, principal, umap
from core.experiments.manifolds.pictures import SCORE_EVERY, Manifolds
from core.experiments.manifolds.settings import MAPS, redrawn
from core.experiments.manifolds.sheet import EDGE, net
from core.experiments.manifolds.spread import Spread
from core.experiments.manifolds.still import SCORED
from core.experiments.manifolds.tasks import TASKS
from pages.ui.bench import workbench
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.plain import plain
from pages.ui.work import begins, long_work, so_far

first = "manifolds.settings" not in st.session_state
page = open_page(ABOUT, Manifolds, TASKS)
page.put("rival", None)  # a link's: here is nothing to race against
if first and "goal" not in (page.get("flags") or {}):
    page.put("flags", {"autotrain": True})  # at first sight something moves


def on_event(event: dict[str, Any]) -> None:
    """The profile of a sheet was drawn by mouse."""
    if event["tool"] == "draw":
        page.set(redrawn(page.settings, event["path"]), autotrain=True)


def below(settings: Any) -> None:
    """What all maps have in common, and how far those are that take a while."""
    st.caption(
        "In brackets: the same score with the map's points handed out at random. **Spearman**: "
        "rank correlation of distances in the map with those along the data. **Neighbors kept**: "
        f"of each point's {SCORED} nearest. Maps are shifted, scaled, turned and mirrored to match "
        "(Procrustes), which changes no score. Brush on a map: the same points stand out on all."
    )
    st.caption(
        f"UMAP's inverse is computed at {EDGE} × {EDGE} nodes over its map; between them lie "
        f"straight lines. Scores of what learns: every {SCORE_EVERY} updates; its seconds: of all "
        "that is trained so far, without scores and pictures. "
        f"Recorded maps: `{COMMAND} --record`."
    )
    missing = job.missing(settings)
    if not missing:
        return
    try:
        work = job.start(settings)
    except RuntimeError as error:
        st.info(plain(f"Maps of these settings wait for others: {error}."))
        st.button("Try again", page.key("again"))
        return
    if work.stopped or work.failed:
        st.info(plain(work.failed or "Stopped, as you said."))
        st.button("Compute them", page.key("again"), on_click=job.forget, args=(settings,))
        return
    st.caption(f"In the making, beside the page: {' and '.join(MAPS[name] for name in missing)}.")

    def each() -> None:
        if job.missing(settings) != missing:
            st.rerun()  # one is there: show it while the other is being made

    long_work(work, page.key("maps"), each)


def rows(spread: Spread) -> None:
    """What five seeds have in common, so far."""
    found = spread.result
    st.caption(f"{spread.settings.dataset}, {spread.settings.samples:,} points")
    if found:
        st.dataframe(found, hide_index=True, key=page.key("rows"), column_config={
            name: st.column_config.NumberColumn(format="%.3f")
            for name in ("least", "median", "most")})  # fmt: skip


workbench(page, figures, on_event, below=below)
st.subheader("The same map from five seeds?")
st.markdown(
    "PCA and Isomap draw no lots. The others do: first weights and batches of the autoencoder, "
    "the layout that UMAP begins with, and t-SNE's, if it begins at random places. *Two seeds "
    "differ by* the distance of their aligned maps: 0 if they are equal, 1.4 if they have nothing "
    "in common. *By chance* is the median of the score with the map's points handed out at random."
)
begins(page, "spread", "Five seeds", lambda: Spread(page.settings), icon=":material/casino:")
so_far(page, "spread", rows)
try_this(page)
show_code(
    page, Manifolds, Reference, aligned, intrinsic_dimension, net, principal, isomap, TSNE, umap
)
