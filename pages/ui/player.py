"""The player on a page: it gets stage and newest frames here, and asks for more by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.app.served import kept
from core.film import Film
from core.settings import SettingError
from core.stage import identity
from pages.ui.frames import publish
from pages.ui.runs import Page, effective

# Kept short, since Streamlit sends it again with each message; the player itself is in assets/.
GLUE = """
// No server sees what follows a # in an address; in a SMILES typed by hand it is a triple bond.
const { pathname, search, hash } = window.location;
if (/[?&]smiles=[^&]*$/.test(search) && /^#[CNO[]/.test(hash))
  window.location.replace(pathname + search + hash.replaceAll("#", "%23"));
const players = new WeakMap();
const url = (path) => new URL(path, document.baseURI).href;
export default function ({ data, parentElement, setTriggerValue }) {
  const theme = getComputedStyle(parentElement).getPropertyValue("--st-background-color");
  let held = players.get(parentElement);
  if (!held) {
    held = { theme, gone: false, queue: [] };
    players.set(parentElement, held);
    const root = parentElement.querySelector(".ip-root") || parentElement;
    import(url("/assets/player/player.js")).then(({ Player }) => {
      if (held.gone) return;
      held.player = new Player(root, {
        url: url("/frames"), emit: (event) => held.trigger("event", event),
        busy: () => !!document.querySelector("[data-test-script-state=running]") });
      for (const message of held.queue) held.player.receive(message);
    });
  }
  held.trigger = setTriggerValue;
  if (data !== held.last) {
    held.last = data;
    if (held.player) held.player.receive(data); else held.queue.push(data);
  }
  if (theme !== held.theme) { held.theme = theme; setTimeout(() => held.player?.retheme(), 60); }
  return () => { held.gone = true; held.player?.destroy(); players.delete(parentElement); };
}
"""

_component = st.components.v2.component(
    "inductive_player",
    html=kept(
        '<link rel="stylesheet" href="/assets/player/player.css"><div class="ip-root"></div>'
    ),
    js=kept(GLUE),
    isolate_styles=False,
)


def message(page: Page, stage: dict[str, Any]) -> bytes:
    """What the player gets: the newest frames of the page's run, which begins here, and a stage."""
    run, stage = page.run(), _shown(page, stage)
    publish(run)
    with run.lock:
        return run.message(run.acknowledged, stage=stage, stage_id=identity(stage))


def player(
    page: Page, sent: bytes, on_event: Callable[[dict[str, Any]], None] | None = None
) -> None:
    """Show a `message` of the page's run; it trains as far as the player asks (see `frames`).

    `on_event` handles what the user did on a panel: a point added, say.
    """
    key = page.key("player")

    def happened() -> None:
        event = dict(st.session_state[key].get("event") or {})
        if event:
            _handle(page, event, on_event)

    _component(key=key, data=sent, on_event_change=happened)


def _shown(page: Page, stage: dict[str, Any]) -> dict[str, Any]:
    """The stage as the link wants it: without what changes a hidden setting, with folds open."""
    opened = set((page.get("moment") or {}).get("open", "").split(","))
    left_out = {"structure": page.hidden, "switches": page.hidden, "fold": opened}
    panels = [
        {
            word: value
            for word, value in panel.items()
            if word not in left_out or value["name"] not in left_out[word]
        }
        for panel in stage["panels"]
    ]
    return {**stage, "panels": panels}


def _handle(page: Page, event: dict[str, Any], on_event: Callable[..., None] | None) -> None:
    """What all pages do with events; the rest goes to the page.

    A drag is a change by hand where settings have `changes`; else the page makes settings of it.
    """
    tool = event.get("tool")
    try:
        if tool == "reset":
            page.reset()
        elif tool == "new_seed":
            settings = page.settings.fresh()
            page.set(settings.replace(seed=(settings.seed + 1) % 2**31))
        elif tool == "weight":
            page.change(str(event["name"]), f"{float(event['value']):.6g}")
        elif tool == "set" and str(event["name"]) in page.settings.kinds():
            values = {str(event["name"]): event["value"]}
            page.set(effective(page.settings).fresh().replace(**values))
        elif tool == "drag" and "changes" in page.declared.kinds():
            for name, text in event["changes"]:
                page.change(str(name), str(text), again=True)
                if name in page.settings.kinds():  # its widget follows
                    page.put("generation", page.get("generation", 0) + 1)
        elif on_event:
            on_event(event)
    except SettingError as error:
        page.put("problem", str(error))


def show_film(key: str, film: Film, stage: dict[str, Any], height: int | None = None) -> None:
    """A recorded film that plays by itself: nothing is trained, nothing is sent after it."""
    extra = {"film": key, "stage_id": identity(stage), "stage": {**stage, "recorded": True}}
    _component(
        key=key,
        data=film.message(-1, **extra, done="recorded", autoplay=True),
        on_event_change=lambda: None,
    )
