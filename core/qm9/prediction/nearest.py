"""The molecules of QM9 that look most like a drawn one: Morgan fingerprints and Tanimoto.

A fingerprint has 2048 bits, each set where some neighborhood of up to two bonds around an atom
occurs (RDKit's Morgan generator, radius 2; Rogers and Hahn 2010). Tanimoto is the share of bits
that two molecules have in common. All fingerprints of QM9 take some 20 s, once on a machine:

    python -m core.qm9.prediction.nearest
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase
from rdkit.Chem import rdFingerprintGenerator

from core.qm9.data.cache import Tables, cache_folder, read_checked, write_checked
from core.qm9.data.data import is_cached, load
from core.qm9.prediction.library import Library, at_hand, library
from core.work import Process, join

BITS, RADIUS, BLOCK = 2048, 2, 4096
PROBES = 300  # held-out molecules that say how near a neighbor usually is
SHARE = 0.01
RETRY = 300.0  # seconds after which a making that failed is tried again
_MADE = rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=BITS)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Index:
    """All fingerprints of a library, M molecules, bit by bit, so that a search reads few bits.

    Shapes:
        columns: (BITS, ceil(M / 8)), bit b of molecule m in byte m // 8, as `np.packbits` packs
        sizes: (M,), bits set in each
        usual: (P,), largest similarity of held-out molecules to the training split, ascending
    """

    columns: NDArray[np.uint8]
    sizes: NDArray[np.int16]
    usual: NDArray[np.float64]

    def similarity(self, bits: NDArray[np.int64]) -> NDArray[np.float64]:
        """Tanimoto similarity to each molecule, (M,).

        Args:
            bits: The bits that are set in the fingerprint, as `bits_of` gives them.
        """
        rows = np.unpackbits(self.columns[bits], axis=1, count=len(self.sizes))
        common = rows.sum(0, dtype=np.int16)
        either = self.sizes + np.int16(len(bits)) - common
        return np.asarray(common / np.maximum(either, 1))

    def nearest(self, smiles: str, most: int = 12) -> list[tuple[int, float]]:
        """Rows of the most similar molecules and their similarity, most similar first."""
        found = self.similarity(bits_of(smiles))
        rows = np.argpartition(-found, min(most, len(found) - 1))[:most]
        rows = rows[np.lexsort((rows, -found[rows]))]
        return [(int(row), float(found[row])) for row in rows]

    @property
    def far(self) -> float:
        """Below this lies 1 % of held-out QM9 molecules: farther than these is far."""
        return float(np.quantile(self.usual, SHARE))


def bits_of(smiles: str) -> NDArray[np.int64]:
    """The bits that are set in the fingerprint of a SMILES."""
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
    return np.array(list(_MADE.GetFingerprint(mol).GetOnBits()), np.int64)


def build(of: Library, progress: Progress | None = None) -> Index:
    """Make all fingerprints of a library."""
    texts = of.data.canonical
    columns = np.zeros((BITS, -(-len(texts) // 8)), np.uint8)
    sizes = np.zeros(len(texts), np.int16)
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        dense = np.zeros((len(block), BITS), np.uint8)
        for k, text in enumerate(block):
            dense[k, bits_of(text)] = 1
        sizes[start : start + len(block)] = dense.sum(1)
        packed = np.packbits(dense.T, axis=1)
        columns[:, start // 8 : start // 8 + packed.shape[1]] = packed
        if progress:
            progress(start + len(block), len(texts))
    index = Index(columns, sizes, np.zeros(0))
    return Index(columns, sizes, _usual(index, of))


def _usual(index: Index, of: Library) -> NDArray[np.float64]:
    """Largest similarity of some held-out molecules to those that were trained on."""
    rows = of.parts.test[:: max(len(of.parts.test) // PROBES, 1)]
    trained = np.asarray(of.parts.train)
    best = [index.similarity(bits_of(of.data.canonical[int(r)]))[trained].max() for r in rows]
    return np.sort(np.array(best))


def place(of: Library) -> Path:
    """The cache file of a library; another data set has another name."""
    text = "\n".join(of.data.canonical) + of.parts.hash
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return cache_folder() / f"qm9-morgan-{BITS}-{RADIUS}-{digest}.npz"


@cache
def _place() -> Path:
    return place(library())


@cache
def index() -> Index:
    """The fingerprints of QM9 from the cache file.

    Raises:
        FileNotFoundError: They have not been made: `prepare` does that.
    """
    tables = read_checked(_place())
    if tables is None:
        raise FileNotFoundError(
            f"{_place()} is not there yet: run python -m core.qm9.prediction.nearest"
        )
    return Index(**tables)


def ready() -> bool:
    """Whether `index` can be read; cheap once it could."""
    if index.cache_info().currsize:
        return True
    if at_hand() is None or not _place().exists():
        return False
    try:
        index()
    except FileNotFoundError:
        return False
    return True


def prepare() -> Process | None:
    """The process that makes the file, started if need be; None where the file is there."""
    if ready():
        return None
    what, command = "The fingerprints could not be made", ["-m", "core.qm9.prediction.nearest"]
    return join("fingerprints", None, lambda: Process(command, read, what), retry=RETRY)


def read(text: str, seconds: float) -> tuple[float, str]:
    """What `main` has printed, as a share and a sentence."""
    what = "Fingerprints of QM9, once on this machine:"
    lines = [line.split() for line in text.splitlines()]
    counts = [(name, int(a), int(b)) for name, a, b in filter(_is_count, lines)]
    reading = [count for count in counts if count[0] in ("reading", "waiting")]
    made = [(done, total) for name, done, total in counts if name == "made"]
    before = 0.5 if reading else 0.0  # where QM9 has to be read first, that is half of the time
    if made:
        done, total = made[-1]
        return before + (1 - before) * done / total, f"{what} {done:,} of {total:,}"
    if reading:
        name, done, total = reading[-1]
        who = "another process reads" if name == "waiting" else "reading"
        return before * done / total, f"{what} {who} QM9, {done:,} of {total:,} molecules"
    return 0.0, f"{what} reading QM9"


def _is_count(words: list[str]) -> bool:
    return len(words) == 3 and words[1].isdigit() and words[2].isdigit()


def main() -> None:
    """Make the file and say how far it is, one line a block; QM9 is read first where need be."""
    if not is_cached():
        load(
            lambda done, total: print(f"reading {done} {total}", flush=True),
            waiting=lambda done, total: print(f"waiting {done} {total}", flush=True),
        )
    of = library()
    made = build(of, lambda done, total: print(f"made {done} {total}", flush=True))
    tables: Tables = {"columns": made.columns, "sizes": made.sizes, "usual": made.usual}
    write_checked(place(of), tables)


if __name__ == "__main__":
    main()
