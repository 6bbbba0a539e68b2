"""A map of chemical space: what a trained network makes of a molecule, in two dimensions.

The network sums its atoms into one vector, equation (5.12). PCA of those vectors takes a moment;
UMAP takes seconds, so it runs as a process of its own, and what it finds is kept:

    python -m core.experiments.qm9_explorer.space --models best,gcn --seed 3 --out maps.json
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import ROOT, piped
from core.beside import beside
from core.experiments.qm9_explorer.settings import MODELS, ExplorerSettings
from core.molecules import Molecule
from core.qm9.data.cache import cache_folder, write_atomic
from core.qm9.prediction.census import census

Array = NDArray[np.float64]
POINTS, PARTS = 4_000, 32  # molecules on the map; a part of them takes a network half a second
RECORDED = ROOT / "assets" / "results" / "qm9-umap.json"
_ending = threading.Event()
_locks: defaultdict[tuple[str, int], threading.Lock] = defaultdict(threading.Lock)
STAGES = (
    "reading QM9",
    "the network reads 4,000 molecules",
    "importing umap, which compiles itself at the first use",
    "UMAP looks for a layout",
    "done",
)


def rows_of(seed: int) -> NDArray[np.int64]:
    """The molecules that are drawn as points, (P,)."""
    return census().order(seed)[:POINTS]


@lru_cache(maxsize=8)
def embedding(model: str, seed: int) -> Array:
    """What a shipped network makes of each molecule of the sample, (P, d).

    Equation: (5.12)
    """
    parts = []
    for k in range(PARTS):
        if _ending.is_set():
            raise SystemExit  # ends the thread of `prepare`, which Python then waits for
        parts.append(part(model, seed, k))
    return np.concatenate(parts)


@lru_cache(maxsize=2 * PARTS)  # of the maps that are in the making
def part(model: str, seed: int, k: int) -> Array:
    """The rows of `embedding` for part k of the sample."""
    from core.qm9.data import graphs

    rows = np.array_split(rows_of(seed), PARTS)[k]
    graphs_ = graphs.from_qm9(census().library.data.take(rows))
    return np.asarray(_package(model).predictor.embeddings(graphs_))


@lru_cache(maxsize=len(MODELS))
def _package(model: str) -> Any:
    """A shipped model, in memory once a process."""
    from core.qm9.networks import package

    return package.load(model)


@dataclass(frozen=True)
class Pca:
    """The two directions of largest variance.

    Shapes:
        xy: (P, 2); mean: (d,); components: (2, d); ratio: (2,), shares of the variance
    """

    xy: Array
    mean: Array
    components: Array
    ratio: Array

    def place(self, h: Array) -> Array:
        """Where other molecules lie on this map, (B, d) -> (B, 2)."""
        return np.asarray((h - self.mean) @ self.components.T)


def pca(model: str, seed: int) -> Pca:
    """Principal components of the sample's embedding, as scikit-learn finds them."""
    with _locks[model, seed]:  # who asks while another computes it waits for that one
        return _pca(model, seed)


@lru_cache(maxsize=8)
def _pca(model: str, seed: int) -> Pca:
    from sklearn.decomposition import PCA

    fitted = PCA(2, svd_solver="full")
    xy = fitted.fit_transform(embedding(model, seed))
    return Pca(xy, fitted.mean_, fitted.components_, fitted.explained_variance_ratio_)


@cache
def prepare() -> None:
    """Compute the first map beside what else goes on, once a process: nobody waits for torch."""
    first = ExplorerSettings.defaults()
    beside(lambda: pca(first.model, first.seed), _ending, "map of molecules")


def place(model: str, seed: int, molecule: Molecule) -> tuple[float, float]:
    """Where any molecule lies on the PCA map."""
    from core.qm9.data import graphs

    h = _package(model).predictor.embeddings(graphs.from_molecules([molecule]))
    x, y = pca(model, seed).place(h)[0]
    return float(x), float(y)


