"""The minima page without a browser: what its buttons begin, and a rate that changes by hand."""

import pytest

from core.experiment import record
from core.experiments.minima.seeds import CASES, case, recorded, verdict
from tests.pages.test_pages import launch
from tests.sitemap import pages

(MINIMA,) = (page for page in pages() if page.url == "/minima")
QUICK = {"hidden": "4", "samples": "100", "max_steps": "40"}


def test_it_trains_at_first_sight_and_a_new_rate_moves_the_edge_of_the_same_run():
    app = launch(MINIMA, **QUICK)
    run = app.session_state["minima.run"]
    assert run.flags.get("autotrain") is True
    record(run.experiment, run.film, 1)
    app.select_slider(key="minima.learning_rate").set_value(0.5).run()
    assert not app.exception and app.session_state["minima.run"] is run
    assert run.film["edge"].tolist() == pytest.approx([20, 4])


@pytest.mark.parametrize("name", ["scaled", "cuts", "walk", "seeds"])
def test_each_button_begins_its_work_and_the_page_says_what_came_out(name, monkeypatch):
    monkeypatch.setattr("pages.ui.work.TURN", 30)  # one turn does all
    app = launch(MINIMA, **QUICK)
    captions = len(app.caption)
    app.button(key=f"minima.{name}.begin").click().run()
    work = app.session_state[f"minima.{name}"]
    while work.going:
        app.run()
    app.run()
    assert not app.exception and work.done
    assert len(app.caption) > captions and app.get("plotly_chart")
    app.slider(key="minima.wrong").set_value(60).run()  # what came out is of the run before
    (said,) = [c.value for c in app.caption if c.value.startswith("With ")]
    assert "Hidden layers: 4, " in said and "Wrong labels" not in said


def test_recorded_seeds_are_said_for_the_case_that_is_chosen():
    app = launch(MINIMA)
    for name in CASES:
        app.segmented_control(key="minima.case").set_value(name).run()
        said = verdict(recorded()["cases"][name], case(name))
        assert [c.value for c in app.caption if c.value.startswith(said)]


def test_the_figure_of_the_chapter_is_a_link():
    app = launch(MINIMA, figure="5")
    assert app.session_state["minima.settings"].valleys == "as in figure 5"
    assert not app.exception
