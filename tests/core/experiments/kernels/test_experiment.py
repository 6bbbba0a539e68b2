"""The film of the slide, its settings, its script, and what the guided experiments say."""

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiment import record, run
from core.experiments.kernels import presets
from core.experiments.kernels.data import keep, picture
from core.experiments.kernels.experiment import ACROSS, LAST, Kernels
from core.experiments.kernels.settings import (
    KernelsSettings,
    edited,
    kernel,
    own,
    stroked,
)
from core.experiments.kernels.sheet import Sheet, limits
from core.experiments.kernels.table import from_table, table
from core.film import Film
from core.settings import SettingError

MANY = [
    {},
    {"side": "7", "kernel": "Gabor", "dilation": 2, "padding": "valid"},
    {"color": True, "stride": 3, "padding": "circular", "mix": "red − green"},
    {"layer": "depthwise", "color": True, "padding": "reflect", "kernel": "Gaussian", "side": "5"},
    {"layer": "transposed", "stride": 4, "side": "5"},
    {"layer": "transposed", "stride": 2, "padding": "valid", "color": True, "flip": True},
    {"flip": True, "kernel": "emboss", "picture": "shapes", "edge": "256"},
    {"side": "1", "kernel": "identity", "edge": "32", "layer": "transposed"},
]


def made(**changes):
    return Kernels(KernelsSettings(**changes))


@pytest.mark.parametrize("changes", MANY, ids=str)
def test_every_output_is_torchs_and_every_number_of_the_window_is_right(changes):
    film = run(made(**{"edge": "64", **changes}), 1000)
    assert film["loss"].max() < 1e-12
    experiment = made(**{"edge": "64", **changes})
    h = experiment.sheet.h
    for frame in (0, len(film) // 2, len(film) - 1):
        i, j = film["place"][frame].astype(int)
        used, patch = film["used"][frame], film["patch"][frame]
        np.testing.assert_allclose(film["products"][frame], used * patch, rtol=1e-6)
        sums = (used * patch).reshape(len(film["sums"][frame]), -1).sum(1)
        np.testing.assert_allclose(film["sums"][frame], sums, rtol=1e-4, atol=1e-5)
        expected = h[:, i, j] if experiment.settings.layer == "depthwise" else h[:1, i, j]
        found = sums if experiment.settings.layer == "depthwise" else film["total"][frame]
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def covered(corners):
    """Which of the 64 x 64 outputs lie inside a polygon: a ray to the right crosses it oddly."""
    x, y = np.meshgrid(np.arange(64) + 0.5, np.arange(64) + 0.5)
    inside = np.zeros((64, 64), bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if x0 == x1:  # across a level edge goes no ray
            inside ^= (x < x0) & ((y0 < y) != (y1 < y))
    return inside


def test_the_slide_begins_with_nothing_and_ends_with_all():
    experiment = made(edge="64")
    film = run(experiment, 1000)
    computed = film["computed"]
    assert computed[0] == 0 and computed[-1] == 64 * 64 and (np.diff(computed) > 0).all()
    assert LAST % ACROSS == 0 and len(film) == LAST + 1
    inside = [covered(corners) for corners in film["seen"]]
    assert [seen.sum() for seen in inside] == computed.tolist()
    assert all((after >= before).all() for before, after in pairwise(inside))  # what was seen stays
    i, j = film["place"][20].astype(int)
    assert inside[20][i, j - 1] and not inside[20][i, j]  # the window makes the next one
    column, row = film["window"][10][0]
    assert film["place"][10].tolist() == [row + 1, column + 1]


def test_in_the_end_the_window_rests_where_the_kernel_finds_most():
    film = run(made(), 1000)
    sheet = Sheet(KernelsSettings())
    i, j = film["place"][-1].astype(int)
    assert abs(film["total"][-1, 0]) == pytest.approx(
        np.abs(sheet.h[0, 1:-1, 1:-1]).max(), rel=1e-5
    )
    assert 1 <= i < 127 and 1 <= j < 127


def test_films_are_small():
    """All outputs are sent once, with the way of the window beside them."""
    for changes in MANY:
        experiment, film = made(**{"edge": "256", **changes}), Film()
        record(experiment, film, LAST + 1)
        one = sum(np.asarray(track).nbytes for track in experiment.snapshot().values())
        assert len(film) == LAST + 1 and len(film.message()) < one + 120_000


def test_a_dragged_cell_changes_the_outputs_at_once():
    experiment = made(edge="32")
    before = experiment.snapshot()
    experiment.change("K.1.1", "0.501")
    after = experiment.snapshot()
    assert after["kernel"][1, 1] == np.float32(0.5) and (after["image"] == before["image"]).all()
    x = torch.from_numpy(experiment.sheet.x / 255.0)[None]
    W = torch.from_numpy(experiment.sheet.K)[None]
    np.testing.assert_allclose(experiment.sheet.h, F.conv2d(x, W, padding=1)[0].numpy())
    settings = edited(experiment.settings, [["K.1.1", "0.501"]])
    assert settings.kernel == "own"
    np.testing.assert_array_equal(kernel(settings), experiment.sheet.K)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("K.3.0", "1", "up to K.2.2"), ("K.0", "1", "as K.0.2"), ("seed", "1", "as K.0.2"),
     ("K.0.0", "99", "-50 to 50"), ("K.0.0", "x", "-50 to 50")],
)  # fmt: skip
def test_odd_changes_are_refused(name, text, words):
    with pytest.raises(SettingError, match=words):
        made().change(name, text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"side": "7", "dilation": 3}, "dilation = 3 .* up to 2"),
     ({"layer": "transposed", "padding": "circular"}, "zero or valid .* as in PyTorch"),
     ({"cells": ((1.0,), (2.0,))}, "cells = 2 .* 1, 9, 25 or 49"),
     ({"image": "0123456789"}, "no longer here")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_sentence(changes, words):
    with pytest.raises(SettingError, match=words):
        KernelsSettings(**changes)


