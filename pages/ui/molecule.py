"""A drawn molecule on a page: the sketcher's events, the SMILES field, names, paste, downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.datasets.table import text_of
from core.molecules import drawing, text
from core.molecules.graph import MoleculeError
from core.molecules.names import NAMES
from core.molecules.picture import described, picture, placed, rdkit_of
from core.settings import SettingError
from core.stage import Panel
from pages.ui.controls import Controls
from pages.ui.plain import plain
from pages.ui.runs import Page


def sketched(page: Page, panels: list[Panel]) -> list[Panel]:
    """All graphs as the user has drawn the molecule; in the one named so it is drawn (`drawn`)."""
    smiles = page.settings.smiles
    if page.get("drawing.of") == smiles:
        laid_out = {"molecule": picture(smiles, page.get("drawing"))}
        panels = [panel | laid_out if panel["kind"] == "graph" else panel for panel in panels]
    laid = page.get("laid", 0)
    edit = {"edit": True, "answer": _answer(page), "key": f"{smiles}#{laid}", "laid": laid}
    edit["selected"] = page.get("drawing.atom", -1)
    return [edit | panel if panel["id"] == "molecule" else panel for panel in panels]


def _answer(page: Page) -> Any:
    """What was said of the newest stroke, unless the molecule has come from elsewhere since."""
    found = page.get("answer") or {}
    return found if found.get("smiles") == page.settings.smiles else None


def drawn(page: Page, event: dict[str, Any], take: Callable[[str], None] | None = None) -> None:
    """What the user did on the sketcher: a stroke, a tidy, an atom chosen.

    `take` gets the SMILES of each new molecule, on a page where it is more than a setting.
    """
    if event.get("tool") == "molecule":
        _stroke(page, event, take or (lambda smiles: _set(page, smiles)))
    elif event.get("tool") == "tidy":
        _tidy(page)
    elif event.get("tool") == "atom":
        page.put("drawing.atom", int(event["index"]))


def _set(page: Page, smiles: str) -> None:
    page.set(page.settings.replace(smiles=smiles))


def _stroke(page: Page, event: dict[str, Any], take: Callable[[str], None]) -> None:
    stroke = int(event.get("stroke", 0))
    try:
        sketch = drawing.read(event.get("drawing") or {})
        checked = drawing.check(sketch)
    except MoleculeError as error:
        _say(page, stroke, (), [[0, str(error)]], str(error))
        return
    problems = [[problem.atom, problem.text] for problem in checked.problems]
    _say(page, stroke, checked.order, problems, described(checked.problems, sketch), checked.smiles)
    if checked.problems:
        return
    page.put("drawing", placed(sketch, checked))
    page.put("drawing.of", checked.smiles)
    if checked.smiles == page.settings.smiles:
        return
    page.put("drawing.atom", -1)
    try:
        take(checked.smiles)
    except SettingError as error:  # a molecule, but not one for this page
        _say(page, stroke, (), [[0, error.allowed]], str(error))


def _say(page: Page, stroke: int, order: Any, problems: Any, said: str, smiles: str = "") -> None:
    """Answer a stroke; where it is no molecule the page's own stays."""
    answer = {"stroke": stroke, "order": list(order), "problems": problems, "said": said}
    page.put("answer", {**answer, "smiles": smiles or page.settings.smiles})


def _tidy(page: Page) -> None:
    """Lay out anew what is on the screen, valid or not; the drawing then comes from here."""
    page.put("drawing", drawing.of_smiles(page.settings.smiles))
    page.put("drawing.of", page.settings.smiles)
    _from_elsewhere(page)


def _from_elsewhere(page: Page) -> None:
    page.put("answer", None)
    page.put("laid", page.get("laid", 0) + 1)


def show(page: Page, smiles: str) -> None:
    """Show another molecule: from a menu, a file, a list. Errors: `SettingError`."""
    page.set(page.settings.replace(smiles=smiles))
    page.put("drawing.atom", -1)
    _from_elsewhere(page)


def molecule_bar(page: Page, controls: Controls) -> None:
    """The SMILES field with paste and download in one row; below it known molecules."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="molecule-row"):
        controls.one("smiles")
        _paste(page)
        _download(page)
    key = page.key("named")
    st.selectbox(
        "Known molecules", list(NAMES), index=None, placeholder="Known molecules", key=key,
        width=280, on_change=lambda: _named(page, key), label_visibility="collapsed",
    )  # fmt: skip


def complaint(page: Page) -> None:
    """What is wrong with the drawing, in words; below the stage, which must not jump."""
    if said := (_answer(page) or {}).get("said"):
        st.error(plain(f"{said} The results are still those of {page.settings.smiles}."))


def _named(page: Page, key: str) -> None:
    name = st.session_state.get(key)
    if name:
        show(page, NAMES[name])
        st.session_state[key] = None


def _paste(page: Page) -> None:
    popover = st.popover(
        "Paste", icon=":material/content_paste:", key=page.key("paste"), on_change="rerun",
        help="Paste a SMILES or a Molfile, or take a file",
    )  # fmt: skip
    if not popover.open:
        return
    with popover:
        pasted = st.text_area("SMILES, Molfile or SDF", key=page.key("pasted"), height=120)
        file = st.file_uploader("or a file", ["mol", "sdf", "smi", "txt"], key=page.key("molfile"),
                                max_upload_size=1)  # fmt: skip
        if said := page.get("pasted.said"):
            st.caption(said)
        if st.button("Use it", key=page.key("use"), disabled=not (pasted or file)):
            try:
                content = text_of(file.getvalue(), text.MOST_BYTES) if file else pasted
                show(page, text.from_text(content, stereo=True))
                page.put("pasted.said", text.left_out(content))
                st.rerun()
            except ValueError as error:
                st.error(plain(error))


def _download(page: Page) -> None:
    popover = st.popover(
        "Save", icon=":material/download:", key=page.key("save"), on_change="rerun",
        help="Save this molecule",
    )  # fmt: skip
    if not popover.open:
        return
    smiles = page.settings.smiles
    shown = page.get("drawing") if page.get("drawing.of") == smiles else None
    mol = rdkit_of(smiles, shown)
    with popover:
        st.code(smiles, language=None)
        st.download_button("SMILES", smiles + "\n", "molecule.smi", key=page.key("smi"))
        st.download_button("Molfile", text.molfile(mol), "molecule.mol", key=page.key("mol"))
        st.download_button("SVG", text.svg(mol), "molecule.svg", key=page.key("svg"))


__all__ = ["complaint", "drawn", "molecule_bar", "show", "sketched"]
