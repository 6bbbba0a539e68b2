"""Predict is a film of one frame: its settings keep the rules of all pages."""

import json

import numpy as np
import pytest

from core.experiment import record
from core.experiments.predict.experiment import Predict
from core.experiments.predict.settings import PredictSettings
from core.film import Film
from core.qm9.data.targets import KEYS
from core.qm9.prediction import answers
from core.settings import SettingError


@pytest.mark.parametrize("smiles", ["O=Cc1ccccc1", "[NH3+]CC(=O)[O-]", "C#N"])
@pytest.mark.parametrize("target", ["gap", "u0_atom"])
def test_settings_survive_link_and_json(smiles, target):
    settings = PredictSettings(smiles=smiles, target=target)
    for link in (settings.to_link(), settings.to_link(complete=True)):
        assert PredictSettings.from_link(link) == (settings, [])
    assert PredictSettings.from_json(json.dumps(settings.to_json())) == settings


@pytest.mark.parametrize(("name", "value"), [("smiles", "C(("), ("smiles", 3), ("target", "mass")])
def test_bad_values_are_refused_by_name(name, value):
    with pytest.raises(SettingError, match=name):
        PredictSettings(**{name: value})


def test_a_bad_link_falls_back_and_says_so():
    settings, problems = PredictSettings.from_link({"smiles": "<b>", "target": "mu"})
    assert settings.smiles == PredictSettings().smiles and settings.target == "mu"
    assert len(problems) == 1 and "smiles" in problems[0]


def test_one_frame_with_the_contribution_of_each_atom():
    experiment, film = Predict(PredictSettings(target="mu")), Film()
    record(experiment, film, 1)
    assert len(film) == 1 and film["share"].shape == (1, 8)
    expected = answers.shares("O=Cc1ccccc1").atoms[:, KEYS.index("mu")]
    np.testing.assert_allclose(film["share"][0], expected, rtol=1e-6)
    record(experiment, film, 50)  # whoever asks for more is told that there is none
    assert len(film) <= 2 and "Nothing is trained" in experiment.done


def test_nothing_changes_by_hand():
    with pytest.raises(SettingError):
        Predict(PredictSettings()).change("smiles", "C")
