"""Molecules as bags: the shipped table says what QM9 says."""

import numpy as np
import pytest
from rdkit import Chem

from core.experiments.deep_sets import bags
from core.molecules.graph import node_features
from core.qm9.data import data
from core.qm9.data.targets import KEYS, atom_energies, from_published


@pytest.fixture(scope="module")
def qm9():
    """QM9 with its 19 targets."""
    found = data.load()
    table = np.concatenate([np.zeros((1, 5), np.int8), found.types])[found.atoms]
    return found, from_published(found.published, atom_energies(table[..., 0], table[..., 3]))


def test_the_shipped_molecules_are_qm9s(qm9):
    found, targets = qm9
    table = bags.load()
    rows = [found.rows[text] for text in table.smiles]
    columns = [KEYS.index(name) for name in bags.PROPERTIES.values()]
    for i, candidates in enumerate(rows):
        near = np.abs(targets[candidates][:, columns] - table.values[i]).max(1)
        assert near.min() < 1e-9
    assert np.bincount(table.sizes).tolist() == [0, 3, 5, 9, 31, 127, 608, 3138, 400, 400]


def test_atoms_are_rdkits():
    table = bags.load()
    for i in range(0, len(table.smiles), 97):
        mol = Chem.MolFromSmiles(table.smiles[i])
        expected = sorted((a.GetAtomicNum(), a.GetTotalNumHs()) for a in mol.GetAtoms())
        kinds = table.types[table.atoms[i][table.atoms[i] > 0].astype(int) - 1]
        assert sorted((int(z), int(h)) for z, h in kinds[:, [0, 3]]) == expected


def test_features_are_the_chapters():
    table = bags.load()
    expected = node_features(table.types).astype(float)
    expected[:, 5] /= 10
    np.testing.assert_allclose(bags.features(table.types)[1:], expected, atol=1e-7)
    assert not bags.features(table.types)[0].any()


def test_the_floor_is_the_variance_within_bags(qm9):
    """Bags counted here in another way: as sorted tuples of features."""
    found, targets = qm9
    features = bags.features(found.types)
    groups = {}
    for row, atoms in enumerate(found.atoms):
        groups.setdefault(tuple(sorted(map(tuple, features[atoms[atoms > 0]]))), []).append(row)
    table = bags.load()
    assert table.bags == len(groups)
    for column, name in enumerate(bags.PROPERTIES.values()):
        y = targets[:, KEYS.index(name)]
        within = sum(((y[rows] - y[rows].mean()) ** 2).sum() for rows in groups.values())
        assert table.unexplained[column] == pytest.approx(within / len(y) / y.var(), rel=1e-6)


def test_isomers_of_one_bag_have_equal_bags_and_different_values():
    table, spreads = bags.load(), []
    for k, row in enumerate(table.rivals):
        mine = table.of_rival == k
        assert mine.sum() == table.isomers[row] >= 12
        assert table.smiles[row] in [t for t, m in zip(table.twin_smiles, mine, strict=True) if m]
        np.testing.assert_allclose(table.twins[mine].mean(0), table.means[row])
        spreads.append(np.ptp(table.twins[mine][:, 3]))
    assert np.median(spreads) > 2  # Debye; alkanes have next to no dipole
