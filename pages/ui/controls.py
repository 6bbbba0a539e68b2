"""Controls: the widget of each setting, and the column of all of them, from the declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.settings.kinds import (
    VIEW,
    Choice,
    Choices,
    Flag,
    Integer,
    Kind,
    Number,
    SettingError,
    Text,
)
from core.settings.lists import Integers
from pages.ui.gallery import picture_choice
from pages.ui.link import fold, write_link
from pages.ui.plain import plain
from pages.ui.runs import Page, effective

NARROW, WIDE = 132, 280  # pixels: two side by side, or the whole column
FOLDS = (
    ("more", "More settings", ":material/tune:"),
    (VIEW, "View", ":material/visibility:"),
)


def widget_key(page: Page, name: str) -> str:
    """Key of a widget that others may set too; see `renew`."""
    renewed = page.get(f"{name}.renewed", 0)
    return page.key(f"{name}~{renewed}" if renewed else name)


def renew(page: Page, name: str) -> None:
    """Something else has set what this widget says: it gets a new key.

    The browser may still send what the old one said, before it hears of the change, and that must
    not undo it (seen on a loaded machine: a drawn molecule that went back to the one before).
    """
    page.put(f"{name}.renewed", page.get(f"{name}.renewed", 0) + 1)


def key_showing(page: Page, name: str, value: Any) -> str:
    """Key of a widget, beside the settings' own, that shows this value."""
    if st.session_state.get(widget_key(page, name), value) != value:
        renew(page, name)
    st.session_state.setdefault(widget_key(page, name), value)
    return widget_key(page, name)


def refill(key: str, value: Any) -> None:
    """A field for a number that was emptied says again what holds."""
    fields = {key: value}
    if isinstance(value, tuple):  # of layers: how many, and each
        fields |= {f"{key}.n": len(value), **{f"{key}.{i}": v for i, v in enumerate(value)}}
    for field, last in fields.items():
        if st.session_state.get(field, last) is None:
            st.session_state[field] = last


