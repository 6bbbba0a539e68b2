"""Maps that take a while, Isomap and UMAP: recorded ones, and those made on this machine.

    python -m core.experiments.manifolds.finished --record          # the shipped ones, anew
    python -m core.experiments.manifolds.finished --set dataset=torus --set samples=500

Each is kept with the seconds that it took, so that the page can say them.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import ROOT, piped
from core.experiments.manifolds.methods import SLOW, fitted_umap
from core.experiments.manifolds.settings import ManifoldsSettings, of_data
from core.experiments.manifolds.sheet import between, nodes_of
from core.experiments.manifolds.still import Map, still
from core.qm9.data.cache import cache_folder, write_atomic
from core.settings import SettingError, texts_of

Array = NDArray[np.float64]
RECORDED = ROOT / "assets" / "results" / "manifolds.json"
COMMAND = "python -m core.experiments.manifolds.finished"
DECIDES = {"isomap": ("neighbors",), "umap": ("umap_neighbors", "min_dist", "seed")}
KEPT = 60  # maps kept in the user's cache folder
STAGES = (
    "starting",
    "Isomap measures paths",
    "importing umap, which compiles itself at the first use",
    "UMAP looks for a layout",
    "done",
)
Say = Callable[[int], None]


def key(settings: Any, method: str) -> str:
    """Short name of a map: equal for settings under which it is the same."""
    of = of_data(settings)
    data = {name: getattr(of, name) for name in ("dataset", "samples", "noise", "data_seed")}
    if of.dataset == "drawn":
        data["profile"] = of.profile
    own = {name: getattr(settings, name) for name in DECIDES[method]}
    text = json.dumps([method, data, own], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def place_of(name: str) -> Path:
    """The file of a map that was made on this machine."""
    return cache_folder() / f"manifolds-{name}.json"


def packed(xy: Array, seconds: float) -> dict[str, Any]:
    """A map (n, d) as JSON takes it: 16 bits a coordinate, between its smallest and largest."""
    low, high = xy.min(0), xy.max(0)
    code = np.rint((xy - low) / np.maximum(high - low, 1e-12) * 65535).astype("<u2")
    text = base64.b64encode(code.tobytes()).decode()
    return {"low": low.tolist(), "high": high.tolist(), "seconds": round(seconds, 2), "xy": text}


def unpacked(found: dict[str, Any]) -> Array:
    """The inverse of `packed`, (n, d)."""
    low, high = np.array(found["low"]), np.array(found["high"])
    code = np.frombuffer(base64.b64decode(found["xy"]), "<u2").reshape(-1, len(low))
    return np.asarray(low + code / 65535 * (high - low))


@lru_cache(maxsize=1)
def _recorded() -> dict[str, Any]:
    return json.loads(RECORDED.read_text())["maps"] if RECORDED.exists() else {}


def find(settings: Any, method: str) -> Map | None:
    """The map of these settings, if it was made before."""
    name = key(settings, method)
    if name not in _recorded() and not place_of(name).exists():
        return None
    return _found(of_data(settings), name)


@lru_cache(maxsize=12)
def _found(data: Any, name: str) -> Map | None:
    of = still(data)
    try:
        shipped = _recorded().get(name)
        given = shipped or json.loads(place_of(name).read_text())
        xy, seconds = unpacked(given), float(given["seconds"])
        same = np.allclose(given["points"], _some(of.X), atol=1e-3)
        back = between(xy, unpacked(given["back"])) if "back" in given else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # damaged: it can be made again
    if not same or xy.shape != of.pca.shape or not np.isfinite(xy).all():
        return None  # of points as an older version of the program made them
    origin = "recorded" if shipped else "on this machine"
    return Map(of, xy, back, seconds=seconds, origin=origin)


def make(settings: Any, method: str, say: Say = lambda stage: None) -> dict[str, Any]:
    """Compute a map, and the seconds of one core that it took: neither import nor compiling.

    That of UMAP comes with its inverse at the nodes of a grid over it.
    """
    X = still(settings).X
    if method == "umap":
        say(2)
        SLOW[method](X[:50], settings.replace(umap_neighbors=5))  # numba compiles it here
    say(3 if method == "umap" else 1)
    started = time.process_time()
    model = fitted_umap(X, settings) if method == "umap" else None
    xy = SLOW[method](X, settings) if model is None else np.asarray(model.embedding_, float)
    found = packed(xy, time.process_time() - started)
    if model is not None:
        started = time.process_time()
        back = np.asarray(model.inverse_transform(nodes_of(unpacked(found))), float)
        found["back"] = packed(back, time.process_time() - started)
    return {**found, "points": np.round(_some(X), 5).tolist()}


def _some(X: Array) -> Array:
    """A few numbers by which one knows the points again."""
    return X[:: max(1, len(X) // 8), 0][:8]


def make_missing(settings: Any, say: Say) -> None:
    """Compute what of these settings was not made before, and keep it on this machine."""
    for method in SLOW:
        name = key(settings, method)
        if name not in _recorded() and not place_of(name).exists():
            cache_folder().mkdir(parents=True, exist_ok=True)
            write_atomic(place_of(name), json.dumps(make(settings, method, say)).encode())
    old = sorted(cache_folder().glob("manifolds-*.json"), key=lambda file: file.stat().st_mtime)
    for file in old[:-KEPT]:
        file.unlink(missing_ok=True)
    say(4)


def record(say: Say) -> None:
    """Compute the shipped maps: all data sets, all else at its default."""
    found: dict[str, Any] = {}
    for dataset in ManifoldsSettings.kind("dataset").options:  # type: ignore[attr-defined]
        settings = ManifoldsSettings(dataset=dataset)
        print(dataset, flush=True)
        found |= {key(settings, method): make(settings, method, say) for method in SLOW}
    text = json.dumps({"command": f"{COMMAND} --record", "maps": found})
    write_atomic(RECORDED, (text + "\n").encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: prints one line a stage."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Isomap and UMAP of a data set.")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--record", action="store_true", help="all that is shipped, anew")
    given = parser.parse_args(arguments)

    def say(stage: int) -> None:
        print(stage, STAGES[stage], flush=True)

    say(0)
    if given.record:
        record(say)
        return 0
    try:
        settings = ManifoldsSettings.from_texts(texts_of(given.set))
    except SettingError as error:
        parser.error(str(error))
    make_missing(settings, say)
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
