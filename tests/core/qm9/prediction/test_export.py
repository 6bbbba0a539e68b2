"""ONNX files: another program computes the same from them."""

import json

import numpy as np
import onnxruntime
import pytest

from core.molecules import from_smiles
from core.qm9.cli import cli
from core.qm9.data import graphs
from core.qm9.data.targets import KEYS, UNITS
from core.qm9.networks.models import QM9_MODELS, make_model
from core.qm9.networks.package import Package
from core.qm9.networks.predictor import Predictor
from core.qm9.prediction import export
from core.qm9.prediction.predict import predict

SMILES = ("CCO", "c1ccccc1C#N", "C", "[NH3+]CC(=O)[O-]", "C.O")


@pytest.mark.parametrize("name", QM9_MODELS)
def test_onnx_runtime_computes_the_same(name, small, tmp_path):
    members = [make_model(name, seed, width=16).eval() for seed in (0, 1)]
    model = Package(name, Predictor(members, small[2].linear), None)
    path = tmp_path / "model.onnx"
    assert export.export(model, path)["file"] == str(path)
    session = onnxruntime.InferenceSession(str(path))
    card = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert [(i["name"], i["shape"]) for i in card["inputs"]] == [
        (i.name, i.shape) for i in session.get_inputs()
    ]
    assert [one["key"] for one in card["outputs"]] == list(KEYS)
    assert [one["unit"] for one in card["outputs"]] == list(UNITS.values())
    for texts in (SMILES, SMILES[:1]):  # another number of molecules and of atoms than traced
        batch = graphs.from_molecules([from_smiles(s) for s in texts])
        fields = {i["name"]: getattr(batch, i["name"]).numpy() for i in card["inputs"]}
        dtypes = {i["name"]: i["dtype"].replace("float", "float32") for i in card["inputs"]}
        assert {name: str(value.dtype) for name, value in fields.items()} == dtypes
        found = session.run(["targets"], fields)[0]
        said = [list(one.properties.values()) for one in predict(texts, model)]
        expected = np.array([[p.value for p in one] for one in said])
        assert found.shape == (len(texts), 19) and found.dtype == np.float64
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
        assert found[0, KEYS.index("u0")] == pytest.approx(expected[0, KEYS.index("u0")], abs=1e-3)


def test_a_shipped_model_says_of_ethanol_what_predict_says(tmp_path, capsys):
    path = tmp_path / "gcn.onnx"
    assert cli.main(["export", "--model", "gcn", "--onnx", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    batch = graphs.from_molecules([from_smiles("CCO")])
    fields = {i["name"]: getattr(batch, i["name"]).numpy() for i in printed["inputs"]}
    (found,) = onnxruntime.InferenceSession(str(path)).run(None, fields)[0]
    assert cli.main(["predict", "--model", "gcn", "CCO", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["properties"]
    assert dict(zip(KEYS, found, strict=True)) == pytest.approx(
        {key: p["value"] for key, p in said.items()}, rel=1e-5, abs=1e-5
    )


def test_a_missing_package_is_named(small, tmp_path, monkeypatch, capsys):
    def without(*_, **__):
        raise export.torch.onnx.errors.OnnxExporterError("Module onnx is not installed!")

    monkeypatch.setattr(export.torch.onnx, "export", without)
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    path = tmp_path / "m.onnx"
    assert cli.main(["export", "--model", "gcn", "--onnx", str(path)]) == 2
    assert capsys.readouterr().err == "error: package onnx is not installed: pip install onnx\n"
    monkeypatch.setattr(export, "find_spec", lambda name: name)
    with pytest.raises(export.torch.onnx.errors.OnnxExporterError):
        cli.main(["export", "--model", "gcn", "--onnx", str(path)])
