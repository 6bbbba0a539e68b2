"""The frame of every page: header, guided experiments, code."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.about import About
from core.experiment import Experiment, Task, run
from core.settings import Settings
from pages.ui.bench import head
from pages.ui.link import fold, read_link
from pages.ui.plain import plain
from pages.ui.runs import Page, Run


def open_page(
    about: About, experiment: type[Experiment] | type[Settings], tasks: Sequence[Task] = ()
) -> Page:
    """The head of the page; the link is read here."""
    page = Page(about, experiment, tasks)
    read_link(page)
    head(about.title, about.sentence, about.equations)
    for problem in page.get("problems", []):
        st.warning(plain(problem))
    return page


def try_this(page: Page) -> None:
    """Guided experiments, one at a time: the browser renders anew all that is on a page.

    Measured: with all of them, and the code, on the page a slider took 218 ms, without 143.
    """
    st.subheader("Try this")
    numbers, key = range(1, len(page.tasks) + 1), page.key("tasks")
    st.session_state.setdefault(key, 1)
    st.segmented_control("Guided experiment", numbers, required=True, key=key)
    number = st.session_state[key]
    _task(page, number - 1, page.tasks[number - 1])


def _task(page: Page, number: int, task: Task) -> None:
    key = page.key(f"task{number}")
    st.markdown(task.question)
    guess = st.radio(
        "Your prediction", task.options, index=None, key=f"{key}.guess", horizontal=True
    )
    verb = "run" if page.trains else "look"
    label = ("Run it" if page.trains else "Look") if guess else f"Predict first, then {verb}"
    if st.button(label, key=f"{key}.run", disabled=guess is None, type="primary"):
        trained = page.trains and not getattr(page.experiment, "at_once", False)
        with st.spinner("Training…" if trained else "Computing…", show_time=True):
            outcome = _perform(page, task)
        st.session_state[f"{key}.outcome"] = (guess, *outcome)
        st.rerun()
    if said := st.session_state.get(f"{key}.outcome"):
        predicted, came, sentence = said
        sentence += " Its film is on the stage above." if page.trains else " See it above."
        if predicted == came:
            st.success(f"As you predicted: **{came}**. {sentence}")
        else:
            st.info(f"You said {predicted}; it was **{came}**. {sentence}")


def _perform(page: Page, task: Task) -> tuple[str, str]:
    """Train in one go; the run then lies on the stage as a film, for time travel."""
    settings = page.declared(**task.settings)
    number = page.get("number", 0) + 1
    page.put("number", number)
    if not page.trains:
        page.set(settings, look=number)
        return task.answer(None, settings)
    experiment = page.experiment(settings)
    film = run(experiment, task.steps)
    page.put("rival", None)
    page.set(settings, autoplay=True, look=number)
    made = Run(experiment, film, f"{page.name}-task-{number}")
    page.put("runs", {**page.get("runs", {}), (settings, None): made})
    page.put("run", None)
    return task.answer(film, experiment)


def show_code(page: Page, *parts: Any) -> None:
    """The very source that the page runs; drawn only while it is open."""
    expander = fold(page, "code", "Show the code", ":material/code:")
    if not expander.open:
        return
    parts = tuple(inspect.unwrap(part) for part in parts)  # of what is cached, what it computes
    with expander:
        tabs = st.tabs([getattr(part, "__name__", str(part)) for part in parts])
        for tab, part in zip(tabs, parts, strict=True):
            with tab:
                where = inspect.getsourcefile(part) or ""
                st.caption(where[where.rfind("core/") :])
                st.code(inspect.getsource(part), language="python", line_numbers=True)
