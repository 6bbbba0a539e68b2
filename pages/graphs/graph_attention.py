"""Graph attention: which neighbors a trained network listens to, and whether they matter."""

import streamlit as st

from core.experiments.graph_attention import figures
from core.experiments.graph_attention.analysis import attend, normalize, without
from core.experiments.graph_attention.pictures import GraphAttention
from core.experiments.graph_attention.tasks import TASKS
from core.models.graph import GATLayer
from core.stage import stage
from pages.graphs.graph_attention_words import limits, masking
from pages.ui.bench import Bench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.molecule import complaint, drawn, molecule_bar, sketcher
from pages.ui.player import player
from pages.ui.take_home import take_home

page = open_page(
    "graph-attention",
    GraphAttention,
    "Graph attention",
    "A network trained on QM9 weighs neighbors by what they are: the wider an arrow, the more its "
    "target listens. **Click** an atom, then silence a neighbor: did attention tell the truth?",
    [
        (r"h'_v = \sum_{u \in \mathcal{N}(v)} \alpha_{uv} \cdot \psi(h_u)", "5.13"),
        (
            r"\alpha_{uv} = \frac{\exp(f(h_u, h_v))}"
            r"{\sum_{w \in \mathcal{N}(v)} \exp(f(h_w, h_v))}",
            "5.14",
        ),
    ],
)


def happened(event):
    """A stroke, or an atom chosen in any of the molecules."""
    before = page.settings.smiles
    if event.get("tool") == "atom":
        page.set(page.settings.replace(atom=int(event["index"]) + 1))
        return
    drawn(page, event)
    if page.settings.smiles != before:  # atoms are counted anew: look at the carbonyl carbon
        page.set(page.settings.replace(atom=0))


def described(settings):
    """The stage, around the molecule that is drawn upon."""
    binds, words = figures.learned(settings)
    main = sketcher(page, binds, **words)
    shown = figures.panels(settings, main["molecule"], main)
    return stage(shown, figures.readouts(settings), speed=0.25, trains=False, sketch="look")


@st.fragment
def workbench():
    """Controls, stage and what belongs to the molecule: only this runs again on a click."""
    controls = Controls(page)
    if page.get("run") is None:
        page.put("flags", {"autoplay": True, "start": "begin"})
    bench = Bench()
    shown = described(page.settings)
    with bench.stage:  # sent before the controls, which the browser takes longer to draw
        player(page, shown, happened)
        complaint(page)
        st.caption(masking(page.settings))
    with bench.controls:
        molecule_bar(page, controls)
        controls.group("Network", "target")
        controls.group("View", "layer", "head", "path", "scope", path=170)
        controls.more(("atom", "seed"))
        controls.finish()
    st.subheader("What attention does not explain")
    st.markdown(limits(page.settings.target))
    take_home(page, shown, "Graph attention")


workbench()
try_this(page, TASKS)
show_code(GATLayer, attend, normalize, without, GraphAttention)
