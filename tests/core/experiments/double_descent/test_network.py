"""Trained networks of many widths: padded ones are torch's own, and where the peak is."""

import numpy as np
import pytest
import torch

from core.experiments.double_descent import network
from core.experiments.double_descent.network import GROUPS, WIDTHS, Networks, parameters
from core.experiments.double_descent.problem import RUNS
from core.experiments.double_descent.settings import MLP, DoubleDescentSettings


def networks(**changes):
    return Networks(DoubleDescentSettings(grows=MLP, **changes))


def trained(study, updates):
    for _ in range(updates):
        study.step()
    return study


@pytest.mark.parametrize("k", [0, 9])
def test_a_padded_network_is_torchs_own(k):
    """Same first weights, torch.nn, torch.optim.Adam and its cosine: same outputs."""
    study, width = networks(seed=2), WIDTHS[k]
    group, row = study.groups[0], k * RUNS + 1
    model = torch.nn.Sequential(
        torch.nn.Linear(network.D_IN, width), torch.nn.ReLU(), torch.nn.Linear(width, 1)
    )
    p = {name: part.detach()[row] for name, part in group.p.items()}
    with torch.no_grad():
        model[0].weight.copy_(p["W"][:, :width].T), model[0].bias.copy_(p["b"][0, :width])
        model[2].weight.copy_(p["v"][:width].T), model[2].bias.copy_(p["c"][0])
    assert sum(w.numel() for w in model.parameters()) == parameters(width)
    optimizer = torch.optim.Adam(model.parameters(), lr=network.ADAM)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, network.EPOCHS)
    for _ in range(25):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(group.x[row]), group.y[row]).backward()
        optimizer.step(), cosine.step()
    trained(study, 25)
    with torch.no_grad():
        torch.testing.assert_close(group(study.test)[row], model(study.test), rtol=1e-3, atol=1e-4)


def test_padding_stays_zero():
    study = trained(networks(), 30)
    for most, group in zip(GROUPS, study.groups, strict=True):
        W = group.p["W"].detach()
        widths = [w for w in WIDTHS if w <= most][-len(W) // RUNS :]
        for k, width in enumerate(widths):
            mine = slice(k * RUNS, (k + 1) * RUNS)
            assert float(W[mine, :, width:].abs().sum()) == 0
            assert float(W[mine, :, :width].abs().min()) > 0


def test_the_peak_stands_where_parameters_are_about_as_many_as_samples():
    test, train = trained(networks(noise=0.5), 600).errors()
    error = test.median(1).values.numpy()
    assert 80 <= parameters(WIDTHS[int(error.argmax())]) <= 150
    assert error.argmin() == 0  # the best model is the smallest
    assert error[-1] < 0.5 * error.max() and float(train[-1].max()) < 1e-6
    assert np.isfinite(error).all() and error.max() > 1
