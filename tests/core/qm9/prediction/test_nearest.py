"""Nearest molecules: fingerprints and Tanimoto against RDKit's, and the file that keeps them."""

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from rdkit.DataStructs import BulkTanimotoSimilarity

from core.molecules.names import NAMES
from core.qm9.prediction import nearest
from core.qm9.prediction.library import Library


@pytest.fixture(scope="module")
def few(small):
    some, parts, _ = small
    return Library(some, parts)


@pytest.fixture(scope="module")
def index(few):
    return nearest.build(few)


@pytest.mark.parametrize("name", ["benzaldehyde", "caffeine", "water", "glycine"])
def test_similarities_are_rdkits(few, index, name):
    made = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    mols = [Chem.MolFromSmiles(text) for text in few.data.canonical]
    wanted = made.GetFingerprint(Chem.MolFromSmiles(NAMES[name]))
    expected = BulkTanimotoSimilarity(wanted, [made.GetFingerprint(mol) for mol in mols])
    found = index.similarity(nearest.bits_of(NAMES[name]))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    best = index.nearest(NAMES[name], 5)
    assert [s for _, s in best] == pytest.approx(sorted(expected, reverse=True)[:5])


def test_a_molecule_is_nearest_to_itself(few, index):
    for row in (0, 7, len(few.data) - 1):
        at, similarity = index.nearest(few.data.canonical[row], 1)[0]
        assert similarity == 1.0
        own = nearest.bits_of(few.data.canonical[row])
        np.testing.assert_array_equal(nearest.bits_of(few.data.canonical[at]), own)


def test_far_is_measured_on_held_out_molecules(few, index):
    train = np.asarray(few.parts.train)
    rows = few.parts.test[:: max(len(few.parts.test) // nearest.PROBES, 1)]
    one = index.similarity(nearest.bits_of(few.data.canonical[int(rows[0])]))[train].max()
    assert one in index.usual and len(index.usual) == len(rows)
    assert index.usual[0] <= index.far <= np.median(index.usual)


def test_another_data_set_has_another_file(few, qm9):
    assert nearest.place(few) != nearest.place(Library.of(qm9))


def test_progress_reaches_the_end(few):
    seen = []
    nearest.build(few, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(few.data), len(few.data))


def test_what_it_prints_says_how_far_it_is():
    assert nearest.read("", 3.0) == (0.0, "Fingerprints of QM9, once on this machine: reading QM9")
    share, words = nearest.read("made 4096 16384\nmade 8192 16384\n", 3.0)
    assert share == 0.5 and words.endswith("8,192 of 16,384")
    share, words = nearest.read("reading 1000 4000\n", 3.0)
    assert share == 0.125 and words.endswith("reading QM9, 1,000 of 4,000 molecules")
    share, words = nearest.read("waiting 0 4000\nwaiting 1000 4000\n", 3.0)
    assert share == 0.125 and words.endswith("another process reads QM9, 1,000 of 4,000 molecules")
    share, _ = nearest.read("reading 4000 4000\nmade 4096 16384\n", 3.0)
    assert share == 0.625  # half of the way was the reading
    assert nearest.read("reading QM9 now\nmade 1 x\n", 3.0)[0] == 0.0