# --- UMAP -----------------------------------------------------------------------------------------


def umap_layout(h: Array, seed: int) -> Array:
    """UMAP of an embedding with umap's defaults (15 neighbors, distance 0.1), (P, 2)."""
    # Imported here: 4 to 18 seconds, and its first fit takes as long again.
    from umap import UMAP

    found = UMAP(random_state=seed, n_jobs=1).fit_transform(h)
    return np.asarray(found, float)


def fingerprint(model: str) -> str:
    """Short name of a network's weights, so that no map outlives the network it was made of."""
    from core.qm9.networks.package import locate

    return hashlib.sha256(locate(model).read_bytes()).hexdigest()[:16]


def packed(xy: Array, weights: str) -> dict[str, Any]:
    """A layout as JSON takes it: 16 bits a coordinate, between its smallest and largest."""
    low, high = xy.min(0), xy.max(0)
    code = np.rint((xy - low) / (high - low) * 65535).astype("<u2")
    text = base64.b64encode(code.tobytes()).decode()
    return {"weights": weights, "low": low.tolist(), "high": high.tolist(), "xy": text}


def unpacked(found: dict[str, Any]) -> Array:
    """The inverse of `packed`, (P, 2)."""
    code = np.frombuffer(base64.b64decode(found["xy"]), "<u2").reshape(-1, 2)
    low, high = np.array(found["low"]), np.array(found["high"])
    return np.asarray(low + code / 65535 * (high - low))


def place_of(model: str, seed: int) -> Path:
    """The file in the user's cache folder where a layout made on a click is kept."""
    return cache_folder() / f"qm9-umap-{model}-{seed}.json"


@lru_cache(maxsize=16)
def _recorded(path: Path, changed: float) -> dict[str, Any]:
    """A file of layouts; `changed` is its time of change, so that a new one is read."""
    return json.loads(path.read_text())


def umap(model: str, seed: int) -> tuple[Array, str] | None:
    """The UMAP layout (P, 2) and the command that made it, if it was recorded before."""
    for path in (RECORDED, place_of(model, seed)):
        try:
            record = _recorded(path, path.stat().st_mtime)
            found = record["models"].get(model) if record["seed"] == seed else None
            if found and found["weights"] == fingerprint(model):
                return unpacked(found), str(record["command"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # missing or damaged: it can be made again
    return None


def record(models: Sequence[str], seed: int, out: Path, say: Callable[[int], None]) -> None:
    """Make the layouts of some networks and write them into one file; `say` hears the stage."""
    found = {}
    for model in models:
        say(0)
        census()
        say(1)
        h = embedding(model, seed)
        say(2)
        import umap as _  # noqa: F401

        say(3)
        found[model] = packed(umap_layout(h, seed), fingerprint(model))
    options = f"--models {','.join(models)} --seed {seed} --out {out.name}"
    command = f"python -m core.experiments.qm9_explorer.space {options}"
    whole = {"command": command, "seed": seed, "molecules": POINTS, "models": found}
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(out, (json.dumps(whole) + "\n").encode())
    say(4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: prints one line a stage."""
    parser = argparse.ArgumentParser(
        prog="python -m core.experiments.qm9_explorer.space", description=STAGES[3]
    )
    parser.add_argument("--models", default=",".join(MODELS), help="shipped networks, by name")
    parser.add_argument("--seed", type=int, default=0, help="which 4,000 molecules")
    parser.add_argument("--out", type=Path, default=RECORDED, help="JSON file to write")
    given = parser.parse_args(arguments)
    models = [name.strip() for name in given.models.split(",")]
    if unknown := [name for name in models if name not in MODELS]:
        parser.error(f"--models {unknown[0]} is unknown: choose from {', '.join(MODELS)}")
    record(models, given.seed, given.out, lambda stage: print(stage, STAGES[stage], flush=True))
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
