"""Receptive fields: what one number has seen, exactly and effectively."""

import streamlit as st

from core.experiments.receptive_fields import ABOUT, figures
from core.experiments.receptive_fields.energy import linearized, variance
from core.experiments.receptive_fields.networks import NETWORKS, OWN, PRESETS
from core.experiments.receptive_fields.pictures import ReceptiveFields
from core.experiments.receptive_fields.settings import geometry
from core.experiments.receptive_fields.stack import Layer, reach
from core.experiments.receptive_fields.tasks import TASKS
from core.experiments.receptive_fields.text import added, parse, text_of
from core.settings.kinds import SettingError
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.controls import key_showing
from pages.ui.lesson import open_page, show_code, try_this

page = open_page(ABOUT, ReceptiveFields, TASKS)


def build(text: str) -> None:
    """Show this stack, or say why not."""
    try:
        page.set(page.settings.replace(network=OWN, stack=text))
    except SettingError as error:
        page.put("problem", str(error))


def above(controls):
    """Stacks to begin from."""
    if {"network", "stack"} & controls.hidden:
        return
    now = {text: name for name, text in PRESETS.items()}.get(controls.shown.stack)
    key = key_showing(page, "preset", now if controls.shown.network == OWN else None)

    def chosen():
        if name := st.session_state[key]:
            build(PRESETS[name])

    st.pills("Begin from", PRESETS, key=key, on_change=chosen)


def current() -> str:
    """Text of the stack that is shown."""
    settings = page.settings
    return settings.stack if settings.network == OWN else NETWORKS[settings.network][1]


def beside():
    """A layer more, one less, or a known network to change."""
    with st.popover("Build", icon=":material/layers:"):
        kind = st.selectbox(
            "Layer", ("conv", "pool", "avg", "up", "residual"), key=page.key("kind")
        )
        with st.container(horizontal=True):
            k = st.number_input("Kernel", 1, 31, 3, key=page.key("k"), width=105)
            s = st.number_input("Stride", 1, 8, 1, key=page.key("s"), width=105)
            d = st.number_input("Dilation", 1, 64, 1, key=page.key("d"), width=105)
        with st.container(horizontal=True):
            if st.button("Add on top", key=page.key("add"), type="primary"):
                build(added(current(), kind, k, s, d))
                st.rerun()
            if st.button("Take the last away", key=page.key("less")):
                build(text_of(parse(current())[:-1]))
                st.rerun()
        if page.settings.network != OWN:
            st.button("Change this network", key=page.key("own"), on_click=build, args=(current(),))


def below(settings):
    """The exact table, layer by layer."""
    g = geometry(settings)
    st.subheader("Layer by layer")
    st.dataframe(g.table(), hide_index=True, key=page.key("table"))
    st.caption(
        "Sizes, jumps and centers are exact, in pixels of the input, counted from 0; a negative "
        "first pixel lies in the padding. Where paths are parallel, rows follow the one that sees "
        "most. The same without a browser:"
    )
    link = settings.to_link()
    chosen = " ".join(
        f"--set '{name}={link[name]}'" for name in ("network", "stack") if name in link
    )
    st.code(f"python -m core.experiments run receptive-fields {chosen} --steps 0 --json",
            language="bash", wrap_lines=True)  # fmt: skip


def described(settings):
    """The stage; at first sight training begins by itself."""
    if page.get("run") is None:
        page.put("flags", page.get("flags") or {"autotrain": True})
    return stage(figures.panels(settings), figures.readouts(settings), speed=0.25)


workbench(page, described, above=above, beside=beside, below=below)
try_this(page)
show_code(page, Layer, reach, linearized, variance, ReceptiveFields)