@given(st.sampled_from(("1", "3", "5", "7")), st.booleans(), st.integers(0, 99))
@settings(deadline=None)
def test_an_own_kernel_survives_its_link(side, color, seed):
    base = KernelsSettings(side=side, color=color)
    K = np.random.default_rng(seed).normal(size=kernel(base).shape).round(2)
    shown = own(base, K)
    again, problems = KernelsSettings.from_link(shown.to_link())
    assert problems == [] and again == shown
    np.testing.assert_array_equal(kernel(again), K)


def test_an_own_kernel_in_another_size_keeps_its_middle():
    K = np.arange(9.0).reshape(1, 3, 3)
    shown = own(KernelsSettings(), K)
    assert kernel(shown.replace(side="1")).tolist() == [[[4.0]]]
    larger = kernel(shown.replace(side="5"))[0]
    assert (larger[1:4, 1:4] == K[0]).all() and larger.sum() == K.sum()
    colored = kernel(shown.replace(color=True))
    np.testing.assert_allclose(colored.sum(0), K[0])  # a gray picture gives the same output


@pytest.mark.parametrize("changes", [{}, {"color": True, "side": "5"}])
def test_a_table_of_the_kernel_and_back(changes):
    K = kernel(KernelsSettings(kernel="emboss", **changes))
    shown = table(K)
    assert list(shown)[len(shown) // 2] == "b = 0"
    np.testing.assert_array_equal(from_table(shown, K), K)
    shown["b = 0"][-1] = None  # a cell that was emptied
    typed = from_table(shown, K)
    assert typed[-1, -1, K.shape[-1] // 2] == 0


def test_known_kernels_are_those_of_the_textbooks():
    assert presets.edge(3, 0).tolist() == [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]  # (5.4)
    assert presets.sobel_x(3, 0).tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert presets.gaussian(3, 0).tolist() == (np.outer([1, 2, 1], [1, 2, 1]) / 16).tolist()
    assert presets.outline(3, 0)[1, 1] == 8 and presets.sharpen(3, 0)[1, 1] == 5


@pytest.mark.parametrize("name", presets.PRESETS)
@pytest.mark.parametrize("k", [3, 5, 7])
def test_known_kernels_add_up_to_0_or_1(name, k):
    total = presets.PRESETS[name](k, 30.0).sum()
    finds = name in ("horizontal edge", "Sobel x", "Sobel y", "Laplacian", "outline", "Gabor")
    assert total == pytest.approx(0 if finds else 1, abs=1e-12)
    low, high = limits(presets.PRESETS[name](k, 30.0))
    assert (low == -high) if finds else (low, high) == (0, pytest.approx(1))


def test_sobel_is_scikit_images_slope_of_a_ramp():
    """A ramp that grows by 1 a pixel has the slope 1; the kernel's weights make 8 of it."""
    x = np.arange(9.0)[None, None].repeat(9, 1)
    from core.experiments.kernels.convolution import convolve

    for k in (3, 5, 7):
        h = convolve(x, presets.sobel_x(k, 0)[None, None])
        assert h == pytest.approx(np.full_like(h, h[0, 0, 0])) and h[0, 0, 0] >= 8
    assert convolve(x, presets.sobel_y(3, 0)[None, None]) == pytest.approx(0)


def test_strokes_become_a_picture_and_go_on():
    start = KernelsSettings(edge="32")
    once = stroked(start, [[4, 4], [28, 4], [28.1, 4.1]])
    twice = stroked(once, [[16, 4], [16, 30], [60, 99]])
    assert once.picture == twice.picture == "drawn"
    assert twice.strokes[: len(once.strokes)] == once.strokes
    assert max(abs(v) for row in twice.strokes for v in row[1:]) <= 1
    x = picture(twice, 32)[0]
    assert x[4, 10] > 200 and x[20, 16] > 200 and x[20, 5] == 0
    assert KernelsSettings.from_link(twice.to_link()) == (twice, [])


def test_a_picture_that_is_given_is_shown():
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (300, 200), (255, 0, 0)).save(data, "PNG")
    shown = KernelsSettings(picture="own image", image=keep(data.getvalue()), color=True)
    assert picture(shown, 64)[:, 5, 5].tolist() == [255, 0, 0]


def test_the_scripts_agree_with_torch(tmp_path):
    """All of them in one process, which loads torch once."""
    sheets = []
    for number, changes in enumerate(MANY):
        experiment = made(**{**changes, "edge": "32"})
        (tmp_path / f"{number}.py").write_text(experiment.script())
        sheets.append(experiment.sheet)
    every = "import runpy, sys; [runpy.run_path(name) for name in sys.argv[1:]]"
    command = [sys.executable, "-I", "-c", every, *(f"{n}.py" for n in range(len(MANY)))]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert out.returncode == 0, out.stderr
    lines = out.stdout.splitlines()
    for sheet, loss, shape in zip(sheets, lines[::2], lines[1::2], strict=True):
        assert float(loss.removeprefix("loss ")) < 1e-12
        assert shape == f"outputs {sheet.h.shape}"
