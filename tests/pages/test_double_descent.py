import pytest

from core.experiments.double_descent.settings import STUDIES
from tests.pages.test_pages import launch
from tests.sitemap import pages

(PAGE,) = (page for page in pages() if page.url == "/double-descent")


def visit(**query):
    app = launch(PAGE, **query)
    assert [error.value for error in app.exception] == []
    return app


def run_of(app):
    return app.session_state["double-descent.run"]


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_begins_by_itself(study):
    app = visit(grows=study)
    assert not app.warning and not app.error
    assert run_of(app).flags.get("autotrain") is True
    assert run_of(app).experiment.settings.grows == study


def test_another_width_is_drawn_and_nothing_is_solved_anew():
    app = visit()
    run = run_of(app)
    run.experiment.step(60)
    app.number_input(key="double-descent.shown").set_value(40).run()
    assert [error.value for error in app.exception] == []
    assert run_of(app) is run and run.film["drawn"][-1] == 40
    assert app.query_params["changes"] == "53:shown=40"


def test_another_noise_is_another_sweep_that_begins_by_itself():
    app = visit()
    first = run_of(app)
    first.flags.clear()
    app.slider(key="double-descent.noise").set_value(0.5).run()
    assert run_of(app) is not first and run_of(app).flags.get("autotrain") is True


def test_a_wrong_width_is_one_clear_sentence():
    (said,) = [box.value for box in visit(shown="9999").warning]
    assert "shown" in said and "0 to 640" in said
