"""Rows of units over a line of pixels: which unit lies where, and which cone leads to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from core.experiments.receptive_fields.stack import (
    Branches,
    Layer,
    Stack,
    every,
    flat,
    jump,
    least,
    reach,
    sizes,
    width,
)

DEEP = 30  # layers up to which each is a row; of deeper networks each block is one


@dataclass(frozen=True)
class Geometry:
    """A stack over `pixels` pixels a side. Row 0 is the input, row l the output of `path[l - 1]`.

    With `head` there is one row more, in which one number is made of each unit of the last layer.
    """

    stack: Stack
    pixels: int
    head: bool = False

    @cached_property
    def deep(self) -> bool:
        """Whether a row is a block, not a layer."""
        return sum(1 for _ in flat(self.stack)) > DEEP

    @cached_property
    def path(self) -> Stack:
        """What lies between the rows: of parallel layers those that see most."""
        return (*(self.stack if self.deep else flat(self.stack)), *((HEAD,) if self.head else ()))

    @property
    def rows(self) -> int:
        """Number of rows, the input among them."""
        return len(self.path) + 1

    @property
    def work(self) -> int:
        """Products, roughly, that maps over the plane take: none without branches."""
        chain = 0
        while chain < len(self.stack) and isinstance(self.stack[chain], Layer):
            chain += 1
        if chain == len(self.stack):
            return 0
        units = sizes(self.stack[:chain], self.pixels)[-1]
        kernels = (layer.k**2 for layer in every(self.stack) if layer.kind != "crop")
        return self.rows * units**2 * sum(kernels) // 2

    @cached_property
    def labels(self) -> list[str]:
        """Name of each row."""
        names = [part.label if isinstance(part, Layer) else "block" for part in self.path]
        if self.head:
            del names[-1]
        found = ["input", *(f"{k} {name}" for k, name in enumerate(names, start=1))]
        return [*found, "answer"] if self.head else found

    @cached_property
    def units(self) -> list[int]:
        """Number of units along a side, in each row."""
        found = [self.pixels]
        for part in self.path:
            found.append(part.size(found[-1]))
        return found

    @cached_property
    def jumps(self) -> list[Fraction]:
        """Distance of neighboring units in pixels, in each row."""
        return [jump(self.path[:row]) for row in range(self.rows)]

    @cached_property
    def steps(self) -> list[float]:
        """The jumps as floats, which are quicker."""
        return [float(step) for step in self.jumps]

    @cached_property
    def starts(self) -> list[float]:
        """Where the center of the first unit of each row lies, in pixels from the first one."""
        found = []
        for row in range(self.rows):
            i = 0.0
            for part in reversed(self.path[:row]):
                i = _center(part, i)
            found.append(i)
        return found

    def place(self, row: int, i: float) -> float:
        """Where the center of unit i of a row lies, in pixels from the first one."""
        return self.starts[row] + i * self.steps[row]

    def nearest(self, row: int, pixel: float) -> int:
        """The unit of a row whose center is nearest to a place; the lower one of two."""
        i = (pixel - self.starts[row]) / self.steps[row]
        return min(max(math.ceil(i - 0.5), 0), self.units[row] - 1)

    @cached_property
    def middle(self) -> list[int]:
        """The unit in the middle, in each row; those below lie under the one on top."""
        top = self.nearest(self.rows - 1, (self.pixels - 1) / 2)
        center = self.place(self.rows - 1, top)
        return [*(self.nearest(row, center) for row in range(self.rows - 1)), top]

    @cached_property
    def center(self) -> float:
        """Where the unit in the middle of the top row lies, in pixels."""
        return self.place(self.rows - 1, self.middle[-1])

    @cached_property
    def seen(self) -> list[tuple[int, int]]:
        """First and last pixel of the receptive field of each row's unit in the middle."""
        return [reach(self.path[:row], i, i) for row, i in enumerate(self.middle)]

    @cached_property
    def window(self) -> tuple[int, int]:
        """First pixel, and the one after the last, of a part that is enough for the middle units.

        From it all of them come out as from the whole image: it begins and ends where units of
        every row do, so that they keep their places, and an end is cut off only if none of them
        reads padding there. It is the whole where paths could read more than the rows show.
        """
        whole = 0, self.pixels
        if not all(_nested(part) for part in self.stack):
            return whole
        first, last = list(self.middle), list(self.middle)  # in each row, that any of them reads
        for at in range(self.rows - 1, 0, -1):
            a, b = self.path[at - 1].reach(first[at], last[at])
            first[at - 1], last[at - 1] = min(first[at - 1], a), max(last[at - 1], b)
        step = math.lcm(*(apart.numerator for apart in self.jumps))
        low = first[0] // step * step if min(first) >= 0 else 0
        beyond = any(b >= count for b, count in zip(last, self.units, strict=True))
        high = self.pixels - (0 if beyond else (self.pixels - 1 - last[0]) // step * step)
        cut = Geometry(self.stack, high - low, self.head)  # what crops takes more than pixels
        for apart, a, b, count in zip(self.jumps, first, last, cut.units, strict=True):
            if low and a < low / apart or high < self.pixels and b - low / apart >= count:
                return whole
        return low, high

    @property
    def places(self) -> tuple[int, ...]:
        """The units in the middle, in each row, counted in the window."""
        pairs = zip(self.middle, self.jumps, strict=True)
        return tuple(i - int(self.window[0] / jump) for i, jump in pairs)

    @cached_property
    def fields(self) -> list[list[int]]:
        """All sizes that receptive fields have, in each row: one, save after `up`."""
        return [width(self.path[:row]) for row in range(self.rows)]

    def cone(self, row: int, i: int) -> list[tuple[float, float]]:
        """Left and right edge, in pixels, of all units that lead to unit i; the input first."""
        first = last = i
        found = []
        for at in range(row, -1, -1):
            half = self.steps[at] / 2
            found.append((self.place(at, first) - half, self.place(at, last) + half))
            if at:
                first, last = self.path[at - 1].reach(first, last)
        return found[::-1]

    def table(self) -> list[dict[str, Any]]:
        """Layer by layer: name, size, jump, where the first unit's center and field lie."""
        found = []
        for row in range(self.rows):
            first, _ = reach(self.path[:row], 0, 0)
            found.append({
                "layer": self.labels[row],
                "receptive field": " or ".join(map(str, self.fields[row])),
                "jump": str(self.jumps[row]),
                "center of unit 0": f"{self.place(row, 0):g}",
                "its first pixel": first,
                "units": self.units[row],
            })  # fmt: skip
        return found


HEAD = Layer("conv", 1)


def _nested(part: Layer | Branches) -> bool:
    """Whether what a part reads is what its longest path reads, around the same middle."""
    return isinstance(part, Layer) or all(
        layer.kind not in ("up", "crop") and layer.s == 1 and 2 * layer.p == layer.d * (layer.k - 1)
        for layer in every((part,))
    )


def _center(part: Layer | Branches, i: float) -> float:
    """Where the center of output i lies on the axis of inputs."""
    if isinstance(part, Branches):
        for inner in reversed(part.paths[part.longest]):
            i = _center(inner, i)
        return i
    if part.kind == "crop":
        return i + part.k
    if part.kind == "up":
        return (i + part.p - (part.k - 1) / 2) / part.s
    return part.s * i - part.p + part.d * (part.k - 1) / 2


def room(stack: Stack, around: int = 0) -> int:
    """Pixels a side that the receptive field in the middle, or `around` pixels, fit into with room.

    Errors: `ValueError` if the paths of the stack agree at no such size.
    """
    size = max(width(stack)[-1], around)
    found = least(stack, size + 2 * max(3, int(jump(stack)), round(0.15 * size)))
    sizes(stack, found)
    return found
