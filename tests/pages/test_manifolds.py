"""The manifolds page without a browser: first sight, drawing, maps in the making, five seeds."""

import pytest

from core.experiments.manifolds import job
from tests.pages.test_controls import link
from tests.pages.test_pages import launch
from tests.sitemap import pages

(MANIFOLDS,) = (page for page in pages() if page.url == "/manifolds")


@pytest.fixture(autouse=True)
def maker(tmp_path, monkeypatch):
    """No map of another visit, and no process that outlives a test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(job, "_maker", [])
    monkeypatch.setattr(job, "_makings", {})
    yield
    for one in job._maker:
        one.end()


def visit(**query):
    app = launch(MANIFOLDS, **query)
    assert [error.value for error in app.exception] == []
    return app


def run_of(app):
    return app.session_state["manifolds.run"]


def test_at_first_sight_it_trains_and_all_maps_are_recorded():
    app = visit()
    assert run_of(app).flags.get("autotrain") and not app.warning and not app.error
    assert not any("In the making" in text.value for text in app.caption) and not job._maker


def test_a_link_with_a_rival_shows_the_page_without_it():
    app = visit(against="noise:10")
    assert app.session_state["manifolds.rival"] is None and "ae" in run_of(app).film


def test_a_link_to_a_step_rests_there():
    app = visit(step="50")
    assert not run_of(app).flags.get("autotrain") and run_of(app).flags["goal"] == 50


def test_new_settings_have_their_maps_made_beside_the_page_and_stop_stops():
    app = visit(samples="300", perplexity="20")
    assert any("In the making" in text.value for text in app.caption)
    (maker,) = job._maker
    assert maker.alive
    app.button(key="manifolds.maps.stop").click().run()
    assert not maker.alive and any("Stopped" in text.value for text in app.info)
    app.button(key="manifolds.again").click().run()
    assert job._maker[0] is not maker and job._maker[0].alive


def test_a_drawn_profile_becomes_the_data():
    app = visit(dataset="drawn", profile="-1,-1;0,1;1,-1")
    assert not app.warning and link(app)["profile"] == "-1,-1;0,1;1,-1"
    assert run_of(app).experiment.x.shape == (1, 1000, 3)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"perplexity": "500"}, "below a third of the 1,000 points"),
        ({"neighbors": "1500"}, "no more than 999 others"),
        ({"dataset": "QM9 embeddings", "samples": "1500"}, "up to 1,000"),
        ({"dataset": "drawn", "profile": "0,0"}, "longer than 0.2"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(query, words):
    app = visit(**query)
    (said,) = (text.value for text in app.warning)
    assert words in said.replace("\\", "")


def test_five_seeds_have_a_table(monkeypatch):
    app = visit(samples="200", perplexity="15")
    app.button(key="manifolds.spread.begin").click().run()
    assert [error.value for error in app.exception] == []
    spread = app.session_state["manifolds.spread"]
    assert spread.seeds == [0, 1, 2, 3, 4] and spread.going
    spread.stop()
    app.run()
    assert app.button(key="manifolds.spread.go")
