"""Every page that the router registers, launched without a browser."""

import ast
import re

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from core.experiments import EXPERIMENTS
from pages.ui.chapter import SECTIONS
from tests.sitemap import ROOT, ROUTER, TIMEOUT, pages

# DESIGN.md, section 6: the URL paths that the pages have or will have.
PLANNED = {
    "": ["home"],
    "foundations": ["summaries", "perceptron", "boundaries", "approximation"],
    "training": ["depth", "optimizers", "minima", "double-descent"],
    "representation": ["manifolds", "autoencoders"],
    "grids": ["kernels", "features", "receptive-fields", "recurrence"],
    "graphs": ["deep-sets", "message-passing", "graph-attention"],
    "attention": ["attention", "patterns"],
    "qm9": ["qm9-explorer", "qm9-training", "predict"],
}
FIGURES = 14  # of the chapter
EVERY_PAGE = pytest.mark.parametrize("page", pages(), ids=str)


def launch(page, **query):
    """The page inside the frame that the router draws."""
    app = AppTest.from_file(str(ROUTER), default_timeout=TIMEOUT)
    if page.url != "/":
        if page.url != f"/{page.script.stem}":
            app.run()  # Streamlit knows it by its file's name until the router has run once
        app.switch_page(str(page.script.relative_to(ROUTER.parent)))
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@EVERY_PAGE
def test_the_page_runs_and_a_second_run_shows_the_same(page):
    """No page depends on what an earlier visit left in memory."""
    app = launch(page)
    assert [error.value for error in app.exception] == []
    assert len(app.title) == 1, "a page has one title"
    # Without a key a widget forgets its value, and no link can set it.
    widgets = [node for node in app.main if isinstance(node, Widget)]
    assert [f"{node.type} {node.label!r}" for node in widgets if not node.key] == []
    first, second = ([node.value for node in run.markdown] for run in (app, launch(page)))
    assert first == second


def test_home_promises_no_more_figures_than_links_lead_to():
    (home,) = (page for page in pages() if page.url == "/")
    app = launch(home)
    said = " ".join(node.value for node in (*app.markdown, *app.caption))
    said += (ROOT / "README.md").read_text("utf-8") + ROUTER.read_text("utf-8")
    abouts = (about for section in SECTIONS for about in section.pages.values())
    found = {re.match(r"\d+", number)[0] for about in abouts for number in about.figures}
    assert "Neural Networks and Inductive Biases" in said
    assert ("very figure" in said) == (len(found) == FIGURES)


@EVERY_PAGE
def test_a_hand_edited_link_never_breaks_the_page(page):
    experiment = EXPERIMENTS.get(page.url.strip("/"))
    names = ["seed"] if experiment is None else experiment.Settings.kinds()
    for value in ("banana", "-1e999", "", "x" * 2000, "<b>"):
        app = launch(page, **dict.fromkeys(names, value))
        assert [error.value for error in app.exception] == []


@EVERY_PAGE
def test_the_page_lies_where_its_section_says(page):
    stem = page.script.stem.replace("_", "-")
    folder = page.script.parent.relative_to(ROUTER.parent).as_posix().strip(".")
    assert stem in PLANNED[folder]
    assert page.url == ("/" if stem == "home" else f"/{stem}")
    # "Sets and graphs" lies in graphs/, "Grids and sequences" in grids/.
    assert not folder or folder in re.findall(r"\w+", page.section.lower())


def test_every_page_script_is_registered():
    """Beside predict.py may lie what it alone needs, such as predict_batch.py."""
    registered = {page.script for page in pages()}
    companions = tuple(f"{script.with_suffix('')}_" for script in registered)
    scripts = {path for path in (ROOT / "pages").rglob("*.py") if "ui" not in path.parts}
    others = {path for path in scripts - {ROUTER} if not str(path).startswith(companions)}
    assert others == registered


def test_every_experiment_has_a_page_at_its_path():
    assert set(EXPERIMENTS) <= {page.url.strip("/") for page in pages()}


@pytest.mark.parametrize("page", pages(), ids=str)
def test_links_on_the_page_lead_somewhere(page):
    """st.page_link and Markdown links of a page name files and paths that exist."""
    tree = ast.parse(page.script.read_text())
    strings = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    strings = [text for text in strings if isinstance(text, str)]
    for text in strings:
        if re.fullmatch(r"[\w/-]+\.py", text):
            assert (ROUTER.parent / text).is_file(), text
    local = [link for text in strings for link in re.findall(r"\]\((/[\w-]*)", text)]
    assert set(local) <= {page.url for page in pages()}
