"""`python -m core.qm9`: the JSON of each command, and one line with status 2 where it can't."""

import json
import subprocess
import sys

import pytest

from core import ROOT
from core.qm9.cli import cli
from core.qm9.data import targets


def run(capsys, *arguments):
    """Exit status, and what was printed as JSON (or None), and stderr."""
    status = cli.main([*arguments, "--json"])
    printed = capsys.readouterr()
    return status, json.loads(printed.out) if printed.out else None, printed.err


def test_graph(capsys):
    status, found, _ = run(capsys, "graph", "CCO")
    assert status == 0
    assert found["atoms"][2] == {"symbol": "O", "features": [0, 0, 0, 1, 0, 8, 0, 0, 1, 0, 1]}
    assert found["bonds"] == [
        {"i": 0, "j": 1, "features": [1, 0, 0, 0]},
        {"i": 1, "j": 2, "features": [1, 0, 0, 0]},
    ]


def test_info(capsys, qm9):
    status, found, _ = run(capsys, "info")
    assert status == 0 and found["molecules"] == 130_831 and found["failed"] == []
    assert len(found["duplicates"]) == 87 and len(found["straddling"]) == 25
    assert found["split"]["train"] == 110_000 and len(found["targets"]) == 19


def test_predict_leaves_out_what_has_no_interval(capsys):
    status, found, error = run(capsys, "predict", "CCO", "C" * 12)
    ethanol, chain = (one["properties"]["gap"] for one in found)
    assert status == 0 and ethanol["low"] < ethanol["high"]
    assert chain["low"] is None and chain["high"] is None and "12 heavy atoms" in error
    assert cli.main(["predict", "C" * 12]) == 0
    assert "[" not in capsys.readouterr().out.split("\n", 1)[1]


def test_train_evaluate_and_predict(capsys, tmp_path, monkeypatch):
    out = str(tmp_path / "run")
    common = ["train", "--model", "mlp", "--subset", "200", "--batch-size", "100", "--out", out]
    status, found, _ = run(capsys, *common, "--epochs", "2", "--targets", "gap,mu")
    assert status == 0 and found["state"] == "done"
    status, _, error = run(capsys, *common, "--epochs", "2")
    assert status == 2 and "add --resume" in error
    status, found, _ = run(capsys, *common, "--epochs", "4", "--targets", "gap,mu", "--resume")
    assert status == 0 and found["step"] == 8
    status, found, _ = run(capsys, "predict", "CCO", "--model", out)
    assert status == 0 and found["properties"]["gap"]["low"] is None
    status, found, _ = run(capsys, "evaluate", "--model", out, "--split", "validation")
    assert found["n"] == 10_000 and set(found["mae"]) == set(targets.KEYS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["graph", "xx"], "SMILES 'xx' can't be read"),
        (["predict", "C[Si]"], "element Si is not in QM9"),
        (["predict", "CCO", "--model", "bset"], "model 'bset' is unknown"),
        (["predict", "CCO", "--model", "gone.safetensors"], "gone.safetensors does not exist"),
        (["evaluate", "--split", "dev"], "--split dev is unknown: choose from train"),
        (["train", "--model", "gnc"], "model = 'gnc' is not allowed: one of mlp"),
        (["train", "--targets", "gup"], "targets = ('gup',) is not allowed"),
        (["train", "--lr", "fast"], "lr = 'fast' is not allowed: a number from"),
        (["train", "--epochs", "-1"], "epochs = -1.0 is not allowed"),
        (["train", "--subset", "200000"], "subset = 200000 is not allowed"),
        (["train", "--device", "tpu"], "--device tpu is not on this machine: use auto or"),
        (["train", "--resume", "--subset", "99", "--out", "/nowhere"], "does not exist"),
        (["curves", "--models", "best"], "--models best is unknown: choose from mlp"),
        (["curves", "--sizes", "7"], "--sizes 7 is unknown"),
        (["bench", "--only", "gin"], "--only gin is unknown: choose from gcn"),
        (["package", "/nowhere", "--out", "x.pt"], "--out x.pt must end in .safetensors"),
        (["package", "gcn", "gat", "--out", "x.safetensors"], "gcn is a package already"),
    ],
)
def test_one_line_and_status_2(arguments, words, capsys):
    status, found, error = run(capsys, *arguments)
    assert status == 2 and found is None
    assert error.startswith("error: ") and error.count("\n") == 1 and words in error


def test_damaged_checkpoint(capsys, tmp_path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"\0" * 100)
    status, _, error = run(capsys, "evaluate", "--model", str(path))
    assert status == 2 and "is damaged" in error and error.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    ["info", "graph", "train", "evaluate", "predict", "bench", "export", "package", "curves"]
    + ["check"],
)
def test_every_command_has_help_and_json(command, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([command, "--help"])
    assert stop.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "core.qm9", "graph", "C#C#C"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
