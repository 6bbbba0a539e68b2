"""Nothing in a training step is made on the host: seen without a GPU, on tensors without numbers.

torch's device `meta` computes shapes only, on the code path of a GPU. Operations between it and the
host fail by themselves; the mode here also refuses whatever a GPU would have to wait for.
"""

import importlib
from contextlib import contextmanager, nullcontext

import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from core.qm9.cli import bench
from core.qm9.networks.models import QM9_MODELS
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run

aten = torch.ops.aten
WAITS = {aten._local_scalar_dense.default, aten.nonzero.default, aten.equal.default}


class HostError(AssertionError):
    """A step needed the host."""


class Gpu(TorchDispatchMode):
    """Refuses tensors elsewhere than on the GPU, and questions whose answer the host waits for."""

    def __init__(self, strict):
        """Refuse nothing unless strict."""
        super().__init__()
        self.strict = strict

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """Let an operation pass, or not."""
        in_place = func is aten._fused_adamw_.tensor_lr  # has no shapes for `meta`, and needs none
        found = None if in_place else func(*args, **(kwargs or {}))
        for leaf in tree_leaves((args, kwargs, found)) if self.strict else ():
            if isinstance(leaf, torch.Tensor) and leaf.device.type != "meta":
                raise HostError(f"{func} has a tensor on {leaf.device}")
        if self.strict and func in WAITS:
            raise HostError(f"{func} waits for its answer")
        return found


class NoNumbers(TorchFunctionMode):
    """Refuses tensors made of numbers that the host holds; `meta` copies them without a word."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Let a call pass, or not."""
        if func in (torch.tensor, torch.as_tensor, torch.from_numpy, torch.Tensor.new_tensor):
            raise HostError(f"{func.__name__} copies from the host")
        return func(*args, **(kwargs or {}))


@contextmanager
def gpu(strict):
    """A place like a GPU, where nothing may come from the host if strict."""
    with Gpu(strict), NoNumbers() if strict else nullcontext():
        yield


@pytest.fixture(autouse=True)
def fused_without_numbers(monkeypatch):
    """torch's fused AdamW is for devices with numbers; see `Gpu`."""
    module = importlib.import_module("torch.optim.adam")
    monkeypatch.setattr(module, "_device_dtype_check_for_fused", lambda *_: None)


STEPS = [*({"model": name} for name in QM9_MODELS),
         {"model": "best", "geometry": 1.0, "optimizer": "muon"},
         {"model": "best", "geometry": 1.0, "optimizer": "muon", "pairs": 8}]  # fmt: skip


@pytest.mark.parametrize("words", STEPS, ids=lambda words: "-".join(map(str, words.values())))
def test_a_step_needs_nothing_from_the_host(words, small):
    _, parts, task = small
    small_one = {"batch_size": 32, "width": 16, "layers": 2, "precision": "fp32", **words}
    run = Run(TrainSettings(**small_one), task, parts, "meta")
    for step in (0, 1):  # the first makes what stays on the device
        run.stepper.rows.copy_(run.batch_rows(step))
        with gpu(strict=step > 0):
            run.stepper.whole()


@pytest.mark.parametrize("kind", bench.NETWORKS)
def test_a_step_of_bench_needs_nothing_from_the_host(kind, small):
    _, _, task = small
    whole = task.graphs.to("meta")
    y = torch.zeros(len(whole), bench.TARGETS, device="meta")
    model = bench.Dense(kind, 16, 2).to("meta")
    step = bench.dense_step(model, whole, y, 32, torch.float32)
    for number in (0, 1):
        with gpu(strict=number > 0):
            step.whole()
