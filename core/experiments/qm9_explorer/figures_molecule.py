"""One molecule of QM9: its graph, its tables as in the chapter's figure 14, its shape in space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from rdkit import Chem

from core.experiments.qm9_explorer.figures_targets import written
from core.figures.chart import Chart
from core.figures.style import ORANGE
from core.molecules import BOND_NAMES, FEATURE_NAMES, Molecule
from core.molecules.depict import ELEMENT_COLORS, laid_out
from core.qm9.data.targets import KEYS, TARGETS
from core.qm9.prediction.census import Census

Array = NDArray[np.float64]
CARBON = "#5b6472"
COLORS = {"H": "#d3d8de", "C": CARBON, **ELEMENT_COLORS}
LINES = {1: (0.0,), 2: (-0.07, 0.07), 3: (-0.12, 0.0, 0.12), 4: (-0.07, 0.07)}


def named(symbols: Sequence[str]) -> list[str]:
    """What atoms are called: element and number, counted from 1 as on all pages."""
    return [f"{symbol}{i}" for i, symbol in enumerate(symbols, 1)]


def named_in_space(mol: Chem.Mol) -> list[str]:
    """The same where hydrogens are atoms: they are called after their neighbor."""
    atoms = list(mol.GetAtoms())
    names = named([atom.GetSymbol() for atom in atoms])
    return [f"H on {names[atom.GetNeighbors()[0].GetIdx()]}" if atom.GetAtomicNum() == 1 else name
            for atom, name in zip(atoms, names, strict=True)]  # fmt: skip


def node_table(molecule: Molecule) -> pd.DataFrame:
    """The 11 features of each heavy atom in the chapter's order; the index names the atoms."""
    index = pd.Index(named(molecule.symbols), name="atom")
    return pd.DataFrame(molecule.x.astype(int), index=index, columns=list(FEATURE_NAMES))


def edge_table(molecule: Molecule) -> pd.DataFrame:
    """Each bond twice, i to j and j to i, with its four features."""
    i, j, code = molecule.bonds.T.astype(int)
    both = np.stack([np.stack([i, j], 1), np.stack([j, i], 1)], 1).reshape(-1, 2)  # (2 m, 2)
    features = molecule.e[both[:, 0], both[:, 1]].astype(int)
    atoms = named(molecule.symbols)
    names = [f"{atoms[a]} → {atoms[b]}" for a, b in both]
    frame = pd.DataFrame(features, index=pd.Index(names, name="edge"), columns=list(BOND_NAMES))
    frame.insert(0, "i", both[:, 0] + 1)
    frame.insert(1, "j", both[:, 1] + 1)
    return frame


def target_table(census: Census, row: int) -> pd.DataFrame:
    """The 19 targets of a molecule: value, unit, meaning, percentage of QM9 not above it."""
    return pd.DataFrame(
        {
            "symbol": [t.symbol for t in TARGETS],
            "value": [written(value) for value in census.library.y[row]],
            "unit": [t.unit for t in TARGETS],
            "meaning": [t.meaning for t in TARGETS],
            "percentile": census.percentile(row),
        },
        index=list(KEYS),
    )


def graph(smiles: str, molecule: Molecule, mark: int = -1) -> go.Figure:
    """Atoms as nodes, bonds as edges, hydrogens counted: the chapter's figure 14(b)."""
    places, room = positions(smiles), 0.9
    (left, low), (right, high) = places.min(0) - room, places.max(0) + room
    bare = {"visible": False}
    p = Chart("", "", (left, right), (low, high), xaxis=bare, yaxis=bare, square=True)
    for i, j, code in molecule.bonds:
        a, b = places[i], places[j]
        across = np.array([a[1] - b[1], b[0] - a[0]]) / max(float(np.linalg.norm(b - a)), 1e-9)
        for number, shift in enumerate(LINES[int(code)]):
            p.line(*(np.stack([a, b]) + shift * across).T, color="#8c96a3", width=2.5,
                   dash="dot" if code == 4 and number else "solid")  # fmt: skip
    middles = [(places[i] + places[j]) / 2 for i, j, _ in molecule.bonds]
    p.points(
        [m[0] for m in middles], [m[1] for m in middles], size=18, opacity=0, hover="%{text}",
        text=[f"edge {i + 1} ↔ {j + 1}: {BOND_NAMES[code - 1]}" for i, j, code in molecule.bonds],
    )  # fmt: skip
    _nodes(p, places, molecule, mark)
    return p.figure(margin=dict.fromkeys("lrtb", 0), height=290, dragmode="pan")


def _nodes(p: Chart, places: Array, molecule: Molecule, mark: int) -> None:
    said = []
    for i, symbol in enumerate(molecule.symbols):
        features = zip(FEATURE_NAMES, molecule.x[i].astype(int), strict=True)
        said.append(f"atom {i + 1}, {symbol}: " + ", ".join(f"{n} {v}" for n, v in features if v))
    rings = [3 if i == mark else 0 for i in range(len(molecule))]
    p.points(
        *places.T, mode="markers+text", size=34, color=[COLORS[s] for s in molecule.symbols],
        marker={"opacity": 1, "line": {"width": rings, "color": ORANGE}},
        text=[f"{s}<sub>{i}</sub>" for i, s in enumerate(molecule.symbols, 1)],
        textfont={"color": "white", "size": 15}, hovertext=said, hover="%{hovertext}",
    )  # fmt: skip


def positions(smiles: str) -> Array:
    """Where RDKit draws the atoms, (n, 2), in Angstrom of a drawing."""
    mol = laid_out(smiles)
    return np.array(mol.GetConformer().GetPositions()[:, :2])


def facts(census: Census, row: int) -> dict[str, Any]:
    """What is said of a molecule beside its picture."""
    data = census.library.data
    return {
        "number": int(data.index[row]),
        "smiles": data.canonical[row],
        "published": data.smiles[row],
        "part": census.library.part_of[row],
        "heavy": int(data.sizes[row]),
        "hydrogens": int(census.elements[row, 0]),
        "rings": int(census.rings[row]),
        "twins": [int(data.index[r]) for r in data.rows[data.canonical[row]] if r != row],
    }
