"""Controls: the widget of each setting, from its declaration; and the link that goes with them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.settings.kinds import Choice, Choices, Flag, Integer, Kind, Number, SettingError, Text
from core.settings.lists import Integers
from pages.ui.plain import plain
from pages.ui.runs import Page, effective

RESERVED = {"hide", "against"}  # keys of the link that are not settings
KEPT = ("hide", "present")  # and stay in the address whatever is set; `present=1` is the player's


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


class Controls:
    """Takes over what the widgets say, then draws them.

    What was set is known before any widget is drawn again, so a page can send its picture first:
    `page.settings` is right as soon as this is made.
    """

    def __init__(self, page: Page) -> None:
        """Settings follow the widgets, unless something else has set them since."""
        self.page = page
        self.hidden = set(st.query_params.get("hide", "").split(","))
        generation = page.get("generation", 0)
        self.anew = page.get("drawn") != generation
        page.put("drawn", generation)
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
        """A refused value is named on screen, and the last good ones stay."""
        try:
            self.page.choose(values)
        except SettingError as error:
            self.problem = str(error)

    def _said(self, name: str) -> Any:
        """What the widget of a setting says, or None if it is not drawn."""
        key = self.key(name)
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
        return tuple(value) if isinstance(value, list) else value

    def row(self, *names: str, **widths: Any) -> None:
        """A row of controls that wraps where the window is narrow."""
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            for name in names:
                self.one(name, width=widths.get(name, 150))

    def group(self, label: str, *names: str, **widths: Any) -> None:
        """A named group in the column of controls, two side by side."""
        if set(names) - self.hidden:
            st.caption(f"**{label}**")
            self.row(*names, **{name: widths.get(name, 132) for name in names})

    def more(self, *rows: tuple[str, ...], label: str = "More settings") -> None:
        """Rows of controls behind a button; drawn only while open, which keeps pages quick."""
        popover = st.popover(
            label, icon=":material/tune:", key=self.page.key("more"), on_change="rerun"
        )
        if popover.open:
            with popover:
                for names in rows:
                    self.row(*names)

    def one(self, name: str, width: Any = "stretch", **words: Any) -> None:
        """The control of one setting, unless the link hides it (a teacher's simpler lesson)."""
        if name in self.hidden:
            return
        kind, key = self.shown.kind(name), self.key(name)
        value = getattr(self.shown, name)
        if isinstance(kind, Integers):
            self._layers(name, kind, value)
            return
        if key not in st.session_state:
            st.session_state[key] = list(value) if isinstance(kind, Choices) else value
        _widget(kind, key, width, words)

    def _layers(self, name: str, kind: Integers, value: tuple[int, ...]) -> None:
        """Widths of layers: a stepper for each, and one for how many there are."""
        key = self.key(name)
        if f"{key}.n" not in st.session_state:
            st.session_state[f"{key}.n"] = len(value)
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.number_input(
                kind.label, kind.least, kind.most, key=f"{key}.n", help=kind.help, width=120
            )
            for i, width in enumerate(value):
                if f"{key}.{i}" not in st.session_state:
                    st.session_state[f"{key}.{i}"] = width
                help_ = f"Neurons in hidden layer {i + 1}"
                st.number_input(
                    f"Layer {i + 1}", kind.low, kind.high, key=f"{key}.{i}", help=help_, width=105
                )

    def finish(self) -> Any:
        """Say what was refused, and let the address bar follow."""
        for problem in (self.problem, self.page.get("problem")):
            if problem:
                st.error(plain(problem))
        self.page.put("problem", None)
        write_link(self.page)
        return self.page.settings


def _widget(kind: Kind, key: str, width: Any, words: dict[str, Any]) -> Any:
    label, help_ = kind.label, kind.help or None
    if isinstance(kind, Choices):
        return st.pills(
            label,
            kind.options,
            selection_mode="multi",
            key=key,
            help=help_,
            width=width,
            **words,
        )
    if isinstance(kind, Choice):
        return st.selectbox(label, kind.options, key=key, help=help_, width=width, **words)
    if isinstance(kind, Flag):
        return st.toggle(label, key=key, help=help_, width="content", **words)
    if isinstance(kind, Number) and kind.stops:
        stops = sorted({*kind.stops, st.session_state[key]})
        shown = {"format_func": lambda value: f"{value:g}", **words}
        return st.select_slider(label, stops, key=key, help=help_, width=width, **shown)
    if isinstance(kind, Number):
        low, high = float(kind.low), float(kind.high)
        step = float(kind.step or (high - low) / 100)
        return st.slider(label, low, high, step=step, key=key, help=help_, width=width, **words)
    if isinstance(kind, Integer) and (kind.high - kind.low) / kind.step <= 100:
        return st.slider(
            label, kind.low, kind.high, step=kind.step, key=key, help=help_, width=width, **words
        )
    if isinstance(kind, Integer):
        return st.number_input(
            label, kind.low, kind.high, step=kind.step, key=key, help=help_, width=width, **words
        )
    if isinstance(kind, Text):
        return st.text_input(
            label, key=key, help=help_, max_chars=kind.longest, width=width, **words
        )
    raise TypeError(f"no widget for {type(kind).__name__}; draw it on the page")


# --- the link -------------------------------------------------------------------------------------


def read_link(page: Page) -> None:
    """Settings from the address bar: at the first visit, and when the user went back."""
    cls = page.declared
    query = {k: v for k, v in st.query_params.to_dict().items() if k not in RESERVED}
    if query.get("present") == "1":  # the explorer has a filter of this name
        del query["present"]
    here, st.session_state["page"] = st.session_state.get("page") == page.name, page.name
    if page.settings is not None:
        if here and query == page.get("written"):
            return
        if not here and not query:
            page.set(page.settings)  # coming back: what was set before, in new widgets
            return
    settings, problems = cls.from_link(query)
    problems += [
        f"The link's {name} is not a setting of this page and was ignored."
        for name in query
        if name not in cls.kinds()
    ]
    page.put("problems", problems)
    page.put("rival", _rival(page, problems))
    page.set(settings)


def _rival(page: Page, problems: list[str]) -> Any:
    against = st.query_params.get("against")
    if against is None:
        return None
    rival, found = page.declared.from_link(unpack(against))
    problems += [f"Pinned run: {problem}" for problem in found]
    return rival


def write_link(page: Page) -> None:
    """The address bar follows the settings, so that the address is always the link to share."""
    link = page.settings.to_link()
    page.put("written", link)
    kept = {name: st.query_params[name] for name in KEPT if name in st.query_params}
    if kept.get("present") != "1":
        kept.pop("present", None)
    if page.rival is not None:
        kept["against"] = pack(page.rival.to_link())
    if st.query_params.to_dict() != {**link, **kept}:
        st.query_params.from_dict({**link, **kept})


def pack(link: dict[str, str]) -> str:
    """A link within a link: `name:value~name:value`."""
    return "~".join(f"{name}:{text}" for name, text in link.items())


def unpack(text: str) -> dict[str, str]:
    """The inverse of `pack`."""
    parts = (part.partition(":") for part in text.split("~") if part)
    return {name: value for name, _, value in parts}
