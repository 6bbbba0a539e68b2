"""Several processes of one run: the losses of one process, and all of them end together."""

import json
import os
import signal
import socket
import subprocess
import time

import pytest
import torch

from core import ROOT
from core.qm9.networks import checkpoint
from core.qm9.training import session
from tests.core.qm9 import worker
from tests.core.qm9.training.test_train import COMMAND


def two_ranks(folder, *options):
    """Two processes of one run, as torchrun would start them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ranks = []
    for rank in range(2):
        place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": 2, "MASTER_PORT": port}
        environment = {**os.environ, **{k: str(v) for k, v in place.items()}}
        environment |= {"MASTER_ADDR": "127.0.0.1", "GLOO_SOCKET_IFNAME": "lo"}
        ranks.append(subprocess.Popen([*COMMAND, str(folder), *options], cwd=ROOT, env=environment))
    return ranks


def test_two_gloo_ranks_equal_one_process_with_the_same_batch(tmp_path, whole):
    ranks = two_ranks(tmp_path)
    assert [rank.wait(timeout=240) for rank in ranks] == [0, 0]
    lines = [json.loads(line) for line in (tmp_path / session.LOG).read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    assert len(losses) == whole.total
    # Sums in another order differ in the last bit; Muon's steps let that grow.
    assert losses[:3] == pytest.approx(whole.losses_seen[:3], rel=1e-5)
    assert losses == pytest.approx(whole.losses_seen, rel=1e-2)


def test_a_stop_signal_to_one_rank_ends_both(tmp_path):
    ranks = two_ranks(tmp_path, "--long")
    path, deadline = tmp_path / session.CHECKPOINT, time.monotonic() + 240
    while not path.exists():
        assert time.monotonic() < deadline and [rank.poll() for rank in ranks] == [None, None]
        time.sleep(0.05)
    ranks[1].send_signal(signal.SIGTERM)
    assert [rank.wait(timeout=60) for rank in ranks] == [0, 0]
    last = json.loads((tmp_path / session.LOG).read_text().splitlines()[-1])
    assert last["state"] == "stopped" and checkpoint.read(path).info["step"] == last["step"]


def test_first_losses_of_two_ranks_are_exact_shares():
    from core.qm9.training.distributed import Group

    run = worker.make()
    rows = run.batch_rows(0)
    both = torch.stack([run.losses(Group(rank, 2).share(rows)) for rank in range(2)])
    torch.testing.assert_close(both.sum(), run.losses(rows), atol=1e-6, rtol=1e-6)
