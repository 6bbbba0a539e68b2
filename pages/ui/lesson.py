"""The frame of every page: header, guided experiments, code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.about import About
from core.experiment import Experiment, Recording
from core.settings import Settings
from core.task import Task
from core.work import Slices
from pages.ui.bench import head
from pages.ui.link import fold, read_link
from pages.ui.plain import plain, signed
from pages.ui.runs import Page, Run
from pages.ui.take_home import take_home
from pages.ui.work import long_work


def open_page(
    about: About,
    experiment: type[Experiment] | type[Settings],
    tasks: Sequence[Task] = (),
    equations: Callable[[Any], Sequence[tuple[str, str]]] | None = None,
) -> Page:
    """The head of the page; the link is read here. `equations` follow the settings, if given."""
    page = Page(about, experiment, tasks)
    page.put("whole", True)  # until its end is drawn; see `take_home.follow`
    read_link(page)
    head(about.title, about.sentence, equations(page.settings) if equations else about.equations)
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
        st.session_state.pop(f"{key}.outcome", None)
        page.put("task", (number, guess, _begun(page, task)))
    of, guess, work = page.get("task") or (None, None, None)
    if of == number and (work is None or work.done):
        page.put("task", None)
        with st.spinner("Computing…", show_time=True):
            st.session_state[f"{key}.outcome"] = (guess, *_outcome(page, task, work))
        st.rerun()
    elif of == number and work:
        long_work(work, key)
    if said := st.session_state.get(f"{key}.outcome"):
        predicted, came, sentence = said
        sentence = signed(sentence)
        sentence += " Its film is on the stage above." if page.trains else " See it above."
        with st.container(key="verdict"):  # where the player goes when the film has ended
            if predicted == came:
                st.success(f"As you predicted: **{came}**. {sentence}")
            else:
                st.info(f"You said {predicted}; it was **{came}**. {sentence}")


def _begun(page: Page, task: Task) -> Slices | None:
    """What is trained or computed before the answer, in slices; None where nothing is."""
    settings = page.declared(**task.settings)
    return task.begun(page.experiment(settings)) if page.trains else task.looked(settings)


def _outcome(page: Page, task: Task, work: Slices | None) -> tuple[str, str]:
    """What came true; the run then lies on the stage as a film, for time travel."""
    settings = page.declared(**task.settings)
    number = page.get("number", 0) + 1
    page.put("number", number)
    if not isinstance(work, Recording):
        page.set(settings, look=number)
        return task.seen(settings, work)
    page.put("rival", None)
    page.set(settings, autoplay=True, look=number)
    made = Run(work.experiment, work.result, f"{page.name}-task-{number}")
    page.put("runs", {**page.get("runs", {}), (settings, None): made})
    page.put("run", None)
    return task.told(work)


def _is_experiment(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Experiment)


def show_code(page: Page, *parts: Any) -> None:
    """The very source that the page runs, and under it what one takes home, if anything."""
    expander = fold(page, "code", "Show the code", ":material/code:")
    if expander.open:  # drawn only then
        with expander:
            _code(*map(inspect.unwrap, parts))  # of what is cached, what it computes
    if page.get("home"):
        take_home(page)


def _code(*parts: Any) -> None:
    parts = tuple(part.training() if _is_experiment(part) else part for part in parts)
    tabs = st.tabs([getattr(part, "__name__", str(part)) for part in parts])
    for tab, part in zip(tabs, parts, strict=True):
        above = getattr(part, "__mro__", ())[1:]
        loop = [one for one in above if one.__module__ == "core.training"]  # of what trains
        with tab:
            for one in (part, *loop):
                where = inspect.getsourcefile(one) or ""
                st.caption(where[where.rfind("core/") :])
                st.code(inspect.getsource(one), language="python", line_numbers=True)
