"""A stack of layers as a text, and back.

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

from core.experiments.receptive_fields.stack import Branches, Layer, Stack, every, jump

LARGEST = {"k": 31, "s": 8, "p": 1024, "d": 1024}
MOST = 250  # layers, all paths counted
TOKEN = re.compile(r"\s*(?:(\d+)\s*\*|([\[\](){}|])|(conv|pool|avg|up|crop)(\d+)((?:[spd]\d+)*))")


def text_of(stack: Stack) -> str:
    """The stack as a text; `parse` is the way back."""
    return " ".join(_text(part) for part in stack)


def _text(part: Layer | Branches) -> str:
    if isinstance(part, Branches):
        return "{" + " | ".join(text_of(path) for path in part.paths) + "}"
    if part.kind == "crop":
        return f"crop{part.k}"
    return f"{part.kind}{part.k}s{part.s}p{part.p}d{part.d}"


def added(text: str, kind: str, k: int, s: int = 1, d: int = 1, p: int | None = None) -> str:
    """The text with one more layer on top; kind `residual` is a convolution with a skip.

    Without `p` the padding keeps the size, as that of a residual block always does.
    """
    if kind == "residual":
        return f"{text} [conv{k}d{d}]"
    padding = "" if p is None else f"p{p}"
    return f"{text} {kind}{k}s{s}{padding}" + ("" if kind == "up" else f"d{d}")


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
