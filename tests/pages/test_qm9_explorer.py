"""The explorer without a browser: filters, empty filters, picking a molecule, links, the route."""

import asyncio
import json
from urllib.parse import quote

import pytest
from starlette.requests import Request

from core.experiments.qm9_explorer.figures_molecule import node_table
from core.qm9.data.source import DataError
from core.qm9.prediction import library
from core.qm9.prediction.census import census
from pages.qm9 import qm9_explorer_map
from pages.ui import cloud
from pages.ui.plain import plain
from tests.pages.test_controls import link
from tests.pages.test_pages import launch
from tests.sitemap import pages

(EXPLORER,) = (page for page in pages() if page.url == "/qm9-explorer")
KEY = "qm9-explorer."


def visit(**query):
    app = launch(EXPLORER, **query)
    assert [error.value for error in app.exception] == []
    return app


def texts(nodes):
    return " ".join(node.value for node in nodes)


def shown(app):
    """What the component of the points is given."""
    found = [json.loads(node.proto.json) for node in app.get("bidi_component") if node.proto.json]
    return next(data for data in found if "points" in data)


def test_the_first_sight():
    app = visit()
    assert "**130,831** of 130,831" in texts(app.markdown) and not app.error and not app.warning
    assert shown(app)["points"]["n"] == 5000
    x, y = shown(app)["labels"]
    assert shown(app)["title"] == f"{y} against {x}"
    assert app.subheader[0].value == "Thymine, number 29238"
    assert len(app.get("plotly_chart")) == 2 and len(app.dataframe) == 3


@pytest.mark.parametrize("other", [False, True], ids=["here", "by another process"])
def test_a_recorded_map_while_qm9_is_read(monkeypatch, other):
    """As on a machine that has never read QM9; here the reading stops half-way."""

    def load(show, waiting):
        (waiting if other else show)(65_000, 130_831)
        raise DataError("the disk is full")

    monkeypatch.setattr(library, "at_hand", lambda: None)
    monkeypatch.setattr(qm9_explorer_map, "load", load)
    app = launch(EXPLORER)
    assert len(app.get("plotly_chart")) == 1
    (bar,) = app.get("progress")
    begins = "Another process reads QM9" if other else "Reading QM9, once on this machine"
    assert bar.proto.text.startswith(f"{begins}: 65,000 of 130,831") and bar.proto.value == 49
    assert "4,000 of its molecules" in texts(app.caption)
    recorded = plain("Recorded by python -m core.experiments.qm9_explorer.space")
    assert recorded in texts(app.caption)
    assert [error.value for error in app.error] == ["the disk is full"]


def test_tables_are_those_of_the_picked_molecule():
    app = visit(molecule="214")
    molecule = census().library.data.molecule(census().row(214))
    expected = node_table(molecule)
    tables = [table.value for table in app.dataframe]
    nodes = next(table for table in tables if "nH" in table.columns)
    assert nodes.columns.tolist() == expected.columns.tolist()
    assert (nodes.to_numpy() == expected.to_numpy()).all()
    assert sorted(len(table) for table in tables) == [6, 12, 19]


def test_a_filter_is_counted_and_in_the_link():
    app = visit()
    app.get_by_key(f"{KEY}present").set_value(["F"]).run()
    assert "**1,923** of 130,831" in texts(app.markdown)
    assert link(app)["present"] == "F" and shown(app)["points"]["n"] == 1923
    app.get_by_key(f"{KEY}clear").click().run()
    assert "All **130,831**" in texts(app.markdown) and "present" not in link(app)


def test_an_empty_filter_says_so_with_the_remedy():
    app = visit(present="F", absent="F")
    assert "No molecule of QM9 passes" in texts(app.warning) and "Clear filters" in texts(
        app.warning
    )
    assert "there are " in texts(app.warning)
    assert app.get_by_key(f"{KEY}next").disabled
    app.get_by_key(f"{KEY}clear").click().run()
    assert not app.warning


@pytest.mark.parametrize("view", ["targets", "space", "distribution"])
def test_an_empty_filter_breaks_no_view(view):
    assert visit(view=view, present="F", rings="6+", sizes="1").warning


@pytest.mark.parametrize(
    ("text", "said"),
    [("C(", "can't be read"), ("aspirin", "13 heavy atoms"), ("<b>x</b>", "can't be read")],
)
def test_a_bad_smiles_is_answered_in_words(text, said):
    app = visit()
    app.get_by_key(f"{KEY}sought").set_value(text).run()
    assert said in texts(app.error) and not app.exception
    assert app.subheader[0].value == "Thymine, number 29238"
    app.get_by_key(f"{KEY}sought").set_value("benzene").run()
    assert not app.error and app.subheader[0].value == "Benzene, number 214"
    assert link(app)["molecule"] == "214"


def test_next_and_previous_are_each_others_way_back():
    app = visit(present="F")
    app.get_by_key(f"{KEY}next").click().run()
    there = app.subheader[0].value
    app.get_by_key(f"{KEY}next").click().run()
    assert app.subheader[0].value != there
    app.get_by_key(f"{KEY}previous").click().run()
    assert app.subheader[0].value == there
    app.get_by_key(f"{KEY}random").click().run()
    assert app.subheader[0].value != there and not app.exception


def test_a_number_that_was_taken_out_is_named():
    missing = next(n for n in range(1, 133_886) if census().row(n) is None)
    app = visit(molecule=str(missing))
    assert f"no molecule {missing}" in texts(app.warning)
    app.get_by_key(f"{KEY}next").click().run()
    assert not app.exception


@pytest.mark.parametrize("layout", ["pca", "umap"])
def test_the_map(layout):
    data = shown(visit(view="space", layout=layout, model="mlp", color="gap", aromatic="yes"))
    assert data["points"]["n"] == 4000 and "gray" in data["hint"]
    assert ("Recorded by python" in data["hint"]) == (layout == "umap")


def test_a_layout_that_is_not_recorded_is_offered(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    app = visit(view="space", layout="umap", seed="77")
    assert "Computing one takes about" in texts(app.info)
    assert app.get_by_key(f"{KEY}umap").label == "Compute UMAP"


def test_distributions():
    app = visit(view="distribution", x="a")
    assert "Logarithmic axis" in texts(app.markdown)
    assert any("distribution" in table.value.columns for table in app.dataframe)


def test_a_guided_walk_sets_the_page():
    app = visit()
    app.get_by_key(f"{KEY}task0.guess").set_value("Aromatic ones").run()
    app.get_by_key(f"{KEY}task0.run").click().run()
    assert "As you predicted: **Aromatic ones**" in texts(app.success)
    assert link(app)["color"] == "aromatic" and not app.exception


def ask(row):
    """Status and body of the route's answer."""
    query = f"row={quote(str(row))}".encode()
    scope = {"type": "http", "method": "GET", "query_string": query, "headers": []}
    answer = asyncio.run(cloud.depiction(Request(scope)))
    return answer.status_code, json.loads(answer.body)


def test_the_route_draws_a_molecule():
    status, body = ask(census().find("thymine"))
    assert status == 200 and body["svg"].startswith("<svg")
    assert body["lines"][:2] == ["thymine, C5H6N2O2", "Cc1c[nH]c(=O)[nH]c1=O"]


@pytest.mark.parametrize("row", ["", "x", "-1", "130831", "9" * 50, "1.5", chr(0)])
def test_the_route_refuses_what_is_no_row(row):
    status, body = ask(row)
    assert status == 404 and "no row of QM9" in body["error"]
