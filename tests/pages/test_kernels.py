"""The kernels page without a browser: what is asked, drags, drawings, pictures, numbers."""

import io

import numpy as np
import pytest
from PIL import Image

from core.experiments.kernels.settings import kernel
from pages.ui.player import _handle
from tests.pages.test_pages import launch
from tests.sitemap import pages

(KERNELS,) = (page for page in pages() if page.url == "/kernels")


def visit(**query):
    app = launch(KERNELS, **query)
    assert [error.value for error in app.exception] == []
    return app


def settings_of(app):
    return app.session_state["kernels.settings"]


def test_at_first_sight_the_window_slides():
    flags = visit().session_state["kernels.run"].flags
    assert flags["autoplay"] is True and flags["start"] == "begin"


@pytest.mark.parametrize(
    ("query", "asked", "silent"),
    [({"kernel": "Gabor"}, "kernels.angle", "kernels.mix"),
     ({"color": "1"}, "kernels.mix", "kernels.angle"),
     ({"color": "1", "layer": "depthwise"}, "kernels.color", "kernels.mix"),
     ({"picture": "digit"}, "kernels.which", "kernels.color"),
     ({}, "kernels.color", "kernels.which")],
)  # fmt: skip
def test_only_what_matters_is_asked(query, asked, silent):
    app = visit(**query)
    keys = {node.key for kind in (app.selectbox, app.slider, app.toggle) for node in kind}
    assert asked in keys and silent not in keys


def test_other_settings_are_seen_at_the_end_of_the_slide():
    app = visit()
    app.selectbox(key="kernels.kernel").select("Gaussian").run()
    assert [error.value for error in app.exception] == []
    run = app.session_state["kernels.run"]
    assert settings_of(app).kernel == "Gaussian" and run.flags["start"] == "end"
    assert kernel(run.experiment.settings)[0, 1, 1] == 0.25


def test_what_does_not_fit_is_said_and_nothing_breaks():
    app = visit(side="7", dilation="2")
    app.slider(key="kernels.dilation").set_value(3).run()
    assert [error.value for error in app.exception] == []
    assert "Dilation = 3 is not allowed" in app.error[0].value


class Quiet:
    """A page as the player's events see it."""

    def __init__(self, settings):
        self.declared, self.settings, self.told = type(settings), settings, {}

    def put(self, what, value):
        self.told[what] = value


def test_where_nothing_is_recorded_a_drag_goes_to_the_page():
    page, heard = Quiet(settings_of(visit())), []
    said = {"tool": "drag", "changes": [["K.1.1", "2"]]}
    _handle(page, said, heard.append)
    assert heard == [said] and page.told == {}


def test_an_own_picture_is_given():
    app = visit(picture="own image")
    data = io.BytesIO()
    Image.fromarray(np.full((50, 80), 200, np.uint8)).save(data, "PNG")
    app.file_uploader(key="kernels.file").upload("gray.png", data.getvalue()).run()
    assert [error.value for error in app.exception] == []
    assert (app.session_state["kernels.run"].experiment.sheet.x == 200).all()
    app.file_uploader(key="kernels.file").upload("bad.png", b"no picture").run()
    assert "no picture that can be read" in app.error[0].value


def test_numbers_are_typed_into_a_table():
    app = visit(open="numbers")
    (button,) = (node for node in app.button if node.key == "kernels.use")
    assert button.disabled  # until a number is another one


def test_a_drawing_can_be_cleared():
    app = visit(picture="drawn", strokes="0,0,0;0,0.5,0.5")
    assert len(settings_of(app).strokes) == 2
    app.button(key="kernels.clear").click().run()
    assert settings_of(app).strokes == () and app.session_state["kernels.run"].experiment.done
