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
from pages.ui.link import fold

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


def put_on():
    """One layer more, as chosen."""
    build(added(current(), *(page.get(name) for name in ("kind", "k", "s", "d", "p"))))


def take_off():
    """One layer, or block, less."""
    build(text_of(parse(current())[:-1]))


def beside():
    """A layer more, one less, or a known network to change."""
    section = fold(page, "build", "Build", ":material/layers:", st.popover)
    if not section.open:
        return
    with section:
        kinds = ("conv", "pool", "avg", "up", "residual")
        st.selectbox("Layer", kinds, key=page.key("kind"), help="avg: average pooling; up: "
                     "transposed convolution; residual: convolution with a skip")  # fmt: skip
        with st.container(horizontal=True):
            st.number_input("Kernel", 1, 31, 3, key=page.key("k"), width=105)
            st.number_input("Stride", 1, 8, 1, key=page.key("s"), width=105)
            st.number_input("Dilation", 1, 64, 1, key=page.key("d"), width=105)
            st.number_input("Padding", 0, 64, None, key=page.key("p"), width=105,
                            placeholder="same", help="Empty: the size is kept.")  # fmt: skip
        with st.container(horizontal=True):
            st.button("Put on top", key=page.key("add"), on_click=put_on, type="primary")
            st.button("Take the last off", key=page.key("less"), on_click=take_off)
        if page.settings.network != OWN:
            st.button("Change this network", key=page.key("own"), on_click=build, args=(current(),))


def below(settings):
    """The exact table, layer by layer."""
    section = fold(page, "table", "Layer by layer: size, jump, center", ":material/table_rows:")
    if not section.open:
        return
    link = settings.to_link()
    chosen = [f"--set '{name}={link[name]}' " for name in ("network", "stack") if name in link]
    with section:
        st.dataframe(geometry(settings).table(), hide_index=True, key=page.key("table"))
        st.caption(
            "Exact, in pixels of the input, counted from 0; a negative first pixel lies in the "
            "padding. Where paths are parallel, rows follow the one that sees most. The same "
            "network without a browser:"
        )
        command = f"python -m core.experiments run receptive-fields {''.join(chosen)}--steps 0"
        st.code(f"{command} --json", language="bash", wrap_lines=True)


def described(settings):
    """The stage; at first sight training begins by itself."""
    if page.get("run") is None:
        page.put("flags", page.get("flags") or {"autotrain": True})
    return stage(figures.panels(settings), figures.readouts(settings), speed=0.25)


workbench(page, described, above=above, beside=beside, below=below)
try_this(page)
show_code(page, Layer, reach, linearized, variance, ReceptiveFields)
