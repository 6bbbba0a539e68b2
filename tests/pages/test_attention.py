"""The attention page without a browser: own sequences, cells by hand, the measurement."""

import numpy as np
import pytest

from core.experiments.attention.cost import saturation
from core.experiments.attention.problems import PROBLEMS
from tests.pages.test_pages import launch
from tests.sitemap import pages

(ATTENTION,) = (page for page in pages() if page.url == "/attention")


def visit(**query):
    app = launch(ATTENTION, **query)
    assert [error.value for error in app.exception] == []
    return app


@pytest.mark.parametrize("problem", list(PROBLEMS)[3:])
def test_other_problems_are_shown(problem):
    app = visit(target=problem, width="16")
    assert not app.warning and not app.error


def test_at_first_sight_it_trains():
    assert visit(width="16").session_state["attention.run"].flags.get("autotrain") is True


def test_a_wrong_sequence_is_one_clear_sentence():
    app = visit(sequence="xyz", width="16")
    (said,) = [box.value for box in app.warning]
    assert "sequence" in said and "tokens of this task" in said


def test_modular_addition_from_the_menu_has_one_layer():
    app = visit(width="16")
    app.selectbox(key="attention.menu").set_value("modular addition").run()
    assert [error.value for error in app.exception] == []
    settings = app.session_state["attention.settings"]
    assert (settings.target, settings.layers) == ("modular addition", 1)
    assert [slider.value for slider in app.slider if slider.label == "Layers"] == [1]


def test_temperature_is_a_look_at_the_same_run():
    app = visit(width="16", open="more")
    run = app.session_state["attention.run"]
    run.experiment.step(5)
    before = run.experiment.loss()
    app.select_slider(key="attention.temperature").set_value(0.1).run()
    assert [error.value for error in app.exception] == []
    assert app.session_state["attention.run"] is run
    assert run.experiment.temperature == 0.1 and run.experiment.loss() == before


def test_a_link_opens_with_a_head_that_is_off():
    app = visit(width="16", changes="10:silent=0,3")
    seen = app.session_state["attention.run"].film
    assert seen.steps[-1] == 10 and seen["off"][-1].tolist() == [1, 0, 0, 1]
    assert not seen["off"][0].any()


def test_a_drawing_is_cleared_without_another_run():
    app = visit(width="16", target="digits as patches", changes="10:strokes=0,1,7/0,7,7")
    run = app.session_state["attention.run"]
    drawn = run.film["picture"][-1].copy()
    assert run.film.steps[-1] == 10 and drawn.any()
    assert not np.array_equal(run.film["picture"][0], drawn)
    app.button(key="attention.clear").click().run()
    assert [error.value for error in app.exception] == []
    assert app.session_state["attention.run"] is run
    np.testing.assert_array_equal(run.film["picture"][-1], run.film["picture"][0])
    assert not [button for button in app.button if button.key == "attention.clear"]


def test_the_measurement_is_drawn(monkeypatch):
    monkeypatch.setattr("core.experiments.attention.cost.SIZES", (64, 128))
    app = visit(width="16")
    app.button(key="attention.cost.begin").click().run()
    assert [error.value for error in app.exception] == []
    cost = app.session_state["attention.cost"]
    while not cost.done:
        cost.work(1)
    app.run()
    assert any(text.value.startswith("One head, width 32") for text in app.caption)
    sizes = {n: size for way, n, _, size in cost.results if size}
    assert sizes == {n: 4 * n * n for n in (64, 128)}


def test_a_measurement_that_breaks_says_so(monkeypatch):
    def broken(self):
        raise MemoryError("no room for the weights")

    monkeypatch.setattr("core.experiments.attention.cost.Cost.advance", broken)
    app = visit(width="16")
    app.button(key="attention.cost.begin").click().run()
    assert [error.value for error in app.exception] == []
    (said,) = [box.value for box in app.warning]
    assert "an error of the program (MemoryError: no room for the weights)" in said


def test_large_products_saturate_unless_they_are_divided():
    rows = saturation()
    plain, scaled = zip(*(row[1:] for row in rows), strict=True)
    assert list(plain) == sorted(plain) and plain[-1] > 0.9
    assert max(scaled) - min(scaled) < 0.05
