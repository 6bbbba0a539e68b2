"""The race over the number of samples: its recorded film, or the race itself, and its files."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core.experiments import patterns
from core.experiments.race import figures, films, tasks
from core.film import Film
from core.film.html import film_html, film_size
from core.stage import stage
from pages.ui.link import fold, pack
from pages.ui.player import message, player, show_film
from pages.ui.runs import Page

PACE = 0.25  # of the recorded film, which has few frames


def over_samples(page: Page) -> None:
    """The recorded film of these settings, or the race itself, once nothing is left to predict."""
    settings = page.settings
    waiting = [n for n in tasks.asked_by(settings) if n not in page.get("guessed", {})]
    if waiting:
        which = " and ".join(map(str, waiting))
        st.info(f"Predict first: question{'s' * (len(waiting) > 1)} {which} above.")
        return
    if page.get("live") != settings:  # another choice: recorded again, where there is one
        page.put("live", None)
    name = films.name_of(settings)  # the player tells films by their name
    found = films.recorded(settings) if name and not page.get("live") else None
    timed = found is None or "seconds" in found.meta
    panels, numbers = figures.panels(settings, timed), figures.readouts(settings)
    described = stage(panels, numbers) if found is None else stage(panels, numbers, speed=PACE)
    if found is None:
        player(page, message(page, described))
    else:
        show_film(page.key(name), found, described)
    st.caption(f"{figures.costs(settings)} {figures.of_seconds(settings, timed)}")
    if found is not None:
        st.code(found.meta["command"], language="bash", wrap_lines=True)
        st.button("Run it yourself", page.key("run-it"), on_click=run_it, args=(page,),
                  icon=":material/play_arrow:")  # fmt: skip
    elif name:
        st.button("Show the recorded race", page.key("show-it"), icon=":material/movie:",
                  on_click=lambda: page.put("live", None))  # fmt: skip
    take_home(page, page.run().film if found is None else found, described)


def run_it(page: Page) -> None:
    """Race live, until something else is chosen."""
    page.put("live", page.settings)
    page.put("flags", {"autotrain": True})


def take_home(page: Page, film: Film, described: dict[str, Any]) -> None:
    """A link to this race, its curves, and its film."""
    expander = fold(page, "take", "Take the race home", ":material/download:")
    if not expander.open:
        return
    texts = {"race": pack(page.settings.to_link(complete=True))}
    base = (st.context.url or "").split("?")[0].rsplit("/", 1)[0]
    title, words = page.about.title, figures.costs(page.settings)
    if "seconds" in film.meta:
        words += f" {figures.of_seconds(page.settings, True)}"
    with expander:
        st.caption("A link to exactly this race, seed and settings included:")
        st.code(f"{base}/{patterns.ABOUT.path}?{urlencode(texts)}#{page.about.path}",
                language=None, wrap_lines=True)  # fmt: skip
        with st.container(horizontal=True):
            st.download_button(
                "Curves (.csv)", partial(films.curves, film, page.settings), "race.csv", "text/csv",
                key=page.key("take.csv"), on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "Film (.html)", partial(film_html, film, described, title, words), "race.html",
                "text/html", key=page.key("take.html"), on_click="ignore",
            )  # fmt: skip
        st.caption(
            f"As many frames as there are now. The film plays in any browser without a server; it "
            f"takes about {film_size(film) / 1e6:.0f} MB."
        )
