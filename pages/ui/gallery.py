"""Molecules to click: a picture and a few lines each, as buttons that the keyboard reaches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

# The pictures are RDKit's SVG; all words are set as text.
GLUE = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".ip-gallery");
  const parts = data.cards.map((card, i) => {
    const button = document.createElement("button");
    button.type = "button";
    const picture = document.createElement("div");
    picture.innerHTML = card.svg;
    picture.setAttribute("aria-hidden", "true");
    button.append(picture);
    for (const line of card.lines) {
      const said = document.createElement("span");
      said.textContent = line;
      button.append(said);
    }
    button.setAttribute("aria-label", card.lines.join(", "));
    button.onclick = () => setTriggerValue("chosen", i);
    return button;
  });
  root.replaceChildren(...parts);
}
"""
_component = st.components.v2.component(
    "molecule_gallery",
    html='<link rel="stylesheet" href="/assets/player/gallery.css"><div class="ip-gallery"></div>',
    js=GLUE,
    isolate_styles=False,
)


def gallery(key: str, cards: Sequence[dict[str, Any]], on_choice: Callable[[int], None]) -> None:
    """Show cards {"svg", "lines"}; `on_choice` hears which one was clicked, before the next run."""

    def happened() -> None:
        chosen = st.session_state[key].get("chosen")
        if isinstance(chosen, int | float) and 0 <= int(chosen) < len(cards):
            on_choice(int(chosen))

    _component(key=key, data={"cards": list(cards)}, on_chosen_change=happened)
