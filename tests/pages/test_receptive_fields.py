"""The receptive-fields page without a browser: presets, building, the table, known networks."""

import pytest

from tests.pages.test_pages import launch
from tests.sitemap import pages

(FIELDS,) = (page for page in pages() if page.url == "/receptive-fields")


def key(what):
    return f"receptive-fields.{what}"


def stack(app):
    assert [error.value for error in app.exception] == []
    return app.session_state[key("settings")].stack


def test_training_begins_by_itself_and_only_once():
    app = launch(FIELDS)
    run = app.session_state[key("run")]
    assert run.flags["autotrain"] and run.film.steps.tolist() == [0]
    run.flags.pop("autotrain")  # the player has asked for frames
    app.run()
    assert "autotrain" not in app.session_state[key("run")].flags


def test_a_preset_sets_the_layers():
    app = launch(FIELDS)
    pills = app.button_group(key=key("preset"))
    pills.set_value("Dilated").run()
    assert stack(app) == "conv3 conv3d2 conv3d4 conv3d2 conv3"


def test_layers_are_put_on_top_and_taken_off():
    app = launch(FIELDS, stack="conv3", open="build")
    app.selectbox(key=key("kind")).set_value("residual").run()
    app.number_input(key=key("k")).set_value(5).run()
    app.button(key=key("add")).click().run()
    assert stack(app) == "conv3 [conv5d1]"
    app.button(key=key("less")).click().run()
    assert stack(app) == "conv3s1p1d1"
    app.button(key=key("less")).click().run()  # the last one stays
    assert stack(app) == "conv3s1p1d1"
    assert any("at least one layer" in error.value for error in app.error)


def test_a_known_network_can_be_changed():
    app = launch(FIELDS, network="unet", open="build")
    app.button(key=key("own")).click().run()
    settings = app.session_state[key("settings")]
    assert settings.network == "own stack" and settings.stack.endswith("conv1")


@pytest.mark.parametrize(
    ("network", "size", "jump"), [("vgg16", "212", "32"), ("unet", "188 or 204", "1")]
)
def test_the_table_ends_with_the_last_layer(network, size, jump):
    app = launch(FIELDS, network=network, open="table")
    (table,) = (frame.value for frame in app.dataframe)
    assert (table["receptive field"].iloc[-1], table["jump"].iloc[-1]) == (size, jump)
    assert any(f"--set 'network={network}'" in code.value for code in app.code)


def test_a_wrong_stack_in_a_link_is_named():
    app = launch(FIELDS, stack="conv3 dense7")
    assert any("dense7" in warning.value for warning in app.warning)
    assert stack(app) == "10*conv3"
