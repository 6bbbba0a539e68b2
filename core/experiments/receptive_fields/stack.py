"""A stack of layers, and what each of its units can see: exact, by whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias


@dataclass(frozen=True)
class Layer:
    """One layer; kernel k, stride s, padding p, dilation d are the same along each axis."""

    kind: str
    k: int
    s: int = 1
    p: int = 0
    d: int = 1

    @property
    def label(self) -> str:
        """In a few letters, as conv 3 /2."""
        more = f" ×{self.s}" if self.kind == "up" else f" /{self.s}" if self.s > 1 else ""
        return f"{self.kind} {self.k}{more}{f' d{self.d}' if self.d > 1 else ''}"

    @property
    def jump(self) -> Fraction:
        """Factor by which units lie farther apart after this layer."""
        return Fraction(1, self.s) if self.kind == "up" else Fraction(self.s)

    def reach(self, first: int, last: int) -> tuple[int, int]:
        """The inputs that the outputs `first` to `last` are computed from, ends included.

        Equation: of a convolution, output i reads s i - p + d a for a = 0, ..., k - 1
        """
        if self.kind == "crop":
            return first + self.k, last + self.k
        if self.kind == "up":  # input i is spread over the outputs s i - p + a
            return -((self.k - 1 - self.p - first) // self.s), (last + self.p) // self.s
        return first * self.s - self.p, last * self.s - self.p + self.d * (self.k - 1)

    def size(self, n: int) -> int:
        """Number of outputs along an axis of n inputs."""
        if self.kind == "crop":
            return n - 2 * self.k
        if self.kind == "up":
            return (n - 1) * self.s - 2 * self.p + self.k
        return (n + 2 * self.p - self.d * (self.k - 1) - 1) // self.s + 1


@dataclass(frozen=True)
class Branches:
    """Parallel paths from one input to one output, where they are joined."""

    paths: tuple[Stack, ...]

    @property
    def jump(self) -> Fraction:
        """That of each path."""
        return jump(self.paths[0])

    def reach(self, first: int, last: int) -> tuple[int, int]:
        """The smallest interval that holds what each path reads."""
        found = [reach(path, first, last) for path in self.paths]
        return min(a for a, _ in found), max(b for _, b in found)

    def size(self, n: int) -> int:
        """See `Layer`. Errors: `ValueError` if the paths do not agree."""
        found = {sizes(path, n)[-1] for path in self.paths}
        if len(found) > 1:
            both = " and ".join(map(str, sorted(found)))
            raise ValueError(
                f"the paths of a {{...}} or [...] turn {n} pixels into {both}; they must agree, so "
                "give them the same strides, and paddings that keep the size"
            )
        return found.pop()

    @cached_property
    def longest(self) -> int:
        """Index of the path that sees most; of those that see alike, the one with most layers."""
        seen = [(width(path)[-1], sum(1 for _ in flat(path))) for path in self.paths]
        return seen.index(max(seen))


Stack: TypeAlias = "tuple[Layer | Branches, ...]"


def jump(stack: Stack) -> Fraction:
    """Distance of neighboring units, in pixels of the input."""
    found = Fraction(1)
    for part in stack:
        found *= part.jump
    return found


def reach(stack: Stack, first: int, last: int) -> tuple[int, int]:
    """First and last pixel that the units `first` to `last` of the output can see."""
    for part in reversed(stack):
        first, last = part.reach(first, last)
    return first, last


def width(stack: Stack) -> list[int]:
    """All sizes that a receptive field of the output has, by the position of the unit, sorted."""
    period = 1
    for layer in flat(stack):
        period *= layer.s if layer.kind == "up" else 1
    intervals = [reach(stack, i, i) for i in range(min(period, 256))]
    return sorted({last - first + 1 for first, last in intervals})


def sizes(stack: Stack, n: int) -> list[int]:
    """Number of units along an axis of n pixels, after none of the parts, after one, ..."""
    found = [n]
    for part in stack:
        found.append(part.size(found[-1]))
    return found


def flat(stack: Stack) -> Iterator[Layer]:
    """The layers of the path that sees most."""
    for part in stack:
        if isinstance(part, Layer):
            yield part
        else:
            yield from flat(part.paths[part.longest])


def every(stack: Stack) -> Iterator[Layer]:
    """The layers of all paths."""
    for part in stack:
        if isinstance(part, Layer):
            yield part
        else:
            for path in part.paths:
                yield from every(path)


def least(stack: Stack, n: int) -> int:
    """Smallest number of pixels from n on that all paths take.

    Errors: `ValueError` if there is none nearby.
    """
    for size in range(n, n + 64):
        try:
            if min(sizes(stack, size)) > 0:
                return size
        except ValueError as error:
            refused = error
    raise refused
