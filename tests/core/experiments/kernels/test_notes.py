"""What is said of brightness, against the layer itself on a brighter picture."""

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
