"""The player on a page: a fragment that trains as far as the browser asks, and sends new frames."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.experiment import record
from core.film import Film
from core.settings import SettingError
from core.stage import identity
from pages.ui.runs import Page

BUDGET = 0.08  # seconds of training in one tick
FIRST = 0.02  # the first tick after a click: the first movement matters more than many frames

# Kept short, since Streamlit sends it again with each block of frames; the player is in assets/.
GLUE = """
const players = new WeakMap();
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const theme = getComputedStyle(parentElement).getPropertyValue("--st-background-color");
  let held = players.get(parentElement);
  if (!held) {
    held = { theme, gone: false, queue: [] };
    players.set(parentElement, held);
    const root = parentElement.querySelector(".ip-root") || parentElement;
    import(new URL("/assets/player/player.js", document.baseURI).href).then(({ Player }) => {
      if (held.gone) return;
      held.player = new Player(root, {
        pull: (request) => held.set("pull", request),
        emit: (event) => held.trigger("event", event) });
      for (const message of held.queue) held.player.receive(message);
    });
  }
  held.set = setStateValue;
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
    html='<link rel="stylesheet" href="/assets/player/player.css"><div class="ip-root"></div>',
    js=GLUE,
    isolate_styles=False,
)


@st.cache_resource
def _ticks() -> dict[str, float]:
    """Session -> time of its last training tick, over all sessions: how many train right now."""
    return {}


def budget(session: str, now: float) -> float:
    """Seconds that this session may train in this tick: less when many people are in."""
    ticks = _ticks()
    ticks[session] = now
    for other, at in list(ticks.items()):
        if now - at > 2:
            ticks.pop(other, None)
    return BUDGET / max(1.0, len(ticks) / 2)


def player(
    page: Page,
    stage: dict[str, Any],
    on_event: Callable[[dict[str, Any]], None] | None = None,
    after: Callable[[], None] | None = None,
) -> None:
    """Show the page's run on a stage; train it as the player asks.

    `on_event` handles what the user did on a panel (a point added, say); `after` draws below the
    stage what belongs to the newest frame.
    """
    key = page.key("player")
    described = identity(stage)

    def happened() -> None:
        event = dict(st.session_state[key].get("event") or {})
        if event:
            _handle(page, event, on_event)

    @st.fragment
    def tick() -> None:
        if page.get("rerun"):
            page.put("rerun", False)
            st.rerun()
        run = page.run()
        request = dict((st.session_state.get(key) or {}).get("pull") or {})
        fresh = request.get("n") != page.get("answered")
        if fresh and request.get("film") == run.ident:
            page.put("answered", request.get("n"))
            _train(page, request)
        have = request.get("have", -1) if request.get("film") == run.ident else -1
        extra = {"film": run.ident, "stage_id": described, "done": run.experiment.done}
        if request.get("stage") != described:
            extra["stage"] = stage
        message = run.film.message(have, **extra, **run.flags)
        _component(
            key=key,
            data=message,
            on_pull_change=lambda: None,
            on_event_change=happened,
        )
        if after:
            after()

    tick()


def _train(page: Page, request: dict[str, Any]) -> None:
    run, want = page.run(), int(request.get("want") or 0)
    if want <= 0 or run.experiment.done:
        return
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx()
    seconds = budget(context.session_id if context else "test", time.monotonic())
    run.flags.pop("autotrain", None)
    record(run.experiment, run.film, min(want, 240), FIRST if want <= 6 else seconds)


def _handle(page: Page, event: dict[str, Any], on_event: Callable[..., None] | None) -> None:
    """What all pages do with events; the rest goes to the page."""
    tool = event.get("tool")
    try:
        if tool == "reset":
            page.reset()
        elif tool == "new_seed":
            settings = page.settings
            page.set(settings.replace(seed=(settings.seed + 1) % 2**31, **_unchanged(settings)))
        elif tool == "weight":
            page.change(str(event["name"]), f"{float(event['value']):.6g}")
        elif on_event:
            on_event(event)
    except SettingError as error:
        page.put("problem", str(error))
    page.put("rerun", True)


def _unchanged(settings: Any) -> dict[str, Any]:
    return {"changes": ()} if "changes" in settings.kinds() else {}


def show_film(key: str, film: Film, stage: dict[str, Any], height: int | None = None) -> None:
    """A recorded film that plays by itself: nothing is trained, nothing is sent after it."""
    extra = {"film": key, "stage_id": identity(stage), "stage": {**stage, "recorded": True}}
    _component(
        key=key,
        data=film.message(-1, **extra, done="recorded", autoplay=True),
        on_pull_change=lambda: None,
        on_event_change=lambda: None,
    )
