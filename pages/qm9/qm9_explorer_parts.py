"""Parts of one molecule of the explorer: depiction, graph, tables, targets, shape to turn."""

from typing import Any

import streamlit as st

from core.experiments.qm9_explorer import figures_molecule as qm9_molecule
from core.experiments.qm9_explorer import figures_space as qm9_space
from core.molecules.depict import depiction
from core.qm9.prediction import card
from pages.ui.cloud import drawing
from pages.ui.runs import Page

WIDTH = 395


def atoms(page: Page, facts: dict[str, Any], molecule: Any) -> None:
    """Depiction, graph and both tables; a chosen row of the first marks its atom."""
    key = page.key(f"atoms{facts['number']}")
    chosen = (st.session_state.get(key) or {}).get("selection", {}).get("rows", [])
    mark = chosen[0] if chosen and chosen[0] < len(molecule) else -1
    svg = depiction(facts["published"], WIDTH, 290, True, mark)
    with st.container(horizontal=True, gap="small"):
        with st.container(width=WIDTH):
            st.caption("(a) As RDKit draws it, with the numbers of the atoms")
            drawing(page.key("drawing"), svg, f"Structure of {facts['smiles']} with atom numbers.")
        with st.container(width=WIDTH):
            st.caption("(b) As a graph: heavy atoms are nodes, bonds are edges (dotted: aromatic)")
            figure = qm9_molecule.graph(facts["published"], molecule, mark)
            st.plotly_chart(figure, key=page.key("graph"), config={"displayModeBar": False},
                            alt=f"Graph of {facts['smiles']}.")  # fmt: skip
        with st.container(width=420):
            st.caption("Edges $e_{uv}$, each bond in both directions")
            st.dataframe(qm9_molecule.edge_table(molecule), key=page.key("edges"), height=290,
                         alt="Table of edges.")  # fmt: skip
    st.caption("(c) Nodes: the 11 features $x_v$ in the chapter's order. Choose a row to see its "
               "atom above.")  # fmt: skip
    st.dataframe(qm9_molecule.node_table(molecule), key=key, on_select="rerun", height="content",
                 selection_mode="single-row", alt="Table of node features.")  # fmt: skip


def targets(page: Page, counted: Any, row: int) -> None:
    st.caption("19 targets, and the percentage of QM9 that does not lie above them")
    shown = {
        "symbol": st.column_config.TextColumn("symbol", width=125),
        "value": st.column_config.TextColumn("value", alignment="right"),
        "unit": st.column_config.TextColumn("unit", width=95),
        "percentile": st.column_config.ProgressColumn("percentile", format="%.1f",
                                                      min_value=0, max_value=100),
    }  # fmt: skip
    st.dataframe(qm9_molecule.target_table(counted, row), key=page.key("targets"), hide_index=True,
                 column_config=shown, height="content", alt="Table of the 19 targets.")  # fmt: skip


def solid(page: Page, counted: Any, row: int, facts: dict[str, Any]) -> None:
    numbers, xyz, bonds, labels, mol = card.solid(row)
    st.caption("The DFT geometry, hydrogens included. Drag to turn, scroll to zoom.")
    labels = qm9_molecule.named_in_space(mol) if mol is not None else labels
    figure = qm9_space.geometry(numbers, xyz, bonds, labels)
    st.plotly_chart(figure, key=page.key("solid"), alt=f"Geometry of {facts['smiles']} in space.")
    if mol is None:
        st.caption("Its atoms are bonded in another way than the SMILES says, so there is no SDF.")
    with st.container(horizontal=True):
        number = facts["number"]
        for suffix, make in card.files(row, number, facts["smiles"], counted).items():
            st.download_button(suffix.upper(), data=make, file_name=f"qm9-{number}.{suffix}",
                               mime="chemical/x-" + {"sdf": "mdl-sdfile"}.get(suffix, suffix),
                               key=page.key(f"take.{suffix}"), on_click="ignore",
                               icon=":material/download:")  # fmt: skip
