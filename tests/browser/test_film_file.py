"""A film as one HTML file plays from disk: no server, no network, the same pictures."""

import json
import re
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import expect
from safetensors.torch import load_file

from core.experiment import run
from core.experiments.boundaries import figures
from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings
from core.film.html import film_html
from core.stage import stage
from tests.browser.helpers import open_page, player, train, wait_for_frames, watch


@pytest.fixture(scope="module")
def recorded():
    settings = BoundariesSettings(dataset="circle")
    panels = [
        figures.decision_map(settings),
        figures.network_panel(settings),
        figures.loss_curves(1),
    ]
    described = stage(panels, figures.readouts(settings))
    return run(Boundaries(settings), 300), described


@pytest.fixture(scope="module")
def file(recorded, tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "film.html"
    path.write_text(film_html(*recorded, "Take <home>", "dataset = circle & more"), "utf-8")
    return path.as_uri()


def test_it_plays_by_itself_and_asks_nobody(file, recorded, page):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file)
    root = page.locator("[data-film]")
    expect(root).to_have_attribute("data-frames", str(len(recorded[0])))
    expect(root).to_have_attribute("data-playing", "true")
    page.wait_for_function("Number(document.querySelector('[data-film]').dataset.frame) > 5")
    assert {url.split(":")[0] for url in requests} <= {"file", "data", "blob"}
    page.problems.check()


def test_it_shows_the_film_with_its_words(file, recorded, page):
    page.goto(file)
    root = page.locator("[data-film]")
    expect(page.get_by_role("heading", level=1)).to_have_text("Take <home>")
    expect(page.locator("body > p")).to_have_text("dataset = circle & more")
    root.focus()
    page.keyboard.press("End")
    expect(root).to_have_attribute("data-frame", str(len(recorded[0]) - 1))
    expect(root).to_have_attribute("data-playing", "false")
    loss = recorded[0]["loss"][-1]
    expect(root.locator(".ip-readout b").first).to_have_text(f"{loss:.3f}")
    page.keyboard.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    assert page.get_by_role("button", name="Train", exact=True).count() == 0
    assert int(root.get_attribute("data-frames")) == len(recorded[0])


def test_it_holds_the_very_numbers(file, recorded, page):
    page.goto(file)
    expect(page.locator("[data-film]")).to_have_attribute("data-frames", str(len(recorded[0])))
    for name in ("map", "W1", "confusion", "hidden2"):
        text = page.evaluate("n => JSON.stringify(Array.from(window.player.film.at(n, 40)))", name)
        assert json.loads(text) == pytest.approx(recorded[0][name][40].ravel().tolist(), rel=1e-6)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_system(file, browser, scheme):
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        problems = watch(page)
        page.goto(file)
        page.wait_for_function("window.player?.panels?.panels.get('map').panel.axes.ready")
        text = page.evaluate("window.player.panels.panels.get('map').panel.axes.theme.dark")
        assert text == (scheme == "dark")
        problems.check()


# --- Take it home, on the page --------------------------------------------------------------------

BUTTONS = ("PyTorch script", "Weights (.safetensors)", "Curves (.csv)", "Film (.html)")
SCRIPT, WEIGHTS, CURVES, FILM = BUTTONS


@pytest.fixture(scope="module")
def taken(app, browser, tmp_path_factory):
    """What a student's downloads folder holds after all four buttons, and the loss on the page."""
    folder = tmp_path_factory.mktemp("downloads")
    with browser.new_context() as context:
        page = open_page(context.new_page(), f"{app.url}/boundaries?dataset=moons&seed=2")
        root = player(page)
        train(page)
        wait_for_frames(root, 12)
        page.get_by_role("button", name="Pause", exact=True).click()
        page.wait_for_function("!document.querySelector('[data-film]').player.waiting")
        root.press("End")
        frames = int(root.get_attribute("data-frames"))
        expect(root).to_have_attribute("data-frame", str(frames - 1))
        loss = root.locator(".ip-readout b").first.inner_text()
        page.get_by_text("Take it home", exact=True).click()
        code = page.get_by_test_id("stCode").first
        expect(code).to_contain_text("dataset")  # Streamlit fills it later
        link = code.inner_text()
        files = {}
        for label in BUTTONS:
            with page.expect_download() as download:
                page.get_by_role("button", name=label, exact=True).click()
            path = folder / download.value.suggested_filename
            download.value.save_as(path)
            files[label] = path
    return {"files": files, "loss": loss, "frames": frames, "link": link}


def test_the_script_prints_the_loss_of_the_page(taken, tmp_path):
    command = [sys.executable, str(taken["files"][SCRIPT])]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    numbers = [float(n) for n in re.findall(r"\d+\.\d+(?:e-?\d+)?", done.stdout)]
    assert taken["loss"] in {f"{number:.3f}" for number in numbers}, done.stdout


def test_curves_and_weights_open_elsewhere(taken):
    curves = pd.read_csv(taken["files"][CURVES])
    assert len(curves) == taken["frames"] and curves["step"].is_monotonic_increasing
    assert f"{curves['loss'].iloc[-1]:.3f}" == taken["loss"]
    weights = load_file(taken["files"][WEIGHTS])
    assert sum(tensor.numel() for tensor in weights.values()) == 43  # 2-6-3-1 with biases


def test_the_link_leads_to_the_run(taken, app):
    asked = parse_qs(urlsplit(taken["link"]).query)
    assert asked["dataset"] == ["moons"] and asked["seed"] == ["2"]
    assert asked["hidden"] == ["6,3"]  # defaults too: they may change in a later version
    assert taken["link"].startswith(f"{app.url}/boundaries?")


def test_the_film_from_the_page_plays_from_disk(taken, page):
    page.goto(taken["files"][FILM].as_uri())
    root = page.locator("[data-film]")
    expect(root).to_have_attribute("data-frames", str(taken["frames"]))
    root.focus()
    page.keyboard.press("End")
    expect(root.locator(".ip-readout b").first).to_have_text(taken["loss"])
    page.problems.check()
