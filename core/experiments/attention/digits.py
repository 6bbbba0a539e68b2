"""Handwritten digits as tokens: 16 patches of 2 x 2 pixels, and a last token that is asked.

A patch is one of 16 patterns of ink; its token is written as the sign that looks like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.datasets.digits import written_digits
from core.datasets.strokes import Numbers, inked, strokes_of
from core.film import half

INK = 8  # of 16: from here on a pixel is ink
SIGNS = "·▗▖▄▝▐▞▟▘▚▌▙▀▜▛█"  # the sum of 8, 4, 2, 1 for ink up left, up right, down left, down right
ASKED = len(SIGNS)  # the token that is asked
UNKNOWN = 10  # in place of the digit, where nobody has said which one it is
LEARNED, HELD = 1500, 96  # pictures to learn from, and the next ones, to be judged by
SIDE = 4  # patches along an edge
TOKENS = SIDE * SIDE + 1
TALL, WIDE = 7.0, 4.6  # between the outermost middles of the pen, in pixels
MOST = 4.0  # times larger than it was drawn, at most
POINTS = 400  # of a drawing, with gaps between its strokes


@cache
def pictures() -> NDArray[np.uint8]:
    """16 patches and the digit of 1,797 pictures (scikit-learn, UCI). Shapes: (1797, 17)."""
    x, label = written_digits()
    return np.column_stack([codes(x.reshape(-1, 8, 8) >= INK), label]).astype(np.uint8)


def as_tokens(rows: NDArray[np.uint8]) -> Tensor:
    """Sequences of `pictures`; the last token is ASKED plus the digit, see `without_label`.

    Shapes: (B, 17) -> (B, 17)
    """
    x = torch.from_numpy(rows.astype(np.int64))
    x[:, -1] += ASKED
    return x


def of_strokes(rows: Any) -> Tensor:
    """A digit that was drawn by hand: rows (number of the stroke, x, y), y up, in pixels.

    Shapes: -> (17,), as `as_tokens`
    """
    strokes = [np.array([0, 2 * SIDE]) + stroke * [1, -1] for stroke in as_known(strokes_of(rows))]
    ink = inked(strokes, 2 * SIDE) >= INK / 16
    return torch.tensor([*codes(ink[None])[0], ASKED + UNKNOWN])


def as_known(strokes: Sequence[Numbers]) -> list[Numbers]:
    """Strokes moved and stretched as the makers of the data did: all of them fill the height.

    They were normalized to 20 x 32 of 32 x 32 points; a narrow one is not made wider than it is
    made taller. Source: Garris et al. 1994, NISTIR 5469
    """
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    wide, tall = np.maximum(high - low, 1e-9)
    up = min(TALL / tall, MOST)
    return [(s - (low + high) / 2) * [min(WIDE / wide, up), up] + SIDE for s in strokes]


def pen(rows: Any) -> NDArray[np.float16]:
    """Where the pen went, as drawn: rows as in `of_strokes`, NaN between strokes and at the end.

    Shapes: -> (POINTS, 2), y up
    """
    gap = np.full((1, 2), np.nan)
    parts = [part for stroke in strokes_of(rows) for part in (stroke, gap)]
    path = np.concatenate([*parts, np.full((POINTS, 2), np.nan)])[:POINTS]
    return path.astype(np.float16)


def codes(ink: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Patches of 2 x 2 pixels as numbers of SIGNS. Shapes: (B, 8, 8) -> (B, 16)."""
    patches = ink.reshape(-1, SIDE, 2, SIDE, 2).transpose(0, 1, 3, 2, 4)
    return patches.reshape(-1, SIDE * SIDE, 4) @ np.array([8, 4, 2, 1])


def dots(x: Tensor) -> Tensor:
    """Middles of the pixels with ink as points x, y, y up; NaN in place of the others.

    Shapes: (n,) -> (64, 2)
    """
    edge = 2 * SIDE
    down, right = torch.meshgrid(torch.arange(edge), torch.arange(edge), indexing="ij")
    places = torch.stack([right + 0.5, edge - 0.5 - down], -1)
    return places.where(pixels(x)[..., None], torch.nan).flatten(0, 1)


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
    return (x - ASKED).where((x >= ASKED) & (x < ASKED + UNKNOWN), -1)


def pixels(x: Tensor) -> Tensor:
    """Where there is ink. Shapes: (n,) -> (8, 8), the first row on top."""
    bits = x[: SIDE * SIDE, None] >> torch.tensor([3, 2, 1, 0]) & 1  # (16, 4)
    return bits.view(SIDE, SIDE, 2, 2).transpose(1, 2).reshape(2 * SIDE, 2 * SIDE) == 1


def digit_tracks(x: Tensor, alpha: NDArray[np.float16], read: Tensor) -> dict[str, Any]:
    """What a film holds of a digit. Shapes: x (n,), alpha (A, n, n), read (10,)."""
    over = alpha[..., : SIDE * SIDE].reshape(len(alpha), -1, SIDE, SIDE)
    found = {"picture": half(pixels(x)), "ink": half(dots(x)), "over": over}
    told = int(x[-1]) < ASKED + UNKNOWN
    return {**found, "reads": int(read.argmax()), "sure": float(read.max()), "told": told}
