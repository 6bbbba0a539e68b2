"""MNIST-1D: as a task of the page, and the recorded race of four families."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from core.datasets.mnist1d import load
from core.experiments.recurrence.mnist1d import COMMAND, RECORDED, Row, Trained, main, recorded
from core.experiments.recurrence.mnist1d_families import FAMILIES, first_weights
from core.experiments.recurrence.pictures import Recurrence
from core.experiments.recurrence.sequences import MNIST_1D, TRAINED, draw, signals
from core.experiments.recurrence.settings import RecurrenceSettings
from core.experiments.recurrence.unroll import held_out, letters
from core.export import script

GOALS = {"linear": 32, "MLP": 65, "CNN": 94, "GRU": 91}  # percent
PUBLISHED = {"linear": 32, "MLP": 68, "CNN": 94, "GRU": 91}  # README of greydanus/mnist1d


def of_seed(weights, s):
    """The weights of one seed; both ways of the GRU have the seeds second."""
    return {n: w[:, s] if n in ("W_x", "b_h", "W_h") else w[s] for n, w in weights.items()}


def by_torch_linear(x, w):
    return x @ w["W"] + w["b"]


def by_torch_mlp(x, w):
    first = nn.functional.linear(x, w["W_1"].T, w["b_1"][0]).relu()
    second = nn.functional.linear(first, w["W_2"].T, w["b_2"][0]).relu()
    return nn.functional.linear(first + second, w["W"].T, w["b"][0])


def by_torch_cnn(x, w):
    layers = []
    for name, channels, kernel in (("1", 1, 5), ("2", 25, 3), ("3", 25, 3)):
        layer = nn.Conv1d(channels, 25, kernel, stride=2, padding=1)
        layer.weight.data, layer.bias.data = w[f"K_{name}"], w[f"k_{name}"]
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten())(x[:, None]) @ w["W"] + w["b"]


def by_torch_gru(x, w):
    layer = nn.GRU(1, 6, batch_first=True, bidirectional=True)
    for way, end in enumerate(("", "_reverse")):
        state = {
            f"weight_ih_l0{end}": w["W_x"][way].T,
            f"weight_hh_l0{end}": w["W_h"][way].T,
            f"bias_ih_l0{end}": w["b_h"][way][0],
            f"bias_hh_l0{end}": torch.zeros(18),
        }
        assert not layer.load_state_dict(state, strict=False).unexpected_keys
    h, _ = layer(x[..., None])  # (B, 40, 12)
    back = h[..., 6:].flip(1)  # ours keeps the order in which it was read
    return torch.cat([h[..., :6].flatten(1), back.flatten(1)], 1) @ w["W"] + w["b"]


BY_TORCH = {
    "linear": by_torch_linear, "MLP": by_torch_mlp, "CNN": by_torch_cnn, "GRU": by_torch_gru,
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
@torch.no_grad()
def test_a_family_is_that_of_torch_with_the_same_weights(family):
    weights, x = first_weights(family, 3), torch.from_numpy(load().x[:7])
    ours = FAMILIES[family].out(x, weights)
    assert ours.shape == (3, 7, 10)
    for s in range(3):
        theirs = BY_TORCH[family](x, of_seed(weights, s))
        torch.testing.assert_close(ours[s], theirs, rtol=1e-4, atol=1e-5)


def test_the_recorded_race_holds_what_the_page_says():
    command, rows = recorded()
    assert command == COMMAND and [row.family for row in rows] == list(GOALS)
    found = json.loads(RECORDED.read_text("utf-8"))["results"]
    assert all(set(row) == {field.name for field in dataclasses.fields(Row)} for row in found)
    for row in rows:
        assert abs(row.mean - GOALS[row.family]) <= 3, row
        assert row.published == PUBLISHED[row.family]
        assert len(row.accuracy) == 5 and row.seconds > 0 and row.steps == 6000
        assert row.mean == pytest.approx(np.mean(row.accuracy), abs=0.06)
        assert row.spread == pytest.approx(np.std(row.accuracy, ddof=1), abs=0.06)
        assert row.parameters == sum(w[:1].numel() if n not in ("W_x", "b_h", "W_h") else w.numel()
                                     for n, w in first_weights(row.family, 1).items())  # fmt: skip


def test_softmax_regression_comes_near_its_row_in_few_updates():
    trained = Trained("linear", steps=300, seeds=2)
    trained.work()
    assert trained.done and trained.result.mean == pytest.approx(32, abs=3)
    assert trained.result.spread < 3 and trained.result.steps == 300


def test_the_command_line_trains_one_family(capsys):
    assert main(["--family", "MLP", "--steps", "20", "--seeds", "1"]) == 0
    names, row = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert names[0] == "family" and row[0] == "MLP" and len(names) == len(row)
    with pytest.raises(SystemExit):
        main(["--record", "--steps", "20"])
    assert "neither of the others" in capsys.readouterr().err


def test_a_run_learns_from_4000_signals_and_is_judged_by_others():
    settings, data = RecurrenceSettings(target=MNIST_1D), load()
    batch = draw(settings, 64, 40, torch.Generator().manual_seed(0))
    for x, y in zip(batch.x[..., 0].numpy(), batch.y.numpy(), strict=True):
        at = np.flatnonzero((data.x == x).all(1))
        assert len(at) and at[0] < TRAINED and (y == data.y[at[0]]).all()
    judged = held_out(settings)
    np.testing.assert_array_equal(judged.x[..., 0], data.x_test[:256])
    np.testing.assert_array_equal(judged.y[:, 0], data.y_test[:256])
    assert letters(settings) == [f"{value:.1f}" for value in data.x_test[0]]


@pytest.mark.parametrize("T", [8, 39, 40, 41, 100])
def test_other_lengths_lie_on_straight_lines_between_the_values(T):
    table = np.column_stack([load().x[:5], load().y[:5]]).astype(np.float32)
    ours = signals(torch.from_numpy(table), T)
    assert ours.x.shape == (5, T, 1) and (ours.y.numpy() == table[:, -1:]).all()
    for row, x in zip(table, ours.x[..., 0], strict=True):
        theirs = np.interp(np.linspace(0, 39, T), np.arange(40), row[:-1])
        np.testing.assert_allclose(x, theirs, atol=1e-4)


def test_a_script_holds_the_signals_and_prints_the_same_loss(tmp_path):
    assert RecurrenceSettings().embedded == {}
    settings = RecurrenceSettings(target=MNIST_1D, cells=("RNN",), length=20)
    (tmp_path / "run.py").write_text(script(Recurrence, settings, 6))
    command = [sys.executable, "-I", "run.py"]
    out = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    )
    experiment = Recurrence(settings)
    experiment.step(6)
    assert float(out.stdout.split()[1]) == pytest.approx(experiment.loss(), rel=1e-5)
