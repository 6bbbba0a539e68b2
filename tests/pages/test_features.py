from core.experiments.features.settings import FeaturesSettings, stroked
from tests.pages.test_pages import launch
from tests.sitemap import pages

(FEATURES,) = (page for page in pages() if page.url == "/features")


def visit(**query):
    app = launch(FEATURES, **query)
    assert [error.value for error in app.exception] == []
    return app


def test_at_first_sight_it_trains():
    app = visit()
    assert app.session_state["features.run"].flags.get("autotrain") is True
    assert app.selectbox(key="features.mlp").value == "64 hidden units"
    commands = [code.value for code in app.code]
    assert any("features.corner" in text for text in commands)
    assert any("features.budgets" in text for text in commands)


def test_another_image_changes_the_stage_and_begins_no_other_run():
    app = visit(data="digits")
    run = app.session_state["features.run"]
    run.experiment.step(2)
    app.slider(key="features.shown").set_value(7).run()
    assert [error.value for error in app.exception] == []
    assert app.session_state["features.run"] is run and run.experiment.shown.index == 7


def test_a_drawing_in_the_link_can_be_cleared():
    text = stroked((), [(6, 3), (6, 12)])
    app = visit(data="digits", changes=f"1:strokes={text}")
    run = app.session_state["features.run"]
    assert run.experiment.shown.ink is not None
    app.button(key="features.clear").click().run()
    assert [error.value for error in app.exception] == []
    assert run.experiment.shown.ink is None


def test_a_wrong_place_is_one_clear_sentence():
    app = visit(changes="0:place=here")
    (said,) = [box.value for box in app.warning]
    assert "place" in said and "two numbers" in said
    assert app.session_state["features.settings"] == FeaturesSettings()


def test_the_curve_and_the_race_are_computed_here():
    app = visit()
    for work in ("corner", "budgets"):
        app.button(key=f"features.{work}.begin").click().run()
        assert [error.value for error in app.exception] == []
        slices = app.session_state[f"features.{work}"]
        assert slices.fraction > 0
        slices.stop()
        app.run()
        assert [error.value for error in app.exception] == []
