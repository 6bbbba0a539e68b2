"""Every guided experiment of every page, run as a student runs it, and what must come true."""

import ast
import inspect
from importlib import import_module

import pytest

from tests.pages.test_pages import launch
from tests.sitemap import pages

PAGES = {page.url.strip("/"): page for page in pages()}
TRUE = {
    "approximation": (
        "some of them",
        "a straight line",
        "the slow left half",
        ("the three narrow layers", "neither"),  # processors round differently
        "no clear difference",
    ),
    "attention": (
        "yes",
        "no",
        "no",
        "nearly as often",
        "about half of them",
    ),
    "autoencoders": (
        "5 to 8",
        "the same plane, other axes",
        "some of them",
        "worse",
        "the decoded one",
    ),
    "boundaries": (
        "No",
        "none",
        "Nothing",
        "It fails",
        "Training much better",
    ),
    "deep-sets": (
        "only the MLP's",
        "Deep Sets",
        "max",
        "an MLP",
        "a part of it",
    ),
    "depth": (
        "less than a billionth",
        "clearly worse",
        "more than 100 times larger",
        "over 100,000",
        "none of them",
    ),
    "double-descent": (
        "near 60",
        "10 samples",
        "it is gone",
        "the smallest",
        "from zero",
    ),
    "features": (
        "the CNN",
        "it falls, and rises again",
        "it does no better than a coin",
        "fewer than 10",
        "no, far from it",
    ),
    "graph-attention": (
        "The oxygen",
        "Rather the opposite",
        "By more than its usual error",
    ),
    "kernels": (
        "Nothing",
        "9",
        "its sign",
        "less than half of it is left",
    ),
    "manifolds": (
        "no",
        "about a third",
        "it gets worse",
        "1",
    ),
    "message-passing": (
        "5",
        "Only the MLP's",
        "After 2",
        "Averaging",
    ),
    "minima": (
        "near 10",
        "near half of it",
        "it falls to the new edge",
        "below half of it",
        "the flatter one",
    ),
    "optimizers": (
        "it flies away",
        "Nesterov",
        "only Adam",
        "only Adam",
        "16 of them",
    ),
    "patterns": (
        "the Transformer",
        "only the CNN",
        "hardly anything",
        "only the GAT",
        "the MLP",
    ),
    "perceptron": (
        "A few",
        "Just as many",
        "It never settles",
        "It goes round in circles",
        "Yes",
    ),
    "predict": (
        "Falls",
        "Wider",
        "transformer",
    ),
    "recurrence": (
        "the plain RNN",
        "it gets smaller",
        "it grows",
        "hardly more often than by chance",
    ),
    "qm9-explorer": (
        "Aromatic ones",
        "Which atoms there are",
        "mpnn",
    ),
    "qm9-training": (
        "message passing",
        "by less than a tenth",
        "nearly that of the mean",
    ),
    "receptive-fields": (
        "about 5",
        "it grows",
        "it stays near 1",
        "five dilated layers",
        "narrower",
    ),
    "summaries": (
        "the bispectrum too",
        "not at all",
        "the histogram too",
        "the judge of P(k)",
        "like the one with its phases",
    ),
}
CASES = [(path, number) for path, options in TRUE.items() for number in range(len(options))]


def module_of(path):
    return import_module(f"core.experiments.{path.replace('-', '_')}.tasks")


def tasks_of(path):
    return module_of(path).TASKS


def test_every_experiment_has_its_answer_here():
    shown = {path for path in PAGES if path}
    assert {path: len(options) for path, options in TRUE.items()} == {
        path: len(tasks_of(path)) for path in shown
    }


def opened(path, number):
    """The page with a guided experiment open, nothing predicted."""
    app = launch(PAGES[path])
    app.session_state[f"{path}.tasks"] = number + 1
    app.run()
    assert app.button(key=f"{path}.task{number}.run").disabled
    return app


def begin(app, path, number, guess):
    app.radio(key=f"{path}.task{number}.guess").set_value(guess).run()
    app.button(key=f"{path}.task{number}.run").click().run()
    assert [error.value for error in app.exception] == []


def verdicts(app):
    begins = "As you predicted", "You said"
    said = (*app.success, *app.info)
    return [node.value for node in said if node.value.startswith(begins)]


@pytest.mark.parametrize(("path", "number"), CASES)
def test_a_task_comes_true_as_it_must(path, number, monkeypatch):
    monkeypatch.setattr("pages.ui.work.TURN", 5)  # few turns: each draws the whole page anew
    task, true = tasks_of(path)[number], TRUE[path][number]
    guess = task.options[number % len(task.options)]
    app = opened(path, number)
    begin(app, path, number, guess)
    while app.session_state[f"{path}.task"]:  # a turn of the training; in a browser a timer does it
        app.run()
    assert [error.value for error in app.exception] == []
    (said,) = verdicts(app)
    may = true if isinstance(true, tuple) else (true,)
    wanted = ["As you predicted: " if guess == one else f"You said {guess}; it was " for one in may]
    wanted = [f"{begins}**{one}**. " for begins, one in zip(wanted, may, strict=True)]
    assert said.startswith(tuple(wanted))
    shown = app.session_state[f"{path}.settings"]
    assert all(getattr(shown, name) == value for name, value in task.settings.items())
    if f"{path}.run" in app.session_state:
        assert app.session_state[f"{path}.run"].film.steps[-1] <= max(task.steps, 1)


def made_of(work):
    """Updates of the run and of those that it is compared with."""
    return [work.experiment.steps, *(one.steps for one in work.beside.result)]


def test_a_task_that_is_stopped_rests_and_goes_on():
    app = opened("deep-sets", 2)
    before = app.session_state["deep-sets.run"]
    begin(app, "deep-sets", 2, tasks_of("deep-sets")[2].options[0])
    _, _, work = app.session_state["deep-sets.task"]
    while not work.fraction:  # a slow machine makes its runs in the first turn, and trains none
        app.run()
    app.button(key="deep-sets.task2.stop").click().run()
    made = made_of(work)
    assert len(made) > 1 and 0 < work.fraction < 1 and work.stopped
    app.run()
    assert made_of(work) == made and verdicts(app) == []
    app.selectbox(key="deep-sets.target").select("max").run()  # the page stays usable
    assert app.session_state["deep-sets.run"] is not before and not app.exception
    app.button(key="deep-sets.task2.go").click().run()
    assert sum(made_of(work)) > sum(made)  # at least a slice a turn, however slow


LONG = {"step", "work", "advance", "run", "record", "make"}


@pytest.mark.parametrize("path", TRUE)
def test_an_answer_trains_nothing(path):
    """What takes its time is in `beside`, where it has progress and Stop."""
    module = ast.parse(inspect.getsource(module_of(path)))
    answers = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    calls = [node.func for top in answers for node in ast.walk(top) if isinstance(node, ast.Call)]
    names = {ast.unparse(call).rpartition(".")[2] for call in calls}
    assert names & LONG == set()
