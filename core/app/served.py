"""The files that the app serves beside Streamlit's own, and the addresses under which it does."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import plotly
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from core import ROOT

ASSETS, PLOTLY = ROOT / "assets", Path(plotly.__file__).parent / "package_data"
YEAR = "public, immutable, max-age=31536000"


class Files(StaticFiles):
    """Files that the browser revalidates, or keeps unasked where their address is a version's."""

    def __init__(self, folder: Path, keep: str = "no-cache") -> None:
        """Serve a folder; `keep` is the header Cache-Control."""
        super().__init__(directory=folder)
        self.keep = keep

    def file_response(self, *args: Any, **options: Any) -> Response:
        """Answer with the file, or with 304 if the browser has it."""
        response = super().file_response(*args, **options)
        response.headers["Cache-Control"] = self.keep
        return response


@lru_cache(maxsize=1)
def version() -> str:
    """A name of all modules and styles as they are at the start: other ones have another name."""
    found = hashlib.sha256(plotly.__version__.encode())
    for path in sorted([*ASSETS.rglob("*.js"), *ASSETS.rglob("*.css")]):
        found.update(path.relative_to(ASSETS).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:12]


def kept(text: str) -> str:
    """A text whose addresses below /assets/ are those of this version, which the browser keeps.

    Asked about each of sixty files at each visit, the server was busy for a quarter of a second.
    """
    return text.replace("/assets/", f"/assets/{version()}/")


def mounts() -> list[Mount]:
    """The folders whose files are served, and where; the first address that fits holds."""
    own = {"/assets/plotlyjs": PLOTLY, "/assets": ASSETS}
    named = [Mount(kept(f"{path}/"), Files(folder, YEAR)) for path, folder in own.items()]
    return [*named, *(Mount(path, Files(folder)) for path, folder in own.items())]
