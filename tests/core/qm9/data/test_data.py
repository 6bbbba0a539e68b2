"""QM9 as shipped: counts, split, duplicates, and what happens to damaged files."""

import errno
import hashlib
import io
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.qm9.data import cache, data, source, split


def test_counts(qm9):
    assert len(qm9) == 130_831
    assert qm9.failed == []
    assert np.bincount(qm9.sizes).tolist() == [0, 3, 5, 9, 31, 127, 608, 3138, 17879, 109031]
    assert qm9.charged.sum() == 580
    assert len({tuple(row[:4]) for row in qm9.types[qm9.types[:, 4] == 0]}) == 29
    heavy = qm9.types[:, 0][np.maximum(qm9.atoms.astype(int) - 1, 0)][qm9.atoms > 0]
    assert dict(zip(*np.unique(heavy, return_counts=True), strict=True)) == {
        6: 831_925, 7: 132_498, 8: 183_265, 9: 3_036,
    }  # fmt: skip


def test_the_split_is_the_one_written_down(qm9):
    parts = split.split()
    order = np.random.RandomState(0).permutation(130_831)
    assert (np.concatenate([parts.train, parts.validation, parts.test]) == order).all()
    assert [len(parts[n]) for n in split.SPLITS] == [110_000, 10_000, 10_831]
    assert parts.hash == split.INDEX_HASH
    with pytest.raises(ValueError, match="split 'dev' is unknown: choose from train"):
        parts["dev"]


def test_pairs_that_share_a_smiles(qm9):
    pairs = split.duplicates(qm9)
    assert len(pairs) == 87 and {len(p) for p in pairs} == {2}
    assert "Cc1cnccn1" in {qm9.canonical[p[0]] for p in pairs}
    assert len(split.straddling(qm9, split.split())) == 25


def test_a_molecule_survives_the_compact_form(qm9):
    from core.molecules import from_smiles

    for row in (0, 5, 1000, 77_777, int(np.flatnonzero(qm9.charged)[0])):
        stored, fresh = qm9.molecule(row), from_smiles(qm9.smiles[row])
        assert stored.smiles == fresh.smiles
        assert (stored.x == fresh.x).all() and (stored.e == fresh.e).all()
        assert (stored.rings == fresh.rings).all()


def test_geometry_has_plausible_bonds(qm9):
    geometry = data.load_geometry()
    numbers, xyz = geometry.molecule(0)
    assert numbers.tolist() == [6, 1, 1, 1, 1]
    # The C-H bond of methane: 1.087 Angstrom measured (Hirota 1979), B3LYP 1.09.
    assert np.linalg.norm(xyz[1:] - xyz[0], axis=1) == pytest.approx([1.09] * 4, abs=0.01)
    assert len(geometry.offsets) == len(qm9) + 1


@pytest.fixture
def head(tmp_path):
    """The first 40 molecules as CSV files of their own."""
    lines = source.find_files()[0].read_text().split("\n")[:41]
    paths = [tmp_path / name for name in source.PARTS]
    paths[0].write_text("\n".join(lines[:21]) + "\n")
    paths[1].write_text("\n".join([lines[0], *lines[21:31]]) + "\n")
    paths[2].write_text("\n".join([lines[0], *lines[31:]]) + "\n")
    return paths


def test_damaged_caches_are_rebuilt(head, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "find_files", lambda: head)
    monkeypatch.setattr(source, "MOLECULES", 40)
    monkeypatch.setattr(source.read_rows, "__defaults__", (None, 40))
    folder = tmp_path / "cache"
    first = data.load(folder=folder)
    path = folder / f"qm9-{data.VERSION}.npz"
    good = path.read_bytes()
    for damage in (good[:100], good[:-1] + b"x", b"", good + b"x"):
        path.write_bytes(damage)
        again = data.load(folder=folder)
        assert (again.raw == first.raw).all() and again.smiles == first.smiles
        assert (
            hashlib.sha256(path.read_bytes()).hexdigest()
            == path.with_suffix(".sha256").read_text().strip()
        )
    path.with_suffix(".sha256").write_bytes(b"\xff\xfe")
    assert len(data.load(folder=folder)) == 40


def test_many_who_ask_at_once_wait_for_one_that_builds(head, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "find_files", lambda: head)
    monkeypatch.setattr(source, "MOLECULES", 40)
    monkeypatch.setattr(source.read_rows, "__defaults__", (None, 40))
    built, build = [], data.build

    def slow(paths, progress):
        built.append(progress)
        time.sleep(0.3)
        return build(paths, progress)

    monkeypatch.setattr(data, "build", slow)
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: data.load(folder=tmp_path / "cache"), range(8)))
    assert len(built) == 1 and {len(one) for one in found} == {40}