class Controls:
    """Takes over what the widgets say, then draws them.

    What was set is known before any widget is drawn again, so a page can send its picture first:
    `page.settings` is right as soon as this is made.
    """

    def __init__(self, page: Page) -> None:
        """Settings follow the widgets, unless something else has set them since."""
        self.page = page
        self.hidden = page.hidden
        generation = page.get("generation", 0)
        self.anew = page.get("drawn_of") != generation
        page.put("drawn_of", generation)
        self.problem = ""
        said = {n: v for n in page.settings.kinds() if (v := self._said(n)) is not None}
        if not self.anew:
            self._choose(said)
        self.shown = effective(page.settings)
        if self.anew:
            for name, value in said.items():
                if value != getattr(self.shown, name):
                    renew(page, name)

    def key(self, name: str) -> str:
        """Key of a setting's widget."""
        return widget_key(self.page, name)

    def _choose(self, values: dict[str, Any]) -> None:
        """A refused value is named on screen, and the last good one stays; the others count."""
        wanted, first = dict(values), None
        while True:
            try:
                self.page.choose(wanted)
                break
            except SettingError as error:
                first = first or error
                if wanted.pop(error.name, None) is None:
                    break
        if first is not None:
            self.problem = self._worded(first)

    def _worded(self, error: SettingError) -> str:
        """The sentence of a refusal, with the control's label for the setting's name."""
        label = self.page.settings.kind(error.name).label or error.name
        shown = "nothing" if error.value == () else repr(error.value)
        return f"{label} = {shown} is not allowed: {error.allowed}."

    def _said(self, name: str) -> Any:
        """What the widget of a setting says, or None if it is not drawn."""
        key = self.key(name)
        refill(key, getattr(self.page.settings, name))
        if isinstance(self.page.settings.kind(name), Integers):
            count = st.session_state.get(f"{key}.n")
            last = getattr(self.page.settings, name)[-1:] or (4,)
            state = st.session_state
            return (
                None
                if count is None
                else tuple(state.get(f"{key}.{i}", last[0]) for i in range(count))
            )
        value = st.session_state.get(key)
        kind = self.page.settings.kind(name)
        if isinstance(kind, Choice) and kind.pictures:
            return value and value.get("chosen")
        return tuple(value) if isinstance(value, list) else value

    def column(self, beside: Callable[[], None] | None = None) -> None:
        """All controls, as declared: named groups, rare ones folded, `beside` what a page adds."""
        self._say()  # before them: below, it may lie under the edge of the screen
        shown = {name: kind for name, kind in self.shown.kinds().items() if self._drawn(name, kind)}
        chief = [name for name, kind in shown.items() if not kind.rare]
        self._groups(chief, shown)
        rare = [name for name in shown if name not in chief]
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            for key, label, icon in FOLDS:
                names = [n for n in rare if (shown[n].group == VIEW) == (key == VIEW)]
                if names:
                    self._fold(key, label, icon, names, shown)
            if beside:
                beside()
        self.finish()

    def _drawn(self, name: str, kind: Kind) -> bool:
        """Whether a setting has a control: declared so, not hidden by the link, and it matters."""
        sensible = kind.when is None or kind.when(self.shown)
        return bool(kind.group) and name not in self.hidden and sensible

    def _groups(self, names: Sequence[str], kinds: Mapping[str, Kind]) -> None:
        """Each group under its name, two small controls side by side."""
        for group in dict.fromkeys(kinds[name].group for name in names):
            st.caption(f"**{group.capitalize()}**")
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                for name in names:
                    if kinds[name].group == group:
                        self.one(name)

    def _fold(self, key: str, label: str, icon: str, names: Any, kinds: Any) -> None:
        """Controls behind a button; drawn only while it is open, which keeps pages quick."""
        popover = fold(self.page, key, label, icon, st.popover)
        if popover.open:
            with popover:
                self._groups(names, kinds)

    def one(self, name: str) -> None:
        """The control of one setting, unless the link hides it (a teacher's simpler lesson)."""
        if name in self.hidden:
            return
        kind, key = self.shown.kind(name), self.key(name)
        value = getattr(self.shown, name)
        if isinstance(kind, Integers):
            self._layers(name, kind, value)
            return
        if isinstance(kind, Choice) and kind.pictures:
            picture_choice(kind, key, value)
            return
        if key not in st.session_state:
            st.session_state[key] = list(value) if isinstance(kind, Choices) else value
        _widget(kind, key)

    def _layers(self, name: str, kind: Integers, value: tuple[int, ...]) -> None:
        """Widths of layers: a stepper for each, and one for how many there are."""
        key = self.key(name)
        if f"{key}.n" not in st.session_state:
            st.session_state[f"{key}.n"] = len(value)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.number_input(
                kind.label, kind.least, kind.most, None, key=f"{key}.n", help=kind.help, width=120
            )
            for i, width in enumerate(value):
                if f"{key}.{i}" not in st.session_state:
                    st.session_state[f"{key}.{i}"] = width
                help_ = f"Neurons in hidden layer {i + 1}"
                st.number_input(
                    f"Layer {i + 1}", kind.low, kind.high, None, key=f"{key}.{i}", help=help_,
                    width=105,
                )  # fmt: skip

    def finish(self) -> Any:
        """Say what was refused, and let the address bar follow."""
        self._say()
        write_link(self.page)
        return self.page.settings

    def _say(self) -> None:
        """What was refused, once."""
        for problem in (self.problem, self.page.get("problem")):
            if problem:
                st.error(plain(problem))
        self.problem = ""
        self.page.put("problem", None)


def _widget(kind: Kind, key: str) -> Any:
    words: dict[str, Any] = {"key": key, "help": kind.help or None}
    words["width"] = WIDE if kind.wide else NARROW
    said: dict[str, Any] = {"format_func": kind.said} if kind.said else {}
    if isinstance(kind, Choices) or (isinstance(kind, Choice) and kind.buttons):
        words["width"] = "content"
    if isinstance(kind, Choices):
        return st.pills(kind.label, kind.options, selection_mode="multi", **words, **said)
    if isinstance(kind, Choice) and kind.buttons:
        return st.segmented_control(kind.label, kind.options, required=True, **words, **said)
    if isinstance(kind, Choice):
        return st.selectbox(kind.label, kind.options, **words, **said)
    if isinstance(kind, Flag):
        return st.toggle(kind.label, **{**words, "width": "content"})
    if isinstance(kind, Number) and kind.stops:
        stops = sorted({*kind.stops, st.session_state[key]})
        return st.select_slider(kind.label, stops, format_func=lambda v: f"{v:g}", **words)
    if isinstance(kind, Number):
        low, high = float(kind.low), float(kind.high)
        step = float(kind.step or (high - low) / 100)
        return st.slider(kind.label, low, high, step=step, **words)
    if isinstance(kind, Integer):
        few = (kind.high - kind.low) / kind.step <= 100
        if few:
            return st.slider(kind.label, kind.low, kind.high, step=kind.step, **words)
        # Without a value of its own, an emptied field is None, and not the least that is allowed.
        return st.number_input(kind.label, kind.low, kind.high, None, kind.step, **words)
    if isinstance(kind, Text):
        return st.text_input(kind.label, max_chars=kind.longest, **words)
    raise TypeError(f"no widget for {type(kind).__name__}; draw it on the page")
