"""Deep Sets: a network that cannot see in which order a set is listed."""

from typing import Any

import streamlit as st

from core.experiments.deep_sets import figures
from core.experiments.deep_sets.pictures import DeepSetsRace
from core.experiments.deep_sets.settings import budgets, is_each, of_molecules, shown_at
from core.experiments.deep_sets.shown import event_as_change
from core.experiments.deep_sets.tasks import TASKS
from core.models.deep_sets import DeepSets, EquivariantDeepSets, add_up, average, largest
from core.models.padded_list import PaddedList
from core.stage import stage
from pages.ui.bench import Bench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.molecule import complaint, drawn, sketcher
from pages.ui.player import player
from pages.ui.take_home import take_home

page = open_page(
    "deep-sets",
    DeepSetsRace,
    "Deep Sets",
    "A set has no first element, a list has. Each point goes through the same φ, the results are "
    "added, ρ reads the sum: press **Train**, then **Shuffle** the list.",
    [
        (r"f(\{x_1, \dots, x_n\}) = \rho\left(\sum_{i=1}^n \phi(x_i)\right)", "5.7"),
        (r"y_i = \psi\left(x_i, \sum_{j=1}^n \phi(x_j)\right)", "5.8"),
    ],
)


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


@st.fragment
def workbench() -> None:
    """Controls and stage: only this runs again when something is set."""
    controls, settings = Controls(page), page.settings
    bench = Bench()
    shown = figures.panels(settings)
    if of_molecules(settings):
        words = {"title": "Draw one: only its atoms count", "width": 380, "height": 380}
        shown.insert(0, sketcher(page, **words, grow=1.0))
    described = stage(shown, figures.readouts(settings))
    with bench.stage:  # sent before the controls, which the browser takes longer to draw
        player(page, described, on_event)
        complaint(page)
        deep, lists = budgets(settings)
        equation = "5.8" if is_each(settings) else "5.7"
        st.caption(
            f"Deep Sets ({equation}): {deep:,} parameters. Each MLP: {lists:,}, on a list padded "
            "to the largest size. Same sets, same order of batches, same seed, Adam at the same "
            "rate. 1 on the error axes is what a constant would get."
        )
    with bench.controls:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button("Shuffle", page.key("shuffle"), "List the same set in another order", change,
                      ("shuffle",), icon=":material/shuffle:", type="primary",
                      disabled=len(shown_at(settings)) < 2)  # fmt: skip
            another = "Another molecule" if of_molecules(settings) else "Another set"
            st.button(another, page.key("another"), "One that is not trained on", change,
                      ("another",))  # fmt: skip
        listed = () if of_molecules(settings) else ("order",)
        controls.group("Data", "target", *listed, target=280)
        controls.group("Network", "pooling")
        controls.group("Training", "learning_rate")
        controls.more(("width", "samples", "batch_size"), ("seed", "data_seed", "max_steps"))
        controls.finish()
    take_home(page, described, "Deep Sets")


workbench()
try_this(page, TASKS)
show_code(DeepSets, EquivariantDeepSets, PaddedList, add_up, average, largest, DeepSetsRace)
