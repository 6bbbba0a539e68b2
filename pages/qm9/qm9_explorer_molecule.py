"""One molecule of the explorer: which one, what it is, and its parts."""

from typing import Any

import streamlit as st

from core.experiments.qm9_explorer import figures_molecule as qm9_molecule
from core.experiments.qm9_explorer.filters import matches
from core.molecules import MoleculeError
from core.qm9.prediction.card import names
from pages.qm9.qm9_explorer_parts import atoms, solid, targets
from pages.qm9.qm9_explorer_views import pick
from pages.ui.plain import plain
from pages.ui.runs import Page

TARGETS, SOLID = 780, 420
SPLIT = "Of the split that all networks here share, it is in the **{}** part."


def show_molecule(page: Page, counted: Any) -> None:
    """Everything that QM9 and the chapter's graph say of the picked molecule."""
    row = counted.row(page.settings.molecule)
    if row is None:
        st.subheader("Molecule")
        st.warning(f"QM9 has no molecule {page.settings.molecule}: it failed the consistency check "
                   "of the data set. Pick another one.")  # fmt: skip
        _choose(page, counted, 0)
        return
    facts = qm9_molecule.facts(counted, row)
    name = names().get(row)
    st.subheader(f"{name.capitalize() if name else 'Molecule'}, number {facts['number']}")
    _choose(page, counted, row)
    st.markdown(_words(facts))
    molecule = counted.library.data.molecule(row)
    st.fragment(atoms)(page, facts, molecule)
    with st.container(horizontal=True, gap="small"):  # on a narrow window one below the other
        with st.container(width=TARGETS):
            targets(page, counted, row)
        with st.container(width=SOLID):
            solid(page, counted, row, facts)


def _words(facts: dict[str, Any]) -> str:
    text = f"`{facts['smiles']}` · {facts['heavy']} heavy atoms, {facts['hydrogens']} hydrogens, "
    text += f"{facts['rings']} ring{'' if facts['rings'] == 1 else 's'}. "
    text += SPLIT.format(facts["part"])
    if facts["twins"]:
        text += f" Number {facts['twins'][0]} is the same molecule, entered twice in QM9."
    return text


def _choose(page: Page, counted: Any, row: int) -> None:
    """Previous, next and random among those that pass the filters; or by name, SMILES, number."""
    mask = matches(counted, page.settings)
    ways = (
        ("Previous", ":material/chevron_left:", lambda: counted.neighbor(row, mask, -1)),
        ("Random", ":material/casino:", lambda: counted.random(row, mask, page.settings.seed)),
        ("Next", ":material/chevron_right:", lambda: counted.neighbor(row, mask, 1)),
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, icon, find in ways:
            st.button(label, key=page.key(label.lower()), icon=icon, disabled=not mask.any(),
                      on_click=_go, args=(page, counted, find),
                      help="Among the molecules that pass the filters")  # fmt: skip
        st.text_input("Name, SMILES or number", key=page.key("sought"), width=330, max_chars=200,
                      placeholder="thymine, NC(N)=O, 29238 …", on_change=_seek,
                      args=(page, counted))  # fmt: skip
    if said := page.get("refused"):
        st.error(plain(said))


def _go(page: Page, counted: Any, find: Any) -> None:
    page.put("refused", None)
    pick(page, counted, find())
    page.put("leave", False)  # the whole page runs anyway


def _seek(page: Page, counted: Any) -> None:
    text = str(page.get("sought") or "")
    page.put("refused", None)
    if not text.strip():
        return
    try:
        _go(page, counted, lambda: counted.find(text))
    except MoleculeError as error:
        page.put("refused", f"{str(error).rstrip('.')}.")
