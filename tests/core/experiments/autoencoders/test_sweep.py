"""Ten d from several seeds: the same networks as alone, from the page and the command line."""

import json
import shlex

import numpy as np
import pytest

from core.experiments.autoencoders.baseline import baseline
from core.experiments.autoencoders.experiment import Training
from core.experiments.autoencoders.figures_curve import sweep_figure
from core.experiments.autoencoders.held_out import errors_by_d
from core.experiments.autoencoders.settings import AutoencodersSettings
from core.experiments.autoencoders.sweep import LATENT, Sweep, is_recorded, main, recorded, table

FEW = {"hidden": (12,), "learning_rate": 0.02}


def finished(seeds=2, steps=20, every=False, **changes):
    sweep = Sweep(AutoencodersSettings(**{**FEW, **changes}), steps, seeds, every)
    sweep.work()
    return sweep


@pytest.mark.parametrize("model", ["plain", "variational"])
def test_each_is_the_network_that_the_page_would_train(model):
    sweep = finished(model=model)
    assert sweep.done and sweep.result.shape == (2, len(LATENT))
    for k, d in ((0, 4), (1, 12)):
        settings = AutoencodersSettings(**FEW, model=model, d=d, seed=k, max_steps=20, others=False)
        alone = Training(settings)
        alone.step(20)
        wanted = errors_by_d(alone, baseline(settings))[0]
        assert sweep.result[k, LATENT.index(d)] == pytest.approx(wanted, rel=1e-3)


def test_what_is_recorded_is_a_sweep_of_the_defaults():
    found, defaults = recorded(), AutoencodersSettings()
    updates, seeds = found["updates"], len(found["errors"])
    assert found["command"] == f"{Sweep(defaults, updates, seeds).command} --json"
    assert found["d"] == list(LATENT) and found["errors"].shape == (5, len(LATENT))
    assert (np.diff(np.median(found["errors"], 0)) < 0).all()
    pca = baseline(defaults).errors[list(LATENT)]
    assert (found["errors"].max(0) < pca)[:8].all()  # up to d = 16
    assert is_recorded(defaults.replace(d=8, seed=4, others=False))
    assert not is_recorded(defaults.replace(model="linear"))


def test_all_d_are_on_their_way_at_once():
    sweep = Sweep(AutoencodersSettings(**FEW), 20, 3)
    before = sweep.result
    for _ in range(3):
        sweep.advance()
    assert [run.steps for run in sweep.runs] == [5, 5, 5] and sweep.fraction == 0.25
    assert (sweep.result < before).mean() > 0.8


def test_the_command_gives_the_same_numbers(capsys):
    sweep = finished(data="spectra", noise="Gaussian", d=7, look="points")
    words = shlex.split(sweep.command)
    assert words[:3] == ["python", "-m", "core.experiments.autoencoders.sweep"]
    assert main([*words[3:], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["d"] == list(sweep.latent) == sorted([*LATENT, 7])
    np.testing.assert_allclose(found["errors"], sweep.result, rtol=1e-6)


def test_every_whole_number_can_be_on_the_curve(capsys):
    assert all(d in Sweep(AutoencodersSettings(d=d), 1, 1).latent for d in range(1, 33))
    sweep = finished(seeds=1, steps=5, every=True)
    assert sweep.latent == tuple(range(1, 33)) and sweep.result.shape == (1, 32)
    assert main([*shlex.split(sweep.command)[3:], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    np.testing.assert_allclose(found["errors"], sweep.result, rtol=1e-6)
    ten = finished(seeds=1, steps=5)  # beside 22 others each is the network that it was
    columns = [d - 1 for d in ten.latent]
    np.testing.assert_allclose(sweep.result[:, columns], ten.result, rtol=1e-4)


def test_table_and_figure_hold_all_seeds():
    sweep = finished()
    rows = table(sweep)
    assert [row["d"] for row in rows] == list(LATENT)
    assert all(row["best"] <= row["error: median"] <= row["worst"] for row in rows)
    figure = sweep_figure(sweep.settings, LATENT, sweep.result)
    sizes = {trace.name: len(trace.y) for trace in figure.data if trace.name}
    assert sizes == {"PCA": 32, "best to worst": 10, "one seed": 20, "median of seeds": 10}


@pytest.mark.parametrize("words", [["--steps", "0"], ["--seeds", "0"], ["--set", "d=99"]])
def test_bad_words_are_refused(words, capsys):
    with pytest.raises(SystemExit):
        main(words)
    assert "not allowed" in capsys.readouterr().err
