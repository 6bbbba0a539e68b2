"""SMILES to the chapter's graph: heavy atoms are nodes, hydrogens are counted, bonds are edges.

The 11 columns of a node follow appendix A of the chapter: 0-4 one-hot (H, C, N, O, F), 5 atomic
number, 6-8 one-hot (sp, sp2, sp3), 9 aromatic, 10 attached hydrogens. PyTorch Geometric's QM9 uses
another order (aromatic in column 6, then sp, sp2, sp3); `pyg_column_order` maps it to ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase

from core.molecules.stereo import marked

ELEMENTS = ("H", "C", "N", "O", "F")
ATOMIC_NUMBERS = (1, 6, 7, 8, 9)
FEATURE_NAMES = (*ELEMENTS, "Z", "sp", "sp2", "sp3", "aromatic", "nH")
BOND_NAMES = ("single", "double", "triple", "aromatic")
RING_SIZES = (3, 4, 5, 6, 7, 8, 9)

_HYBRID = {
    Chem.HybridizationType.SP: 1,
    Chem.HybridizationType.SP2: 2,
    Chem.HybridizationType.SP3: 3,
}
_BOND = {
    Chem.BondType.SINGLE: 1,
    Chem.BondType.DOUBLE: 2,
    Chem.BondType.TRIPLE: 3,
    Chem.BondType.AROMATIC: 4,
}


class MoleculeError(ValueError):
    """A molecule that the chapter's graph can't hold; the message says why and what to do."""


@dataclass(frozen=True)
class Molecule:
    """One molecule as small integer tables, n heavy atoms and m bonds.

    Shapes:
        atoms: (n, 5), columns atomic number, hybridization (0 other, 1 sp, 2 sp2, 3 sp3),
            aromatic, attached hydrogens, formal charge
        rings: (n,), bit k set where the atom lies in a ring of RING_SIZES[k] atoms
        bonds: (m, 3), columns i, j with i < j, and 1 + the index into BOND_NAMES
        ring_counts: (7,), number of rings of each of RING_SIZES
        radicals: unpaired electrons; QM9 has none, and the graph doesn't show them
        isomer: canonical SMILES with the stereo marks that the text had, which the graph drops
    """

    smiles: str
    atoms: NDArray[np.int8]
    rings: NDArray[np.uint8]
    bonds: NDArray[np.int16]
    ring_counts: NDArray[np.uint8]
    radicals: int = 0
    isomer: str = ""

    def __len__(self) -> int:
        """Number of heavy atoms."""
        return len(self.atoms)

    @property
    def symbols(self) -> list[str]:
        """Element symbol of each heavy atom."""
        return [ELEMENTS[ATOMIC_NUMBERS.index(z)] for z in self.atoms[:, 0]]

    @property
    def charged(self) -> bool:
        """True where an atom carries a formal charge (a zwitterion, where the sum is zero)."""
        return bool((self.atoms[:, 4] != 0).any())

    @cached_property
    def x(self) -> NDArray[np.float32]:
        """Node features in the chapter's order, (n, 11)."""
        return node_features(self.atoms)

    @cached_property
    def bond_codes(self) -> NDArray[np.uint8]:
        """Symmetric matrix of bond codes, 0 for no bond, (n, n)."""
        codes = np.zeros((len(self), len(self)), np.uint8)
        codes[self.bonds[:, 0], self.bonds[:, 1]] = self.bonds[:, 2]
        return np.maximum(codes, codes.T)

    @cached_property
    def e(self) -> NDArray[np.float32]:
        """Edge features, one-hot (single, double, triple, aromatic), both directions, (n, n, 4)."""
        return np.eye(5, dtype=np.float32)[self.bond_codes][..., 1:]


def node_features(atoms: NDArray[np.int8]) -> NDArray[np.float32]:
    """The chapter's 11 columns from a table (n, 5) as in `Molecule.atoms`; returns (n, 11)."""
    x = np.zeros((len(atoms), 11), np.float32)
    for column, number in enumerate(ATOMIC_NUMBERS):
        x[:, column] = atoms[:, 0] == number
    x[:, 5] = atoms[:, 0]
    for code in (1, 2, 3):
        x[:, 5 + code] = atoms[:, 1] == code
    x[:, 9] = atoms[:, 2]
    x[:, 10] = atoms[:, 3]
    return x


def pyg_column_order() -> list[int]:
    """Indices that turn PyTorch Geometric's QM9 columns into ours: `x_ours = x_pyg[:, order]`."""
    return [0, 1, 2, 3, 4, 5, 7, 8, 9, 6, 10]


