"""Router: sections and pages, nothing else."""

import streamlit as st

from core.warm import warm_in_background

st.set_page_config(page_title="Inductive Playground", page_icon="🧭", layout="wide")


@st.cache_resource
def warm_up() -> None:
    """Once per server: load torch behind the first page."""
    warm_in_background()


PAGES = {
    "": [
        st.Page("home.py", title="Map of the chapter", icon=":material/map:", default=True),
    ],
    "Foundations": [
        st.Page("foundations/perceptron.py", title="Perceptron", icon=":material/linear_scale:"),
        st.Page("foundations/boundaries.py", title="Decision boundaries", icon=":material/grain:"),
        st.Page(
            "foundations/approximation.py", title="Approximation", icon=":material/show_chart:"
        ),
    ],
}

page = st.navigation(PAGES)
page.run()
warm_up()
