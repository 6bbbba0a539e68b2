"""The autoencoders page without a browser: how it begins, and what a link holds."""

import pytest

from tests.pages.test_pages import launch
from tests.sitemap import pages

(AUTOENCODERS,) = (page for page in pages() if page.url == "/autoencoders")


def run_of(app):
    assert [error.value for error in app.exception] == []
    return app.session_state["autoencoders.run"]


@pytest.fixture
def app():
    return launch(AUTOENCODERS)


def test_it_trains_at_first_sight_and_with_new_settings(app):
    first = run_of(app)
    assert first.flags["autotrain"] is True
    app.slider(key="autoencoders.d").set_value(8).run()
    again = run_of(app)
    assert again is not first and again.flags["autotrain"] is True
    assert again.experiment.settings.d == 8


def test_a_moment_of_a_link_rests_there():
    flags = run_of(launch(AUTOENCODERS, figure="6")).flags
    assert flags["goal"] == 500 and "autotrain" not in flags


def test_a_link_holds_what_was_dragged():
    app = launch(AUTOENCODERS, changes="5:place.2=0.5,-0.25")
    assert run_of(app).experiment.dot == (0.5, -0.25)
    assert run_of(app).film["place"][-1, 2].tolist() == [0.5, -0.25]


def test_another_look_makes_no_other_run(app):
    run = run_of(app)
    app.session_state["autoencoders.fold.view"] = True
    app.run()
    app.selectbox(key="autoencoders.look").select("points").run()
    assert run_of(app) is run


@pytest.mark.parametrize(
    ("changes", "said"),
    [("0:place.0=far", "place.0"), ("0:W1.0.0=1", "W1.0.0"), ("0:threshold=1", "threshold")],
)
def test_an_impossible_change_in_a_link_is_named(changes, said):
    app = launch(AUTOENCODERS, changes=changes)
    assert any(said in warning.value for warning in app.warning)
    assert not app.exception


def test_many_d_are_trained_on_click_with_the_one_that_is_set(app):
    app.slider(key="autoencoders.d").set_value(5).run()
    app.number_input(key="autoencoders.steps").set_value(100).run()
    app.number_input(key="autoencoders.seeds").set_value(1).run()
    app.button(key="autoencoders.sweep.begin").click().run()
    sweep = app.session_state["autoencoders.sweep"]
    while sweep.going:
        app.run()
    app.run()
    assert not app.exception and sweep.done and 5 in sweep.latent
    assert any("--steps 100 --seeds 1 --set 'd=5'" in code.value for code in app.code)
