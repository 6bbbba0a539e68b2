"""Pictures to click: molecules with a few lines each, and the options of a choice."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.app.served import kept
from core.settings.kinds import Choice

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
    html=kept('<link rel="stylesheet" href="/assets/player/gallery.css">')
    + '<div class="ip-gallery"></div>',
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


OPTIONS = """
function paint(canvas, text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const scale = 2, size = 36 * scale, context = canvas.getContext("2d");
  Object.assign(canvas, { width: size, height: size });
  for (let i = 0; i < bytes.length; i += 3) {
    const [x, y, shade] = bytes.subarray(i, i + 3), t = Math.abs(shade - 127.5) / 127.5;
    context.fillStyle = shade < 128 ? "#f59322" : "#2f8fd0";
    context.globalAlpha = 0.15 + 0.85 * t;
    context.beginPath();
    context.arc((2 + x / 255 * 32) * scale, (34 - y / 255 * 32) * scale, 1.15 * scale, 0, 7);
    context.fill();
  }
}
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".ip-pictures");
  root.setAttribute("aria-label", data.label);
  const had = document.activeElement?.dataset?.option;
  const buttons = data.options.map(({ name, points }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", title: name });
    button.dataset.option = name;
    button.setAttribute("role", "radio");
    button.setAttribute("aria-label", name);
    const chosen = name === data.chosen;
    button.setAttribute("aria-checked", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    if (points) paint(button.appendChild(document.createElement("canvas")), points);
    else button.textContent = name;
    button.onclick = () => setStateValue("chosen", name);
    return button;
  });
  root.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    if (!by || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + by + buttons.length) % buttons.length];
    next.focus();
    next.click();
  };
  root.replaceChildren(...buttons);
  if (had) buttons.find((button) => button.dataset.option === had)?.focus();
}
"""
_options = st.components.v2.component(
    "picture_choice",
    html=kept('<link rel="stylesheet" href="/assets/page/pictures.css">')
    + '<div class="ip-pictures" role="radiogroup"></div>',
    js=OPTIONS,
    isolate_styles=False,
)


def picture_choice(kind: Choice, key: str, chosen: str) -> None:
    """The options side by side, each as its picture, or as its name where it has none.

    What is chosen is in the session under `key`, as {"chosen": option}.
    """
    pictures = kind.pictures() if kind.pictures else {}
    options = [{"name": name, "points": _packed(pictures.get(name))} for name in kind.options]
    st.markdown(f":small[{kind.label}: **{chosen}**]", help=kind.help or None)
    data: dict[str, Any] = {"label": kind.label, "options": options, "chosen": chosen}
    _options(key=key, data=data, default={"chosen": chosen}, on_chosen_change=lambda: None)


def _packed(points: Any) -> str:
    """Points (n, 3), x, y and shade from 0 to 1 each, as bytes."""
    if points is None:
        return ""
    return base64.b64encode(np.round(255 * np.clip(points, 0, 1)).astype(np.uint8)).decode()
