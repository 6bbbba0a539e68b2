"""A stack of layers as a text, and what each of its units can see: exact, by whole numbers.

    conv3            convolution 3 x 3; conv3s2p0d4 with stride 2, padding 0, dilation 4
    pool2s2 avg2s2   maximum and average pooling
    up2s2            transposed convolution
    crop4            4 pixels cut off at each edge
    { a b | c }      parallel paths that are joined; [ a b ] is a residual block, { a b | }
    5*conv3  3*(a b) repeated

Without `p` the padding keeps the size: d (k - 1) / 2, rounded down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

NAMES = {"conv": "convolution", "pool": "max pooling", "avg": "average pooling",
         "up": "transposed convolution", "crop": "crop"}  # fmt: skip
LARGEST = {"k": 31, "s": 8, "p": 1024, "d": 1024}
MOST = 250  # layers, all paths counted
TOKEN = re.compile(r"\s*(?:(\d+)\s*\*|([\[\](){}|])|(conv|pool|avg|up|crop)(\d+)((?:[spd]\d+)*))")


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
    def text(self) -> str:
        """As `parse` reads it."""
        if self.kind == "crop":
            return f"crop{self.k}"
        return f"{self.kind}{self.k}s{self.s}p{self.p}d{self.d}"

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
    def text(self) -> str:
        """As `parse` reads it."""
        return "{" + " | ".join(text_of(path) for path in self.paths) + "}"

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

    @property
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


def text_of(stack: Stack) -> str:
    """The stack as a text; `parse` is the way back."""
    return " ".join(part.text for part in stack)


def added(text: str, kind: str, k: int, s: int = 1, d: int = 1) -> str:
    """The text with one more layer on top; kind `residual` is a convolution with a skip."""
    if kind == "residual":
        return f"{text} [conv{k}d{d}]"
    return f"{text} {kind}{k}s{s}" + ("" if kind == "up" else f"d{d}")


# --- Reading -------------------------------------------------------------------------------------


def parse(text: str) -> Stack:
    """The stack that a text describes.

    Errors: `ValueError` with one sentence that names what is wrong.
    """
    tokens, at = [], 0
    text = text.replace(",", " ").strip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            part = text[at : at + 12].strip()
            raise ValueError(f"“{part}” is no layer; write one as conv3, pool2s2 or up2s2")
        tokens.append(found)
        at = found.end()
    tokens.reverse()  # the next one is the last
    stack = _sequence(tokens, "")
    if not any(True for _ in every(stack)):
        raise ValueError("at least one layer, as conv3")
    return stack


def _sequence(tokens: list[re.Match[str]], end: str) -> Stack:
    """Parts up to one of the signs `end`, which stays; all of them if it is empty."""
    parts: list[Layer | Branches] = []
    while tokens and not (tokens[-1][2] and tokens[-1][2] in end):
        parts += _part(tokens)
        if sum(1 for _ in every(tuple(parts))) > MOST:
            raise ValueError(f"up to {MOST} layers")
    if end and not tokens:
        raise ValueError(f"a bracket is not closed by {end[-1]}")
    return tuple(parts)


def _part(tokens: list[re.Match[str]]) -> Stack:
    token = tokens.pop()
    times, sign, kind, k, more = token.groups()
    if times:
        if not tokens or not 1 <= int(times) <= MOST:
            raise ValueError(f"{times}* repeats what follows, 1 to {MOST} times")
        return _part(tokens) * int(times)
    if kind:
        return (_layer(kind, int(k), dict(re.findall(r"([spd])(\d+)", more))),)
    if sign == "(":
        parts = _sequence(tokens, ")")
        tokens.pop()
        return parts
    if sign in ("[", "{"):
        return (_branches(tokens, "]" if sign == "[" else "}"),)
    raise ValueError(f"a “{sign}” too many")


def _branches(tokens: list[re.Match[str]], end: str) -> Branches:
    paths = [_sequence(tokens, "|" + end)]
    while tokens.pop()[2] == "|":
        paths.append(_sequence(tokens, "|" + end))
    paths += [()] if end == "]" else []
    if not any(paths):
        raise ValueError(f"at least one layer before “{end}”")
    if len({jump(path) for path in paths}) > 1:
        raise ValueError("paths of one {...} or [...] need the same stride in all")
    return Branches(tuple(paths))


def _layer(kind: str, k: int, given: dict[str, str]) -> Layer:
    words = {key: int(value) for key, value in given.items()}
    for key, value in {"p" if kind == "crop" else "k": k, **words}.items():
        low, high = (0 if key == "p" else 1), LARGEST[key]
        if not low <= value <= high:
            raise ValueError(f"{kind}{k}: {key} = {value} is beyond {low} to {high}")
    s, d = words.get("s", 1), words.get("d", 1)
    if kind == "crop":
        return Layer(kind, k)
    if kind == "up" and (k < s or d > 1):
        raise ValueError(f"up{k}s{s}: a kernel of at least {s}, or gaps stay empty; no dilation")
    own = max(0, k - s) // 2 if kind == "up" else d * (k - 1) // 2
    return Layer(kind, k, s, words.get("p", own), d)
