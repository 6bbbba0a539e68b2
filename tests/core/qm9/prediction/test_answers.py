"""What the page predict asks: equal to the command line; digits and promises from the cards."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.molecules.text import canonical
from core.qm9.data.targets import KEYS
from core.qm9.networks import package
from core.qm9.prediction import answers
from core.qm9.prediction.library import library
from core.qm9.prediction.predict import predict
from tests.server import ROOT

BENZALDEHYDE = "O=Cc1ccccc1"


def test_answers_are_those_of_the_command_line():
    command = [
        sys.executable,
        "-m",
        "core.qm9",
        "predict",
        BENZALDEHYDE,
        "--model",
        "best",
        "--json",
    ]
    out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120).stdout
    said, mine = json.loads(out), answers.answer(BENZALDEHYDE)
    assert said["split"] == mine.split and said["in_qm9"]
    for key, p in mine.properties.items():
        for name, value in vars(p).items():
            expected = said["properties"][key][name]
            known = isinstance(value, float)
            assert (value == pytest.approx(expected, rel=1e-6)) if known else value == expected


def test_the_script_to_take_home_prints_the_same(tmp_path):
    script = tmp_path / "predict_one.py"
    script.write_text(answers.take_home_script(BENZALDEHYDE))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, check=True, capture_output=True, timeout=120
    )
    lines = done.stdout.decode().splitlines()
    assert lines[0] == BENZALDEHYDE and len(lines) == 1 + len(KEYS)
    gap = next(float(line.split()[1]) for line in lines if line.startswith("gap "))
    assert gap == pytest.approx(answers.answer(BENZALDEHYDE).properties["gap"].value, rel=1e-4)


def test_every_shipped_model_stands_beside_the_others():
    found = answers.side_by_side(BENZALDEHYDE, "gap")
    assert list(found) == package.shipped()
    for name, (value, error, why) in found.items():
        model = package.load(name)
        (single,) = predict([BENZALDEHYDE], model)
        assert value == pytest.approx(single.properties["gap"].value) and not why
        assert error == model.card["test"]["groups"]["size 8"]["mae"]["gap"]


def test_errors_beside_the_models_are_those_of_molecules_like_it():
    """Methane's B was 164.154 ± 0.012 GHz, where the interval is from 141 to 190."""
    charged = answers.side_by_side("[NH3+]CC(=O)[O-]", "mu")["best"][1]
    assert charged == answers.best().card["test"]["groups"]["charged"]["mae"]["mu"]
    assert charged > 2 * answers.best().card["test"]["mae"]["mu"]
    assert answers.side_by_side("C", "b")["best"][1] is None  # two test molecules have 1 to 3 atoms


def test_the_mlp_says_why_it_is_silent():
    value, _, why = answers.side_by_side("C" * 12, "gap")["mlp"]
    assert value is None and "9 atoms" in why


def test_digits_follow_the_models_error():
    """The last digit shown is worth less than the mean error, and more than a 30th of it."""
    errors = answers.best().card["test"]["mae"]
    for key in KEYS:
        last = 10.0 ** -answers.digits(key)
        assert last <= max(errors[key], 1.0) and (last >= errors[key] / 35 or last == 1)


def test_the_promise_is_the_groups_on_the_card():
    card = answers.best().card["test"]["groups"]
    groups = {"[NH3+]CC(=O)[O-]": "charged", "C" * 8: "size 8", "C" * 9: "size 9"}
    for smiles, group in groups.items():
        said = answers.answer(smiles)
        assert said.group == group and answers.population(said, "gap") is None
        expected = card[group]["coverage"]["gap"], card[group]["n"]
        assert answers.coverage(said, "gap") == expected


@pytest.mark.parametrize(("smiles", "group"), [("CCO", "size 1-3"), ("c1ccccc1", "size 6")])
def test_of_the_smallest_molecules_all_are_counted(smiles, group):
    """Their interval comes from training molecules, and the test split holds two of them."""
    sizes = library().data.sizes
    there = (sizes <= 3) if group == "size 1-3" else (sizes == 6)
    said = answers.answer(smiles)
    share, n, trained = answers.population(said, "gap")
    assert said.group == group and n == there.sum() and 0.86 <= share <= 1
    assert trained == there[library().parts.train].sum()


def test_unlike_qm9_nothing_is_promised_and_no_test_error_is_shown():
    for smiles in ("C" * 32, "C=C", "CC.O"):
        said = answers.answer(canonical(smiles))
        assert said.group == "outside" and answers.coverage(said, "gap") is None
        rows = answers.side_by_side(said.molecule.smiles, "gap")
        assert {error for _, error, _ in rows.values()} == {None}


def test_spreads_are_numpys():
    y = library().y
    for key, spread in answers.spreads().items():
        column = y[:, KEYS.index(key)]
        assert (spread.low, spread.high) == pytest.approx(
            tuple(np.quantile(column, [0.001, 0.999]))
        )
        assert spread.heights.max() == 1
        assert spread.below(float(np.median(column))) == pytest.approx(0.5, abs=0.01)
        assert spread.at(spread.low - 1) == 0 and spread.at(spread.high + 1) == 1


def test_mutations_are_ranked_single_predictions():
    found = answers.mutations("CCO", "gap")
    changes = [m.change for m in found]
    assert changes == sorted(changes) and len(found) == 22
    base = answers.answer("CCO").properties["gap"].value
    for m in found:
        alone = answers.answer(m.edit.smiles).properties["gap"].value
        assert m.change == pytest.approx(alone - base, abs=1e-4)


@given(
    st.lists(st.floats(-1e4, 1e4, allow_nan=False), min_size=1, max_size=65),
    st.integers(0, 4),
)
def test_rounded_numbers_add_up_to_the_rounded_total_and_equal_ones_stay_equal(values, places):
    array = np.array(values)
    total = round(float(array.sum()), places)
    shown = answers.rounded(array, total, places)
    assert round(float(shown.sum()), places) == total
    off = np.abs(shown - array) / (1.001 * 10.0**-places)
    assert (off[1:] <= 1).all()
    pairs = {a: b for a, b in zip(array[1:], shown[1:], strict=True)}
    assert [pairs[a] for a in array[1:]] == shown[1:].tolist()
    most = max(np.unique(array[1:], return_counts=True)[1], default=0)
    assert off[0] <= 1 + most, "the first takes what is left, less than the largest group"
