"""Every single-atom edit of a drawn molecule, ranked by what it does to the chosen property."""

from __future__ import annotations

import streamlit as st

from core.experiments.predict.numbers import apart, interval, number
from core.molecules.depict import depiction
from core.qm9.data.targets import KEYS, TARGETS
from core.qm9.prediction import answers
from core.qm9.prediction.answers import Mutation
from pages.qm9.predict_near import judged
from pages.ui.gallery import gallery
from pages.ui.link import fold
from pages.ui.molecule import show
from pages.ui.runs import Page


def _lines(found: Mutation, target: str, places: int) -> list[str]:
    """What stands under an edit; a star where something is to be said against its prediction."""
    said, distant = judged(found.edit.smiles)
    t, p = TARGETS[KEYS.index(target)], said.properties[target]
    star = " *" if said.warnings or distant else ""
    return [
        found.edit.words,
        f"{apart(p.value, p.value - found.change, places)} {t.unit}",
        f"{number(p.value, places)} {t.unit}{star}",
        "no interval" if p.low is None else f"[{interval(p, places)}]",
    ]


def mutate(page: Page) -> None:
    """Every single-atom edit, ranked by what it does to the chosen property."""
    section = fold(page, "mutate", "Mutate: every single-atom edit", ":material/genetics:")
    if not section.open:
        return
    with section:
        target = page.settings.target
        t, places = TARGETS[KEYS.index(target)], answers.digits(target)
        with st.spinner("Predicting every edit"):
            found = answers.mutations(page.settings.smiles, target)
        if not found:
            st.caption("No atom of this molecule can be changed within the rules.")
            return
        cards = [{"svg": depiction(m.edit.smiles, 132, 84), "lines": _lines(m, target, places)}
                 for m in found]  # fmt: skip
        st.caption(
            f"{len(found)} edits, from the one that lowers the predicted {t.symbol} most to the "
            "one that raises it most; equal molecules once. In brackets the 90% interval: "
            "differences below its half-width may be the network's error. * has left QM9 or comes "
            "with another warning, mostly without an interval. A click shows a molecule above."
        )
        gallery(page.key("mutate.cards"), cards, lambda i: show(page, found[i].edit.smiles))
