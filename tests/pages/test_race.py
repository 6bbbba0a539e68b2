"""The race as a part of a page: predict, see what is recorded, run it."""

import pytest
from streamlit.testing.v1 import AppTest

from core.experiments.race import figures_rows, record, tasks
from core.experiments.race.entries import EQUAL, PUBLISHED
from core.experiments.race.settings import RaceSettings
from tests.sitemap import TIMEOUT

SCRIPT = "from pages.attention.patterns_race import race\nrace()"
FEW = RaceSettings(seeds=1, batch_size=10, families=("linear", "mlp"), data="digits")


def opened(**state):
    app = AppTest.from_string(SCRIPT, default_timeout=TIMEOUT)
    for name, value in state.items():
        app.session_state[f"race.{name}"] = value
    return app.run()


def said(app):
    return " ".join(node.value for kind in (app.caption, app.success, app.info) for node in kind)


def columns(app):
    return list(app.dataframe[0].value.columns)


def test_predict_first_then_the_shuffled_ones_appear():
    app = opened()
    assert not app.exception and "after your prediction" in said(app)
    assert "shuffled, %" not in columns(app)
    app = app.radio(key="race.guess1").set_value("CNN").run()
    assert not app.exception and "You said CNN; it was **MLP**" in said(app)
    assert "shuffled, %" in columns(app) and "after your prediction" not in said(app)
    app = app.radio(key="race.guess1").set_value("MLP").run()
    assert "As you predicted: **MLP**" in said(app)


def test_every_question_is_asked_and_no_budget_is_labelled_as_the_other():
    app = opened(question=2)
    assert app.radio[0].options == list(tasks.TASKS[1].options)
    rows = record.recorded()["rows"]
    for budget in (EQUAL, PUBLISHED):
        app = app.segmented_control(key="race.budget").set_value(budget).run()
        names = [figures_rows.label(row) for row in figures_rows.in_budget(rows, budget, "plain")]
        assert sorted(app.dataframe[0].value["network"]) == sorted(names)
        assert ("5,000 parameters" in said(app)) == (budget == EQUAL)


@pytest.mark.parametrize("guessed", [False, True])
def test_nothing_of_the_shuffled_race_is_shown_before_the_prediction(guessed):
    app = opened(settings=RaceSettings(shuffled=True, seeds=1, families=("linear",)),
                 guessed=guessed)  # fmt: skip
    assert not app.exception
    assert ("Predict first: question 1 above." in said(app)) != guessed


def test_other_settings_are_raced_live():
    app = opened(settings=FEW)
    assert not app.exception
    run = app.session_state["race.run"]
    assert run.experiment.settings == FEW and set(run.experiment.runners) == {"linear", "mlp"}
    assert "linear 650 parameters, 640 multiply-adds" in said(app)
    assert not [button for button in app.button if button.label == "Run it yourself"]


def test_molecules_show_their_recorded_film():
    app = opened(settings=RaceSettings(data="molecules"))
    assert not app.exception and "4,000 molecules of QM9" in said(app)
    assert "python -m core.experiments.race.films race-molecules" in [c.value for c in app.code]
    assert [button for button in app.button if button.label == "Run it yourself"]
