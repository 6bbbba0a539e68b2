"""What a page costs: in 90 lines it has controls, a film, a link and a guided experiment."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_controls import link

FOLDER = Path(__file__).parent / "minimal"


def visit(**query):
    app = AppTest.from_file(str(FOLDER / "page.py"), default_timeout=60)
    for name, text in query.items():
        app.query_params[name] = text
    app.run()
    assert [error.value for error in app.exception] == []
    return app


def film(app):
    return app.session_state["line.run"].film


def test_the_whole_page_has_less_than_90_lines():
    files = list(FOLDER.glob("*.py"))
    assert len(files) == 5 and sum(len(file.read_text().splitlines()) for file in files) < 90


def test_controls_are_drawn_from_the_declaration():
    app = visit()
    groups = [caption.value for caption in app.caption if caption.value.startswith("**")]
    assert groups == ["**Data**", "**Training**"]
    assert {slider.key for slider in app.slider} == {"line.slope", "line.rate"}
    rare = visit(open="more")
    assert {widget.key for widget in (*rare.slider, *rare.number_input)} == {
        "line.slope", "line.rate", "line.points", "line.seed",
    }  # fmt: skip


def test_a_control_begins_another_film_and_is_in_the_link():
    app = visit()
    assert link(app) == {} and film(app)["line"].shape == (1, 2)
    app.slider(key="line.slope").set_value(-2.0).run()
    assert link(app) == {"slope": "-2"}
    assert app.session_state["line.run"].experiment.settings.slope == -2


def test_a_figure_of_the_chapter_is_a_link():
    app = visit(figure="5")
    assert link(app) == {"rate": "0.03", "step": "20"}
    assert app.session_state["line.run"].flags["goal"] == 20


@pytest.mark.parametrize(("guess", "verdict"), [("Yes", "As you predicted"), ("No", "You said No")])
def test_a_guided_experiment(guess, verdict):
    app = visit()
    app.radio(key="line.task0.guess").set_value(guess).run()
    app.button(key="line.task0.run").click().run()
    (said,) = (*app.success, *app.info)
    assert said.value.startswith(verdict) and "**Yes**" in said.value
    assert film(app).steps.tolist() == list(range(11))
    assert not app.exception


def test_it_is_taken_home_and_shows_its_code():
    app = visit(open="take,code")
    assert any("/line?slope=1.5" in code.value for code in app.code)
    assert any("class Line" in code.value for code in app.code)
