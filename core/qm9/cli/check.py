"""Does training on this device do what it does on a CPU, and how fast is it?

The first command on a new machine. Each architecture trains some steps in fp32 on both from the
same weights, goes on from a checkpoint, and predicts; then its speed is measured in the precision
that a run would take.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

from core.qm9.data import data
from core.qm9.data.split import split, subset
from core.qm9.data.task import make_task
from core.qm9.networks.models import QM9_MODELS
from core.qm9.networks.predictor import Predictor
from core.qm9.networks.settings import TrainSettings
from core.qm9.training import state
from core.qm9.training.step import WARM_UP
from core.qm9.training.train import Run

MOLECULES = 2_000
CLOSE = 1e-4  # relative difference of losses, in fp32; also of weights and predictions
BEST = {"optimizer": "muon", "geometry": 1.0}


def run(device: str, steps: int = 5, seconds: float = 1.0) -> list[dict[str, Any]]:
    """One row for each architecture.

    Args:
        device: What is compared with the CPU, such as "cuda".
        steps: That train on both.
        seconds: Of each measured speed.

    Returns:
        "model"; "loss", "weights", "outputs": largest relative difference of the losses on both
        devices, of weights after a resume, of predictions; "steps_per_second" at batch 256, "eager"
        the same without a graph; "busy", the share of time in which the device works, and "memory"
        in MB, both None on a CPU; "note", and whether all is "ok".
    """
    qm9 = data.load()
    some, parts, rows = subset(qm9, split(len(qm9)), MOLECULES, 200)
    task = make_task(some, parts.train, data.load_geometry().take(rows))

    def make(place: str, graph: bool = True, **words: Any) -> Run:
        settings = TrainSettings(validate_every=0, **words)
        return Run(settings, task, parts, place, graph=graph)

    found = []
    for name in QM9_MODELS:
        words = {"model": name, **(BEST if name == "best" else {})}
        found.append({"model": name, **compare(make, words, device, steps)})
        found[-1] |= speed(make, words, device, seconds)
    return found


def compare(make: Any, words: dict[str, Any], device: str, steps: int) -> dict[str, Any]:
    """The same steps on both devices, then a resume, then predictions."""
    words = {**words, "precision": "fp32", "batch_size": 64, "epochs": 10.0}
    here, there = make("cpu", **words), make(device, **words)
    pairs = [(here.advance(1), there.advance(1)) for _ in range(max(steps, WARM_UP + 2))]
    loss = max(abs(a - b) / abs(a) for a, b in pairs)
    if there.device.type == "cuda":  # torch then raises where the host would wait
        torch.cuda.set_sync_debug_mode("error")
        there.launch(1)
        torch.cuda.set_sync_debug_mode("default")
        there.collect()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.safetensors"
        state.save(there, path)
        resumed = make(device, **words)
        state.restore(resumed, path)
    resumed.advance(2)
    there.advance(2)
    a, b = (nn.utils.parameters_to_vector(r.model.parameters()).detach() for r in (there, resumed))
    weights = float((a - b).abs().max() / a.abs().max())
    predictor = there.predictor()
    batch = there.graphs.take(torch.arange(200, device=there.device))
    ours = predictor.outputs(batch)
    moved = [member.to("cpu") for member in predictor.members]
    theirs = Predictor(moved, predictor.linear).outputs(batch.to("cpu"))
    outputs = float(np.abs(ours - theirs).max() / np.abs(theirs).max())
    ok = max(loss, weights, outputs) <= CLOSE
    return {"loss": loss, "weights": weights, "outputs": outputs, "ok": ok}


def speed(make: Any, words: dict[str, Any], device: str, seconds: float) -> dict[str, Any]:
    """Steps a second at batch 256 in a run's own precision, with a graph and without one."""
    on_gpu = device.startswith("cuda")
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    words = {**words, "batch_size": 256, "epochs": 10_000.0}
    one = make(device, **words)
    found = {"steps_per_second": rate(one, seconds), "note": one.stepper.why}
    found["busy"] = busy(one) if on_gpu else None
    found["memory"] = torch.cuda.max_memory_allocated() / 1e6 if on_gpu else None
    found["eager"] = rate(make(device, False, **words), seconds) if on_gpu else None
    return found


def rate(run: Run, seconds: float) -> float:
    """Steps a second."""
    run.advance(WARM_UP + 2)
    begin, first = time.monotonic(), run.step
    while time.monotonic() - begin < seconds:
        run.advance(10 if run.device.type == "cuda" else 1)
    return (run.step - first) / (time.monotonic() - begin)


def busy(run: Run, steps: int = 20) -> float:
    """Share of the time from the first kernel of some steps to the last in which one runs."""
    with profile(activities=[ProfilerActivity.CUDA]) as seen:
        run.advance(steps)
    spans = sorted(
        (e.time_range.start, e.time_range.end)
        for e in seen.events()
        if e.device_type.name == "CUDA"
    )
    worked, until = 0.0, float("-inf")
    for start, end in spans:  # kernels of two streams may overlap
        worked += max(end - max(start, until), 0)
        until = max(until, end)
    return float(worked / (until - spans[0][0])) if spans else 0.0


def table(rows: list[dict[str, Any]]) -> str:
    """What `run` found, for people."""
    head = "model        loss     weights  outputs  steps/s  eager  busy  MB     "
    lines = [head]
    for r in rows:
        far = "".join(f"{r[k]:<9.1e}" for k in ("loss", "weights", "outputs"))
        eager = "-" if r["eager"] is None else f"{r['eager']:.0f}"
        share = "-" if r["busy"] is None else f"{r['busy']:.0%}"
        memory = "-" if r["memory"] is None else f"{r['memory']:.0f}"
        speeds = f"{r['steps_per_second']:<9.4g}{eager:<7}{share:<6}{memory:<7}"
        lines.append(f"{r['model']:<13}{far}{speeds}{'' if r['ok'] else 'DIFFERS '}{r['note']}")
    return "\n".join(line.rstrip() for line in lines)
