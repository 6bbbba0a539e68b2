"""QM9 explorer: the data set as a place to walk, from a cloud of 130,831 points to one atom."""

import streamlit as st

from core.experiments.qm9_explorer import ABOUT, space
from core.experiments.qm9_explorer.filters import matches
from core.experiments.qm9_explorer.settings import ExplorerSettings
from core.experiments.qm9_explorer.tasks import TASKS
from core.molecules.graph import node_features
from core.qm9.data.source import DataError
from core.qm9.prediction.census import Census, census
from core.qm9.prediction.library import at_hand
from pages.qm9.qm9_explorer_filters import say_count
from pages.qm9.qm9_explorer_map import read_with_a_map, umap_progress
from pages.qm9.qm9_explorer_molecule import show_molecule
from pages.qm9.qm9_explorer_views import draw_view
from pages.ui.bench import Bench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.plain import plain

page = open_page(ABOUT, ExplorerSettings, TASKS)
try:
    if at_hand() is None:  # the first reading of QM9 takes half a minute
        read_with_a_map(page)
    with st.spinner("Counting", show_time=True):
        counted: Census = census()
except DataError as error:
    st.error(plain(error))
    st.stop()


@st.fragment
def workbench() -> None:
    """Filters and picture: only this runs again when one of them is set."""
    controls = Controls(page)
    if page.get("leave"):  # a molecule was picked: what stands below must follow
        page.put("leave", False)
        st.rerun()
    mask = matches(counted, page.settings)
    bench = Bench()
    with bench.stage:  # sent before the controls, which the browser takes longer to draw
        say_count(page, counted, mask)
        draw_view(page, counted, mask)
    with bench.controls:
        controls.column()


workbench()
umap_progress(page)
show_molecule(page, counted)
if page.settings.view != "space":  # else the map that is wanted has the processor to itself
    space.prepare()
try_this(page)
show_code(page, Census, node_features, space.Pca, space.embedding)
