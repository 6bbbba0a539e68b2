"""The nearest molecules of QM9 to a drawn one, with their true values."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
import streamlit as st

from core.experiments.predict.numbers import number
from core.molecules.depict import depiction
from core.qm9.data.targets import KEYS, TARGETS
from core.qm9.prediction import answers, nearest
from core.qm9.prediction.library import library
from core.qm9.prediction.predict import Prediction, withheld
from pages.ui.gallery import gallery
from pages.ui.link import fold
from pages.ui.molecule import show
from pages.ui.runs import Page
from pages.ui.work import standing


def judged(smiles: str) -> tuple[Prediction, list[str]]:
    """The best model's answer, without intervals where nothing in QM9 looks like it, and `far`."""
    said, distant = answers.answer(smiles), far(smiles)
    if distant and not said.lacking:
        said = withheld(said, "molecule near this one")
    return said, distant


@lru_cache(maxsize=512)
def _similarity(smiles: str) -> float:
    """To the nearest molecule of QM9."""
    return nearest.index().nearest(smiles, 1)[0][1]


def far(smiles: str) -> list[str]:
    """A warning in words where nothing in QM9 looks like it; none while fingerprints are made."""
    if not nearest.ready():
        return []
    index, similarity = nearest.index(), _similarity(smiles)
    if similarity >= index.far:
        return []
    return [
        f"Far from everything: the nearest molecule of QM9 has a Tanimoto similarity of "
        f"{similarity:.2f}. Of QM9's own held-out molecules, 99% have a training molecule nearer "
        f"than {index.far:.2f}."
    ]


@st.fragment(run_every=1.0)
def _watch(known: bool) -> None:
    """QM9 and its fingerprints in the making; draws the page once more when either is there."""
    job = nearest.prepare()
    if job is None or answers.known() != known:
        st.rerun()
    else:
        standing(job, "fingerprints", shared=True)


def preparing() -> None:
    """How far the fingerprints are; nothing once they are there."""
    if not nearest.ready():
        _watch(answers.known())


def nearest_molecules(page: Page) -> None:
    """The nearest molecules of QM9 with their true values."""
    section = fold(page, "near", "Nearest molecules in QM9", ":material/scatter_plot:")
    if not section.open:
        return
    with section:
        if not nearest.ready():
            st.caption("The fingerprints are still being made; see above.")
            return
        target = page.settings.target
        t, column = TARGETS[KEYS.index(target)], KEYS.index(target)
        places, qm9 = answers.digits(target), library()
        found = nearest.index().nearest(page.settings.smiles, 12)
        texts = [qm9.data.canonical[row] for row, _ in found]
        cards = [
            {
                "svg": depiction(text, 132, 84),
                "lines": [
                    f"Tanimoto {similarity:.2f}",
                    f"{number(qm9.y[row, column], places)} {t.unit}",
                    f"{qm9.part_of[row]} split",
                    *([f"isomer {isomer}"] if (isomer := answers.isomer(row)) else []),
                ],
            }
            for text, (row, similarity) in zip(texts, found, strict=True)
        ]
        st.caption(
            f"True {t.symbol} by DFT. Similarity of Morgan fingerprints ({nearest.BITS} bits, "
            f"radius {nearest.RADIUS}); they don't count repeats, so rings and chains of many "
            "sizes are alike. A click shows a molecule above."
        )
        gallery(page.key("near.cards"), cards, lambda i: show(page, texts[i]))
        rows = [row for row, _ in found]
        names = [f"{t.symbol} ({t.unit})" for t in TARGETS]
        frame = pd.DataFrame(qm9.y[rows], columns=names)
        frame.insert(0, "SMILES", texts)
        frame.insert(1, "Tanimoto", [s for _, s in found])
        st.dataframe(frame, hide_index=True, height=220, key=page.key("near.table"))
