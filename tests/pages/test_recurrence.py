import pytest

from core.experiments.recurrence.sequences import PROBLEMS, TYPED
from tests.pages.test_pages import launch
from tests.sitemap import pages

(RECURRENCE,) = (page for page in pages() if page.url == "/recurrence")


def visit(**query):
    app = launch(RECURRENCE, **query)
    assert [error.value for error in app.exception] == []
    return app


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_is_shown(problem):
    app = visit(target=problem)
    assert not app.warning and not app.error
    assert any(text.value.startswith("Parameters: RNN ") for text in app.caption)
    keys = {f"recurrence.{name}" for name in TYPED.values()}
    typed = [box.key for box in app.text_input if box.key in keys]
    assert typed == [f"recurrence.{TYPED[problem]}"]


@pytest.mark.parametrize(
    ("problem", "text"),
    [("parity", "0110"), ("adding", "2:0.5 9:0.25"), ("spectral line", "7"), ("MNIST-1D", "4")],
)
def test_what_is_read_is_edited_and_keeps_what_is_trained(problem, text):
    app = visit(target=problem, length="10", cells="RNN")
    run = app.session_state["recurrence.run"]
    before = run.experiment.stage.x.clone()
    run.experiment.step(5)
    app.text_input(key=f"recurrence.{TYPED[problem]}").set_value(text).run()
    assert [error.value for error in (*app.exception, *app.error)] == []
    assert app.session_state["recurrence.run"] is run and run.experiment.steps == 5
    assert (run.experiment.stage.x != before).any()


def test_at_first_sight_it_trains():
    assert visit().session_state["recurrence.run"].flags.get("autotrain") is True


def test_clipping_changes_the_run_and_begins_no_other():
    app = visit()
    run = app.session_state["recurrence.run"]
    run.experiment.step(5)
    box = app.select_slider(key="recurrence.clip")
    box.set_value(0).run()
    assert [error.value for error in app.exception] == []
    assert app.session_state["recurrence.run"] is run and run.experiment.clip == 0


def test_an_edit_of_the_letters_keeps_what_is_trained_and_is_in_the_link():
    app = visit(length="10", cells="RNN")
    run = app.session_state["recurrence.run"]
    run.experiment.step(5)
    app.text_input(key="recurrence.sequence").set_value("HABA").run()
    assert [error.value for error in app.exception] == []
    assert app.session_state["recurrence.run"] is run and run.experiment.steps == 5
    changes = app.session_state["recurrence.settings"].changes
    assert changes == ((5, "sequence", "HABA"),)
    assert app.text_input(key="recurrence.sequence").value == "HABA"
    again = visit(length="10", cells="RNN", changes="5:sequence=HABA")
    other = again.session_state["recurrence.run"].experiment
    assert (other.stage.x == run.experiment.stage.x).all() and other.steps == 5


def test_a_wrong_sequence_is_one_clear_sentence():
    app = visit(sequence="ABZ")
    (said,) = [box.value for box in app.warning]
    assert "sequence" in said and "A to H" in said


def test_it_says_at_which_rates_and_how_they_were_chosen():
    app = visit()
    captions = " ".join(text.value for text in app.caption)
    assert "RNN × 0.5, LSTM × 4, GRU × 2" in captions and "RNN 5 of 5 seeds" in captions
    assert any("chosen on the same 1,000 test" in text.value for text in app.markdown)


def test_the_measurement_is_drawn():
    app = visit()
    app.button(key="recurrence.pace.begin").click().run()
    assert [error.value for error in app.exception] == []
    pace = app.session_state["recurrence.pace"]
    while not pace.done:
        pace.work(1)
    app.run()
    assert any(text.value.startswith("One reading of 2,048 steps") for text in app.caption)
