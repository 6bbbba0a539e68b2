"""The summaries page without a browser: what stands where, live controls, own images."""

import io

import numpy as np
import pytest
from PIL import Image

from core.experiments.summaries.data import PHASES, QUESTIONS
from core.experiments.summaries.settings import SOURCES
from tests.pages.test_pages import launch
from tests.sitemap import pages

(SUMMARIES,) = (page for page in pages() if page.url == "/summaries")


def visit(**query):
    app = launch(SUMMARIES, **query)
    assert [error.value for error in app.exception] == []
    return app


def run_of(app):
    return app.session_state["summaries.run"]


def train(app, steps=4):
    run_of(app).experiment.step(steps)
    return run_of(app)


def test_the_judges_begin_by_themselves_but_once():
    app = visit()
    assert run_of(app).flags == {"autotrain": True}
    app.session_state["summaries.run"] = None  # as after Reset
    app.session_state["summaries.runs"] = {}
    app.run()
    assert not app.exception and run_of(app).flags == {}


@pytest.mark.parametrize("source", SOURCES)
def test_every_sky_is_shown_and_asks_only_what_matters(source):
    app = visit(source=source, twin=PHASES)
    keys = {node.key for node in app.slider}
    cosmic = source in ("web", "log-normal", "Gaussian")
    assert ("summaries.matter" in keys) == cosmic
    assert ("summaries.slope" in keys) == (source == "power law")
    assert bool(app.get("file_uploader")) == (source == "own image")
    assert run_of(app).film["change"][-1] < 1e-6


def test_phases_change_the_sky_and_not_the_training():
    app = visit()
    run = train(app)
    before = run.film["twin"][-1].copy()
    for phases in (60, 30):
        app.slider(key="summaries.phases").set_value(phases).run()
    assert run_of(app) is run and run.experiment.steps == 4
    assert (run.film["twin"][-1] != before).any()
    assert run.experiment.settings.changes == ((4, "phases", "30"),)  # the last one counts
    assert not app.exception and not app.error


def test_another_question_is_asked_of_the_same_sky():
    app = visit()
    train(app)
    app.slider(key="summaries.phases").set_value(60).run()
    app.number_input(key="summaries.sky").set_value(7).run()
    run = run_of(app)
    with run.lock:
        run.experiment.change("shift", "62.5,50")
    app.session_state["summaries.settings"] = run.experiment.settings = (
        run.experiment.settings.replace(
            changes=(*run.experiment.settings.changes, (4, "shift", "62.5,50"))
        )
    )
    before = run.experiment.snapshot()
    for question in list(QUESTIONS)[1:]:
        app.selectbox(key="summaries.question").set_value(question).run()
        assert not app.exception and run_of(app) is not run
        film = run_of(app).film
        for name in ("field", "twin", "power", "shift", "phases"):
            np.testing.assert_array_equal(film[name][-1], before[name], err_msg=name)


def test_an_image_is_given():
    app = visit(source="own image")
    train(app)
    file = io.BytesIO()
    picture = np.random.default_rng(0).integers(0, 255, (40, 60), np.uint8)
    Image.fromarray(picture).save(file, "PNG")
    before = run_of(app).film["field"][-1].copy()
    app.file_uploader[0].upload("mine.png", file.getvalue()).run()
    assert not app.exception and not app.error
    assert (run_of(app).film["field"][-1] != before).any() and run_of(app).experiment.steps == 4
    app.file_uploader[0].upload("mine.png", b"no picture").run()
    assert "give a PNG or JPEG" in app.error[0].value


def test_a_link_to_an_image_that_is_gone_says_so():
    app = visit(source="own image", image="0123456789")
    assert "no longer here" in app.warning[0].value


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_its_recorded_sizes(question):
    app = visit(question=question)
    app.segmented_control(key="summaries.asked").set_value(question).run()
    said = [node.value for node in app.caption if node.value.startswith("At 2,000 fields")]
    assert len(said) == 1 and "over 5 seeds" in said[0]
    assert app.code[0].value.endswith("--seeds 5 --record")


def test_sizes_can_be_computed_here():
    app = visit()
    app.button(key="summaries.sizes.begin").click().run()
    assert not app.exception
    work = app.session_state["summaries.sizes"]
    assert (work.question, work.seeds) == ("web or its twin", 3) and work.fraction < 0.1
