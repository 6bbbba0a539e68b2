"""The link: settings and a moment of the page from the address bar, and back to it.

Beside the settings a link may say `figure=3` (the state that shows this figure of the chapter),
`step=300` (the film trains to this step and rests there), `task=2` (that guided experiment),
`open=take` (folded parts), `hide=noise` (controls that a lesson leaves out), `against=` (the pinned
run), `present=1`. What is unknown is named in one sentence, and nothing else is lost.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from core.settings.kinds import Choice, Integer, Kind, SettingError
from pages.ui.runs import Page

LATEST = 10**7  # step that a link may ask for


def read_link(page: Page) -> None:
    """Settings from the address bar: at the first visit, and when the user went back."""
    query = st.query_params.to_dict()
    here, st.session_state["page"] = st.session_state.get("page") == page.name, page.name
    if page.settings is not None:
        if here and query == page.get("written"):
            return
        if not here and not query:
            page.put("moment", {})
            page.set(page.settings)  # coming back: what was set before, in new widgets
            return
    moment, problems = _moment(page, query)
    texts = {k: v for k, v in query.items() if k not in _words(page) and k != "against"}
    if texts.get("present") == "1":  # the player's; the explorer has a filter of this name
        moment["present"] = texts.pop("present")
    figure = dict(parse_qsl(page.about.figures.get(moment.pop("figure", ""), ""), True))
    if "step" in figure:
        moment.setdefault("step", figure.pop("step"))
    settings, found = page.declared.from_link({**figure, **texts})  # what the link says itself wins
    problems += found
    problems += [
        f"The link's {name} is not a setting of this page and was ignored."
        for name in texts
        if name not in page.declared.kinds()
    ]
    page.put("rival", _rival(page, problems))
    page.put("problems", problems)
    _arrive(page, settings, moment)


def _words(page: Page) -> dict[str, Kind]:
    """What a link may say beside settings; `hide` and `open` several, separated by commas."""
    words: dict[str, Kind] = {"open": Choice((*page.about.folds, *page.about.groups))}
    words["hide"] = Choice(page.declared.kinds())
    if page.about.figures:
        words["figure"] = Choice(page.about.figures)
    if page.trains:
        words["step"] = Integer(0, LATEST)
    if page.tasks:
        words["task"] = Integer(1, len(page.tasks))
    return words


def _moment(page: Page, query: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The words of the link that this page knows, and one sentence for each that it doesn't."""
    moment: dict[str, str] = {}
    problems = []
    for name, kind in _words(page).items():
        known = []
        text = query.get(name, "")
        for part in filter(None, text.split(",") if name in ("hide", "open") else [text]):
            try:
                known.append(kind.format(kind.check(name, kind.parse(name, part.strip()))))
            except SettingError as error:
                problems.append(f"{error} It was ignored.")
        if known:
            moment[name] = ",".join(known)
    return moment, problems


def _arrive(page: Page, settings: Any, moment: dict[str, str]) -> None:
    """Show the settings, at the step, with the guided experiment and the folded parts open."""
    goal = {"goal": int(moment["step"]), "start": "begin"} if "step" in moment else {}
    page.set(settings, **goal)
    page.put("moment", moment)
    page.put("arrived", settings.without_view())
    if "task" in moment:
        page.put("tasks", int(moment["task"]))
    for name in filter(None, moment.get("open", "").split(",")):
        page.put(f"fold.{name}", True)


def fold(page: Page, name: str, label: str, icon: str, make: Any = st.expander) -> Any:
    """A folded part that a link opens by its name; its content is drawn only while `.open`."""
    return make(label, icon=icon, key=page.key(f"fold.{name}"), on_change="rerun")


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
    kept = dict(page.get("moment") or {})
    if page.settings.without_view() != page.get("arrived"):
        kept.pop("step", None)
    if kept.get("task") != str(page.get("tasks")):
        kept.pop("task", None)
    if page.rival is not None:
        kept["against"] = pack(page.rival.to_link())
    page.put("written", {**link, **kept})
    if st.query_params.to_dict() != {**link, **kept}:
        st.query_params.from_dict({**link, **kept})


def pack(link: dict[str, str]) -> str:
    """A link within a link: `name:value~name:value`."""
    return "~".join(f"{name}:{text}" for name, text in link.items())


def unpack(text: str) -> dict[str, str]:
    """The inverse of `pack`."""
    parts = (part.partition(":") for part in text.split("~") if part)
    return {name: value for name, _, value in parts}
