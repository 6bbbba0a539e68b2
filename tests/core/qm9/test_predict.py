"""Packages, intervals and predictions."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.molecules import from_smiles
from core.qm9 import (
    checkpoint,
    conformal,
    evaluate,
    graphs,
    package,
    predict,
    session,
    state,
    targets,
)
from core.qm9.predict import Library
from core.qm9.settings import TrainSettings
from core.qm9.train import Run


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


def test_half_widths_are_the_conformal_quantile():
    errors = np.arange(1.0, 100.0)[:, None].repeat(19, 1)  # 99 errors
    width = conformal.calibrate(errors, np.full(99, 1))
    assert (width[1] == 90).all()  # rank ceil(100 * 0.9)
    assert np.isinf(width[0]).all() and np.isinf(width[2]).all()


def test_conformal_covers_new_draws_group_by_group():
    g = np.random.default_rng(0)
    group = g.integers(0, 3, 40_000)
    errors = np.abs(g.normal(size=(40_000, 19))) * (1 + 5 * (group == 0))[:, None]
    width = conformal.calibrate(errors[:20_000], group[:20_000])
    found = conformal.coverage(errors[20_000:], group[20_000:], width)
    for name in ("all", *conformal.GROUPS):
        assert np.array(list(found[name].values())) == pytest.approx(0.9, abs=0.015)


def test_groups():
    batch = graphs.from_molecules(
        [from_smiles(s) for s in ("[NH3+]CC(=O)[O-]", "CCCCCCCCC", "CCO", "C" * 12)]
    )
    names = [conformal.GROUPS[i] for i in conformal.group_of(batch)]
    assert names == ["charged", "nine", "fewer", "nine"]


def test_package_keeps_the_prediction_and_its_card_is_readable(packed, runs, library):
    model, card, path = packed
    assert len(model.predictor.members) == 2 and model.width.shape == (3, 19)
    batch = evaluate.graphs_of(library.data, library.parts.test[:50])
    members = [m for run in runs for m in package.load(str(run)).predictor.members]
    exact = type(model.predictor)(members, model.predictor.linear).predict(batch)
    error = np.abs(model.predictor.predict(batch) - exact).mean(0)
    assert (error < 0.02 * np.array(list(card["test"]["mae"].values())) + 1e-4).all()  # 8 bits
    shown = json.loads(path.with_suffix(".json").read_text())
    for key in ("settings", "commit", "seeds", "epochs", "minutes", "test", "parameters"):
        assert key in shown
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


def test_every_interval_holds_its_value(packed):
    """36 carbons, far from QM9: a dipole moment of -0.8 D lay outside its own interval."""
    (found,) = predict.predict(["C" * 36], packed[0])
    for one in found.properties.values():
        assert one.low is None or one.low <= one.value <= one.high


def test_warnings():
    assert any("Formal charges" in w for w in predict.warnings(from_smiles("[NH3+]CC(=O)[O-]")))
    assert any("do not add up" in w for w in predict.warnings(from_smiles("C[NH3+]")))
    assert any("Several fragments" in w for w in predict.warnings(from_smiles("C.C")))
    assert any("Unpaired electrons" in w for w in predict.warnings(from_smiles("C[CH2]")))
    assert predict.warnings(from_smiles("CCO")) == []


def test_unseen_atom_states_are_named(qm9):
    library = Library.of(qm9)
    assert any("in a state" in w for w in predict.warnings(from_smiles("C=[O+]C"), library))
    assert predict.warnings(from_smiles("CCO"), library) == []


def test_members_must_belong_together(runs, small, tmp_path):
    _, parts, task = small
    other = Run(TrainSettings(model="gcn", epochs=1), task, parts)
    state.save(other, tmp_path / session.CHECKPOINT)
    with pytest.raises(checkpoint.CheckpointError, match="has model = gcn, the first run mpnn"):
        package.members_of([runs[0], tmp_path])


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
