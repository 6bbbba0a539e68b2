"""The deep-sets page: molecules as bags, scripts that stand alone, panels and their tracks."""

import runpy

import numpy as np
import pytest

from core.experiment import run
from core.experiments.deep_sets import bags, figures
from core.experiments.deep_sets.held_out import floor
from core.experiments.deep_sets.held_out import test_data as new_sets
from core.experiments.deep_sets.held_out import test_rows as new_rows
from core.experiments.deep_sets.pictures import DeepSetsRace
from core.experiments.deep_sets.sets import TARGETS
from core.experiments.deep_sets.settings import (
    MOLECULES,
    DeepSetsSettings,
    is_each,
    limits,
    of_molecules,
    shown_at,
    training_data,
    training_rows,
)
from core.export import script
from core.molecules import from_smiles
from core.settings import SettingError


def test_no_molecule_is_both_trained_on_and_tested():
    settings = DeepSetsSettings(target=MOLECULES[0], samples=2000)
    assert not set(training_rows(settings)) & set(new_rows(settings))
    sizes = new_sets(settings).mask.sum(1)
    assert sizes.max() == 9 and training_data(settings).mask.sum(1).max() == 7


def test_additive_properties_are_learned_and_dipoles_are_not():
    errors = {}
    for target in ("molecule: ZPVE", "molecule: dipole moment"):
        race = DeepSetsRace(DeepSetsSettings(target=target))
        race.step(700)
        errors[target] = float(race.snapshot()["test_deep"])
        left, _ = floor(race.settings, float(race.scale[0]), race.variance)
        assert left < errors[target]
    assert errors["molecule: ZPVE"] < 0.05 < 0.3 < errors["molecule: dipole moment"]


# --- Scripts and panels -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        dict(target="molecule: gap", pooling="max", changes=((5, "shuffle", "3"),)),
        dict(target="each: is rightmost", changes=((4, "add", "0,0"), (9, "learning_rate", "0.1"))),
        dict(target="distinct count", order="random", pooling="mean", batch_size=7),
    ],
    ids=lambda case: case["target"],
)
def test_scripts_print_the_same_loss(case, tmp_path, capsys):
    settings = DeepSetsSettings(**case)
    (tmp_path / "run.py").write_text(script(DeepSetsRace, settings, 30))
    runpy.run_path(str(tmp_path / "run.py"), run_name="__main__")
    expected = float(run(DeepSetsRace(settings), 30)["loss"][-1])
    assert float(capsys.readouterr().out.split()[1]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("target", [*TARGETS, *MOLECULES])
def test_each_kind_of_target_has_its_panels(target):
    settings = DeepSetsSettings(target=target)
    names = {panel["id"] for panel in figures.panels(settings)}
    assert ("each" in names) == is_each(settings)
    assert ("twins" in names) == ("molecule" in names) == of_molecules(settings)
    assert DeepSetsRace(settings).snapshot()["by_size"].shape[0] == limits(settings)[1]


def test_a_drawn_molecule_is_the_bag_of_its_atoms():
    """Benzaldehyde and tropone: the same atoms but for their hydrogen, another order of drawing."""
    settings = DeepSetsSettings(target=MOLECULES[0], changes=((0, "draw", "c1ccccc1C=O"),))
    assert settings.smiles == "O=Cc1ccccc1"
    shown = shown_at(settings)
    molecule = from_smiles("O=Cc1ccccc1")
    assert shown.x[:, 1:5].sum(0).tolist() == [7, 0, 1, 0]
    assert shown.x[:, [10]].sum() == molecule.atoms[:, 3].sum() == 6
    raced = DeepSetsRace(settings)
    film = run(raced, 20)
    assert len(film["set"][-1]) == 9
    value = bags.load().values[bags.load().smiles.index("CCO"), 0]
    raced.change("draw", "OCC")
    assert raced.snapshot()["truth"] == pytest.approx(value, rel=1e-6)
    raced.change("draw", "O=C1C=CC=CC1=O")  # not among the molecules kept
    assert np.isnan(raced.snapshot()["truth"]).all()


@pytest.mark.parametrize(
    ("target", "smiles", "words"),
    [
        ("sum", "CCO", "property of molecules"),
        (MOLECULES[0], "C" * 10, "at most 9 heavy atoms"),
        (MOLECULES[0], "C(", "can't be read"),
    ],
)
def test_what_cannot_be_a_bag_is_refused_by_name(target, smiles, words):
    with pytest.raises(SettingError, match=words):
        DeepSetsSettings(target=target, changes=((0, "draw", smiles),))
