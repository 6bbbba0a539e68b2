"""Tracks that a focus makes of others, numbers in cells, tiles in color: from a film, no server."""

import numpy as np
import pytest

from core.film import Film
from core.stage import focus, line, made, raster, tile, words
from tests.browser.films import host, pixel, play

RNG = np.random.default_rng(5)
IMAGE = RNG.integers(0, 255, (2, 9, 11)).astype(np.uint8)
KERNEL = RNG.normal(size=(4, 2)).astype(np.float32)  # two channels of 2 x 2
AXES = {"layout": {"xaxis": {"range": [0, 4]}, "yaxis": {"range": [3, 0]}}, "data": []}
VALUES = """name => Array.from(player.focus.values(name, player.frame))"""


def snapshot():
    return {
        "image": IMAGE, "kernel": KERNEL, "out": np.zeros((3, 4), np.uint8),
        "patch": np.zeros((4, 2), np.float32), "products": np.zeros((4, 2), np.float32),
        "sums": np.zeros(2, np.float32), "total": np.zeros(1, np.float32),
        "place": np.zeros(2, np.float32), "box": np.zeros((5, 2), np.float32),
        "rgb": np.stack([np.full((3, 4), v, np.uint8) for v in (250, 120, 10)]), "loss": 0.0,
    }  # fmt: skip


def followed():
    return focus("pixel", by="cell", makes=[
        made("place", "place", across=4),
        made("box", "box", across=4, step=2, shift=-1, wide=3),
        made("patch", "window", "image", across=4, step=2, apart=3, scale=0.5),
        made("products", "product", "patch", "kernel"),
        made("sums", "total", "products"),
        made("total", "total", "products"),
    ])  # fmt: skip


def panels():
    rows = [line("{} {} {}", ("place", 0, "d"), ("place", 1, "d"), ("total", 0, ".3f"))]
    return [
        raster("out", AXES, [tile("out", (0, 4), (3, 0), origin="upper")], focus=followed()),
        raster("rgb", AXES, [tile("rgb", (0, 4), (3, 0), origin="upper", colors="rgb")]),
        words("said", rows, title="Said"),
    ]


@pytest.fixture
def root(page, tmp_path):
    film = Film()
    for step in range(3):
        film.append(step, snapshot())
    return play(page, tmp_path, film, panels())


def test_a_window_its_products_and_their_sums_follow_the_pointer(page, root):
    page.mouse.move(*pixel(page, "out", 2.5, 1.5))  # row 1, column 2
    page.wait_for_function("player.focus.get('pixel') === 6")
    patch = 0.5 * IMAGE[:, [2, 5]][:, :, [4, 7]].astype(np.float64)
    found = {name: page.evaluate(VALUES, name) for name in snapshot()}
    assert found["patch"] == pytest.approx(patch.ravel())
    products = patch.ravel() * KERNEL.ravel()
    assert found["products"] == pytest.approx(products, rel=1e-5)
    assert found["sums"] == pytest.approx(products.reshape(2, 4).sum(1), rel=1e-5)
    assert found["total"] == pytest.approx([products.sum()], rel=1e-5)
    assert found["box"] == [3, 1, 6, 1, 6, 4, 3, 4, 3, 1]
    assert host(root, "said").inner_text() == f"1 2 {products.sum():.3f}".replace("-", "−")


def test_without_a_look_and_while_it_plays_the_film_is_shown(page, root):
    assert page.evaluate(VALUES, "total") == [0]
    page.mouse.move(*pixel(page, "out", 0.5, 0.5))
    page.wait_for_function("player.focus.get('pixel') === 0")
    assert page.evaluate(VALUES, "total") != [0]
    assert (
        page.evaluate("() => { player.playing = true; return player.focus.values('total', 0)[0] }")
        == 0
    )


def test_a_tile_in_color(page, root):
    x, y = pixel(page, "rgb", 2, 1.5)
    painted = """([x, y]) => {
      const { axes } = player.panels.panels.get("rgb").panel;
      const box = axes.host.getBoundingClientRect();
      const at = [x - box.left, y - box.top].map((v) => Math.round(v * axes.scale));
      return [...axes.under.getContext("2d").getImageData(...at, 1, 1).data];
    }"""
    assert page.evaluate(painted, [x, y]) == [250, 120, 10, 255]


def test_numbers_stand_in_large_cells_only(page, tmp_path):
    film = Film()
    film.append(0, {"few": np.float32([[1, -1]]), "many": RNG.normal(size=(40, 40)).astype("f4"),
                    "loss": 0.0})  # fmt: skip
    painted = {"low": -1, "high": 1, "numbers": ".2g", "origin": "upper"}
    shown = [
        raster(name, AXES, [tile(name, (0, 4), (3, 0), **painted)]) for name in ("few", "many")
    ]
    page.add_init_script(
        """const real = CanvasRenderingContext2D.prototype.fillText; window.texts = [];
        CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
          window.texts.push(text); real.call(this, text, ...at); };"""
    )
    play(page, tmp_path, film, shown)
    page.wait_for_function("window.texts.length > 0")
    assert set(page.evaluate("window.texts")) == {"1", "−1"}
