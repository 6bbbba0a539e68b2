"""Does attention say what matters? Asked of many molecules of QM9's test split.

`python -m core.experiments.graph_attention.sample --help`; the page shows what was recorded.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core import piped
from core.command import RESULTS, keep, kept
from core.experiments.graph_attention.analysis import mixed, shuffled, uniform, without
from core.experiments.graph_attention.pictures import GraphAttention
from core.experiments.graph_attention.settings import GraphAttentionSettings
from core.experiments.graph_attention.study import SHUFFLES, Study, spearman
from core.molecules.text import canonical
from core.qm9.data.targets import KEYS
from core.qm9.networks.package import locate
from core.qm9.prediction.library import library

Array = NDArray[np.float64]
RESULT = RESULTS / "graph-attention.json"
USED = ("learned", "uniform", "shuffled")
FEWEST = 6  # directed edges below which a rank correlation says little
RECORD = "python -m core.experiments.graph_attention.sample --molecules 300 --seed 0"


def fingerprint() -> str:
    """Which checkpoint: the numbers hold for no other."""
    return hashlib.sha256(locate("gat").read_bytes()).hexdigest()


def ask(smiles: str, truth: Array, seed: int) -> dict[str, Any]:
    """One molecule: per property and scope (each layer, then all), what weight and masking say.

    Args:
        smiles: A canonical SMILES.
        truth: Its 19 properties by DFT.
        seed: Of the shuffles.

    Returns:
        rho and rho_even (19, L + 1): rank correlation of |change| with alpha, and with 1 / |N(v)|;
        agree and chance (19, L + 1), atoms: at how many atoms of two bonds or more the neighbor of
        largest weight is the one of largest change, what guessing would give, and of how many;
        error (3, 19): |prediction - DFT| with learned, uniform and shuffled weights.
    """
    study = GraphAttention(GraphAttentionSettings(smiles=smiles, seed=seed)).study
    open_ = study.experiment.neighbors
    learned = study.targets(open_)
    even = uniform(open_[0])[0].numpy()[study.edges[:, 1], study.edges[:, 0]]
    layers = [[layer] for layer in range(study.layers)] + [list(range(study.layers))]
    rows = []
    for some in layers:
        masked = study.targets(without(open_[0], torch.from_numpy(study.edges), some))
        u, v = study.edges.T
        alpha = study.attention[some].mean((0, 1))[v, u]
        change = np.abs(masked - learned)  # (2 m, 19)
        found = [(spearman(alpha, c), spearman(even, c), *top(study, alpha, c)) for c in change.T]
        rows.append(found)
    rho, rho_even, agree, chance, atoms = np.array(rows).transpose(2, 1, 0)  # (19, L + 1) each
    plain = study.targets(open_, mixed(torch.zeros(1, study.layers)))
    generator = torch.Generator().manual_seed(seed)
    dealt = study.targets(open_.expand(SHUFFLES, -1, -1, -1), shuffled(generator))
    error = [np.abs(values - truth).mean(0) for values in (learned, plain, dealt)]
    return {
        "rho": rho, "rho_even": rho_even, "agree": agree, "chance": chance, "atoms": atoms,
        "error": np.array(error),
    }  # fmt: skip


def top(study: Study, alpha: Array, change: Array) -> tuple[float, float, float]:
    """Atoms whose favorite neighbor is the one that matters most; by chance; of how many."""
    hits, chance, atoms = 0.0, 0.0, 0
    for v in range(len(study.open)):
        into = study.edges[:, 1] == v
        if into.sum() >= 2:
            atoms += 1
            chance += 1 / into.sum()
            hits += float(alpha[into].argmax() == change[into].argmax())
    return hits, float(chance), float(atoms)


def sample(molecules: int, seed: int, progress: bool = False) -> dict[str, Any]:
    """Ask so many molecules, drawn from the test split by the seed, and put the answers together.

    Returns:
        {"molecules", "seed", "checkpoint", "properties": {key: numbers}}, see `ask`; rho is the
        mean over molecules.
    """
    qm9 = library()
    rows = np.random.default_rng(seed).permutation(qm9.parts["test"])
    found: list[dict[str, Any]] = []
    for row in rows:
        smiles = canonical(qm9.data.molecule(int(row)).smiles)
        if len(found) == molecules:
            break
        if 2 * len(qm9.data.molecule(int(row)).bonds) >= FEWEST:
            found.append(ask(smiles, qm9.y[row], seed))
        if progress and len(found) % 10 == 0:
            print(f"\r{len(found)} of {molecules}", end="", file=sys.stderr, flush=True)
    means = {k: np.nanmean([one[k] for one in found], 0) for k in ("rho", "rho_even", "error")}
    sums = {k: np.sum([one[k] for one in found], 0) for k in ("agree", "chance", "atoms")}
    properties = {}
    for t, key in enumerate(KEYS):
        properties[key] = {
            "rho": means["rho"][t].round(4).tolist(),
            "rho_even": means["rho_even"][t].round(4).tolist(),
            "agree": (sums["agree"][t] / sums["atoms"][t]).round(4).tolist(),
            "chance": round(float(sums["chance"][t, 0] / sums["atoms"][t, 0]), 4),
            "error": dict(zip(USED, means["error"][:, t].tolist(), strict=True)),
        }  # fmt: skip
    return {"molecules": len(found), "seed": seed, "checkpoint": fingerprint(),
            "properties": properties}  # fmt: skip


def recorded(path: Path = RESULT) -> dict[str, Any] | None:
    """The recorded answers, or None if they are those of another checkpoint."""
    found = kept(path)
    return found if found["checkpoint"] == fingerprint() else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Record a sample from the command line."""
    parser = argparse.ArgumentParser(prog="python -m core.experiments.graph_attention.sample")
    parser.add_argument("--molecules", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULT)
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    result = sample(given.molecules, given.seed, progress=True)
    command = f"{parser.prog} --molecules {given.molecules} --seed {given.seed}"
    keep(given.out, {"command": command, **result})
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
