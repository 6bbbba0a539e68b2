"""Message passing: a trained network at work on a drawn molecule, stage by stage."""

from typing import Any

import streamlit as st

from core.experiments.message_passing import figures
from core.experiments.message_passing.analysis import influence, rounds, smoothing
from core.experiments.message_passing.experiment import MessagePassing
from core.experiments.message_passing.tasks import TASKS
from core.models import graph, mpnn
from core.stage import stage
from pages.ui.bench import Bench
from pages.ui.controls import Controls, key_showing
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.molecule import complaint, drawn, molecule_bar, sketched
from pages.ui.player import player
from pages.ui.take_home import take_home

page = open_page(
    "message-passing",
    MessagePassing,
    "Message passing",
    "Every atom sends, sums and updates; round by round it hears from farther away. A network "
    "trained on QM9 at work: **click an atom** for its numbers, or draw another molecule.",
    [
        (r"h_v^{(\ell+1)} = \phi\Big(h_v^{(\ell)}, \sum_{u \in \mathcal{N}(v)} "
         r"\psi(h_u^{(\ell)}, h_v^{(\ell)}, e_{uv})\Big)", "5.9"),
        (r"h_v^{(\ell+1)} = \sigma\Big(\sum_{u \in \mathcal{N}(v)} c_{vu} W^{(\ell)} "
         r"h_u^{(\ell)}\Big)", "5.10"),
        (r"H^{(\ell+1)} = \sigma(\tilde{A} H^{(\ell)} W^{(\ell)})", "5.11"),
        (r"h_G = \sum_{v \in \mathcal{V}} h_v", "5.12"),
    ],
)  # fmt: skip


def complete() -> Any:
    """The run with its whole film, which takes a moment, and what it computed."""
    first = page.get("run") is None
    # Whatever is set or drawn is seen at the same moment of the film, unless a task has spoken.
    calm = {"autoplay": first, "start": "begin" if first else "same"}
    page.put("flags", page.get("flags") or calm)
    return page.run().experiment.scene  # type: ignore[attr-defined]


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
    key = key_showing(page, "named_atom", scene.drawn)
    st.selectbox("Atom", range(len(names)), format_func=names.__getitem__, key=key, width=132,
                 on_change=lambda: show(atom=st.session_state[key] + 1))  # fmt: skip


def relabel() -> None:
    """Another order of the atoms."""
    settings = page.settings
    show(relabel=True, seed=(settings.seed + settings.relabel) % 2**31)


def controls(chosen: Controls, scene: Any) -> None:
    """Molecule, network, and what is looked at."""
    molecule_bar(page, chosen)
    chosen.group("Network", "model", "target")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen.one("channel", width=132)
        atom_menu(scene)
        st.button("Relabel atoms", icon=":material/shuffle:", key=page.key("mix"), on_click=relabel)
        st.button("As drawn", key=page.key("unmix"), disabled=not page.settings.relabel,
                  on_click=lambda: show(relabel=False))  # fmt: skip
        chosen.more(("seed",), label="Seed")
    chosen.finish()


@st.fragment
def workbench() -> None:
    """Controls and stage: only this runs again when something is set."""
    chosen, bench = Controls(page), Bench()
    scene = complete()
    panels = sketched(page, figures.panels(page.settings))
    described = stage(panels, figures.readouts(page.settings), speed=0.25, chapters="chapter",
                      sketch="look", seeded=False)  # fmt: skip
    with bench.stage:
        player(page, described, happened)
        complaint(page)
    with bench.controls:
        controls(chosen, scene)
    take_home(page, described, "Message passing",
              needs="PyTorch, NumPy, safetensors and the weights beside it",
              prints="the prediction")  # fmt: skip


workbench()
try_this(page, TASKS)
show_code(graph.GCNLayer, graph.GATLayer, mpnn.MPNNLayer, graph.neighborhood,
          graph.normalized_adjacency, graph.sum_pool, rounds, influence, smoothing)  # fmt: skip
