"""A link opens a moment: a step, a guided experiment, folded parts, a figure of the chapter."""

import pytest

from core.experiments import EXPERIMENTS
from tests.pages.test_controls import BOUNDARIES, link
from tests.pages.test_pages import launch
from tests.sitemap import pages

WHERE = {page.url: page for page in pages()}
ABOUTS = {url: __import__(f"core.experiments.{p.script.stem}", fromlist=["ABOUT"]).ABOUT
          for url, p in WHERE.items() if url != "/"}  # fmt: skip


def visit(url="/boundaries", **query):
    app = launch(WHERE[url], **query)
    assert [error.value for error in app.exception] == []
    return app


def warnings(app):
    return [warning.value for warning in app.warning]


def test_a_step_is_asked_of_the_player_and_stays_in_the_link_until_something_is_set():
    app = visit(step="300", noise="20")
    run = app.session_state["boundaries.run"]
    assert run.flags["goal"] == 300 and run.film.steps.tolist() == [0]
    assert link(app) == {"step": "300", "noise": "20"} and not app.warning
    app.run()
    assert link(app)["step"] == "300" and app.session_state["boundaries.run"] is run
    app.slider(key="boundaries.noise").set_value(40).run()
    assert link(app) == {"noise": "40"}
    assert "goal" not in app.session_state["boundaries.run"].flags


@pytest.mark.parametrize("url", ["/graph-attention", "/message-passing"])
def test_a_film_that_is_there_at_once_rests_at_the_step(url):
    flags = visit(url, step="7").session_state[f"{url[1:]}.run"].flags
    assert flags["goal"] == 7 and flags["start"] == "begin" and not flags.get("autoplay")


def test_a_race_has_a_step_too():
    app = visit(against="noise:20", step="60")
    assert app.session_state["boundaries.run"].flags["goal"] == 60
    assert link(app) == {"against": "noise:20", "step": "60"}


def test_a_guided_experiment_is_open():
    app = visit(task="3")
    assert any("All weights zero" in text.value for text in app.markdown)
    assert link(app) == {"task": "3"}
    app.button_group(key="boundaries.tasks").set_value(4).run()
    assert link(app) == {}


def test_folded_parts_are_open():
    app = visit(open="more,take,code", dataset="points")
    assert "boundaries.batch_size" in {widget.key for widget in app.slider} | {
        widget.key for widget in app.number_input
    }
    assert any("/boundaries?" in code.value for code in app.code)
    assert any("class MLP" in code.value for code in app.code)
    shown = "".join(code.value for code in app.code)  # what trains, with the loop that it has
    assert shown.count("class Training(Learner)") == shown.count("class Learner") == 1
    assert link(app)["open"] == "more,take,code"


@pytest.mark.parametrize("url", ABOUTS)
def test_every_folded_part_of_every_page_opens(url):
    """In a link that also needs its part to be there: a table of points needs own points."""
    name, query = url[1:], {}
    if "points" in ABOUTS[url].folds:
        query["dataset"] = "points"
    app = visit(url, open=",".join(ABOUTS[url].folds), **query)
    folds = {node.proto.id for kind in ("expander", "popover") for node in app.get(kind)}
    for fold in ABOUTS[url].folds:
        assert any(f"{name}.fold.{fold}" in found for found in folds), fold
    assert not app.warning


@pytest.mark.parametrize(
    ("url", "number"), [(url, n) for url, about in ABOUTS.items() for n in about.figures]
)
def test_every_figure_of_the_chapter_is_a_state_of_its_page(url, number):
    app = visit(url, figure=number)
    assert not app.warning and "figure" not in link(app)
    assert f"figure {number[:2]}" in ABOUTS[url].chapter or number.rstrip("abc") in (
        ABOUTS[url].chapter
    )


def test_all_figures_of_the_chapter_are_there():
    found = {number.rstrip("abc") for about in ABOUTS.values() for number in about.figures}
    assert found == {str(number) for number in range(1, 15)}


def test_what_the_link_says_itself_wins_over_the_figure():
    app = visit(figure="3b", hidden="5", step="40")
    assert link(app) == {"hidden": "5", "activation": "ReLU", "step": "40"}


def test_what_is_unknown_is_named_in_one_sentence_and_nothing_else_is_lost():
    app = visit(hide="banana,noise", step="soon", task="9", open="cellar,code", figure="99",
                color="red", noise="20", present="2")  # fmt: skip
    said = warnings(app)
    assert len(said) == 7
    for start in ("hide = 'banana'", "step = 'soon'", "task = 9", "open = 'cellar'",
                  "figure = '99'", "The link's color is", "The link's present is"):  # fmt: skip
        assert len([text for text in said if text.startswith(start)]) == 1, start
    assert "boundaries.noise" not in {slider.key for slider in app.slider}
    assert link(app) == {"hide": "noise", "open": "code", "noise": "20"}


def test_a_page_without_a_film_has_no_step():
    app = visit("/predict", step="5")
    assert warnings(app) == ["The link's step is not a setting of this page and was ignored."]


def test_a_view_is_in_the_link_and_makes_no_other_run():
    app = visit(layer="1", discrete="1", three="1", test="0", changes="0:learning_rate=0.1")
    run = app.session_state["boundaries.run"]
    app.session_state["boundaries.fold.view"] = True
    app.run()
    app.toggle(key="boundaries.three").set_value(False).run()
    assert app.session_state["boundaries.run"] is run
    assert link(app) == {"layer": "1", "discrete": "1", "test": "0",
                         "changes": "0:learning_rate=0.1"}  # fmt: skip
    app.slider(key="boundaries.noise").set_value(5).run()
    assert app.session_state["boundaries.run"] is not run
    assert link(app) == {"layer": "1", "discrete": "1", "test": "0", "noise": "5",
                         "learning_rate": "0.1"}  # fmt: skip


def test_the_link_at_this_step():
    app = visit(open="take", hidden="2")
    run = app.session_state["boundaries.run"]
    assert not app.checkbox
    run.experiment.step(5)
    run.film.append(5, run.experiment.snapshot())
    app.run()
    (shared,) = (code.value for code in app.code if "/boundaries?" in code.value)
    assert "step=" not in shared
    app.checkbox(key="boundaries.take.step").set_value(True).run()
    (shared,) = (code.value for code in app.code if "/boundaries?" in code.value)
    assert shared.endswith("&step=5")


def test_every_experiment_has_a_page_that_says_what_it_is():
    assert {f"/{path}" for path in EXPERIMENTS} <= set(ABOUTS)
    assert BOUNDARIES.title == ABOUTS["/boundaries"].title