@pytest.mark.parametrize("terminal", [False, True])
def test_who_waits_for_another_process_says_so(tmp_path, monkeypatch, terminal):
    """On a terminal the seconds are counted in place, in a log the sentence stands once."""

    class Said(io.StringIO):
        isatty = staticmethod(lambda: terminal)

    monkeypatch.setattr(cache, "SOON", 0.01)
    monkeypatch.setattr(cache, "AGAIN", 0.01)
    monkeypatch.setattr(cache.sys, "stderr", said := Said())
    sentence = (
        f"another process reads QM9 into {tmp_path}, which takes about half a minute: waiting"
    )

    def wait():
        with cache.alone(tmp_path):
            return said.getvalue()

    with ThreadPoolExecutor(1) as other:
        with cache.alone(tmp_path):
            assert said.getvalue() == ""  # nobody is waited for
            waiting = other.submit(wait)
            while said.getvalue().count("waiting") < (3 if terminal else 1):
                assert not waiting.done()
                time.sleep(0.01)
        text = waiting.result()
    begins = rf"\r{re.escape(sentence)}, \d+ s so far" if terminal else f"{re.escape(sentence)}\n"
    assert re.match(begins, text) and re.search(r"waited \d+ s for it\n$", text)
    assert (text.count(sentence) == 1) is not terminal


def test_who_waits_is_told_how_far_the_other_one_is(tmp_path, monkeypatch):
    """In rows of the other's reading; nothing is left beside the lock."""
    monkeypatch.setattr(cache, "SOON", 0.01)
    monkeypatch.setattr(cache, "AGAIN", 0.01)
    own, seen = [], []

    def wait():
        with cache.alone(tmp_path, lambda *count: seen.append(count)):
            return True

    with ThreadPoolExecutor(1) as other:
        with cache.alone(tmp_path, lambda *count: own.append(count)):
            waiting = other.submit(wait)
            told = cache.noted(tmp_path, lambda *count: own.append(count))
            for count in ((0, 130_831), (1000, 130_831), (2000, 130_831)):
                if count[0]:  # before its first thousand nothing is known
                    told(*count)
                while count not in seen:
                    assert not waiting.done()
                    time.sleep(0.01)
        assert waiting.result()
    assert own == [(1000, 130_831), (2000, 130_831)]
    assert not (tmp_path / cache.NOTE).exists()


def test_a_folder_that_cannot_be_made_is_named(head, tmp_path, monkeypatch):
    monkeypatch.setattr(data, "find_files", lambda: head)
    (tmp_path / "file").write_text("")
    with pytest.raises(source.DataError, match="can't write .*file.*set XDG_CACHE_HOME"):
        data.load(folder=tmp_path / "file" / "cache")


def test_missing_package():
    with pytest.raises(source.DataError, match="not installed: pip install qm9pack"):
        source.find_files("qm9pack_of_nobody")


def test_truncated_files_are_named(head):
    text = head[1].read_text()
    head[1].write_text(text[: len(text) // 2])
    with pytest.raises(source.DataError, match="qm9_part2.csv is truncated or damaged near"):
        list(source.read_rows(head, [], expected=40))
    head[1].write_text(text.split("\n")[0] + "\n")
    with pytest.raises(source.DataError, match="holds 30 molecules, not 40"):
        list(source.read_rows(head, [], expected=40))


def test_molecules_that_rdkit_refuses_are_named(head):
    text = head[0].read_text()
    head[0].write_text(text.replace(',"CC","InChI', ',"C(C)(C)(C)(C)C","InChI', 1))
    failed = []
    rows = list(source.read_rows(head, failed, expected=40))
    assert len(rows) == 39 and len(failed) == 1 and "C(C)(C)(C)(C)C" in failed[0]


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    old = {"a": np.arange(3)}
    path = tmp_path / "x.npz"
    cache.write_checked(path, old)

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(source.DataError, match="No space left on device.*free some disk space"):
        cache.write_checked(path, {"a": np.arange(9)})
    assert (cache.read_checked(path)["a"] == old["a"]).all()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.npz", "x.sha256"]


def test_cache_folder_follows_the_platform(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache.cache_folder() == Path("/somewhere/inductive-playground")
