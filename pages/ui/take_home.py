"""Take it home: link, script, weights, curves, film."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.experiment import Race
from core.film import curves_csv
from core.film.html import film_html, film_size
from core.stage import stage
from pages.ui.link import fold, pack
from pages.ui.runs import Page, Run

LONGEST = 6000  # characters; longer addresses do not survive every mail program


def offer(
    page: Page,
    shown: Any,
    needs: str = "PyTorch and NumPy alone",
    prints: str = "the loss that this run has now",
) -> None:
    """What `take_home` offers, at the end of the page: the run, drawn as `shown` says.

    `needs` says what the script runs with, `prints` what it says.
    """
    page.put("home", (shown, f"needs {needs} and prints {prints}"))


def described(shown: Any, settings: Any) -> dict[str, Any]:
    """The stage of these settings: by a function of them, or by a module of figures."""
    if callable(shown):
        made: dict[str, Any] = shown(settings)
        return made
    return stage(shown.panels(settings), shown.readouts(settings))


@st.fragment
def take_home(page: Page) -> None:
    """Buttons whose files are made when they are clicked, from the run as it is then."""
    # Drawn only while it is open, which keeps the page quick.
    expander = fold(page, "take", "Take it home", ":material/download:")
    note_shown(page)
    if expander.open:
        with expander:
            shown, does = page.get("home")
            _offers(page, described(shown, page.settings), does)


def note_shown(page: Page) -> None:
    """The page is drawn to its end, and what is taken home is the run that it shows now."""
    page.put("whole", False)
    page.put("taken", _now(page))


def follow(page: Page) -> None:
    """The whole page once more, where what is taken home is open and was of another run.

    It stands at the page's end, and one fragment does not draw into another one.
    """
    if page.get("fold.take") and not page.get("whole") and page.get("taken") != _now(page):
        st.rerun()


def _now(page: Page) -> tuple[Any, ...]:
    return page.settings, page.rival, page.run().ident


def _offers(page: Page, seen: dict[str, Any], does: str) -> None:
    link(page)
    # Files are made in a thread that does not see the session: it is given what it needs here.
    run, words = page.run(), _words(page)
    files: tuple[tuple[str, str, str, Callable[[], Any]], ...] = (
        ("PyTorch script", ".py", "text/x-python", lambda: _script(run)),
        ("Weights (.safetensors)", ".safetensors", "application/octet-stream",
         lambda: _weights(run)),
        ("Curves (.csv)", ".csv", "text/csv", lambda: curves_csv(run.film)),
        ("Film (.html)", ".html", "text/html",
         lambda: film_html(run.film, seen, page.about.title, words)),
    )  # fmt: skip
    with st.container(horizontal=True):
        for label, suffix, mime, make in files:
            st.download_button(
                label,
                data=make,
                file_name=f"{page.name}{suffix}",
                mime=mime,
                key=page.key(f"take{suffix}"),
                on_click="ignore",
            )
    st.caption(
        f"The script {does}. The film plays in any browser without a server, drawn by the same "
        f"player; as long as it is now it takes about {film_size(run.film) / 1e6:.0f} MB."
    )


def link(page: Page) -> None:
    """The link that shows the page as it is now."""
    texts = dict(page.settings.to_link(complete=True))
    steps = page.run().film.steps if page.trains else (0,)
    if steps[-1] and st.checkbox("at this step", key=page.key("take.step")):
        texts["step"] = str(steps[-1])
    if page.rival is not None:
        texts["against"] = pack(page.rival.to_link())
    text = f"/{page.name}?{urlencode(texts)}"
    base = (st.context.url or "").split("?")[0].rsplit("/", 1)[0]
    if len(text) > LONGEST:
        st.caption("These points are too many for a link: take the script or the film instead.")
    else:
        st.caption("A link to exactly this run, seed and settings included:")
        st.code(base + text, language=None, wrap_lines=True)


def _entry(run: Run) -> Any:
    experiment = run.experiment
    return experiment.entries["a"] if isinstance(experiment, Race) else experiment


def _script(run: Run) -> str:
    from core.export import script

    experiment = _entry(run)
    own: str = experiment.script()
    return own or script(type(experiment), experiment.settings, experiment.steps)


def _weights(run: Run) -> bytes:
    from core.export import safetensors

    return safetensors(_entry(run).weights())


def _words(page: Page) -> str:
    link = page.settings.to_link()
    shown = ", ".join(f"{name} = {text}" for name, text in link.items() if len(text) < 60)
    return f"Settings that differ from the defaults: {shown or 'none'}."
