"""Graph attention: which neighbors a trained network listens to, and whether they matter."""

import streamlit as st

from core.experiments.graph_attention import ABOUT, figures
from core.experiments.graph_attention.analysis import attend, normalize, without
from core.experiments.graph_attention.pictures import GraphAttention
from core.experiments.graph_attention.settings import atom_of, bonded_to, names_of, silenced
from core.experiments.graph_attention.tasks import TASKS
from core.models.graph import GATLayer
from core.stage import stage
from pages.graphs.graph_attention_words import limits, masking
from pages.ui.bench import workbench
from pages.ui.controls import key_showing
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.molecule import complaint, drawn, molecule_bar, sketched

page = open_page(ABOUT, GraphAttention, TASKS)


def happened(event):
    """A stroke, or an atom chosen in any of the molecules."""
    before = page.settings.smiles
    if event.get("tool") == "atom":
        page.set(page.settings.replace(atom=int(event["index"]) + 1, silence=0))
        return
    if event.get("tool") == "arrow":
        hush(*event["ends"])
        return
    drawn(page, event)
    if page.settings.smiles != before:  # atoms are counted anew: look at the carbonyl carbon
        page.set(page.settings.replace(atom=0, silence=0))


def hush(u, v):
    """Atom v is looked at, and no longer hears u; if that was so before, it hears u again."""
    settings = page.settings
    if v != atom_of(settings):
        settings = settings.replace(atom=int(v) + 1, silence=0)
    again = u == silenced(settings)
    page.set(settings.replace(silence=0 if again else int(u) + 1))


def above(controls):
    """The molecule, and which neighbor is silenced."""
    molecule_bar(page, controls)
    settings, names = controls.shown, names_of(controls.shown.smiles)
    neighbors, now = [names[u] for u in bonded_to(settings)], silenced(settings)
    if not neighbors or "silence" in controls.hidden:
        return
    key = key_showing(page, "silenced", names[now] if now >= 0 else None)

    def chosen():
        if (name := st.session_state[key]) is None:
            page.set(page.settings.replace(silence=0))
        elif name in names:  # else it comes late, from another molecule
            page.set(page.settings.replace(silence=names.index(name) + 1))

    st.pills(f"Silence a neighbor of {names[atom_of(settings)]}, or click its arrow", neighbors,
             key=key, on_change=chosen)  # fmt: skip


def described(settings):
    """The stage, around the molecule that is drawn upon; at first sight its film plays."""
    if page.get("run") is None:
        page.put("flags", page.get("flags") or {"autoplay": True, "start": "begin"})
    shown = sketched(page, figures.panels(settings))
    return stage(shown, figures.readouts(settings), speed=0.25, trains=False, sketch="look")


def below(settings):
    """What is said of the numbers, and what they do not say."""
    complaint(page)
    st.caption(masking(settings))
    st.subheader("What attention does not explain")
    st.markdown(limits(settings.target))


workbench(page, described, happened, above=above, below=below)
try_this(page)
show_code(page, GATLayer, attend, normalize, without, GraphAttention)
