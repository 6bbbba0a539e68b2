"""Points to hover and click (assets/explorer), and the route that draws the structure of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.app.served import kept

GLUE = """
const clouds = new WeakMap();
const url = (path) => new URL(path, document.baseURI).href;
export default function ({ data, parentElement, setTriggerValue }) {
  const theme = getComputedStyle(parentElement).getPropertyValue("--st-background-color");
  let held = clouds.get(parentElement);
  if (!held) {
    held = { theme, gone: false };
    clouds.set(parentElement, held);
    const root = parentElement.querySelector(".ip-root");
    import(url("/assets/explorer/cloud.js")).then(({ Cloud }) => {
      if (held.gone) return;
      held.cloud = new Cloud(root, (event) => held.trigger("event", event));
      held.cloud.receive(held.last);
    });
  }
  held.trigger = setTriggerValue;
  if (data.id !== held.last?.id) { held.last = data; held.cloud?.receive(data); }
  if (theme !== held.theme) { held.theme = theme; setTimeout(() => held.cloud?.retheme(), 60); }
  return () => { held.gone = true; held.cloud?.destroy(); clouds.delete(parentElement); };
}
"""

_component = st.components.v2.component(
    "inductive_cloud",
    html=kept(
        '<link rel="stylesheet" href="/assets/player/player.css">'
        '<link rel="stylesheet" href="/assets/explorer/cloud.css"><div class="ip-root"></div>'
    ),
    js=kept(GLUE),
    isolate_styles=False,
)


def cloud(key: str, data: dict[str, Any], on_event: Callable[[dict[str, Any]], None]) -> None:
    """Show points; `data` is that of the explorer's `figures`, with an `id` that changes.

    `on_event` hears {"row"} for a click on a point, {"x", "y"} for one beside all points.
    """

    def happened() -> None:
        event = dict(st.session_state[key].get("event") or {})
        if event:
            on_event(event)

    _component(key=key, data=data, on_event_change=happened)


DRAWING = """
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".ip-drawing");
  root.setAttribute("aria-label", data.alt);
  root.innerHTML = data.svg;
}
"""
_drawing = st.components.v2.component(
    "inductive_drawing",
    html='<div class="ip-drawing" role="img"></div>',
    js=DRAWING,
    isolate_styles=False,
)


def drawing(key: str, svg: str, alt: str) -> None:
    """An SVG of core.molecules.depict, in the ink of the theme: st.image knows no theme."""
    _drawing(key=key, data={"svg": svg, "alt": alt})


@lru_cache(maxsize=1024)
def _said(row: int) -> dict[str, Any]:
    """Structure and words of the molecule in a row of QM9."""
    from core.qm9.prediction.card import card

    return card(row)


async def depiction(request: Request) -> Response:
    """GET ?row=N answers {"svg", "lines"} of the molecule in that row of QM9."""
    text = request.query_params.get("row", "")
    try:
        found = await run_in_threadpool(_said, int(text[:9]))
    except (ValueError, IndexError):
        return JSONResponse({"error": f"row = {text[:20]!r} is no row of QM9"}, 404)
    return JSONResponse(found, headers={"Cache-Control": "max-age=3600"})


route = Route("/depiction", depiction, methods=["GET"])
