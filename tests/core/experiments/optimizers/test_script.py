"""Exported races print the same loss, on every kind of surface."""

import pytest

from core.experiment import run
from core.experiments.optimizers.pictures import Optimizers
from core.experiments.optimizers.settings import MATRIX, NETWORK, OptimizersSettings
from core.export import script
from tests.programs import printed_by

SOME = (
    {"surface": "formula", "start": ((1.0, -2.0),)},
    {"surface": NETWORK, "noisy": "all but GD"},
    {"surface": MATRIX, "tuned": True, "schedule": "cosine", "max_steps": 40},
)


def test_scripts_print_the_same_loss(tmp_path):
    files, expected = [], []
    for k, changes in enumerate(SOME):
        settings = OptimizersSettings(optimizers=("Adam", "Muon"), **changes)
        files.append(tmp_path / f"{k}.py")
        files[-1].write_text(script(Optimizers, settings, 30))
        expected.append(float(run(Optimizers(settings), 30)["loss"][-1]))
    assert printed_by(files) == pytest.approx(expected, rel=1e-6)
