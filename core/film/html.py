"""A film as one self-contained HTML file, drawn by the very same player modules as in the app."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import plotly

from core import ROOT
from core.film import Film
from core.stage import identity

PLAYER = ROOT / "assets" / "player"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root {{ color-scheme: light dark; }}
body {{ font-family: system-ui, sans-serif; background: Canvas; color: CanvasText;
  max-width: 1400px; margin: 1rem auto; padding: 0 1rem; }}
{css}</style>
<script type="importmap">{imports}</script></head>
<body><h1>{title}</h1><p>{words}</p><div id="film"></div>
<script>{plotly}</script>
<script type="module">
import {{ Player }} from "player/player.js";
const packed = Uint8Array.from(atob("{data}"), (c) => c.charCodeAt(0));
const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
window.player = new Player(document.getElementById("film"));
window.player.receive(bytes);
matchMedia("(prefers-color-scheme: dark)")
  .addEventListener("change", () => window.player.retheme());
</script></body></html>
"""


@lru_cache(maxsize=1)
def _import_map() -> str:
    """The player's modules as data URLs under bare names, since a file may not import files."""
    imports = {}
    for path in sorted(PLAYER.glob("*.js")):
        source = re.sub(r'from "\./([\w.]+)"', r'from "player/\1"', path.read_text("utf-8"))
        packed = base64.b64encode(source.encode()).decode()
        imports[f"player/{path.name}"] = f"data:text/javascript;base64,{packed}"
    return json.dumps({"imports": imports})


@lru_cache(maxsize=1)
def _plotly_js() -> str:
    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    # Inside a page the text must not seem to end the script element that holds it.
    return path.read_text("utf-8").replace("</script", "<\\/script")


def film_html(film: Film, stage: dict[str, Any], title: str, words: str = "") -> str:
    """One HTML page that plays the film without a server: `film_size` says how large it is.

    `title` and `words` are escaped. Needs a browser of 2023 or later.
    """
    extra = {"film": "file", "stage": stage, "stage_id": identity(stage), "done": "recorded"}
    message = film.message(-1, **extra, autoplay=True)
    return PAGE.format(
        title=html.escape(title),
        words=html.escape(words),
        css=(PLAYER / "player.css").read_text("utf-8"),
        imports=_import_map(),
        plotly=_plotly_js(),
        data=base64.b64encode(gzip.compress(message, 6)).decode(),
    )


def film_size(film: Film) -> int:
    """About how many bytes `film_html` makes of a film, from every 16th frame: it takes a moment.

    Most of a short film's file is plotly.js.
    """
    some = b"".join(np.ascontiguousarray(film[name][::16]).tobytes() for name in film.names)
    share = len(film) / len(film.steps[::16])
    packed = 4 / 3 * share * len(gzip.compress(some, 6))
    return round(len(_plotly_js()) + len(_import_map()) + packed)
