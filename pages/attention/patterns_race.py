"""The race, below the stage of the page `patterns`: recorded at once, and run live on demand."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.experiments import patterns
from core.experiments.patterns.pictures import Patterns
from core.experiments.race import ABOUT, figures_rows, record, tasks
from core.experiments.race.entries import Entry, Layout
from core.experiments.race.experiment import FamilyRace
from core.experiments.race.settings import RaceSettings, ours
from core.experiments.race.training import Networks
from core.models import families
from pages.attention.patterns_race_film import over_samples
from pages.ui.controls import Controls
from pages.ui.link import pack, unpack, write_link
from pages.ui.plain import plain
from pages.ui.runs import Page

CODE = (families.mlp, families.cnn, families.gru_both_ways, families.gnn, families.transformer,
        Layout, Entry, Networks, FamilyRace)  # fmt: skip


@st.fragment
def race() -> None:
    """All of it; only this runs again when something is set."""
    page, host = Page(ABOUT, FamilyRace), Page(patterns.ABOUT, Patterns)
    arrive(page, host)
    rows = record.recorded()["rows"]
    st.subheader("The race: who needs neighbors?", anchor=ABOUT.path)
    for problem in page.get("problems", []):
        st.warning(plain(problem))
    st.markdown(
        "Six families on MNIST-1D: ten shapes as signals of 40 values, stretched, shifted and "
        "noisy. Shuffled, the values of all signals are listed in one other order: nothing is "
        "lost but who stands beside whom. Predict first."
    )
    guess(page, rows)
    controls = Controls(page)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        controls.one("budget")
    results(page, rows)
    st.subheader("How many samples does it take?")
    chosen = ["data", "shuffled", "families"]
    if ours(page.settings):
        chosen[2:2] = ["stem", "end"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in chosen:
            controls.one(name)
        with st.popover("More settings", icon=":material/tune:"):
            for name in ("seeds", "batch_size", "updates", "seed"):
                controls.one(name)
    if controls.problem:
        st.error(plain(controls.problem))
    depart(page, host)
    over_samples(page)


def arrive(page: Page, host: Page) -> None:
    """The settings of the race from the page's link, where it brings other ones."""
    text = host.settings.race if host.settings else ""
    if page.settings is None or (text and text != page.get("linked")):
        settings, problems = RaceSettings.from_link(unpack(text))
        problems += [f"The link's race says {name}, which is no setting of it: it was ignored."
                     for name in unpack(text) if name not in RaceSettings.kinds()]  # fmt: skip
        page.set(settings)
        page.put("problems", problems)


def depart(page: Page, host: Page) -> None:
    """The page's link follows the race."""
    text = pack(page.settings.to_link())
    page.put("linked", text)
    if host.settings and host.settings.race != text:
        host.put("settings", host.settings.replace(race=text))
        write_link(host)


def guess(page: Page, rows: list[Any]) -> None:
    """One question at a time; the recorded rows answer."""
    numbers = range(1, len(tasks.TASKS) + 1)
    number = st.segmented_control("Question", numbers, default=1, required=True,
                                  key=page.key("question"))  # fmt: skip
    task, guessed = tasks.TASKS[number - 1], page.get("guessed", {})
    st.markdown(task.question)
    key = page.key(f"guess{number}")
    if number in guessed:  # what was said before another question was looked at
        st.session_state.setdefault(key, guessed[number])
    said = st.radio("Your prediction", task.options, index=None, horizontal=True, key=key)
    if said is None:
        return
    page.put("guessed", {**guessed, number: said})
    came, with_numbers = task.answer(None, rows)
    words = "As you predicted:" if said == came else f"You said {said}; it was"
    (st.success if said == came else st.info)(f"{words} **{came}**. {with_numbers}")


def results(page: Page, rows: list[Any]) -> None:
    """Accuracy on all of MNIST-1D as recorded, and what each network costs."""
    budget, guessed = page.settings.budget, page.get("guessed", {})
    shown = tasks.open_rows(rows, guessed)
    st.plotly_chart(figures_rows.accuracy_figure(shown, budget), key=page.key("accuracy"),
                    alt="Accuracy of each network on MNIST-1D, plain and shuffled.")  # fmt: skip
    st.dataframe(
        figures_rows.table(shown, budget), height="content", hide_index=True,
        key=page.key("table"), column_config={"network": st.column_config.Column(width="large")} | {
            name: st.column_config.NumberColumn(format="localized")
            for name in ("parameters", "multiply-adds")
        },
    )  # fmt: skip
    said = [figures_rows.sentence(shown, budget), tasks.still_hidden(rows, guessed, budget),
            figures_rows.terms(budget)]  # fmt: skip
    st.caption(
        f"{' '.join(filter(None, said))} Mean and standard deviation over the seeds; seconds are "
        f"of one processor, all seeds as one; people and published numbers: {figures_rows.SOURCE}."
    )
    st.code(record.COMMAND, language="bash", wrap_lines=True)
