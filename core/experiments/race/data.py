"""What is raced on: signals, digits, bags of numbers, molecules; plain, or in a shuffled order."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.datasets import mnist1d
from core.datasets.digits import written_digits
from core.experiments.race import molecules as qm9
from core.experiments.race.entries import OUTPUTS, Layout

MNIST_1D, DIGITS, SETS, MOLECULES = "MNIST-1D", "digits", "sets", "molecules"
PLAIN, SHUFFLED = "plain", "shuffled"
SEED = 42  # of the one order in which everything shuffled is shuffled, and of the bags
NEAR = 0.5  # a number of a bag counts if it is nearer to 0
LAYOUTS = {
    MNIST_1D: Layout((40,), patch=5, wide=8, step=4),
    DIGITS: Layout((8, 8), patch=2, wide=4, step=2),
    SETS: Layout((12,), patch=3, wide=4, step=2, ordered=False),
    # An atom has its features and its row of the bonds; what is asked for is one number.
    MOLECULES: Layout((9,), patch=3, wide=3, step=2, channels=qm9.FEATURES + 9, bonds=True,
                      outputs=1),
}  # fmt: skip
SIZES = {
    MNIST_1D: (100, 300, 1000, 4000),
    DIGITS: (50, 150, 450, 1297),
    SETS: (100, 300, 1000, 4000),
    MOLECULES: (100, 300, 1000, 4000),
}


class Samples(NamedTuple):
    """What is learned from, and what it is judged by; y are labels 0 to 9, int64, or numbers.

    Shapes: x (n, N) float32, y (n,), x_test (m, N), y_test (m,)
    """

    x: Tensor
    y: Tensor
    x_test: Tensor
    y_test: Tensor


def signals() -> Samples:
    """MNIST-1D: 4,000 signals of 40 values, and 1,000 more."""
    return Samples(*map(torch.from_numpy, mnist1d.load()))


def digits() -> Samples:
    """The 1,797 handwritten digits of scikit-learn, 8 x 8 pixels from 0 to 1; 500 are held out."""
    images, labels = written_digits()
    order = np.random.default_rng(SEED).permutation(len(images))
    x, y = torch.tensor(images[order] / 16, dtype=torch.float32), torch.tensor(labels[order])
    return Samples(x[:-500], y[:-500], x[-500:], y[-500:])


def bags() -> Samples:
    """Twelve numbers from -1 to 1 in any order: how many, 0 to 9, are nearer to 0 than 1/2?

    Each answer is as frequent as any other. 4,000 bags, and 1,000 more.
    """
    rng = np.random.default_rng(SEED)
    near = rng.integers(0, OUTPUTS, 5000)
    size = NEAR * rng.random((5000, 12)) + NEAR * (np.arange(12) >= near[:, None])
    numbers = rng.permuted(size * rng.choice([-1, 1], size.shape), axis=1)
    x, y = torch.tensor(numbers, dtype=torch.float32), torch.tensor(near)
    return Samples(x[:4000], y[:4000], x[4000:], y[4000:])


def molecules() -> Samples:
    """5,000 molecules of QM9 as lists of atoms; y is the gap less 6.8 eV. 1,000 are held out."""
    table = qm9.load()
    x, y = torch.from_numpy(qm9.lists(table)).flatten(1), torch.from_numpy(table.gap - qm9.CENTER)
    many = qm9.MANY - qm9.HELD_OUT
    return Samples(x[:many], y[:many], x[many:], y[many:])


MADE = {MNIST_1D: signals, DIGITS: digits, SETS: bags, MOLECULES: molecules}


def order_of(size: int) -> Tensor:
    """The order in which everything shuffled is listed, to learn and to be judged.

    Shapes: -> (N,), a permutation
    """
    return torch.from_numpy(np.random.default_rng(SEED).permutation(size))


@cache
def samples(name: str, shuffled: bool = False) -> Samples:
    """The samples of this name. Shuffled, nothing is lost but who stands beside whom."""
    found = MADE[name]()
    if not shuffled:
        return found
    layout = LAYOUTS[name]
    order = order_of(layout.places)
    numbers = torch.arange(layout.size).view(layout.places, -1)[order]
    if layout.bonds:  # the columns of the bonds follow their rows
        numbers = torch.cat([numbers[:, : layout.features], numbers[:, layout.features + order]], 1)
    numbers = numbers.flatten()
    return found._replace(x=found.x[:, numbers], x_test=found.x_test[:, numbers])


def unit(name: str) -> str:
    """Of the error: the share of wrong labels, or a mean absolute error."""
    return "%" if LAYOUTS[name].outputs > 1 else "eV"


def said(name: str, error: float) -> str:
    """An error with its unit."""
    return f"{error:.1f} %" if unit(name) == "%" else f"{error:.2f} eV"


@cache
def guessing(name: str) -> float:
    """Test error of whoever never looks: always one of ten labels, or the middle of what was seen.

    Nine of ten answers of all ten labels are wrong.
    """
    if unit(name) == "%":
        return 100 * (1 - 1 / OUTPUTS)
    found = samples(name)
    return float((found.y_test - found.y.median()).abs().mean())
