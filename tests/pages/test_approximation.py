"""The approximation page without a browser: what stands where, and what a button begins."""

from tests.pages.test_pages import launch
from tests.sitemap import pages

(APPROXIMATION,) = (page for page in pages() if page.url == "/approximation")


def test_deep_against_wide_stands_above_the_form_and_begins_its_sweep():
    app = launch(APPROXIMATION)
    keys = [button.key for button in app.button]
    assert keys.index("approximation.deep") < keys.index("approximation.sweep.begin")
    app.button(key="approximation.deep").click().run()
    assert not app.exception
    sweep = app.session_state["approximation.sweep"]
    assert (sweep.kind, sweep.settings.target, sweep.settings.activation) == (
        "depth",
        "zigzag",
        "ReLU",
    )
    assert app.session_state["approximation.settings"].target == "sine"  # the stage stays
