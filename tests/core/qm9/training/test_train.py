"""The training loop: kill and resume, shards, schedules, failures."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from core import ROOT
from core.qm9.data import shards, split
from core.qm9.data.source import DataError
from core.qm9.networks import checkpoint
from core.qm9.networks.settings import TrainSettings
from core.qm9.training import session, state
from core.qm9.training.train import Run, TrainingError, epoch_order, loss_weights, needed_outputs
from core.settings import SettingError
from tests.core.qm9 import worker

COMMAND = [sys.executable, "-m", "tests.core.qm9.worker"]


def same(tensors, run):
    for name, value in run.model.state_dict().items():
        assert torch.equal(tensors[f"model.{name}"], value), name


def test_kill_at_any_moment_and_resume_gives_the_same_weights(tmp_path, whole):
    path = tmp_path / session.CHECKPOINT
    for cut in (7,):  # killed at a step that nobody chose exactly
        command = [*COMMAND, str(tmp_path), *(["--resume"] if path.exists() else [])]
        process = subprocess.Popen(command, cwd=ROOT)
        deadline = time.monotonic() + 240
        while not (path.exists() and checkpoint.read(path).info["step"] >= cut):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
        assert checkpoint.read(path).info["step"] < whole.total
    subprocess.run([*COMMAND, str(tmp_path), "--resume"], cwd=ROOT, check=True, timeout=240)
    saved = checkpoint.read(path)
    assert saved.info["step"] == whole.total
    same(saved.tensors, whole)
    for line in (tmp_path / session.LOG).read_text().splitlines():
        assert {"step", "steps", "molecules_per_second", "seconds_left"} <= set(json.loads(line))


def test_stop_signal_saves_and_ends(tmp_path):
    run = worker.make()
    step = run.train_step

    def interrupted():
        if run.step == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return step()

    run.train_step = interrupted
    last = session.train(run, tmp_path, save_seconds=1e9)
    assert last["state"] == "stopped"
    assert checkpoint.read(tmp_path / session.CHECKPOINT).info["step"] == run.step < run.total


def test_shards_train_to_the_same_loss_and_stream(tmp_path, small):
    _, parts, task = small
    settings = TrainSettings(model="gcn", epochs=1, batch_size=50, precision="fp32")
    disk = shards.through_disk(task, tmp_path, shard=256)
    run = Run(settings, disk, parts)
    assert run.graphs.shard == 256 and isinstance(disk.graphs.maps[0]["bonds"], np.memmap)
    rows = torch.tensor([0, 999, 300, 256, 255])
    for name in shards.FIELDS:
        assert torch.equal(getattr(disk.graphs.take(rows), name), getattr(task.graphs, name)[rows])
    assert torch.equal(disk.labels[rows].nan_to_num(), task.labels[rows].nan_to_num())
    resident = Run(settings, task, parts)
    same_rows = run.batch_rows(0)
    torch.testing.assert_close(run.losses(same_rows), resident.losses(same_rows))
    assert run.advance(12) < 3 and run.done
    assert set(run.validate()) == set(resident.validate())


def test_shards_written_part_by_part_are_those_of_the_whole(tmp_path, small):
    _, _, task = small
    cuts = torch.arange(len(task.graphs)).split([1, 400, 0, 256, len(task.graphs) - 657])
    parts = ((task.graphs.take(rows), task.labels[rows]) for rows in cuts)
    shards.write(tmp_path / "parts", parts, 256)
    shards.write(tmp_path / "whole", [(task.graphs, task.labels)], 256)
    names = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == names
    for name in names:
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_half_written_set_of_shards_is_none(tmp_path, small):
    _, _, task = small
    shards.write(tmp_path, [(task.graphs, task.labels)], 256)
    next(tmp_path.glob("00002-bonds.npy")).unlink()
    with pytest.raises(DataError, match="holds no complete shards"):
        shards.Shards.open(tmp_path)


def test_epoch_order_visits_everything_once_and_shard_by_shard():
    order = epoch_order(1000, 100, torch.Generator().manual_seed(0))
    assert order.sort().values.tolist() == list(range(1000))
    assert all(len(set((part // 100).tolist())) == 1 for part in order.split(100))
    assert epoch_order(10, 0, torch.Generator().manual_seed(0)).tolist() != list(range(10))


def test_chosen_targets_decide_what_counts(small):
    _, parts, task = small
    assert needed_outputs(("gap",)).tolist() == [0, 0, 1, 1, 1] + [0] * 9
    assert needed_outputs(("g",)).sum() == 3 and needed_outputs(("mu", "a")).sum() == 2
    run = Run(TrainSettings(model="mlp", targets=("mu",), epochs=1), task, parts)
    assert list(run.validate()) == ["mu"]


def test_emphasized_targets_weigh_more_in_the_loss(small):
    _, parts, task = small
    plain = TrainSettings(model="mlp", targets=("mu", "gap"), epochs=1)
    more = plain.replace(emphasis=("mu", "cv"), emphasis_factor=3.0)
    assert loss_weights(plain).tolist() == [1, 0, 1, 1, 1] + [0] * 9
    assert loss_weights(more).tolist() == [3, 0, 1, 1, 1] + [0] * 9
    runs = [Run(words, task, parts) for words in (plain.replace(targets=("mu",)), plain, more)]
    alone, both, stressed = (float(run.losses(run.rows[:32]).detach()) for run in runs)
    assert stressed == pytest.approx((4 * both + 2 * alone) / 6, rel=1e-5)


def test_nan_stops_with_a_remedy_and_keeps_the_checkpoint(tmp_path):
    run = worker.make()
    run.advance(2)
    state.save(run, tmp_path / session.CHECKPOINT)
    with torch.no_grad():
        next(run.model.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingError, match="loss is nan at step 3: lower --lr"):
        run.advance(1)
    worker.make().model.load_state_dict(
        checkpoint.read(tmp_path / session.CHECKPOINT).part("model")
    )


def test_resume_refuses_other_settings_and_replans_another_length(tmp_path):
    path = tmp_path / session.CHECKPOINT
    run = worker.make()
    run.advance(5)
    state.save(run, path)
    with pytest.raises(checkpoint.CheckpointError, match="trained with lr = 0.003, not 0.001"):
        state.restore(worker.make(lr=1e-3), path)
    longer = worker.make(epochs=20.0)
    state.restore(longer, path)
    assert (longer.step, longer.total) == (5, 180)


def test_a_run_is_never_overwritten_by_accident(tmp_path):
    run = worker.make()
    state.save(run, tmp_path / session.CHECKPOINT)
    with pytest.raises(checkpoint.CheckpointError, match="add --resume or choose another"):
        session.train(run, tmp_path)
    with pytest.raises(checkpoint.CheckpointError, match="does not exist"):
        session.train(run, tmp_path / "elsewhere", resume=True)


def test_a_full_disk_keeps_the_last_good_checkpoint(tmp_path, monkeypatch):
    run, path = worker.make(), tmp_path / session.CHECKPOINT
    state.save(run, path)
    good = path.read_bytes()
    run.advance(1)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        checkpoint.CheckpointError, match="No space left.*last good checkpoint is kept"
    ):
        state.save(run, path)
    assert path.read_bytes() == good and len(list(tmp_path.iterdir())) == 1


def test_minutes_plan_a_whole_schedule(tmp_path):
    run = worker.make(minutes=0.02)
    session.prepare(run, tmp_path / session.CHECKPOINT, resume=False)
    assert run.total > run.step > 0
    run.advance(run.total)
    assert run.done and run.step == run.total


def test_settings_are_checked_by_name():
    with pytest.raises(SettingError, match="model = 'gnc' is not allowed: one of mlp, deep-sets"):
        TrainSettings(model="gnc")
    with pytest.raises(SettingError, match="geometry = 1.0 is not allowed: 0 unless model = best"):
        TrainSettings(model="gcn", geometry=1.0)
    assert TrainSettings.from_json(TrainSettings(targets=("mu",)).to_json()).targets == ("mu",)


def test_subset_keeps_the_training_order(qm9):
    parts = split.split(len(qm9))
    some, small_parts, rows = split.subset(qm9, parts, 100, 10)
    assert rows.tolist() == [*parts.train[:100], *parts.validation[:10], *parts.test[:10]]
    assert [some.smiles[i] for i in small_parts.test] == [qm9.smiles[r] for r in parts.test[:10]]
