"""Depictions by RDKit for any background: ink is `currentColor`, the ground is clear."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdCoordGen, rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

# Seen on white and on near-black alike: contrast above 3 with both.
ELEMENT_COLORS = {"N": "#2f83c4", "O": "#d1495b", "F": "#12946a"}
MARK = "#f59322"
CLEAR = 0.25  # bond lengths
_NUMBERS = {"N": 7, "O": 8, "F": 9}


def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


@lru_cache(maxsize=512)
def depiction(
    smiles: str, width: int = 300, height: int = 230, indices: bool = False, mark: int = -1
) -> str:
    """A molecule as SVG.

    Args:
        smiles: As in the data; atoms keep its order.
        width: In pixels.
        height: In pixels.
        indices: Write each atom's number beside it, counted from 1 as on all pages.
        mark: Atom to put a ring around, -1 for none.

    Raises:
        ValueError: RDKit can't read the SMILES.
    """
    mol = Chem.Mol(laid_out(smiles))
    for atom in mol.GetAtoms() if indices else ():
        atom.SetProp("atomNote", str(atom.GetIdx() + 1))
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    options: Any = drawer.drawOptions()  # RDKit's stubs name wrong types
    options.clearBackground = False
    options.maxFontSize, options.annotationFontScale = 22, 0.65
    options.fixedBondLength = 42
    ink = (0.0, 0.0, 0.0)
    palette = {-1: ink, 1: ink, 6: ink}
    options.setAtomPalette(
        palette | {_NUMBERS[symbol]: _rgb(color) for symbol, color in ELEMENT_COLORS.items()}
    )
    marked = [mark] if 0 <= mark < mol.GetNumAtoms() else []
    options.fillHighlights = False
    rdMolDraw2D.PrepareAndDrawMolecule(
        drawer,
        mol,
        highlightAtoms=marked,
        highlightBonds=[],
        highlightAtomColors={i: _rgb(MARK) for i in marked},
    )
    drawer.FinishDrawing()
    return _bare(drawer.GetDrawingText())


@lru_cache(maxsize=512)
def laid_out(smiles: str) -> Chem.Mol:
    """The molecule with places on paper, atoms in the order of the SMILES.

    RDKit's first layout is taken unless an atom comes near a foreign bond or atom (one molecule of
    QM9 in thirteen, cages mostly); then the clearest of RDKit's three.

    Raises:
        ValueError: RDKit can't read the SMILES.
    """
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        raise ValueError(f"SMILES {smiles!r} can't be read: check brackets and ring digits")
    ways: tuple[Callable[[Chem.Mol], Any], ...] = (
        rdDepictor.Compute2DCoords,
        lambda mol: rdDepictor.Compute2DCoords(mol, useRingTemplates=True),
        rdCoordGen.AddCoords,
    )
    best, most = mol, -1.0
    for lay in ways:
        copy = Chem.Mol(mol)
        lay(copy)
        room = clearance(copy)
        if room > most:
            best, most = copy, room
        if most >= CLEAR:
            break
    return best


def clearance(mol: Chem.Mol) -> float:
    """Smallest distance of an atom from an atom or bond that is not its own, in bond lengths."""
    xy = np.array(mol.GetConformer().GetPositions())[:, :2]
    ends = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()]).reshape(
        -1, 2
    )
    if len(xy) < 3:
        return 1.0
    a, b = xy[ends[:, 0]], xy[ends[:, 1]]  # (m, 2)
    along = b - a
    t = ((xy[:, None] - a) * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-9)  # (n, m)
    foot = a + np.clip(t, 0, 1)[..., None] * along
    distance = np.linalg.norm(xy[:, None] - foot, axis=-1)
    atom = np.arange(len(xy))[:, None]
    foreign = (atom != ends[:, 0]) & (atom != ends[:, 1])
    return float(distance[foreign].min(initial=9.0) / np.median(np.linalg.norm(along, axis=-1)))


def _bare(svg: str) -> str:
    """Without the XML header, and with black as the color of the text around it."""
    svg = svg[svg.index("<svg") :].replace("#000000", "currentColor")
    svg = re.sub(r"\s+xmlns:(?:rdkit|xlink)='[^']*'", "", svg)
    return svg.replace("<!-- END OF HEADER -->", "")
