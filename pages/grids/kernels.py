"""Kernels: a few numbers, slid over a picture."""

from typing import Any

import streamlit as st

from core.datasets.images import LARGEST, OWN
from core.experiments.kernels import ABOUT, checks, convolution, figures, presets
from core.experiments.kernels.data import keep
from core.experiments.kernels.experiment import Kernels
from core.experiments.kernels.settings import edited, kernel, own, stroked
from core.experiments.kernels.table import from_table, table
from core.experiments.kernels.tasks import TASKS
from core.settings import SettingError
from core.stage import stage
from pages.ui.bench import workbench
from pages.ui.controls import Controls
from pages.ui.lesson import open_page, show_code, try_this
from pages.ui.link import fold

page = open_page(ABOUT, Kernels, TASKS)


def described(settings: Any) -> Any:
    """The stage: at first sight the window slides, later everything is seen at the same moment."""
    first = page.get("run") is None and page.get("runs") is None
    calm = {"autoplay": first, "start": "begin" if first else "end"}
    page.put("flags", page.get("flags") or calm)
    return stage(figures.panels(settings), figures.readouts(settings), speed=0.25, trains=False)


def show(settings: Any) -> None:
    """Other settings; the present run was changed by hand, and is not one of its settings."""
    page.put("runs", {})
    page.put("run", None)
    page.set(settings)


def happened(event: dict[str, Any]) -> None:
    """Cells of the kernel were dragged, or something was drawn."""
    if event["tool"] == "drag":
        show(edited(page.settings, event["changes"]))
    elif event["tool"] == "draw":
        show(stroked(page.settings, event["path"]))


def taken(key: str) -> None:
    """A picture was given, or taken with a camera."""
    file = st.session_state[page.key(key)]
    if file is not None:
        try:
            page.set(page.settings.replace(image=keep(file.getvalue())))
        except ValueError as error:
            page.put("problem", str(error))


def above(controls: Controls) -> None:
    """Where a picture is given, and where a drawing begins anew."""
    settings: Any = controls.shown
    if settings.picture == OWN:
        words: dict[str, Any] = {"on_change": taken, "max_upload_size": LARGEST // 1_000_000}
        st.file_uploader("Own picture, PNG or JPEG", ["png", "jpg", "jpeg"], key=page.key("file"),
                         args=("file",), **words)  # fmt: skip
        if st.toggle("Camera", key=page.key("camera")):
            st.camera_input("A still", key=page.key("still"), on_change=taken, args=("still",))
        st.caption("Its middle square. It stays on this server, and a link does not carry it.")
    if settings.picture == "drawn":
        st.caption("Draw on the picture, with mouse or finger.")
        st.button("Clear the drawing", key=page.key("clear"), icon=":material/delete:",
                  on_click=lambda: show(page.settings.replace(strokes=())))  # fmt: skip


def below(settings: Any) -> None:
    """Where the story goes on."""
    st.page_link("grids/receptive_fields.py", icon=":material/filter_center_focus:",
                 label="One layer sees a window; what a stack sees: Receptive fields")  # fmt: skip


def numbers() -> None:
    """The kernel as numbers to type."""
    popover = fold(page, "numbers", "Kernel as numbers", ":material/calculate:", st.popover)
    if not popover.open:
        return
    with popover:
        K = kernel(page.settings)
        found = st.data_editor(table(K), key=page.key(f"table{page.get('generation', 0)}"))
        typed = from_table(found, K)
        if st.button("Use these numbers", key=page.key("use"), disabled=bool((typed == K).all())):
            try:
                show(own(page.settings, typed))
            except SettingError as error:
                page.put("problem", str(error))
            st.rerun()


workbench(page, described, happened, above=above, beside=numbers, below=below,
          needs="PyTorch and NumPy", prints="how far it is from torch's own layer")  # fmt: skip
try_this(page)
show_code(page, convolution.convolve, convolution.depthwise, convolution.pad, convolution.stuff,
          presets.gabor, checks.by_fourier, checks.both_ways, checks.finer, Kernels)  # fmt: skip
