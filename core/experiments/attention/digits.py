"""Handwritten digits as tokens: 16 patches of 2 x 2 pixels, and a last token that is asked.

A patch is one of 16 patterns of ink; its token is written as the sign that looks like it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

INK = 8  # of 16: from here on a pixel is ink
SIGNS = "·▗▖▄▝▐▞▟▘▚▌▙▀▜▛█"  # the sum of 8, 4, 2, 1 for ink up left, up right, down left, down right
ASKED = len(SIGNS)  # the token that is asked
LEARNED, HELD = 1500, 96  # pictures to learn from, and the next ones, to be judged by
SIDE = 4  # patches along an edge
TOKENS = SIDE * SIDE + 1


@cache
def pictures() -> NDArray[np.uint8]:
    """16 patches and the digit of 1,797 pictures (scikit-learn, UCI). Shapes: (1797, 17)."""
    from sklearn.datasets import load_digits  # a second, which only this task needs

    found = load_digits()
    ink = found.images.reshape(-1, SIDE, 2, SIDE, 2).transpose(0, 1, 3, 2, 4) >= INK
    codes = ink.reshape(-1, SIDE * SIDE, 4) @ np.array([8, 4, 2, 1])
    return np.column_stack([codes, found.target]).astype(np.uint8)


def as_tokens(rows: NDArray[np.uint8]) -> Tensor:
    """Sequences of `pictures`; the last token is ASKED plus the digit, see `without_label`.

    Shapes: (B, 17) -> (B, 17)
    """
    x = torch.from_numpy(rows.astype(np.int64))
    x[:, -1] += ASKED
    return x


def without_label(x: Tensor) -> Tensor:
    """What the network sees: the last token never says which digit it is. Shapes: (B, n)."""
    return x.clamp(max=ASKED)


def some_pictures(B: int, n: int, generator: torch.Generator) -> Tensor:
    """Pictures by chance, of those to learn from."""
    return as_tokens(pictures()[:LEARNED])[torch.randint(LEARNED, (B,), generator=generator)]


def held(count: int) -> Tensor:
    """Pictures that nothing is trained on."""
    return as_tokens(pictures()[LEARNED : LEARNED + count])


def nowhere(x: Tensor) -> Tensor:
    """No place alone holds the answer. Shapes: (B, n) -> (B, n, n)."""
    return torch.zeros(*x.shape, x.shape[1], dtype=torch.bool)


def digit_of(x: Tensor, right: Tensor) -> Tensor:
    """The digit, at the last place. Shapes: (B, n), (B, n, n) -> (B, n)."""
    return (x - ASKED).where(x >= ASKED, -1)


def pixels(x: Tensor) -> Tensor:
    """Where there is ink. Shapes: (n,) -> (8, 8), the first row on top."""
    bits = x[: SIDE * SIDE, None] >> torch.tensor([3, 2, 1, 0]) & 1  # (16, 4)
    return bits.view(SIDE, SIDE, 2, 2).transpose(1, 2).reshape(2 * SIDE, 2 * SIDE) == 1
