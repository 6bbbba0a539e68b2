"""Deep Sets: a network that cannot see in which order a set is listed."""

from typing import Any

import streamlit as st

from core.experiments.deep_sets import ABOUT, figures
from core.experiments.deep_sets.pictures import DeepSetsRace
from core.experiments.deep_sets.settings import budgets, is_each, of_molecules, shown_at
from core.experiments.deep_sets.shown import event_as_change
from core.experiments.deep_sets.tasks import TASKS
from core.models.deep_sets import DeepSets, EquivariantDeepSets, add_up, average, largest
from core.models.padded_list import PaddedList
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.molecule import complaint, drawn, sketched

page = open_page(ABOUT, DeepSetsRace, TASKS)


def change(name: str) -> None:
    """Shuffle, or show another set: the networks stay as they are."""
    by_hand(name, str(len(page.settings.changes) + 1))


def by_hand(name: str, value: str) -> None:
    """Change the set on the stage, and let the player go to the frame that shows it."""
    page.change(name, value)
    page.put("flags", {"edited": len(page.settings.changes)})


def on_event(event: dict[str, Any]) -> None:
    """A point was moved, added or removed by mouse, or a molecule drawn."""
    drawn(page, event, lambda smiles: by_hand("draw", smiles))
    if event["tool"] in ("move", "add", "remove"):
        by_hand(*event_as_change(event))


def described(settings: Any) -> Any:
    """The stage; molecules are drawn upon."""
    return stage(sketched(page, figures.panels(settings)), figures.readouts(settings))


def above(controls: Controls) -> None:
    """Another order of the set on the stage, or another set."""
    settings: Any = controls.shown
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("Shuffle", page.key("shuffle"), "List the same set in another order", change,
                  ("shuffle",), icon=":material/shuffle:", type="primary",
                  disabled=len(shown_at(settings)) < 2)  # fmt: skip
        another = "Another molecule" if of_molecules(settings) else "Another set"
        st.button(another, page.key("another"), "One that is not trained on", change,
                  ("another",))  # fmt: skip


def below(settings: Any) -> None:
    """What the race shares."""
    complaint(page)
    deep, lists = budgets(settings)
    st.caption(
        f"Deep Sets ({'5.8' if is_each(settings) else '5.7'}): {deep:,} parameters. Each MLP: "
        f"{lists:,}, on a list padded to the largest size. Same sets, same order of batches, same "
        "seed, Adam at the same rate. Every error is squared, over the variance of the target: a "
        "constant would get 1."
    )


workbench(page, described, on_event, above=above, below=below)
try_this(page)
show_code(page, DeepSets, EquivariantDeepSets, PaddedList, add_up, average, largest, DeepSetsRace)
