"""Kinds that hold several numbers: layer widths, points, changes during a run, what is dragged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.settings.kinds import Integer, Kind, Number, SettingError


@dataclass(frozen=True)
class Integers(Kind):
    """Up to `most` whole numbers, such as the widths of the hidden layers: `8,8` in a link."""

    low: int
    high: int
    most: int
    least: int = 0
    wide: bool = field(default=True, kw_only=True)

    def allowed(self) -> str:
        """See `Kind`."""
        return (
            f"{self.least} to {self.most} whole numbers from {self.low} to {self.high}, "
            "separated by commas"
        )

    def check(self, name: str, value: Any) -> tuple[int, ...]:
        """See `Kind`."""
        if not isinstance(value, (tuple, list)) or not self.least <= len(value) <= self.most:
            raise self.refuse(name, value)
        one = Integer(self.low, self.high)
        try:
            return tuple(one.check(name, item) for item in value)
        except SettingError:
            raise self.refuse(name, value) from None

    def read(self, text: str) -> tuple[int, ...]:
        """See `Kind`."""
        return tuple(int(part) for part in text.split(",") if part.strip())

    def format(self, value: Any) -> str:
        """See `Kind`."""
        return ",".join(str(item) for item in value)


@dataclass(frozen=True)
class Rows(Kind):
    """Rows of `columns` numbers, such as points drawn by the user: `x,y,label;x,y,label`."""

    columns: int
    most: int
    bound: float = 1e6
    digits: int = 3

    def allowed(self) -> str:
        """See `Kind`."""
        return f"up to {self.most} rows of {self.columns} numbers, as 0.5,-1,1;2,0.25,0"

    def check(self, name: str, value: Any) -> tuple[tuple[float, ...], ...]:
        """See `Kind`."""
        if not isinstance(value, (tuple, list)) or len(value) > self.most:
            raise self.refuse(name, value)
        one = Number(-self.bound, self.bound)
        for row in value:
            if not isinstance(row, (tuple, list)) or len(row) != self.columns:
                raise self.refuse(name, row)
        # Rounded, so that what the link carries is exactly what was trained on.
        return tuple(
            tuple(round(one.check(name, item), self.digits) for item in row) for row in value
        )

    def read(self, text: str) -> tuple[tuple[float, ...], ...]:
        """See `Kind`."""
        rows = [row for row in text.split(";") if row]
        return tuple(tuple(float(part) for part in row.split(",")) for row in rows)

    def format(self, value: Any) -> str:
        """See `Kind`."""
        return ";".join(",".join(f"{item:.10g}" for item in row) for row in value)


@dataclass(frozen=True)
class Strokes(Rows):
    """Rows whose text has a slash between two of them, so that it can be a change by hand."""

    def read(self, text: str) -> tuple[tuple[float, ...], ...]:
        """See `Kind`."""
        return super().read(text.replace("/", ";"))

    def format(self, value: Any) -> str:
        """See `Kind`."""
        return super().format(value).replace(";", "/")

    def stroked(self, name: str, past: Any, path: Any, apart: float) -> str:
        """What was drawn before, rows (number of the stroke, x, y), and a new path, as such text.

        Points nearer than `apart` to the one before are left out; the oldest strokes go where there
        would be more than there is room for.
        """
        kept: list[tuple[float, float]] = []
        for x, y in path:
            if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) > apart:
                kept.append((round(float(x), 2), round(float(y), 2)))
        number = 1 + max((row[0] for row in past), default=-1)
        rows = (*past, *((number, x, y) for x, y in kept))
        return self.format(self.check(name, rows[-self.most :]))


@dataclass(frozen=True)
class Changes(Kind):
    """What was changed by hand during a run: `step:name=value` each, applied at that step.

    A name is a live setting (`learning_rate`) or a weight (`W1.0.2`: layer 1, from 0 to 2). So a
    link, a script and a film reproduce a run in which somebody turned the knobs.
    """

    most: int = 200

    def allowed(self) -> str:
        """See `Kind`."""
        return f"up to {self.most} changes, as 120:learning_rate=0.1;240:W1.0.2=-1.5"

    def check(self, name: str, value: Any) -> tuple[tuple[int, str, str], ...]:
        """See `Kind`."""
        if not isinstance(value, (tuple, list)) or len(value) > self.most:
            raise self.refuse(name, value)
        found = []
        for change in value:
            if not isinstance(change, (tuple, list)) or len(change) != 3:
                raise self.refuse(name, change)
            step, what, text = change
            if not isinstance(step, int) or step < 0 or not (what and isinstance(what, str)):
                raise self.refuse(name, change)
            # Signs of the link's own grammar would not survive it.
            if set(":=;") & set(what) or ";" in str(text):
                raise self.refuse(name, change)
            found.append((step, what, str(text)))
        return tuple(sorted(found, key=lambda change: change[0]))

    def parse(self, name: str, text: str) -> tuple[tuple[int, str, str], ...]:
        """See `Kind`."""
        found = []
        for part in filter(None, text.split(";")):
            step, colon, rest = part.partition(":")
            what, sign, value = rest.partition("=")
            if not (colon and sign and step.isdecimal() and what):
                raise self.refuse(name, part)
            found.append((int(step), what, value))
        return tuple(found)

    def format(self, value: Any) -> str:
        """See `Kind`."""
        return ";".join(f"{step}:{what}={text}" for step, what, text in value)


def read_place(name: str, text: str, most: float = 1e6) -> tuple[float, float]:
    """Where something was dragged, `x,y`, as the player says it: each from -most to most.

    Errors: `SettingError` says so.
    """
    try:
        x, y = (float(part) for part in text.split(","))
        if math.isfinite(x) and math.isfinite(y) and max(abs(x), abs(y)) <= most:
            return x, y
    except ValueError:
        pass
    raise SettingError(name, text, f"two numbers from {-most:g} to {most:g}, as 0.5,-0.2")


def _along(text: str, low: float, high: float) -> float:
    x, _ = read_place("place", text)
    return min(max(x, low), high)


@dataclass(frozen=True)
class Dragged(Number):
    """A number that a handle sets, too: of its place `x,y` it takes x, and stops at the ends."""

    def read(self, text: str) -> float:
        """See `Kind`."""
        return round(_along(text, self.low, self.high), 2) if "," in text else super().read(text)


@dataclass(frozen=True)
class DraggedInteger(Integer):
    """The same of a whole number; `least` is where the handle stops, if that is not at `low`."""

    least: int | None = None

    def read(self, text: str) -> int:
        """See `Kind`."""
        low = self.low if self.least is None else self.least
        return round(_along(text, low, self.high)) if "," in text else super().read(text)


def learning_rate(high: float, stops: tuple[float, ...], help: str, **words: Any) -> Number:
    """A rate from 1e-5 to `high`, which may change while a run goes on."""
    words = {"label": "Learning rate", "group": "training", **words}
    return Number(1e-5, high, stops=stops, live=True, help=help, **words)


def read_live(live: Mapping[str, Kind], name: str, text: str) -> Any:
    """The value that a change by hand sets, where all that may change is a live setting.

    Errors: `SettingError` if there is no such setting, or it may not have this value.
    """
    if name not in live:
        raise SettingError("change", name, f"one of {', '.join(live)}")
    return live[name].check(name, live[name].parse(name, text))
