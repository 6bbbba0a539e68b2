"""MNIST-1D: ten shapes as noisy signals of 40 numbers, shifted, stretched and sheared.

Shipped in `assets/results/mnist1d.npz`; made by `python -m core.datasets.mnist1d` from the package
`mnist1d` (tests/requirements.txt), offline.

Source: Greydanus and Kobak (2020), Scaling down deep learning with MNIST-1D, arXiv 2011.14439
License: Apache 2.0, https://github.com/greydanus/mnist1d
"""

from __future__ import annotations

import random
import sys
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core import ROOT, piped

FILE = ROOT / "assets" / "results" / "mnist1d.npz"
LENGTH, CLASSES = 40, 10
COMMAND = "python -m core.datasets.mnist1d"


class Signals(NamedTuple):
    """4,000 signals to learn from and 1,000 to be judged by, with their digits from 0 to 9.

    No units: over all 5,000 signals the mean is 0 and the standard deviation 1.
    Shapes: x (4000, 40), y (4000,), x_test (1000, 40), y_test (1000,)
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> Signals:
    """The shipped arrays, float16 in the file. Errors: `FileNotFoundError` names the file."""
    with np.load(path, allow_pickle=False) as found:
        x, y = (tuple(found[f"{name}{part}"] for part in ("", "_test")) for name in "xy")
    return Signals(
        x[0].astype(np.float32), y[0].astype(np.int64),
        x[1].astype(np.float32), y[1].astype(np.int64),
    )  # fmt: skip


def make() -> Signals:
    """The arrays anew, as the package makes them from its seed 42; nothing is downloaded.

    Its generator seeds NumPy and `random` for the whole process, so their states are put back.
    """
    from mnist1d.data import get_dataset_args, make_dataset

    states = np.random.get_state(), random.getstate()
    try:
        made = make_dataset(get_dataset_args())
    finally:
        np.random.set_state(states[0])
        random.setstate(states[1])
    return Signals(
        made["x"].astype(np.float32), made["y"].astype(np.int64),
        made["x_test"].astype(np.float32), made["y_test"].astype(np.int64),
    )  # fmt: skip


def main(path: Path = FILE) -> int:
    """Make the file anew."""
    arrays = {
        name: value.astype(np.float16 if name.startswith("x") else np.uint8)
        for name, value in make()._asdict().items()
    }
    np.savez_compressed(path, **arrays)
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB by {COMMAND}")
    return 0


if __name__ == "__main__":
    sys.exit(piped(main))
