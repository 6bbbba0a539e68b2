"""Molecules: from SMILES text to the node and edge tables of the chapter's appendix A.

Begin with `graph`: `from_smiles` and `Molecule`.
"""

from core.molecules.graph import (
    BOND_NAMES,
    ELEMENTS,
    FEATURE_NAMES,
    Molecule,
    MoleculeError,
    from_rdkit,
    from_smiles,
    pyg_column_order,
)

__all__ = [
    "BOND_NAMES",
    "ELEMENTS",
    "FEATURE_NAMES",
    "Molecule",
    "MoleculeError",
    "from_rdkit",
    "from_smiles",
    "pyg_column_order",
]
