"""Settings: one frozen dataclass per experiment. Begin here; `kinds` says what may be a setting.

A setting is declared once, with its default, its kind (what is allowed), a label and a help text.
The widget, the URL key, the check of a hand-edited link, the command line and the exported script
all follow from that declaration.

    @dataclass(frozen=True)
    class XorSettings(Settings):
        hidden: tuple[int, ...] = setting((4, 2), Integers(1, 32, most=6, label="Hidden layers"))

    XorSettings(hidden=(99,))   # SettingError: hidden = (99,) is not allowed: 0 to 6 ...
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from core.settings.kinds import VIEW, Integer, Kind, SettingError

__all__ = ["Settings", "SettingError", "setting"]


_NONE: Any = ()


def setting(default: Any, kind: Kind) -> Any:
    """Declare one setting of a `Settings` dataclass: its default and its kind."""
    return field(default=default, metadata={"kind": kind})


@dataclass(frozen=True)
class Settings:
    """Base of all settings; checks every value once, when the object is made.

    Errors: `SettingError` names the setting, its value and what is allowed.
    """

    # (step, name, text) of what was changed during a run: a setting only where that is possible.
    changes = _NONE

    seed: int = setting(
        0,
        Integer(0, 2**31 - 1, label="Seed", help="Decides the first weights and the batch order.",
                group="training", rare=True),
    )  # fmt: skip

    def __post_init__(self) -> None:
        """Check each value against its declaration, then what only holds between settings."""
        for name, kind in self.kinds().items():
            # A frozen dataclass stores the checked value (a list becomes a tuple, 3.0 becomes 3).
            object.__setattr__(self, name, kind.check(name, getattr(self, name)))
        self.check()

    def check(self) -> None:
        """Overridden where two settings must fit each other; raises `SettingError`."""

    @classmethod
    def kinds(cls) -> dict[str, Kind]:
        """Name -> declared kind, in the order of declaration (the seed comes last)."""
        found = {f.name: f.metadata["kind"] for f in dataclasses.fields(cls)}
        found["seed"] = found.pop("seed")
        return found

    @classmethod
    def kind(cls, name: str) -> Kind:
        """The declaration of one setting; unknown names are refused with the known ones."""
        kinds = cls.kinds()
        if name not in kinds:
            raise SettingError("setting", name, f"one of {', '.join(kinds)}")
        return kinds[name]

    @classmethod
    def defaults(cls) -> Self:
        """All settings at their defaults."""
        return cls()

    def replace(self, **changes: Any) -> Self:
        """A copy with some settings changed; unknown names are refused."""
        for name in changes:
            self.kind(name)
        return dataclasses.replace(self, **changes)

    def without_view(self) -> Self:
        """What decides the film: all settings, those of the group view at their defaults."""
        base = type(self).defaults()
        looks = {n: getattr(base, n) for n, kind in self.kinds().items() if kind.group == VIEW}
        other = any(getattr(self, name) != value for name, value in looks.items())
        return self.replace(**looks) if other else self

    def fresh(self) -> Self:
        """The same without changes by hand, which belong to one run."""
        return self.replace(changes=()) if self.changes else self

    @property
    def embedded(self) -> dict[str, Any]:
        """Name -> array of what a script cannot make by itself and holds as a table."""
        return {}

    # --- texts: links, command line ---------------------------------------------------------

    def to_link(self, complete: bool = False) -> dict[str, str]:
        """URL key -> text. Defaults are left out unless `complete`, so that links stay short."""
        base = type(self).defaults()
        return {
            name: kind.format(getattr(self, name))
            for name, kind in self.kinds().items()
            if complete or getattr(self, name) != getattr(base, name)
        }

    def options(self, *left_out: str) -> str:
        """Words of a command line, ` --set 'NAME=TEXT'` for each that is not at its default."""
        texts = self.to_link().items()
        return "".join(f" --set '{name}={text}'" for name, text in texts if name not in left_out)

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> Self:
        """Strict reading of name -> text, as the command line needs it."""
        return cls(**{name: cls.kind(name).parse(name, text) for name, text in texts.items()})

    @classmethod
    def from_link(cls, texts: Mapping[str, str]) -> tuple[Self, list[str]]:
        """Forgiving reading of a hand-edited link: (settings, one sentence per refused value).

        A refused value falls back to its default, and the others are kept. Keys that are not
        settings belong to somebody else (the player, a teacher's switches) and are left alone.
        """
        kept: dict[str, Any] = {}
        problems: list[str] = []
        for name, kind in cls.kinds().items():
            if name in texts:
                try:
                    kept[name] = kind.check(name, kind.parse(name, texts[name]))
                except SettingError as error:
                    problems.append(f"{error} The default is used instead.")
        try:
            return cls(**kept), problems
        except SettingError as error:
            return cls(), [*problems, f"{error} All defaults are used instead."]

    # --- JSON: checkpoints, films -----------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Plain values that `json.dumps` takes."""
        return {name: _plain(getattr(self, name)) for name in self.kinds()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any] | str) -> Self:
        """The inverse of `to_json`; unknown names are refused."""
        found = json.loads(values) if isinstance(values, str) else values
        for name in found:
            cls.kind(name)
        return cls(**found)


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def texts_of(pairs: Iterable[str]) -> dict[str, str]:
    """`["dataset=xor", "seed=3"]` -> `{"dataset": "xor", "seed": "3"}` (command line `--set`)."""
    texts = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise SettingError("--set", pair, "NAME=VALUE, for example --set seed=3")
        texts[name.strip()] = text.strip()
    return texts
