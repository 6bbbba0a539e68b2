"""The race, below the stage of the page `patterns`: recorded at once, and run live on demand."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.experiments.race import ABOUT, figures, figures_rows, films, record, tasks
from core.experiments.race.data import MNIST_1D
from core.experiments.race.entries import EQUAL, Entry, Layout
from core.experiments.race.experiment import FamilyRace
from core.experiments.race.settings import RaceSettings
from core.experiments.race.training import Networks
from core.models import families
from core.stage import stage
from pages.ui.controls import Controls
from pages.ui.plain import plain
from pages.ui.player import message, player, show_film
from pages.ui.runs import Page

CODE = (families.mlp, families.cnn, families.gru_both_ways, families.gnn, families.transformer,
        Layout, Entry, Networks, FamilyRace)  # fmt: skip
PACE = 0.25  # of the recorded film, which has few frames


@st.fragment
def race() -> None:
    """All of it; only this runs again when something is set."""
    page = Page(ABOUT, FamilyRace)
    if page.settings is None:
        page.put("settings", RaceSettings())
    rows = record.recorded()["rows"]
    st.subheader("The race: who needs neighbors?")
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
    if page.settings.budget == EQUAL:
        chosen[2:2] = ["stem", "end"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in chosen:
            controls.one(name)
        with st.popover("More settings", icon=":material/tune:"):
            for name in ("seeds", "batch_size", "updates", "seed"):
                controls.one(name)
    if controls.problem:
        st.error(plain(controls.problem))
    over_samples(page)


def guess(page: Page, rows: list[Any]) -> None:
    """One question at a time; the recorded rows answer."""
    numbers = range(1, len(tasks.TASKS) + 1)
    number = st.segmented_control("Question", numbers, default=1, required=True,
                                  key=page.key("question"))  # fmt: skip
    task = tasks.TASKS[number - 1]
    st.markdown(task.question)
    said = st.radio("Your prediction", task.options, index=None, horizontal=True,
                    key=page.key(f"guess{number}"))  # fmt: skip
    if said is None:
        return
    if number == 1:
        page.put("guessed", True)
    came, numbers_said = task.answer(None, rows)
    hit = said == came
    words = "As you predicted:" if hit else f"You said {said}; it was"
    (st.success if hit else st.info)(f"{words} **{came}**. {numbers_said}")


def results(page: Page, rows: list[Any]) -> None:
    """Accuracy on all of MNIST-1D as recorded, and what each network costs."""
    budget, hidden = page.settings.budget, not page.get("guessed")
    st.plotly_chart(figures_rows.accuracy_figure(rows, budget, hidden), key=page.key("accuracy"),
                    alt="Accuracy of each network on MNIST-1D, plain and shuffled.")  # fmt: skip
    st.dataframe(
        figures_rows.table(rows, budget, hidden), hide_index=True, key=page.key("table"),
        column_config={"network": st.column_config.Column(width="large")} | {
            name: st.column_config.NumberColumn(format="localized")
            for name in ("parameters", "multiply-adds")
        },
    )  # fmt: skip
    st.caption(
        f"{figures_rows.sentence(rows, budget, hidden)} {figures_rows.terms(budget)} Mean and "
        "standard deviation over the seeds; seconds are of one processor, all seeds as one; "
        f"people and published numbers: {figures_rows.SOURCE}."
    )
    st.code(record.COMMAND, language="bash", wrap_lines=True)


def over_samples(page: Page) -> None:
    """The recorded film of these settings, or the race itself."""
    settings = page.settings
    found = None if page.get("live") else films.recorded(settings)
    if settings.shuffled and settings.data == MNIST_1D and not page.get("guessed"):
        st.info("Predict first: question 1 above.")
        return
    panels, numbers = figures.panels(settings), figures.readouts(settings)
    if found is None:
        player(page, message(page, stage(panels, numbers)))
    else:
        name = films.name_of(settings)  # the player tells films by their name
        show_film(page.key(name), found, stage(panels, numbers, speed=PACE))
    st.caption(figures.costs(settings))
    if found is None:
        return
    st.code(found.meta["command"], language="bash", wrap_lines=True)
    if st.button("Run it yourself", key=page.key("run-it"), icon=":material/play_arrow:"):
        page.put("live", True)
        page.put("flags", {"autotrain": True})
        st.rerun(scope="fragment")