def from_smiles(smiles: str, max_atoms: int = 128) -> Molecule:
    """Parse a SMILES string into the chapter's graph.

    Args:
        smiles: Any SMILES of H, C, N, O, F; stereo marks are dropped, as QM9's graphs have none.
        max_atoms: Largest accepted number of heavy atoms; the tables are dense, (n, n).

    Raises:
        MoleculeError: The text is no SMILES, breaks a valence rule, or holds what the graph can't.
    """
    if not isinstance(smiles, str) or not smiles.strip():
        raise MoleculeError("SMILES is empty: give one such as 'CCO'")
    text = smiles.strip()
    if len(text) > 40 * max_atoms or "\0" in text:
        raise MoleculeError(
            f"SMILES of {len(text)} characters is too long or holds a null character"
        )
    with rdBase.BlockLogs():  # RDKit's own error lines, so that ours is the only one
        mol = Chem.MolFromSmiles(text, sanitize=False)
        if mol is None:
            raise MoleculeError(
                f"SMILES {_short(text)} can't be read: check brackets and ring digits"
            )
        isomer = marked(mol)
        mol = sanitized(mol, text)
    return replace(from_rdkit(mol, max_atoms=max_atoms), isomer=isomer)


def from_rdkit(mol: Chem.Mol, canonical: bool = True, max_atoms: int = 128) -> Molecule:
    """The graph of a sanitized RDKit molecule, atoms in RDKit's own order.

    Args:
        mol: Sanitized, without explicit hydrogen atoms.
        canonical: Write the canonical SMILES (slower) instead of an empty text.
        max_atoms: Largest accepted number of heavy atoms.

    Raises:
        MoleculeError: No heavy atom, too many, or an element, isotope or bond that QM9 lacks.
    """
    # Not mol.GetAtoms(): walking that sequence takes as long as all the rest.
    all_atoms = [mol.GetAtomWithIdx(i) for i in range(mol.GetNumAtoms())]
    _check(all_atoms, max_atoms)
    atoms = np.array(
        [
            (
                a.GetAtomicNum(),
                _HYBRID.get(a.GetHybridization(), 0),
                a.GetIsAromatic(),
                a.GetTotalNumHs(),
                a.GetFormalCharge(),
            )
            for a in all_atoms
        ],
        np.int8,
    )
    bonds = np.array(
        [_bond_row(mol.GetBondWithIdx(i)) for i in range(mol.GetNumBonds())], np.int16
    ).reshape(-1, 3)
    rings, counts = _ring_tables(mol)
    text = Chem.MolToSmiles(mol, isomericSmiles=False) if canonical else ""
    radicals = sum(a.GetNumRadicalElectrons() for a in all_atoms)
    return Molecule(text, atoms, rings, bonds, counts, radicals)


def _bond_row(bond: Chem.Bond) -> tuple[int, int, int]:
    """(i, j, code) of one bond, i < j."""
    i, j = sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))
    kind = bond.GetBondType()
    if kind not in _BOND:
        raise MoleculeError(
            f"bond {i}-{j} is {kind.name.lower()}: only {', '.join(BOND_NAMES)} exist"
        )
    return i, j, _BOND[kind]


def _ring_tables(mol: Chem.Mol) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Ring-size bits of each atom, and the number of rings of each size."""
    rings = np.zeros(mol.GetNumAtoms(), np.uint8)
    counts = np.zeros(len(RING_SIZES), np.uint8)
    for ring in mol.GetRingInfo().AtomRings():
        # Larger rings share the last bit: QM9 has none above 9, a drawn macrocycle may.
        bit = min(len(ring), RING_SIZES[-1]) - RING_SIZES[0]
        counts[bit] += 1
        for atom in ring:
            rings[atom] |= 1 << bit
    return rings, counts


def sanitized(mol: Chem.Mol, text: str) -> Chem.Mol:
    """RDKit's own clean-up, without stereo marks, atom maps and hydrogens; its complaint as ours.

    Every text becomes a molecule here, so that all spellings of one lead to the same graph.
    """
    try:
        Chem.SanitizeMol(mol)
        # First: a hydrogen with a mark or a number of its own would stay an atom of the graph.
        Chem.RemoveStereochemistry(mol)
        for atom in mol.GetAtoms():
            atom.SetAtomMapNum(0)
        return Chem.RemoveHs(mol)
    except (Chem.MolSanitizeException, ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else "unknown reason"
        named = text if text == "the Molfile" else f"SMILES {_short(text)}"
        raise MoleculeError(f"{named} is no molecule: {reason}") from None


def _check(atoms: list[Chem.Atom], max_atoms: int) -> None:
    """Refuse what the chapter's tables can't hold."""
    count = len(atoms)
    if not any(a.GetAtomicNum() > 1 for a in atoms):
        raise MoleculeError("the molecule has no heavy atom: add a C, N, O or F")
    if count > max_atoms:
        raise MoleculeError(
            f"{count} heavy atoms are more than {max_atoms}: draw a smaller molecule"
        )
    for atom in atoms:
        symbol = atom.GetSymbol()
        if atom.GetIsotope():
            raise MoleculeError(
                f"isotope {atom.GetIsotope()}{symbol}: QM9 has none, write {symbol}"
            )
        if atom.GetAtomicNum() not in ATOMIC_NUMBERS:
            raise MoleculeError(f"element {symbol} is not in QM9: use only H, C, N, O, F")
        if abs(atom.GetFormalCharge()) > 9 or atom.GetTotalNumHs() > 9:
            raise MoleculeError(f"atom {symbol}{atom.GetIdx()} has an impossible charge or H count")


def _short(text: str) -> str:
    """The text quoted, cut to one readable line."""
    return repr(text if len(text) <= 60 else text[:57] + "...")
