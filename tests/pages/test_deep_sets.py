"""The deep-sets page without a browser: buttons, what stays, guided experiments."""

import pytest

from core.experiments.deep_sets.sets import TARGETS
from core.experiments.deep_sets.settings import MOLECULES
from tests.pages.test_controls import link
from tests.pages.test_pages import launch
from tests.sitemap import pages

(DEEP_SETS,) = (page for page in pages() if page.url == "/deep-sets")


def visit(**query):
    app = launch(DEEP_SETS, **query)
    assert [error.value for error in app.exception] == []
    return app


def film(app):
    return app.session_state["deep-sets.run"].film


@pytest.mark.parametrize("target", [*TARGETS, *MOLECULES])
def test_every_target_is_shown(target):
    app = visit(target=target)
    assert not app.warning and not app.error
    number = "5.8" if target.startswith("each") else "5.7"
    assert any(f"Deep Sets ({number}): 2," in text.value for text in app.caption)
    orders = [box for box in app.selectbox if box.key == "deep-sets.order"]
    assert bool(orders) == (target in TARGETS)  # atoms come as QM9 lists them


def test_shuffle_changes_the_picture_and_not_the_run():
    app = visit()
    run, before = app.session_state["deep-sets.run"], film(app)["set"][-1].copy()
    app.button(key="deep-sets.shuffle").click().run()
    assert app.session_state["deep-sets.run"] is run
    after = film(app)["set"][-1]
    assert (after[:7] != before[:7]).any()
    assert sorted(after[:7].tolist()) == sorted(before[:7].tolist())
    assert film(app)["equal"][-1].tolist() == [1, 0, 0]
    assert link(app) == {"changes": "0:shuffle=1"}
    again = visit(**link(app))
    assert (film(again)["set"][-1][:7] == after[:7]).all()


def test_another_set_and_another_molecule():
    for target in ("max", MOLECULES[0]):
        app = visit(target=target)
        before = film(app)["truth"][-1][0]
        app.button(key="deep-sets.another").click().run()
        assert not app.exception and film(app)["truth"][-1][0] != before


def test_one_element_cannot_be_shuffled():
    app = visit(changes=";".join("0:remove.0=" for _ in range(6)))
    assert app.button(key="deep-sets.shuffle").disabled
