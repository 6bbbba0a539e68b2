"""Nearest molecules: fingerprints and Tanimoto against RDKit's, and the file that keeps them."""

import subprocess
import sys

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from rdkit.DataStructs import BulkTanimotoSimilarity

from core.molecules.names import NAMES
from core.qm9.prediction import nearest, nearest_job
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


def job_that(prints, tmp_path, then=""):
    log = tmp_path / "log"
    with open(log, "wb") as out:
        code = f"print({prints!r}, flush=True); {then}"
        process = subprocess.Popen([sys.executable, "-c", code], stdout=out, stderr=out)
    job = nearest_job.Job(process, log)
    process.wait(30)
    return job


def test_a_job_says_how_far_it_is(tmp_path):
    job = job_that("1000 4000", tmp_path)
    share, words = job.progress
    assert share == 0.25 and "1,000 of 4,000" in words and "s left" in words
    assert not job.failed
    job.stop()
    assert not job.log.exists()


def test_a_job_that_dies_says_why(tmp_path):
    job = job_that("", tmp_path, "raise SystemExit('the disk is full')")
    assert "the disk is full" in job.failed
    job.stop()
