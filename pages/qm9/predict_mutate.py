"""Every single-atom edit of a drawn molecule, ranked by what it does to the chosen property."""

from __future__ import annotations

import streamlit as st

from core.experiments.predict.figures import number
from core.molecules.depict import depiction
from core.qm9.data.targets import KEYS, TARGETS
from core.qm9.prediction import answers
from pages.ui.gallery import gallery
from pages.ui.link import fold
from pages.ui.molecule import show
from pages.ui.runs import Page


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
        cards = [
            {
                "svg": depiction(m.edit.smiles, 132, 84),
                "lines": [
                    m.edit.words,
                    f"{number(m.change, places, sign=True)} {t.unit}",
                    f"{number(m.prediction.properties[target].value, places)} {t.unit}"
                    + (" *" if m.prediction.warnings else ""),
                ],
            }
            for m in found
        ]
        st.caption(
            f"{len(found)} edits, from the one that lowers the predicted {t.symbol} most to the "
            "one that raises it most; equal molecules once. Differences below an interval's "
            "half-width may be the network's error. * comes with a warning. A click shows "
            "a molecule above."
        )
        gallery(page.key("mutate.cards"), cards, lambda i: show(page, found[i].edit.smiles))
