"""Router: sections and pages, nothing else."""

from pathlib import Path

import streamlit as st

from core.app.warm import imported, warm_in_background
from pages.ui.chapter import ASSETS, SECTIONS

ABOUT = (
    "The networks of *Neural Networks and Inductive Biases*, alive. Nothing leaves this machine."
)
st.set_page_config(
    page_title="Inductive Playground",
    page_icon=ASSETS / "icon.svg",
    layout="wide",
    menu_items={"About": ABOUT},  # without an entry the menu, and the theme switch in it, is hidden
)


@st.cache_resource
def warm_up() -> None:
    """Once per server: load torch behind the first page."""
    warm_in_background()


home = st.Page("home.py", title="Map of the chapter", icon=":material/map:", default=True)
chapter = {
    section.title: [
        st.Page(file, title=about.title, icon=about.icon, url_path=about.path)
        for file, about in section.pages.items()
    ]
    for section in SECTIONS
}
page = st.navigation({"": [home], **chapter}, position="top")
st.html(ASSETS / "page" / "page.css")
scripts = {about.path: file for part in SECTIONS for file, about in part.pages.items()}
if page.url_path:  # the map of the chapter needs no torch, and does not wait for it
    imported(Path(__file__).parent / scripts[page.url_path])
page.run()
warm_up()
