"""What is said of this layer, of brightness against the layer itself on a brighter picture."""

import re

import numpy as np
import pytest

from core.experiment import run
from core.experiments.kernels.tasks import TASKS
from tests.core.experiments.kernels.test_experiment import MANY, made

RED = {"kernel": "identity", "color": True, "mix": "red − green", "edge": "64"}


@pytest.mark.parametrize("changes", [{}, *MANY, RED], ids=str)
def test_the_note_on_brightness_holds_at_the_border_too(changes):
    experiment = made(**changes)
    said, sheet = run(experiment, 0).notes[0].text, experiment.sheet
    x = sheet.x / 255.0
    change = (sheet.layer(x + 0.2) - sheet.layer(x)) / 0.2
    edge = -(-sheet.p // sheet.stride)
    inner = change[:, edge : len(change[0]) - edge, edge : len(change[0]) - edge]
    if "changes nothing" in said:
        assert np.abs(inner).max() < 1e-9
        assert ("away from the border" in said) == bool(np.abs(change).max() > 1e-9)
        return
    numbers = [float(n) for n in re.findall(r"(-?[\d.]+(?:e-?\d+)?)(?: and| times)", said)]
    np.testing.assert_allclose((min(numbers), max(numbers)), (inner.min(), inner.max()), atol=0.01)


def test_no_channel_of_a_colored_flat_picture_is_forgotten():
    assert "flat and gray" in run(made(**RED), 0).notes[0].text


def test_the_answers_about_brightness_exclude_each_other():
    own = {"kernel": "own", "cells": tuple((2.0 * (k == 4),) for k in range(9))}
    for option, changes in ((0, {}), (1, {"kernel": "identity"}), (1, {"kernel": "box"}), (2, own)):
        experiment = made(picture="shapes", **changes)
        came, _ = TASKS[0].answer(run(experiment, 0), experiment)
        assert came == TASKS[0].options[option]


def test_notes_say_what_is_computed():
    texts = " ".join(note.text for note in run(made(edge="64", stride=2), 1000).notes)
    assert "add up to 0" in texts and "changes its sign" in texts and "After a blur" in texts
    assert "same 9 weights" in texts and f"{64 * 64 * 32 * 32:,}" in texts
    texts = " ".join(note.text for note in run(made(padding="circular"), 1000).notes)
    assert "both ways give the same" in texts
    texts = " ".join(note.text for note in run(made(kernel="Sobel x", side="1"), 1000).notes)
    assert "All cells are 0" in texts
