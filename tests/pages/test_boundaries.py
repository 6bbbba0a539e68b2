"""The boundaries page without a browser: what it shows for which settings."""

import pytest

from core.datasets.points import DATASETS
from core.models.mlp import ACTIVATIONS
from tests.pages.test_controls import BOUNDARIES, link
from tests.pages.test_pages import launch


def visit(**query):
    app = launch(BOUNDARIES, **query)
    assert [error.value for error in app.exception] == []
    return app


def texts(app):
    return " ".join(node.value for node in (*app.caption, *app.latex, *app.markdown))


@pytest.mark.parametrize("dataset", [*DATASETS, "formula", "points"])
def test_every_data_set_is_shown(dataset):
    app = visit(dataset=dataset)
    assert not app.warning and not app.error
    formula = [field for field in app.text_input if field.key == "boundaries.formula"]
    assert bool(formula) == (dataset == "formula")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_only_without_a_nonlinearity_the_page_shows_the_one_line(activation):
    assert ("W'x + b'" in texts(visit(activation=activation))) == (activation == "linear")


def test_the_equations_carry_the_chapters_numbers():
    shown = texts(visit())
    for number in ("2.1", "2.2", "2.3"):
        assert rf"\text{{({number})}}" in shown


def test_parameters_are_counted():
    """2-6-3-1 with biases: 18 + 21 + 4."""
    assert "43 parameters" in texts(visit())
    assert "3 parameters" in texts(visit(hidden=""))


def test_pin_keeps_the_settings_as_the_rival():
    app = visit(noise="20")
    app.button(key="boundaries.pin").click().run()
    assert link(app) == {"noise": "20", "against": "noise:20"}
    app.slider(key="boundaries.noise").set_value(40).run()
    assert link(app) == {"noise": "40", "against": "noise:20"}
    again = visit(**link(app))  # the race survives the link
    assert again.session_state["boundaries.rival"].noise == 20
    app.button(key="boundaries.unpin").click().run()
    assert link(app) == {"noise": "40"}


def test_a_file_whose_columns_have_unclear_names_is_asked_about():
    app = visit(dataset="points", open="points")
    app.file_uploader(key="boundaries.upload").upload("p.csv", b"a,b,c\n1,2,3\n0,4,2\n").run()
    app.button(key="boundaries.load").click().run()
    asked = {box.label: box for box in app.selectbox if box.label.startswith("Column of")}
    assert asked["Column of x₁"].options == ["1: a, 1", "2: b, 2", "3: c, 3"]
    assert app.button(key="boundaries.load").disabled
    for name, column in (("x₁", 2), ("x₂", 1), ("label", 0)):
        {box.label: box for box in app.selectbox}[f"Column of {name}"].set_value(column).run()
    app.button(key="boundaries.load").click().run()
    assert not app.exception and not app.error
    assert app.session_state["boundaries.settings"].points == ((3, 2, 1), (2, 4, -1))
