"""Home: the chapter as a map, and a recorded run that plays at once."""

import streamlit as st

from core.film import Film
from pages.ui.bench import head
from pages.ui.chapter import ASSETS, SECTIONS
from pages.ui.plain import plain
from pages.ui.player import show_film

head(
    "Inductive Playground",
    "The networks of *Neural Networks and Inductive Biases*, alive: train them, drag them back in "
    "time, race them against each other.",
)


@st.cache_resource
def hero() -> Film:
    """The recorded run; its stage was stored with it, so that home needs no torch."""
    return Film.load(ASSETS / "films" / "home.npz")


film = hero()
show_film("home", film, film.meta["stage"])
with st.container(horizontal=True, vertical_alignment="center"):
    st.page_link(
        "foundations/boundaries.py",
        label="Train this network yourself",
        icon=":material/play_arrow:",
    )
    st.caption(
        f"A recorded run, drawn by the player of every page. Made by `{film.meta['command']}`"
    )

st.markdown("**Every figure of the chapter**, as a state of its page:")
with st.container(horizontal=True, gap="small", key="home.figures"):
    shown = [
        (number, file, page.title)
        for section in SECTIONS
        for file, page in section.pages.items()
        for number in page.figures
    ]
    numbers = [number for number, _, _ in shown]
    for number, file, title in sorted(shown, key=lambda one: (len(one[0].rstrip("abc")), one)):
        label = number if numbers.count(number) == 1 else f"{number}, {title}"
        st.page_link(file, label=label, help=title, query_params={"figure": number})

st.subheader("Map of the chapter")
wanted = st.text_input(
    "Search the pages", placeholder="XOR, activation, width, 2.6 …", key="home.search"
).lower()
with st.container(key="home-map"):
    for section in SECTIONS:
        pages = {file: page for file, page in section.pages.items() if wanted in page.searched}
        if not pages:
            continue
        st.markdown(f"**{section.title}** · {section.sentence}")
        with st.container(horizontal=True):
            for file, page in pages.items():
                with st.container(border=True, width=330, key=f"home.{page.path}"):
                    st.page_link(file, label=page.title, icon=page.icon)
                    st.caption(f"{page.sentence} *{page.chapter}*")
if wanted and not any(wanted in p.searched for s in SECTIONS for p in s.pages.values()):
    st.info(f"No page mentions “{plain(wanted)}”. Try a word of the chapter, such as XOR.")
