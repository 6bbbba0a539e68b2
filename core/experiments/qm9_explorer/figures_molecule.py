"""One molecule of QM9: its graph, its tables as in the chapter's figure 14, its shape in space."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.style import ORANGE
from core.molecules import BOND_NAMES, FEATURE_NAMES, Molecule
from core.molecules.depict import ELEMENT_COLORS, laid_out
from core.qm9.data.targets import KEYS, TARGETS
from core.qm9.prediction.census import Census

Array = NDArray[np.float64]
CARBON = "#5b6472"
COLORS = {"H": "#d3d8de", "C": CARBON, **ELEMENT_COLORS}
LINES = {1: (0.0,), 2: (-0.07, 0.07), 3: (-0.12, 0.0, 0.12), 4: (-0.07, 0.07)}


def node_table(molecule: Molecule) -> pd.DataFrame:
    """The 11 features of each heavy atom in the chapter's order; the index names the atoms."""
    names = [f"{symbol}{i}" for i, symbol in enumerate(molecule.symbols)]
    index = pd.Index(names, name="atom")
    return pd.DataFrame(molecule.x.astype(int), index=index, columns=list(FEATURE_NAMES))


def edge_table(molecule: Molecule) -> pd.DataFrame:
    """Each bond twice, i to j and j to i, with its four features."""
    i, j, code = molecule.bonds.T.astype(int)
    both = np.stack([np.stack([i, j], 1), np.stack([j, i], 1)], 1).reshape(-1, 2)  # (2 m, 2)
    features = molecule.e[both[:, 0], both[:, 1]].astype(int)
    symbols = [f"{symbol}{k}" for k, symbol in enumerate(molecule.symbols)]
    names = [f"{symbols[a]} → {symbols[b]}" for a, b in both]
    frame = pd.DataFrame(features, index=pd.Index(names, name="edge"), columns=list(BOND_NAMES))
    frame.insert(0, "i", both[:, 0])
    frame.insert(1, "j", both[:, 1])
    return frame


def target_table(census: Census, row: int) -> pd.DataFrame:
    """The 19 targets of a molecule: value, unit, meaning, percentage of QM9 not above it."""
    return pd.DataFrame(
        {
            "symbol": [t.symbol for t in TARGETS],
            "value": census.library.y[row],
            "unit": [t.unit for t in TARGETS],
            "meaning": [t.meaning for t in TARGETS],
            "percentile": census.percentile(row),
        },
        index=list(KEYS),
    )


def graph(smiles: str, molecule: Molecule, mark: int = -1) -> go.Figure:
    """Atoms as nodes, bonds as edges, hydrogens counted: the chapter's figure 14(b)."""
    places = positions(smiles)
    figure = go.Figure()
    for i, j, code in molecule.bonds:
        a, b = places[i], places[j]
        across = np.array([a[1] - b[1], b[0] - a[0]]) / max(float(np.linalg.norm(b - a)), 1e-9)
        for number, shift in enumerate(LINES[int(code)]):
            ends = np.stack([a, b]) + shift * across
            dash = "dot" if code == 4 and number else "solid"
            figure.add_scatter(
                x=ends[:, 0], y=ends[:, 1], mode="lines", hoverinfo="skip",
                line={"color": "#8c96a3", "width": 2.5, "dash": dash},
            )  # fmt: skip
    middles = [(places[i] + places[j]) / 2 for i, j, _ in molecule.bonds]
    figure.add_scatter(
        x=[m[0] for m in middles], y=[m[1] for m in middles], mode="markers",
        marker={"size": 18, "opacity": 0}, hovertemplate="%{text}<extra></extra>",
        text=[f"edge {i} ↔ {j}: {BOND_NAMES[code - 1]}" for i, j, code in molecule.bonds],
    )  # fmt: skip
    _nodes(figure, places, molecule, mark)
    axis = {"visible": False, "range": None}
    room = 0.9
    low, high = places.min(0) - room, places.max(0) + room
    figure.update_layout(
        showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0}, height=290,
        xaxis={**axis, "range": [low[0], high[0]]}, dragmode="pan",
        yaxis={**axis, "range": [low[1], high[1]], "scaleanchor": "x", "scaleratio": 1},
    )  # fmt: skip
    return figure


def _nodes(figure: go.Figure, places: Array, molecule: Molecule, mark: int) -> None:
    lines = [3 if i == mark else 0 for i in range(len(molecule))]
    hover = []
    for i, symbol in enumerate(molecule.symbols):
        features = molecule.x[i].astype(int)
        shown = ", ".join(f"{n} {v}" for n, v in zip(FEATURE_NAMES, features, strict=True) if v)
        hover.append(f"atom {i}, {symbol}: {shown}")
    figure.add_scatter(
        x=places[:, 0], y=places[:, 1], mode="markers+text",
        marker={
            "size": 34, "color": [COLORS[s] for s in molecule.symbols], "opacity": 1,
            "line": {"width": lines, "color": ORANGE},
        },
        text=[f"{s}<sub>{i}</sub>" for i, s in enumerate(molecule.symbols)],
        textfont={"color": "white", "size": 15}, hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
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
