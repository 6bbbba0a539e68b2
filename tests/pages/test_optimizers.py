"""The optimizers page without a browser: what suits a surface, formulas, many starts."""

import pytest

from tests.pages.test_pages import launch
from tests.sitemap import pages

(OPTIMIZERS,) = (page for page in pages() if page.url == "/optimizers")


def settings(app):
    return app.session_state["optimizers.settings"]


def test_another_surface_brings_the_rates_that_suit_it():
    app = launch(OPTIMIZERS, start="0.5,0.5", learning_rate="0.12")
    assert settings(app).start == ((0.5, 0.5),)
    app.selectbox(key="optimizers.ground").set_value("Rosenbrock").run()
    assert not app.exception
    found = settings(app)
    assert (found.surface, found.tuned, found.start) == ("Rosenbrock", True, ())
    app.selectbox(key="optimizers.ground").set_value("quadratic").run()
    assert (settings(app).tuned, settings(app).learning_rate) == (False, 0.06)


@pytest.mark.parametrize("formula", ["w1 +", "import os", "1/w1"])
def test_a_formula_that_cannot_be_is_said_in_one_sentence(formula):
    app = launch(OPTIMIZERS, surface="formula")
    app.text_input(key="optimizers.formula").set_value(formula).run()
    assert not app.exception
    assert [error.value for error in app.error if "formula" in error.value]
    assert settings(app).formula != formula


def test_starts_are_computed_on_a_click():
    app = launch(OPTIMIZERS)
    app.button(key="optimizers.wandering.begin").click().run()
    assert not app.exception
    assert app.session_state["optimizers.wandering"].rate == 0.1


def test_another_rate_is_another_race():
    app = launch(OPTIMIZERS)
    before = app.session_state["optimizers.run"].ident
    app.select_slider(key="optimizers.learning_rate").set_value(0.08).run()
    assert (settings(app).learning_rate, settings(app).start) == (0.08, ())
    assert app.session_state["optimizers.run"].ident != before
