"""The frame of a page: a slim head, and a bench with controls at the left and the picture beside."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def head(title: str, sentence: str, equations: Sequence[tuple[str, str]] = ()) -> None:
    """Title and sentence in one line; the equations, with the chapter's numbers, fold behind it."""
    with st.container(horizontal=True, key="head"):
        st.title(title, anchor=False, width="content")
        st.markdown(sentence, width="stretch")
        if equations:
            numbers = ", ".join(number for _, number in equations)
            with st.popover(f"Equations {numbers}", icon=":material/functions:", type="tertiary"):
                for latex, number in equations:
                    st.latex(latex + rf"\quad \text{{({number})}}")


class Bench:
    """Where things stand: `with bench.stage:` the picture, `with bench.controls:` what sets it.

    The picture may be drawn first, which the browser then has first; it stands at the right of the
    controls, below them in a narrow window, and above them on a phone.
    """

    def __init__(self) -> None:
        """Make both places; nothing is drawn yet."""
        row = st.container(horizontal=True, key="bench")
        self.controls = row.container(key="bench-controls", width=280)
        self.stage = row.container(key="bench-stage")
