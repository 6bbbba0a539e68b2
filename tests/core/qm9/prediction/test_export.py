"""ONNX files: another program computes the same from them."""

import json

import onnxruntime
import pytest

from core.molecules import from_smiles
from core.qm9.cli import cli
from core.qm9.data import graphs
from core.qm9.networks.models import QM9_MODELS, make_model
from core.qm9.networks.package import Package
from core.qm9.networks.predictor import Predictor
from core.qm9.prediction import export

SMILES = ("CCO", "c1ccccc1C#N", "C", "[NH3+]CC(=O)[O-]", "C.O")


@pytest.mark.parametrize("name", QM9_MODELS)
def test_onnx_runtime_computes_the_same(name, small, tmp_path):
    members = [make_model(name, seed, width=16).eval() for seed in (0, 1)]
    model = Package(name, Predictor(members, small[2].linear), None)
    path = tmp_path / "model.onnx"
    assert export.export(model, path)["file"] == str(path)
    session = onnxruntime.InferenceSession(str(path))
    used = {i.name for i in session.get_inputs()}
    for texts in (SMILES, SMILES[:1]):  # another number of molecules and of atoms than traced
        batch = graphs.from_molecules([from_smiles(s) for s in texts])
        fields = {name: getattr(batch, name).numpy() for name in used}
        expected = model.predictor.outputs(batch).mean(0)
        assert session.run(None, fields)[0] == pytest.approx(expected, abs=1e-5)
    beside = json.loads(path.with_suffix(".json").read_text())
    assert beside["scale"] == pytest.approx(small[2].linear.scale)
    assert len(beside["outputs"]) == 14


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
