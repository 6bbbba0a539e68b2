"""Message passing: a trained network at work on a drawn molecule, stage by stage."""

from typing import Any

import streamlit as st

from core.experiments.message_passing import ABOUT, figures
from core.experiments.message_passing.analysis import influence, rounds, smoothing
from core.experiments.message_passing.experiment import MessagePassing
from core.experiments.message_passing.tasks import TASKS
from core.models import graph, mpnn
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.controls import key_showing
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.molecule import complaint, drawn, molecule_bar, sketched

page = open_page(ABOUT, MessagePassing, TASKS)


def complete() -> None:
    """The run with its whole film, which takes a moment, and what it computed."""
    first = page.get("run") is None
    # Whatever is set or drawn is seen at the same moment of the film, unless a task has spoken.
    calm = {"autoplay": first, "start": "begin" if first else "same"}
    page.put("flags", page.get("flags") or calm)
    page.run()


def show(**changes: Any) -> None:
    """Other settings."""
    page.set(page.settings.replace(**changes))


def happened(event: dict[str, Any]) -> None:
    """A click on an atom, or a stroke of the sketcher."""
    if event.get("tool") == "atom":
        show(atom=int(event["index"]) + 1)
    else:
        drawn(page, event)


def atom_menu(scene: Any) -> None:
    """The atoms by name, for the keyboard."""
    names = [scene.labels[row] for row in scene.row]
    key = key_showing(page, "named_atom", names[scene.drawn])

    def chosen() -> None:
        if (name := st.session_state[key]) in names:  # else it comes late, from another molecule
            show(atom=names.index(name) + 1)

    st.selectbox("Atom", names, key=key, width=132, on_change=chosen)


def channel_box(scene: Any) -> None:
    """The channel that is shown, also where the setting leaves its choice to the network."""
    kind, key = page.settings.kind("channel"), key_showing(page, "named_channel", scene.channel + 1)
    st.number_input(kind.label, 0, scene.start.shape[1], key=key, width=132, help=kind.help,
                    on_change=lambda: show(channel=st.session_state[key]))  # fmt: skip


def relabel() -> None:
    """Another order of the atoms."""
    settings = page.settings
    show(relabel=True, seed=(settings.seed + settings.relabel) % 2**31)


def beside() -> None:
    """The atom and the channel looked at, and the labels."""
    scene = page.run().experiment.scene  # type: ignore[attr-defined]
    atom_menu(scene)
    if "channel" not in page.hidden:
        channel_box(scene)
    st.button("Relabel atoms", icon=":material/shuffle:", key=page.key("mix"), on_click=relabel)
    st.button("As drawn", key=page.key("unmix"), disabled=not page.settings.relabel,
              on_click=lambda: show(relabel=False))  # fmt: skip


def described(settings: Any) -> Any:
    """The stage, around the molecule that is drawn upon."""
    complete()
    panels = sketched(page, figures.panels(settings))
    return stage(panels, figures.readouts(settings), speed=0.25, chapters="chapter",
                 sketch="look", seeded=False)  # fmt: skip


workbench(
    page,
    described,
    happened,
    above=lambda controls: molecule_bar(page, controls),
    beside=beside,
    below=lambda settings: complaint(page),
    needs="PyTorch, NumPy, safetensors and the weights beside it",
    prints="the prediction",
)
try_this(page)
show_code(page, graph.GCNLayer, graph.GATLayer, mpnn.MPNNLayer, graph.neighborhood,
          graph.normalized_adjacency, graph.sum_pool, rounds, influence, smoothing)  # fmt: skip
