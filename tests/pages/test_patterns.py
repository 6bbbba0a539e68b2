"""The patterns page without a browser: other rows, the table, a mask in the link."""

import pytest

from core.experiments.patterns.masks import INPUTS
from tests.pages.test_controls import link
from tests.pages.test_pages import launch
from tests.sitemap import pages

(PATTERNS,) = (page for page in pages() if page.url == "/patterns")


def visit(**query):
    app = launch(PATTERNS, **query)
    assert [error.value for error in app.exception] == []
    return app


def run(app):
    return app.session_state["patterns.run"]


def test_another_row_and_a_shuffle_change_the_picture_and_not_the_run():
    app = visit()
    first, before = run(app), run(app).film["nodes/target"][-1].copy()
    for button, name in (("another", "row"), ("shuffle", "shuffle")):
        app.button(key=f"patterns.{button}").click().run()
        after = run(app).film["nodes/target"][-1].copy()
        assert run(app) is first and (after != before).any()
        assert f"0:{name}=1" in link(app)["changes"]
        before = after
    assert (run(visit(**link(app))).film["nodes/target"][-1] == before).all()


@pytest.mark.parametrize("given", INPUTS)
def test_the_table_is_that_of_the_input(given):
    app = visit(given=given)
    table = app.table[0].value  # unlike a grid to scroll: no column is cut off
    n = INPUTS[given]
    rows = {
        row["layer"].split(" (")[0]: row for _, row in table.iterrows() if "GCN" not in row.layer
    }
    assert rows["MLP"]["who may look"] == f"all: {n * n} of {n * n}"
    assert rows["Transformer"]["weights"] == "content-dependent"
    assert rows["CNN"]["the same as"] == ("nn.Conv2d" if given == "grid" else "nn.Conv1d")
    assert rows["CNN"]["value matrices"] == ("9" if given == "grid" else "3")


def test_a_drawn_mask_is_in_the_link():
    app = visit(own="drawn", drawn="11 01")
    mask = run(app).film["mask/own"][-1]
    assert mask[:2, :3].tolist() == [[1, 1, 0], [0, 1, 0]] and mask.diagonal().all()
    bad = visit(own="drawn", drawn="12")
    assert any("digits 0 and 1" in warning.value for warning in (*bad.warning, *bad.error))
