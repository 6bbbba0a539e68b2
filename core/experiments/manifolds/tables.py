"""Data sets of real things: digits, MNIST-1D, and what a network makes of molecules.

Digits come with scikit-learn. The other two lie in `assets/results/manifolds-tables.npz`, so that
nobody waits for their packages; `python -m core.experiments.manifolds.tables` makes that file anew.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import ROOT
from core.datasets.digits import written_digits
from core.experiments.manifolds.shapes import SIDE, Shape

FILE = ROOT / "assets" / "results" / "manifolds-tables.npz"
ROWS = 1000  # kept of each table
STRIPES = 20  # pixels that the stripes of a series are high
MODEL = "gcn"  # whose embeddings of molecules are kept
TABLES = ("digits", "MNIST-1D", "QM9 embeddings")
COMMAND = "python -m core.experiments.manifolds.tables"


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> dict[str, Any]:
    """The shipped tables by name."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def rows(settings: Any) -> NDArray[np.int64]:
    """Which rows of the table are drawn by the data seed, (samples,)."""
    size = len(written_digits()[0]) if settings.dataset == "digits" else ROWS
    return np.random.default_rng([settings.data_seed, 3]).permutation(size)[: settings.samples]


def shape(settings: Any) -> Shape:
    """The rows that are drawn, with what they are colored by."""
    chosen = rows(settings)
    if settings.dataset == "digits":
        X, y = written_digits()
        return Shape(X[chosen], y[chosen].astype(float), "digit", kinds=True)
    table = load()
    if settings.dataset == "MNIST-1D":
        X, y = table["mnist1d"], table["mnist1d_digit"]
        return Shape(X[chosen].astype(float), y[chosen].astype(float), "digit", kinds=True)
    X, y = table["qm9"].astype(float), table["qm9_gap"].astype(float)
    return Shape(X[chosen], y[chosen], "HOMO-LUMO gap in eV")


def pictures(settings: Any, X: NDArray[np.float64]) -> NDArray[np.uint8] | None:
    """Samples as images, (n, H, W), where they are images; bright is large.

    The 40 numbers of MNIST-1D are stripes, from -4 (black) to 4.
    """
    if settings.dataset == "MNIST-1D":
        stripes = np.clip(255 * (X + 4) / 8, 0, 255).astype(np.uint8)
        return np.repeat(stripes[:, None], STRIPES, axis=1)
    side = {"digits": 8, "turned object": SIDE}.get(settings.dataset)
    if side is None:
        return None
    top = 16.0 if settings.dataset == "digits" else 1.0
    return np.clip(255 * X / top, 0, 255).astype(np.uint8).reshape(-1, side, side)


def names(settings: Any) -> list[str] | None:
    """What a sample is called, where it has a name: SMILES of molecules."""
    if settings.dataset != "QM9 embeddings":
        return None
    lines = bytes(load()["qm9_smiles"]).decode().split("\n")
    return [lines[int(row)] for row in rows(settings)]


def make(path: Path = FILE) -> None:
    """Compute both tables anew: MNIST-1D by its package, embeddings by a shipped network."""
    from core.datasets import mnist1d
    from core.qm9.data import data, graphs
    from core.qm9.data.source import RAW_COLUMNS
    from core.qm9.data.targets import HARTREE
    from core.qm9.networks import package

    signals = mnist1d.make()
    qm9 = data.load()
    chosen = np.random.default_rng(0).permutation(len(qm9))[:ROWS]
    predictor = package.load(MODEL).predictor
    h = predictor.embeddings(graphs.from_qm9(qm9.take(chosen)))
    gap = qm9.published[chosen, list(RAW_COLUMNS).index("HOMO_LUMO_gap_au")] * HARTREE  # in eV
    smiles = "\n".join(qm9.canonical[int(r)] for r in chosen)
    np.savez_compressed(
        path, mnist1d=signals.x[:ROWS].astype(np.float16),
        mnist1d_digit=signals.y[:ROWS].astype(np.uint8), qm9=h.astype(np.float16),
        qm9_gap=gap.astype(np.float32), qm9_smiles=np.frombuffer(smiles.encode(), np.uint8),
    )  # fmt: skip


if __name__ == "__main__":
    make()
    print(f"{FILE.name}: {FILE.stat().st_size / 1e3:.0f} kB by {COMMAND}")
