"""`train --start`: from a trained model on, and into one that has grown."""

import numpy as np
import pytest
import torch

from core.qm9.data.task import make_task
from core.qm9.networks import checkpoint
from core.qm9.networks.models import make_model
from core.qm9.networks.settings import TrainSettings
from core.qm9.training import session, start, state
from core.qm9.training.train import Run


@pytest.fixture
def trained(small, tmp_path):
    """A short run of an MLP, its task and its folder."""
    _, parts, task = small
    settings = TrainSettings(model="mlp", epochs=2, batch_size=64, precision="fp32")
    run = Run(settings, task, parts)
    session.train(run, tmp_path / "first")
    return run, tmp_path / "first"


def test_a_run_begins_where_another_one_ended(small, trained):
    qm9, parts, _ = small
    run, folder = trained
    settings = TrainSettings(model="mlp", epochs=1, seed=3, precision="fp32")
    begin = start.read(str(folder), settings)
    # Half of the molecules: a linear part fitted to them would be another one.
    half = parts.train[: len(parts.train) // 2]
    task = make_task(qm9, half, None, begin.simple)
    assert np.abs(make_task(qm9, half).linear.scale - task.linear.scale).max() > 1e-3
    again = Run(settings, task, parts)
    assert again.validate() != run.validate()
    begin.into(again)
    assert again.validate() == run.validate()


def test_resume_asks_for_the_same_start_and_a_card_names_it(small, trained, tmp_path):
    _, parts, task = small
    _, folder = trained
    settings = TrainSettings(model="mlp", epochs=1, batch_size=64, precision="fp32")
    run = Run(settings, task, parts)
    begin = start.read(str(folder), settings)
    begin.into(run)
    before = [p.detach().clone() for p in run.model.parameters()]
    assert all(map(torch.equal, run.ema, before))
    run.advance(1)
    # The first average takes one part of eleven from the start.
    for average, old, new in zip(run.ema, before, run.model.parameters(), strict=True):
        torch.testing.assert_close(average, old / 11 + new.detach() * 10 / 11)
    run.advance(1)
    state.save(run, tmp_path / "second.safetensors")
    info = checkpoint.read(tmp_path / "second.safetensors").info
    assert info["start"] == begin.origin and len(begin.origin["sha256"]) == 64
    assert "--model mlp" in begin.origin["commands"][0]
    with pytest.raises(checkpoint.CheckpointError, match=f"--start {folder}: use the same"):
        state.restore(Run(settings, task, parts), tmp_path / "second.safetensors")
    other = Run(settings, task, parts)
    begin.into(other)
    state.restore(other, tmp_path / "second.safetensors")
    assert other.advance(3) == run.advance(3)


def test_another_architecture_or_size_is_refused(small, trained):
    _, parts, task = small
    _, folder = trained
    with pytest.raises(checkpoint.CheckpointError, match="is a mlp, not a gcn: add --model mlp"):
        start.read(str(folder), TrainSettings(model="gcn"))
    narrow = TrainSettings(model="mlp", width=16)
    with pytest.raises(checkpoint.CheckpointError, match="another shape at .*--width"):
        start.read(str(folder), narrow).into(Run(narrow, task, parts))


@pytest.mark.parametrize("lost", ["ema.", "linear."])
def test_a_file_without_weights_is_damaged(trained, tmp_path, lost):
    saved = checkpoint.read(trained[1] / session.CHECKPOINT)
    for name in [n for n in saved.tensors if n.startswith(lost)]:
        del saved.tensors[name]
    checkpoint.write(tmp_path / "bad.safetensors", saved)
    with pytest.raises(checkpoint.CheckpointError, match="is damaged"):
        start.read(str(tmp_path / "bad.safetensors"), TrainSettings(model="mlp"))


def test_new_inputs_start_silent(small):
    _, _, task = small
    graphs = task.graphs.take(torch.arange(8))
    model = make_model("best", 0).eval()
    weights = {k: v.clone() for k, v in model.state_dict().items()}
    # As if the readout had not heard of moments yet, nor attention of hydrogens.
    weights["readout.0.weight"] = weights["readout.0.weight"][:, :256]
    weights["near.0.weight"] = weights["near.0.weight"][:, :1]
    gone = [k for k in weights if k.startswith("moments.")]
    for key in gone:
        del weights[key]
    grown = [make_model("best", seed).eval() for seed in (1, 2)]
    for other in grown:
        start.grow(other, weights, "old")
    one, two = (other(graphs) for other in grown)
    assert not torch.equal(grown[0].moments.charge.weight, grown[1].moments.charge.weight)
    torch.testing.assert_close(one, two)
    assert (model(graphs) - one).abs().max() > 1e-4
