"""Kinds of setting: what is allowed, how a text becomes a value and back, what to say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

VIEW = "view"


class SettingError(ValueError):
    """A refused setting. The message names the setting, its value and what is allowed."""

    def __init__(self, name: str, value: Any, allowed: str) -> None:
        """Compose the one sentence that the user sees."""
        shown = repr(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        super().__init__(f"{name} = {shown} is not allowed: {allowed}.")
        self.name, self.value, self.allowed = name, value, allowed


def rare(group: str) -> dict[str, Any]:
    """Words of a kind whose control stands folded: `Flag(label="...", **rare("data"))`."""
    return {"group": group, "rare": True}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What all kinds share. `live` settings may change while a run goes on (see `Changes`).

    `group` is the heading under which its control stands; without one the page draws it, or nobody.
    What is `rare` stands folded, `when(settings)` says whether it makes sense beside the others,
    `wide` whether it takes a row of its own, and `said(value)` how a value is written in a menu.
    Settings of the group `VIEW` are other looks at the same run: they never begin a new one.
    """

    label: str = ""
    help: str = ""
    live: bool = False
    group: str = ""
    rare: bool = False
    when: Callable[[Any], bool] | None = None
    wide: bool = False
    said: Callable[[Any], str] | None = None

    def allowed(self) -> str:
        """What is allowed, in words that finish the sentence "... is not allowed: "."""
        raise TypeError(f"{type(self).__name__} does not say what it allows")

    def check(self, name: str, value: Any) -> Any:
        """The value in its canonical type, or `SettingError`."""
        raise TypeError(f"{type(self).__name__} does not check")

    def parse(self, name: str, text: str) -> Any:
        """Text of a link or a command line -> value (not yet checked for range)."""
        try:
            return self.read(text)
        except ValueError:
            raise self.refuse(name, text) from None

    def read(self, text: str) -> Any:
        """What a text says; `ValueError` if it says no such value."""
        return text

    def format(self, value: Any) -> str:
        """The inverse of `parse`."""
        return str(value)

    def refuse(self, name: str, value: Any) -> SettingError:
        """The error for this value."""
        return SettingError(name, value, self.allowed())


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few names; the options are the keys of the dict that the code looks them up in.

    With `buttons` they stand side by side instead of in a menu, with `pictures` as small maps:
    `pictures()` is {name: points (n, 3)}, x, y and shade from 0 (orange) to 1 (blue).
    """

    options: tuple[str, ...]
    buttons: bool = False
    pictures: Callable[[], dict[str, Any]] | None = None

    def __init__(
        self,
        options: Iterable[str],
        buttons: bool = False,
        pictures: Callable[[], dict[str, Any]] | None = None,
        **words: Any,
    ) -> None:
        """Take any iterable of names, a dict of name -> function among them."""
        Kind.__init__(self, **words)
        object.__setattr__(self, "options", tuple(options))
        object.__setattr__(self, "buttons", buttons)
        object.__setattr__(self, "pictures", pictures)

    def allowed(self) -> str:
        """See `Kind`."""
        return f"one of {', '.join(self.options)}"

    def check(self, name: str, value: Any) -> str:
        """See `Kind`."""
        if value not in self.options:
            raise self.refuse(name, value)
        return str(value)


@dataclass(frozen=True)
class Choices(Choice):
    """Some of a few names, in the order of the options; at least `least` of them."""

    least: int = 0

    def __init__(self, options: Iterable[str], least: int = 0, **words: Any) -> None:
        """Take any iterable of names and the smallest number of them."""
        Choice.__init__(self, options, **{"wide": True, **words})
        object.__setattr__(self, "least", least)

    def allowed(self) -> str:
        """See `Kind`."""
        return f"at least {self.least} of {', '.join(self.options)}, separated by commas"

    def check(self, name: str, value: Any) -> Any:
        """See `Kind`."""
        if not isinstance(value, (tuple, list, set, frozenset)):
            raise self.refuse(name, value)
        if any(item not in self.options for item in value) or len(set(value)) < self.least:
            raise self.refuse(name, value)
        return tuple(option for option in self.options if option in value)

    def read(self, text: str) -> tuple[str, ...]:
        """See `Kind`."""
        return tuple(part.strip() for part in text.split(",") if part.strip())

    def format(self, value: Any) -> str:
        """See `Kind`."""
        return ",".join(value)


@dataclass(frozen=True)
class Number(Kind):
    """A real number in [low, high]; `stops` are the values that a slider offers."""

    low: float
    high: float
    stops: tuple[float, ...] = ()
    step: float | None = None

    def allowed(self) -> str:
        """See `Kind`."""
        return f"a number from {self.low:g} to {self.high:g}"

    def check(self, name: str, value: Any) -> float:
        """See `Kind`."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.refuse(name, value)
        if not (math.isfinite(value) and self.low <= value <= self.high):
            raise self.refuse(name, value)
        return float(value)

    def read(self, text: str) -> float:
        """See `Kind`."""
        return float(text)

    def format(self, value: Any) -> str:
        """See `Kind`."""
        return repr(float(value)).removesuffix(".0")


@dataclass(frozen=True)
class Integer(Kind):
    """A whole number in [low, high]."""

    low: int
    high: int
    step: int = 1

    def allowed(self) -> str:
        """See `Kind`."""
        return f"a whole number from {self.low} to {self.high}"

    def check(self, name: str, value: Any) -> int:
        """See `Kind`."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise self.refuse(name, value)
        if not self.low <= value <= self.high or value != int(value):
            raise self.refuse(name, value)
        return int(value)

    def read(self, text: str) -> int:
        """See `Kind`."""
        return int(text)


@dataclass(frozen=True)
class Flag(Kind):
    """Yes or no; `1` and `0` in a link."""

    def allowed(self) -> str:
        """See `Kind`."""
        return "1 (yes) or 0 (no)"

    def check(self, name: str, value: Any) -> bool:
        """See `Kind`."""
        if not isinstance(value, bool):
            raise self.refuse(name, value)
        return value

    def read(self, text: str) -> bool:
        """See `Kind`."""
        known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if text.lower() not in known:
            raise ValueError
        return known[text.lower()]

    def format(self, value: Any) -> str:
        """See `Kind`."""
        return "1" if value else "0"


@dataclass(frozen=True)
class Text(Kind):
    """A short text, such as a formula; `verify(text)` raises `ValueError` with a plain sentence."""

    longest: int = 200
    verify: Callable[[str], Any] | None = None
    wide: bool = field(default=True, kw_only=True)

    def allowed(self) -> str:
        """See `Kind`."""
        return f"a text of up to {self.longest} characters"

    def check(self, name: str, value: Any) -> str:
        """See `Kind`."""
        if not isinstance(value, str) or len(value) > self.longest:
            raise self.refuse(name, value)
        if self.verify is not None and value:
            try:
                self.verify(value)
            except ValueError as error:
                raise SettingError(name, value, str(error).rstrip(".")) from None
        return value


DATA_SEED = Integer(0, 2**31 - 1, label="Data seed", **rare("data"))
