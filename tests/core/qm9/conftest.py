"""QM9 itself, built once a session, and a real subset small enough to train on in seconds."""

import numpy as np
import pytest
import torch

from core.qm9.data import data, split, task
from tests.core.qm9 import worker


@pytest.fixture(scope="session")
def qm9():
    return data.load()


@pytest.fixture(scope="session")
def small(qm9):
    """(data, split, task) of 600 training and 200 + 200 held-out molecules, 3-D labels included."""
    some, parts, rows = split.subset(qm9, split.split(len(qm9)), 600, 200)
    geometry = data.load_geometry().take(rows)
    return some, parts, task.make_task(some, parts.train, geometry)


@pytest.fixture(autouse=True)
def one_thread_and_a_fixed_seed():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    np.random.seed(0)


@pytest.fixture(scope="session")
def whole():
    """The uninterrupted run of one process, with the loss of each step."""
    run = worker.make()
    run.losses_seen = [run.advance(1) for _ in range(run.total)]
    return run
