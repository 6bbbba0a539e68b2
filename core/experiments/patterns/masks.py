"""Who may look at whom: masks of the four architectures, and some more to begin one's own from.

A mask is a boolean matrix (n, n): row i, column j, True where output i may look at input j.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
INPUTS = {"row": 8, "grid": 16, "molecule": 8, "star": 8}  # and how many tokens they have


def bonds(given: str) -> list[tuple[int, int]]:
    """Pairs of tokens with a bond between them.

    A row has those of a cube's corners, so that bonds are not neighbors in the row; pixels those
    of a grid; the molecule is styrene, a ring of six carbons with a tail of two; in a star
    everybody is bonded to token 0.
    """
    n = INPUTS[given]
    if given == "row":
        return [(i, i ^ bit) for bit in (1, 2, 4) for i in range(n) if i < i ^ bit]
    if given == "grid":
        side = round(n**0.5)
        right = [(i, i + 1) for i in range(n) if i % side < side - 1]
        return [*right, *((i, i + side) for i in range(n - side))]
    if given == "molecule":
        return [*((i, (i + 1) % 6) for i in range(6)), (5, 6), (6, 7)]
    return [(0, j) for j in range(1, n)]


def coordinates(given: str) -> NDArray[np.int64]:
    """Row and column of each token, (n, 2): a list is a grid of one row."""
    n = INPUTS[given]
    side = round(n**0.5) if given == "grid" else n
    return np.stack([np.arange(n) // side, np.arange(n) % side], 1)


def offsets(given: str, reach: int) -> NDArray[np.int64]:
    """Which place in the window of output i input j has, counted row by row; -1 outside of it.

    Shapes: returns (n, n)
    """
    at = coordinates(given)
    down, across = (at[None, :, k] - at[:, None, k] for k in (0, 1))
    inside = (abs(down) <= reach) & (abs(across) <= reach)
    wide = 2 * reach + 1
    place = (down + reach) * wide + across + reach if given == "grid" else across + reach
    return np.where(inside, place, -1)


def window(given: str, reach: int = 1) -> Mask:
    """Of a convolution: a token and those up to `reach` beside it, on a grid also above, below."""
    return offsets(given, reach) >= 0


def neighborhood(given: str) -> Mask:
    """Of message passing: N(v), the bonded ones and the token itself."""
    found = np.eye(INPUTS[given], dtype=bool)
    for i, j in bonds(given):
        found[i, j] = found[j, i] = True
    return found


def everybody(n: int) -> Mask:
    """Of an MLP and of a transformer: all look at all."""
    return np.ones((n, n), bool)


def causal(n: int) -> Mask:
    """Of a language model: nobody looks ahead."""
    return np.tril(everybody(n))


def dilated(n: int) -> Mask:
    """Oneself and the tokens two places away."""
    apart = abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return (apart == 0) | (apart == 2)


def hub(n: int) -> Mask:
    """Oneself and token 1, which looks at all: a global token."""
    found = np.eye(n, dtype=bool)
    found[0] = found[:, 0] = True
    return found


def alone(n: int) -> Mask:
    """Only oneself: the same network at each place."""
    return np.eye(n, dtype=bool)


PRESETS: dict[str, Callable[[int], Mask]] = {
    "causal": causal,
    "global token": hub,
    "dilated": dilated,
    "only oneself": alone,
}


def read_mask(text: str, n: int) -> Mask:
    """A mask of n tokens from rows of 0 and 1, as 100 110 111; tokens beyond look at themselves.

    Errors: `ValueError` in plain words.
    """
    rows = text.split()
    if len(rows) > 16 or any(len(row) > 16 or set(row) - set("01") for row in rows):
        raise ValueError("a mask is up to 16 rows of up to 16 digits 0 and 1, as 100 110 111")
    found = np.eye(n, dtype=bool)
    for i, row in enumerate(rows[:n]):
        found[i] = False
        found[i, : len(row)] = [digit == "1" for digit in row[:n]]
    return found


def write_mask(mask: Mask) -> str:
    """The inverse of `read_mask`."""
    return " ".join("".join("1" if cell else "0" for cell in row) for row in mask)


def painted(mask: Mask, path: list[list[float]]) -> Mask:
    """The mask after a stroke from cell to cell: all become what the first one was not.

    `path` has x to the right and y upward, from -0.5 to n - 0.5, the first row on top.
    """
    n, cells = len(mask), []
    for (x0, y0), (x1, y1) in zip(path, path[1:] or path, strict=False):
        for t in np.linspace(0, 1, 2 + 2 * int(abs(x1 - x0) + abs(y1 - y0))):
            column, row = round(x0 + t * (x1 - x0)), n - 1 - round(y0 + t * (y1 - y0))
            if 0 <= row < n and 0 <= column < n:
                cells.append((row, column))
    found = mask.copy()
    for cell in cells:
        found[cell] = not mask[cells[0]]
    return found


def layers_until(mask: Mask) -> NDArray[np.int64]:
    """How many layers until output i has heard of input j; 0 where it never does.

    The layers of a network with a residual connection: nobody forgets itself.
    """
    n = len(mask)
    reached, found = np.eye(n, dtype=bool), np.zeros((n, n), np.int64)
    for layer in range(1, n + 1):
        after = reached | (mask.astype(int) @ reached.astype(int) > 0)
        heard = mask if layer == 1 else after & ~reached
        found[heard & (found == 0)] = layer
        reached = after
    return found
