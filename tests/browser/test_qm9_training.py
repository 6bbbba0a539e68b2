"""The page of training on QM9 in a real browser: race, time travel, a full run to its end."""

import pytest
from playwright.sync_api import expect

from core.qm9.data import data
from tests.browser.helpers import (
    POSITIVE,
    READY,
    WIDTHS,
    film,
    open_page,
    player,
    settle,
    train,
    wait_for_frames,
)
from tests.server import Server

# What the painted parity points of a model show: how far they spread on y, in the plot's own units.
SPREAD = """() => {
  const div = document.querySelector("[data-panel=parity] .js-plotly-plot");
  const trace = div._fullData.filter((t) => t.legendgroup === "mpnn" && t.x.length > 1)[0];
  const mean = trace.y.reduce((a, b) => a + b, 0) / trace.y.length;
  return Math.sqrt(trace.y.reduce((a, b) => a + (b - mean) ** 2, 0) / trace.y.length);
}"""
FOLDER = "INDUCTIVE_PLAYGROUND_RUNS"


@pytest.fixture(scope="module")
def own_app(chromium, tmp_path_factory):
    """A server whose full runs lie in a folder of this test; QM9 is in the cache before."""
    data.load()
    with Server(**{FOLDER: str(tmp_path_factory.mktemp("runs"))}) as server:
        yield server


def visit(page, app, query=""):
    open_page(page, f"{app.url}/qm9-training{query}")
    root = player(page)
    expect(page.locator("[data-panel=parity] .main-svg").first).to_be_visible(timeout=READY)
    return root


@pytest.mark.parametrize("width", WIDTHS)
def test_the_bar_under_the_stage_is_one_row(page, own_app, width):
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, own_app)
    bar, speed = page.locator(".ip-transport").first, page.locator(".ip-speed").first
    assert bar.bounding_box()["height"] < 45 and page.locator(".ip-track").first.is_visible()
    assert abs(speed.bounding_box()["y"] - bar.bounding_box()["y"]) < 5
    page.problems.check()


def fill(page, name, text, kind="spinbutton"):
    box = page.get_by_role(kind, name=name, exact=True).last
    box.fill(text)
    box.press("Enter")
    settle(page)


def test_the_cloud_leaves_the_mean_and_comes_back_in_time(page, own_app):
    root = visit(page, own_app, "?molecules=500&epochs=20&start=the+mean")
    assert page.evaluate(SPREAD) < 0.3, "untrained: the same answer for every molecule"
    train(page)
    wait_for_frames(root, 40)
    page.wait_for_function(f"() => ({SPREAD})() > 0.5", timeout=READY)
    error = page.locator(".ip-readout", has_text="mpnn: error (eV)").locator("b")
    if root.get_attribute("data-training") == "true":  # else it has come to its end meanwhile
        page.get_by_role("button", name="Pause", exact=True).click()
    root.focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => document.querySelector('[data-film]').dataset.step === '0'")
    untrained = float(error.inner_text())
    page.keyboard.press("End")
    page.wait_for_function("() => Number(document.querySelector('[data-film]').dataset.step) > 40")
    assert float(error.inner_text()) < untrained
    page.problems.check()


def test_another_target_keeps_the_run(page, own_app):
    root = visit(page, own_app, "?molecules=500&epochs=5")
    train(page)
    wait_for_frames(root, 5)
    before = film(root)["film"]
    page.get_by_role("combobox", name="Show").click()
    page.get_by_role("option", name="alpha", exact=True).click()
    expect(page.locator(".ip-readout", has_text="mpnn: error (Bohr³)")).to_be_visible(timeout=READY)
    assert film(root)["film"] == before
    expect(root).to_have_attribute("data-frames", POSITIVE)
    page.problems.check()


def test_a_full_run_from_start_to_end(page, own_app):
    visit(page, own_app)
    fill(page, "Folder", "tiny", "textbox")
    for name, text in (("Molecules, 0 for all", "300"), ("Batch size", "10"), ("Epochs", "300")):
        fill(page, name, text)
    page.get_by_role("button", name="Start the full run").click()
    bar = page.get_by_test_id("stProgress")
    expect(bar).to_contain_text("tiny, mpnn: starting", timeout=READY)
    expect(bar).to_contain_text("left", timeout=READY)
    expect(bar).to_contain_text("molecules/s")
    page.reload()  # the run is none of the page's
    settle(page)
    expect(bar).to_contain_text("tiny, mpnn: training", timeout=READY)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar).to_contain_text("tiny, mpnn: stopped", timeout=READY)
    page.get_by_role("button", name="Load its checkpoint").click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=READY)
    with page.expect_download(timeout=READY) as download:
        page.get_by_role("button", name="Download it").click()
    assert download.value.suggested_filename == "tiny.safetensors"
    page.get_by_role("button", name="Resume").click()
    expect(bar).to_contain_text("tiny, mpnn: training", timeout=READY)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(bar).to_contain_text("tiny, mpnn: stopped", timeout=READY)
    page.problems.check()
