"""`python -m core.experiments`."""

import json
import subprocess
import sys

import pytest

from core.experiments import EXPERIMENTS
from core.experiments.__main__ import main
from core.film import Film


def test_list_without_torch():
    code = (
        "import sys; from core.experiments.__main__ import main; main(['list']);"
        "sys.exit('torch' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert out.returncode == 0
    assert [line.split()[0] for line in out.stdout.splitlines()] == list(EXPERIMENTS)
    assert "Decision boundaries" in out.stdout


def test_run_prints_json_and_saves_a_film(tmp_path, capsys):
    film = tmp_path / "out.npz"
    arguments = ["--set", "dataset=xor", "--set", "seed=3", "--steps", "50", "--json"]
    assert main(["run", "boundaries", *arguments, "--film", str(film)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["steps"] == 50 and result["parameters"] == 43 and result["seconds"] > 0
    loaded = Film.load(film)
    for name in ("loss", "accuracy", "test_loss"):
        assert result[name] == pytest.approx(float(loaded[name][-1]))


def test_nan_is_null_in_json(capsys):
    assert main(["run", "boundaries", "--set", "dataset=points", "--steps", "5", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["test_loss"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "boundry"], ["boundry", "boundaries"]),
        (["run", "boundaries", "--set", "hiden=3"], ["hiden", "hidden"]),
        (["run", "boundaries", "--set", "hidden=99"], ["hidden", "99", "from 1 to 16"]),
        (["run", "boundaries", "--set", "seed"], ["--set", "NAME=VALUE"]),
        (["run", "boundaries", "--set", "formula=x3"], ["formula", "x3"]),
        (["run", "boundaries", "--steps", "-1"], ["--steps", "-1"]),
        (["run", "boundaries", "--steps", "1", "--film", "/none/x.npz"], ["--film", "/none"]),
    ],
)
def test_refused_in_one_line_with_status_2(arguments, words, capsys):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and captured.out == ""
    assert all(word in captured.err for word in words)


def test_help_and_settings(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0 and "list" in capsys.readouterr().out
    assert main(["run", "boundaries", "--settings"]) == 0
    assert "learning_rate=0.01" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stop:
        main(["run", "boundaries", "--steps", "x"])
    assert stop.value.code == 2
