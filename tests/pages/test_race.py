"""The race as a part of a page: predict, see what is recorded, run it, take it home."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from core.experiments.race import figures_rows, record, tasks
from core.experiments.race.entries import EQUAL, PATCHES, PUBLISHED
from core.experiments.race.settings import RaceSettings
from core.models.families import MEAN
from pages.ui.link import pack
from tests.pages.test_controls import link
from tests.pages.test_pages import launch
from tests.sitemap import TIMEOUT, pages

SCRIPT = "from pages.attention.patterns_race import race\nrace()"
FEW = RaceSettings(seeds=1, batch_size=10, families=("linear", "mlp"), data="digits")
ALL = {number: task.options[0] for number, task in enumerate(tasks.TASKS, 1)}
ROWS = record.recorded()["rows"]
(PATTERNS,) = (page for page in pages() if page.url == "/patterns")


def opened(**state):
    app = AppTest.from_string(SCRIPT, default_timeout=TIMEOUT)
    for name, value in state.items():
        app.session_state[f"race.{name}"] = value
    return app.run()


def said(app):
    return " ".join(node.value for kind in (app.caption, app.success, app.info) for node in kind)


def columns(app):
    return list(app.dataframe[0].value.columns)


def networks(app):
    return sorted(app.dataframe[0].value["network"])


def buttons(app):
    return [button.label for button in app.button]


def test_predict_first_then_the_shuffled_ones_appear():
    app = opened()
    assert not app.exception and "shuffled signals (question 1)" in said(app)
    assert "shuffled, %" not in columns(app)
    app = app.radio(key="race.guess1").set_value("CNN").run()
    assert not app.exception and "You said CNN; it was **MLP**" in said(app)
    assert "shuffled, %" in columns(app) and "question 1" not in said(app)
    app = app.radio(key="race.guess1").set_value("MLP").run()
    assert "As you predicted: **MLP**" in said(app)


@pytest.mark.parametrize(("number", "of"), [(tasks.STEM, "patches"), (tasks.END, "mean pool")])
def test_the_rows_that_answer_a_question_appear_after_its_prediction(number, of):
    app = opened(question=number)
    assert app.radio[0].options == list(tasks.TASKS[number - 1].options)
    hidden = f"(question {number})"
    row = {"patches": "transformer, patches", "mean pool": "CNN, mean pool"}[of]
    assert row not in networks(app) and hidden in said(app)
    app = app.radio(key=f"race.guess{number}").set_value(tasks.TASKS[number - 1].options[0]).run()
    assert row in networks(app) and hidden not in said(app)
    assert "shuffled, %" not in columns(app)  # a question for itself
    app = app.segmented_control(key="race.question").set_value(1).run()
    app = app.segmented_control(key="race.question").set_value(number).run()
    assert app.radio[0].value == tasks.TASKS[number - 1].options[0] and row in networks(app)


def test_no_budget_is_labelled_as_the_other():
    app = opened(guessed=ALL)
    for budget in (EQUAL, PUBLISHED):
        app = app.segmented_control(key="race.budget").set_value(budget).run()
        names = [figures_rows.label(row) for row in figures_rows.in_budget(ROWS, budget, "plain")]
        assert networks(app) == sorted(names)
        assert ("5,000 parameters" in said(app)) == (budget == EQUAL)
        assert ("published recipe" in said(app)) == (budget == PUBLISHED)


GATED = [({"data": data, "shuffled": True}, 1) for data in ("MNIST-1D", "digits", "sets")]
GATED += [({"stem": PATCHES}, 2), ({"end": MEAN}, 3), ({"data": "molecules"}, 4)]


@pytest.mark.parametrize("guessed", [False, True])
@pytest.mark.parametrize(("changes", "number"), GATED, ids=str)
def test_nothing_of_a_race_is_shown_before_the_prediction_that_it_answers(changes, number, guessed):
    families = ("linear", "cnn", "transformer") if number in (2, 3) else ("linear",)
    settings = RaceSettings(seeds=1, families=families, **changes)
    app = opened(settings=settings, guessed={number: "any"} if guessed else {})
    assert not app.exception
    assert (f"Predict first: question {number} above." in said(app)) != guessed
    assert ("race.run" in app.session_state) == guessed  # made, it would train


def test_other_settings_are_raced_live():
    app = opened(settings=FEW)
    assert not app.exception
    run = app.session_state["race.run"]
    assert run.experiment.settings == FEW and set(run.experiment.runners) == {"linear", "mlp"}
    assert "linear 0.01, MLP 0.01; 1,000 updates of 10 samples" in said(app)
    assert "Run it yourself" not in buttons(app) and "Show the recorded race" not in buttons(app)


def test_molecules_show_their_recorded_film():
    app = opened(settings=RaceSettings(data="molecules"), guessed=ALL)
    assert not app.exception and "4,000 molecules of QM9" in said(app)
    assert "python -m core.experiments.race.films race-molecules" in [c.value for c in app.code]
    assert "Run it yourself" in buttons(app)


def test_from_a_race_of_ones_own_there_is_a_way_back_to_the_recorded_one():
    app = opened()
    recorded = "python -m core.experiments.race.films race-plain"
    for back in ("button", "choice"):
        assert recorded in [c.value for c in app.code]
        app = app.button(key="race.run-it").click().run()
        assert not app.exception and recorded not in [c.value for c in app.code]
        assert app.session_state["race.run"].flags["autotrain"]
        if back == "button":
            app = app.button(key="race.show-it").click().run()
        else:  # another choice that is recorded, and back
            app = app.selectbox(key="race.data").select("sets").run()
            assert "python -m core.experiments.race.films race-sets" in [c.value for c in app.code]
            app = app.selectbox(key="race.data").select("MNIST-1D").run()
    assert recorded in [c.value for c in app.code] and "Run it yourself" in buttons(app)


def test_as_published_on_other_data_is_said_to_be_equal_parameters():
    app = opened(settings=FEW.replace(budget=PUBLISHED, families=("linear", "gnn")))
    assert not app.exception and "Nobody has published these networks for digits" in said(app)
    assert set(app.session_state["race.run"].experiment.runners) == {"linear", "gnn"}
    assert "race.stem" in app.session_state  # as with equal parameters


def visit(race):
    app = launch(PATTERNS, race=race, max_steps="1")
    assert not app.exception
    return app


def test_a_link_brings_the_race_and_the_address_follows_it():
    app = visit(pack(FEW.replace(seed=3).to_link()))
    assert app.session_state["race.settings"] == FEW.replace(seed=3)
    app.selectbox(key="race.data").select("sets").run()
    race = link(app)["race"]
    assert "data:sets" in race and "seed:3" in race
    assert visit(race).session_state["race.settings"] == app.session_state["race.settings"]
    bad = visit("data:leaves~speed:9~seeds:2")
    warned = " ".join(warning.value for warning in bad.warning)
    assert "data" in warned and "leaves" in warned and "speed" in warned
    assert bad.session_state["race.settings"] == RaceSettings(seeds=2)


def test_the_race_is_taken_home():
    app = opened(settings=RaceSettings(families=("cnn", "gnn")), **{"fold.take": True})
    assert not app.exception
    labels = [node.label for node in app.get("download_button")]
    assert labels == ["Curves (.csv)", "Film (.html)"]
    (address,) = (code.value for code in app.code if "/patterns?" in code.value)
    race = dict(parse_qsl(urlsplit(address).query))["race"]
    assert urlsplit(address).fragment == "race"
    assert visit(race).session_state["race.settings"] == RaceSettings(families=("cnn", "gnn"))
