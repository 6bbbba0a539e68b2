"""Packages, intervals and predictions."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.qm9.data import targets
from core.qm9.networks import checkpoint, package
from core.qm9.networks.settings import TrainSettings
from core.qm9.prediction import evaluate, predict
from core.qm9.prediction.predict import Library
from core.qm9.training import session, state
from core.qm9.training.train import Run


@pytest.fixture(scope="module")
def runs(small, tmp_path_factory):
    """Two trained runs that differ in the seed."""
    _, parts, task = small
    folders = []
    for seed in (0, 1):
        run = Run(TrainSettings(model="mpnn", epochs=6, batch_size=64, seed=seed), task, parts)
        run.advance(run.total)
        folder = tmp_path_factory.mktemp(f"run{seed}")
        state.save(run, folder / session.CHECKPOINT)
        folders.append(folder)
    return folders


@pytest.fixture(scope="module")
def library(small):
    some, parts, _ = small
    return Library(some, parts)


@pytest.fixture(scope="module")
def packed(runs, library, tmp_path_factory):
    """A package of both runs, and its card."""
    path = tmp_path_factory.mktemp("package") / "two.safetensors"
    card = evaluate.make_package("two", runs, path, library.data, library, test=True)
    return package.load(str(path)), card, path


def test_package_keeps_the_prediction_and_its_card_is_readable(packed, runs, library):
    model, card, path = packed
    assert len(model.predictor.members) == 2 and model.calibration.floor.shape == (19,)
    batch = evaluate.graphs_of(library.data, library.parts.test[:50])
    members = [m for run in runs for m in package.load(str(run)).predictor.members]
    exact = type(model.predictor)(members, model.predictor.linear).predict(batch)
    error = np.abs(model.predictor.predict(batch) - exact).mean(0)
    assert (error < 0.02 * np.array(list(card["test"]["mae"].values())) + 1e-4).all()  # 8 bits
    shown = json.loads(path.with_suffix(".json").read_text())
    for key in ("settings", "commit", "seeds", "epochs", "minutes", "test", "commands", "tiny"):
        assert key in shown
    assert shown["parameters"] == sum(p.numel() for p in members[0].parameters())
    assert set(shown["test"]["mae"]) == set(targets.KEYS)


@given(st.integers(1, 90), st.integers(1, 90), st.floats(1e-4, 1e3), st.integers(0, 2**31))
def test_stored_weights_differ_by_half_a_step_of_their_row(rows, columns, size, seed):
    g = torch.Generator().manual_seed(seed)
    matrix, vector = size * torch.randn(rows, columns, generator=g), torch.randn(rows, generator=g)
    stored = package.pack({"matrix": matrix, "vector": vector})
    found = package.unpack(stored)
    assert set(found) == {"matrix", "vector"} and found["matrix"].dtype == torch.float32
    most = matrix.abs().amax(1, keepdim=True)
    step = most / 127 if rows * columns >= package.LARGE else most / 1024
    assert ((found["matrix"] - matrix).abs() <= 0.501 * step + 1e-7).all()
    assert torch.equal(found["vector"], vector.half().float())
    whole = sum(v.numel() * v.element_size() for v in stored.values())
    plain = 2 * (matrix.numel() + vector.numel())
    assert whole <= plain if rows * columns < package.LARGE else whole < 0.6 * plain


def test_an_ensemble_errs_less_than_its_members_do_on_average(packed, library, runs):
    _, card, _ = packed
    batch, y = evaluate.graphs_of(library.data, library.parts.test), library.y[library.parts.test]
    alone = [evaluate.measure(package.load(str(run)), batch, y)["error_ratio"] for run in runs]
    assert card["test"]["error_ratio"] <= np.mean(alone) + 1e-3


def test_measured_errors_are_those_of_a_plain_loop(packed, library):
    model, card, _ = packed
    one_by_one = [
        predict.predict([library.data.molecule(int(row))], model)[0].properties["gap"].value
        - library.y[row, targets.KEYS.index("gap")]
        for row in library.parts.test
    ]
    assert np.abs(one_by_one).mean() == pytest.approx(card["test"]["mae"]["gap"], rel=1e-3)


def test_prediction_knows_qm9_and_is_consistent(packed, library):
    model = packed[0]
    row = int(library.parts.train[0])
    found = predict.predict([library.data.smiles[row], "C" * 14], model, library)
    inside, outside = (one.to_json() for one in found)
    assert inside["in_qm9"] and inside["split"] == "train"
    assert not outside["in_qm9"] and outside["split"] is None
    assert outside["properties"]["gap"]["dft"] is None
    assert any("14 heavy atoms" in text for text in found[1].warnings)
    p = inside["properties"]
    assert list(p) == list(targets.KEYS) and set(p["gap"]) == {
        "value",
        "low",
        "high",
        "unit",
        "dft",
    }
    assert p["gap"]["value"] == pytest.approx(p["lumo"]["value"] - p["homo"]["value"], abs=1e-9)
    assert p["h"]["value"] == pytest.approx(p["u"]["value"] + targets.KT, abs=1e-6)
    difference = p["u0"]["value"] - p["u0_atom"]["value"]
    assert difference == pytest.approx(p["u0"]["dft"] - p["u0_atom"]["dft"], abs=1e-6)
    assert all(q["low"] is None or q["low"] <= q["value"] <= q["high"] for q in p.values())


def test_members_must_belong_together(runs, small, tmp_path):
    _, parts, task = small
    other = Run(TrainSettings(model="gcn", epochs=1), task, parts)
    state.save(other, tmp_path / session.CHECKPOINT)
    with pytest.raises(checkpoint.CheckpointError, match="has model = gcn, the first run mpnn"):
        package.members_of([runs[0], tmp_path])


def test_a_package_is_calibrated_again_and_keeps_its_weights_and_history(packed, library, tmp_path):
    """As the command does that is in the README; without --test the test split is not looked at."""
    _, card, path = packed
    out = tmp_path / "two.safetensors"
    again = evaluate.make_package("two", [path], out, library.data, library, test=False)
    before, after = checkpoint.read(path), checkpoint.read(out)
    assert before.tensors.keys() == after.tensors.keys()
    for name, tensor in before.tensors.items():
        assert torch.equal(tensor, after.tensors[name]), name
    assert "test" not in again and list(again)[:5] == list(card)[:5]
    same = set(card) - {"test", "tiny", "calibrated"}
    assert {k: again[k] for k in same} == {k: card[k] for k in same}
    assert json.loads(out.with_suffix(".json").read_text()) == again
    loaded = package.load(str(out)).calibration
    for name, value in vars(packed[0].calibration).items():
        np.testing.assert_array_equal(vars(loaded)[name], value)


def test_packages_with_other_cells_and_runs_load_without_intervals(packed, runs, tmp_path):
    """The three groups of an earlier version promised what they did not keep."""
    assert package.load(str(runs[0])).calibration is None
    saved = checkpoint.read(packed[2])
    old = {k: v for k, v in saved.tensors.items() if not k.startswith("interval.")}
    path = tmp_path / "old.safetensors"
    checkpoint.write(path, checkpoint.Checkpoint(old | {"width": torch.ones(3, 19)}, saved.info))
    model = package.load(str(path))
    assert model.calibration is None
    (found,) = predict.predict(["CCO"], model)
    assert found.properties["gap"].low is None and found.lacking == ""


def test_a_package_among_runs_is_refused(packed, runs):
    with pytest.raises(checkpoint.CheckpointError, match="is a package already: give it alone"):
        package.join([runs[0], packed[2]])


def test_calibration_sees_no_test_molecule(packed, library):
    """Other targets for the test split: the same intervals."""
    model = packed[0]
    before = evaluate.calibrate(model, library)
    other = Library(library.data, library.parts)
    other.y[library.parts.test] += 1000.0
    after = evaluate.calibrate(model, other)
    for name, value in vars(before).items():
        np.testing.assert_array_equal(vars(after)[name], value)


@pytest.mark.parametrize("damage", ["cut", "header", "empty", "foreign", "missing member"])
def test_damaged_packages_are_refused(damage, packed, tmp_path):
    good = packed[2].read_bytes()
    path = tmp_path / "bad.safetensors"
    if damage == "foreign":
        from safetensors.torch import save

        path.write_bytes(save({"x": torch.ones(1)}))
    elif damage == "missing member":
        saved = checkpoint.read(packed[2])
        del saved.tensors["member.0.embed.weight"]
        checkpoint.write(path, saved)
    else:
        path.write_bytes({"cut": good[:-9], "header": b"x" * 99 + good[99:], "empty": b""}[damage])
    with pytest.raises(checkpoint.CheckpointError, match="damaged|not a QM9 checkpoint") as error:
        package.load(str(path))
    assert "\n" not in str(error.value)


def test_unknown_models_list_the_known_ones():
    with pytest.raises(
        checkpoint.CheckpointError, match="model 'bset' is unknown: give a path, or"
    ):
        package.load("bset")


def test_embeddings_are_one_point_a_molecule(packed, library):
    batch = evaluate.graphs_of(library.data, library.parts.test[:7])
    points = packed[0].predictor.embeddings(batch, batch=3)
    assert points.shape == (7, 86) and np.isfinite(points).all()
