"""Take it home: link, script, weights, curves, film."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.experiment import Race
from core.film import curves_csv
from core.html import film_html
from pages.ui.controls import pack
from pages.ui.runs import Page

LONGEST = 6000  # characters; longer addresses do not survive every mail program


def take_home(page: Page, stage: dict[str, Any], title: str) -> None:
    """Buttons whose files are made when they are clicked, from the run as it is then."""
    with st.expander("Take it home", icon=":material/download:"):
        _link(page)
        with st.container(horizontal=True):
            for label, suffix, mime, make in (
                ("PyTorch script", ".py", "text/x-python", _script),
                ("Weights (.safetensors)", ".safetensors", "application/octet-stream", _weights),
                ("Curves (.csv)", ".csv", "text/csv", _curves),
            ):
                st.download_button(
                    label,
                    data=lambda make=make: make(page),
                    file_name=f"{page.name}{suffix}",
                    mime=mime,
                    key=page.key(f"take{suffix}"),
                    on_click="ignore",
                )
            st.download_button(
                "Film (.html)",
                data=lambda: film_html(page.run().film, stage, title, _words(page)),
                file_name=f"{page.name}.html",
                mime="text/html",
                key=page.key("take.html"),
                on_click="ignore",
                help="Plays in any browser without a server; about 6 MB.",
            )
        st.caption(
            "The script needs PyTorch and NumPy alone and prints the loss that this run has now. "
            "The film is drawn by the same player as this page."
        )


def _link(page: Page) -> None:
    link = dict(page.settings.to_link(complete=True))
    if page.rival is not None:
        link["against"] = pack(page.rival.to_link())
    from urllib.parse import urlencode

    text = f"/{page.name}?{urlencode(link)}"
    base = (st.context.url or "").split("?")[0].rsplit("/", 1)[0]
    if len(text) > LONGEST:
        st.caption("These points are too many for a link: take the script or the film instead.")
    else:
        st.caption("A link to exactly this run, seed and settings included:")
        st.code(base + text, language=None, wrap_lines=True)


def _entry(page: Page) -> Any:
    experiment = page.run().experiment
    return experiment.entries["a"] if isinstance(experiment, Race) else experiment


def _script(page: Page) -> str:
    from core.export import script

    experiment = _entry(page)
    return script(type(experiment), experiment.settings, experiment.steps)


def _weights(page: Page) -> bytes:
    from core.export import weights_bytes

    return weights_bytes(_entry(page))


def _curves(page: Page) -> str:
    return curves_csv(page.run().film)


def _words(page: Page) -> str:
    link = page.settings.to_link()
    shown = ", ".join(f"{name} = {text}" for name, text in link.items() if len(text) < 60)
    return f"Settings that differ from the defaults: {shown or 'none'}."
