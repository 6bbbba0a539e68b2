"""One query by hand: its q, all k and v of one head, with cells that somebody has set."""

from __future__ import annotations

import math
import re
from typing import Any

import torch
from torch import Tensor

from core.settings.kinds import Number, SettingError

PARTS = ("q", "k", "v")
CHOSEN = ("head", "query", "key")  # the head after the last is the best one, whichever that is
SILENT = "silent"  # heads that say nothing, as 0,3
LOOKS = (*PARTS, *CHOSEN, SILENT, "temperature", "strokes")  # changes that train nothing
LIMIT = 4.0  # how far a cell can be dragged
CELL = re.compile(r"([qkv])\.(\d{1,2})\.(\d{1,3})")


def read_cell(name: str, text: str, n: int, e: int) -> tuple[str, int, int, float]:
    """Part, row, column and value of a cell such as k.3.12 of n tokens with e numbers each.

    Errors: `SettingError` if there is no such cell, or it may not have this value.
    """
    found = CELL.fullmatch(name)
    rows = 1 if name.startswith("q") else n
    if not found or int(found[2]) >= rows or int(found[3]) >= e:
        allowed = f"a cell of q, k or v, as k.0.0 to k.{n - 1}.{e - 1}; of q there is row 0 alone"
        raise SettingError("change", name, allowed)
    kind = Number(-100, 100)
    return found[1], int(found[2]), int(found[3]), kind.check(name, kind.parse(name, text))


def read_heads(text: str, count: int) -> tuple[int, ...]:
    """Heads that are switched off, of so many through all layers.

    Errors: `SettingError` if there is no such head.
    """
    known = {str(a): a for a in range(count)}
    parts = text.split(",") if text else []
    if not set(parts) <= set(known):
        allowed = f"heads from 0 to {count - 1}, separated by commas, or nothing"
        raise SettingError(SILENT, text, allowed)
    return tuple(sorted({known[part] for part in parts}))


def attend(
    q: Tensor, k: Tensor, v: Tensor, temperature: float, seen: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """What one query gives each key that it may see, and what it gets.

    Equation: (6.1) with scores divided by sqrt(d) as in (6.4), and by a temperature
    Shapes: q (d,), k and v (n, d), seen (n,) bool, all if left out -> alpha (n,), h (d,)
    """
    score = k @ q / (math.sqrt(len(q)) * temperature)
    alpha = torch.softmax(score if seen is None else score.masked_fill(~seen, -torch.inf), 0)
    return alpha, alpha @ v


def by_hand(
    parts: dict[str, Tensor],
    cells: dict[tuple[str, int, int], float],
    temperature: float,
    seen: Tensor | None = None,
) -> dict[str, Any]:
    """Tracks of the bench: the three parts as set, weights as learned and as set.

    Shapes: q (1, e), k and v (n, e), seen (n,) bool -> hand_q, hand_k, hand_v alike, hand_alpha
    (n, 2), the learned weights first, hand_h (2, e) alike
    """
    changed = {part: values.clone() for part, values in parts.items()}
    for (part, row, column), value in cells.items():
        changed[part][row, column] = value
    learned, before = attend(parts["q"][0], parts["k"], parts["v"], 1.0, seen)
    alpha, after = attend(changed["q"][0], changed["k"], changed["v"], temperature, seen)
    found = {f"hand_{part}": values for part, values in changed.items()}
    found["hand_alpha"] = torch.stack([learned, alpha], -1)
    found["hand_h"] = torch.stack([before, after])
    return found
