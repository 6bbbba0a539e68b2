"""Run as a process of its own by test_train.py: trains a small real subset as the CLI would."""

import sys
from pathlib import Path

import torch

from core.qm9.data import data, split, task
from core.qm9.networks.settings import TrainSettings
from core.qm9.training import session
from core.qm9.training.distributed import start_group, stop_group
from core.qm9.training.train import Run

SETTINGS = {
    "model": "best", "optimizer": "muon", "geometry": 1.0, "width": 16, "layers": 2,
    "epochs": 5.0, "batch_size": 32, "lr": 3e-3, "precision": "fp32", "validate_every": 0,
}  # fmt: skip


def make(group=None, device="cpu", **changes):
    """The run of all tests here: 300 molecules, 9 steps an epoch."""
    qm9 = data.load()
    some, parts, rows = split.subset(qm9, split.split(len(qm9)), 300, 50)
    made = task.make_task(some, parts.train, data.load_geometry().take(rows))
    return Run(TrainSettings(**{**SETTINGS, **changes}), made, parts, device, group)


if __name__ == "__main__":
    torch.set_num_threads(1)
    group, _ = start_group("cpu")
    out, *options = sys.argv[1:]
    run = make(group, **({"epochs": 1e4} if "--long" in options else {}))
    session.train(run, Path(out), "--resume" in options, save_seconds=0)
    stop_group(group)
    # A thread of gloo that outlives its group aborts the process now and then, at its very end.
    names = [path.read_text().strip() for path in Path("/proc/self/task").glob("*/comm")]
    assert not [name for name in names if "gloo" in name], names
