"""`check`: what it says of a device that computes as a CPU does, and of one that does not."""

import json

import pytest

from core.qm9.cli import check, cli
from core.qm9.networks.models import QM9_MODELS
from core.qm9.training.train import Run


@pytest.fixture
def two(monkeypatch):
    """Two architectures stand for all."""
    monkeypatch.setattr(check, "QM9_MODELS", {k: QM9_MODELS[k] for k in ("gcn", "best")})
    monkeypatch.setattr(check, "MOLECULES", 600)


def test_a_processor_agrees_with_itself(two, capsys):
    assert cli.main(["check", "--device", "cpu", "--seconds", "0.01", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["model"] for row in rows] == ["gcn", "best"]
    for row in rows:
        assert row["ok"] and row["loss"] == row["weights"] == row["outputs"] == 0
        assert row["steps_per_second"] > 0 and row["busy"] is None and row["note"] == ""


def test_a_device_that_differs_is_named_and_ends_with_status_1(two, capsys, monkeypatch):
    honest = Run.losses
    best = []

    def wrong(run, rows):
        best.extend([run] if run.settings.model == "best" else [])
        off = run in best[1:] and run is not best[0]  # the first is the one on the CPU
        return honest(run, rows) * (1.01 if off else 1.0)

    monkeypatch.setattr(Run, "losses", wrong)
    assert cli.main(["check", "--device", "cpu", "--seconds", "0.01"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:4] == ["model", "loss", "weights", "outputs"]
    assert "DIFFERS" in lines[2] and lines[2].startswith("best") and "DIFFERS" not in lines[1]
