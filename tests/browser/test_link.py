"""A link opens a moment, as a student sees it: the film trains to a step and rests there."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import READY, film, open_page, player, settle, train, wait_for

RESTS = """step => {
  const { step: at, training, playing } = document.querySelector("[data-film]").dataset;
  return at === String(step) && training === "false" && playing === "false";
}"""
NEWEST = "document.querySelector('[data-film]').player.film.steps.at(-1)"


@pytest.mark.parametrize(
    "query", ["step=150", "step=150&against=noise:20", "figure=3a&step=150"], ids=str
)
def test_the_film_trains_to_the_step_and_rests_there(app, page, query):
    root = player(open_page(page, f"{app.url}/boundaries?{query}"))
    page.wait_for_function(RESTS, arg=150)
    assert page.evaluate(NEWEST) == 150
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    assert "step=150" in page.url
    train(page)
    wait_for(root, "step", 200)  # and goes on when it is asked to
    page.problems.check()


@pytest.mark.parametrize("where", ["graph-attention", "message-passing"])
def test_a_film_that_is_there_at_once_rests_at_the_step(app, page, where):
    root = player(open_page(page, f"{app.url}/{where}?step=7"))
    page.wait_for_function(RESTS, arg=7)
    assert film(root)["frames"] > 8
    page.problems.check()


def test_a_part_and_a_guided_experiment_are_open(app, page):
    open_page(page, f"{app.url}/predict?open=mutate&task=2&smiles=CCO&hide=banana")
    expect(page.get_by_text("edits, from the one that lowers")).to_be_visible()
    tasks = page.get_by_role("radiogroup", name="Guided experiment")
    expect(tasks.get_by_role("radio", name="2")).to_be_checked()
    expect(page.get_by_text("hide = 'banana' is not allowed")).to_be_visible()
    assert "open=mutate" in page.url and "banana" not in page.url
    page.problems.check()


def test_another_look_trains_nothing_anew(app, page):
    root = player(open_page(page, f"{app.url}/boundaries?step=50"))
    page.wait_for_function(RESTS, arg=50)
    before = film(root)["film"]
    page.get_by_role("button", name="View").click()
    page.get_by_text("Hidden space in 3-D").click()
    expect(root.locator(".gl-container canvas").first).to_be_attached()
    assert film(root)["film"] == before and page.evaluate(NEWEST) == 50
    assert "three=1" in page.url and "step=50" in page.url
    page.problems.check()


def test_what_is_taken_home_stands_last_and_follows_the_page(app, page):
    """It is redrawn with the page where it is open; another fragment can't draw it."""
    open_page(page, f"{app.url}/boundaries?open=take&seed=3")
    link = page.get_by_test_id("stCode").first
    expect(link).to_contain_text("seed=3")
    parts = ("Guided experiment", "Show the code", "Take it home")
    tops = [page.get_by_text(part, exact=True).first.bounding_box()["y"] for part in parts]
    assert tops == sorted(tops)
    page.get_by_role("button", name="New seed", exact=True).click()
    expect(link).to_contain_text("seed=4", timeout=READY)
    page.get_by_role("slider", name="Noise in %").press("ArrowRight")
    expect(link).to_contain_text("noise=5", timeout=READY)
    settle(page)
    page.problems.check()
