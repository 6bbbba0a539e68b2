import pytest

from pages.ui.plain import plain
from tests.pages.test_pages import launch
from tests.sitemap import pages

(DEPTH,) = (page for page in pages() if page.url == "/depth")


def visit(**query):
    app = launch(DEPTH, **query)
    assert [error.value for error in app.exception] == []
    return app


def test_at_first_sight_it_trains_and_what_is_recorded_names_its_command():
    app = visit()
    assert app.session_state["depth.run"].flags.get("autotrain") is True
    said = [text.value for text in app.caption]
    assert any("Recorded by `python -m core.experiments.depth.stops" in text for text in said)
    assert any(text.startswith("Outputs of layer 25 of residual") for text in said)


def test_a_batch_of_one_shows_what_torch_says():
    app = visit(depth="3")
    app.slider(key="depth.digits").set_value(1).run()
    assert [error.value for error in app.exception] == []
    (said,) = [box.value for box in app.warning]
    assert "Expected more than 1 value per channel" in said


def test_who_takes_the_last_choice_away_can_still_use_the_other_controls():
    app = visit(depth="3")
    app.button_group(key="depth.networks").set_value([]).run()
    (said,) = [box.value for box in app.error]
    assert said.startswith("Side by side = nothing is not allowed: at least 1 of ")
    app.slider(key="depth.depth").set_value(5).run()
    settings = app.session_state["depth.run"].experiment.settings
    assert settings.depth == 5 and settings.networks and app.error


def test_a_batch_of_one_is_refused_in_one_sentence():
    (said,) = [box.value for box in visit(batch_size="1", networks="batch norm").warning]
    assert plain("batch_size = 1 is not allowed") in said and "leave batch norm out" in said


def test_eight_depths_are_trained_on_click(monkeypatch):
    monkeypatch.setattr("core.experiments.depth.stops.DEPTHS", (1, 2))
    app = visit(networks="plain", depth="2")
    app.number_input(key="depth.steps").set_value(50).run()
    app.button(key="depth.sweep.begin").click().run()
    sweep = app.session_state["depth.sweep"]
    while not sweep.done:
        sweep.work(1)
    app.run()
    assert [error.value for error in app.exception] == []
    assert any(code.value == sweep.command for code in app.code)


@pytest.mark.parametrize("view", ["size", "identity"])
def test_another_look_begins_no_other_run(view):
    app = visit(depth="3")
    run = app.session_state["depth.run"]
    app.session_state["depth.settings"] = app.session_state["depth.settings"].replace(look=view)
    app.run()
    assert app.session_state["depth.run"] is run and not app.exception
