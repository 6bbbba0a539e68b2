"""A step that is replayed does what the step itself does: with a real graph where there is a GPU.

Elsewhere recording stands for itself: what is "replayed" is the function again. That leaves the
order of things to be tested: when is recorded, what is read from where, what a failure leaves.
"""

import math

import pytest
import torch
from torch import nn

from core.qm9.training import session, state, step
from core.qm9.training.train import TrainingError
from tests.core.qm9 import worker

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
REAL = step.record


class Again:
    """A part that is done again."""

    def __init__(self, part):
        self.replay = part


@pytest.fixture
def make(monkeypatch):
    """Runs that record their step."""
    made = []

    def record(part, stream, before):
        made.append(part)
        return REAL(part, stream, before) if DEVICE == "cuda" else Again(part)

    def build(**changes):
        run = worker.make(device=DEVICE, **changes)
        run.stepper.left = step.WARM_UP
        return run

    monkeypatch.setattr(step, "record", record)
    build.recorded = made
    return build


def weights(run):
    return nn.utils.parameters_to_vector(run.model.parameters())


def close(a, b):
    return torch.allclose(a, b, rtol=1e-4, atol=1e-5 if DEVICE == "cuda" else 0)


def test_losses_and_weights_are_those_of_single_operations(make):
    run, plain = make(), worker.make(device=DEVICE)
    plain.stepper.left = -1
    losses = [[one.advance(1) for _ in range(12)] for one in (run, plain)]
    assert len(make.recorded) == 1 and run.stepper.recorded and not plain.stepper.recorded
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert close(weights(run), weights(plain))
    assert all(map(close, run.ema, plain.ema))


def test_resume_goes_on_to_the_same_result(make, tmp_path):
    run = make()
    run.advance(7)
    state.save(run, tmp_path / "one.safetensors")
    again = make()
    state.restore(again, tmp_path / "one.safetensors")
    run.advance(8)
    again.advance(8)
    assert again.stepper.recorded and again.step == run.step == 15
    assert close(weights(run), weights(again))


def test_without_a_recording_steps_go_on_and_one_line_says_why(monkeypatch, make, tmp_path):
    def fails(part, stream, before):
        raise RuntimeError("operation not permitted when stream is capturing\nmore")

    monkeypatch.setattr(step, "record", fails)
    run, plain, said = make(), worker.make(device=DEVICE), []
    plain.stepper.left = -1
    run.total = plain.total = 12
    session.train(run, tmp_path, report=said.append)
    plain.advance(12)
    notes = [record["note"] for record in said if "note" in record]
    assert len(notes) == 1 and notes[0].startswith("steps run operation by operation, as no CUDA")
    assert notes[0].endswith("operation not permitted when stream is capturing")
    assert close(weights(run), weights(plain))


def test_nan_in_a_replayed_step_is_noticed_at_the_end_of_the_stretch(make):
    run = make()
    run.advance(6)
    with torch.no_grad():
        next(run.model.parameters()).fill_(math.nan)
    run.launch(3)
    assert run.step == 9  # no step waited
    with pytest.raises(TrainingError, match="loss is nan at step 9: lower --lr"):
        run.collect()


def test_runs_side_by_side_are_those_alone(make, tmp_path):
    together = [make(seed=seed) for seed in (0, 1)]
    alone = [make(seed=seed) for seed in (0, 1)]
    folders = [tmp_path / str(seed) for seed in (0, 1)]
    for run in (*together, *alone):
        run.total = 12
    session.train_all(list(zip(together, folders, strict=True)))
    for run in alone:
        run.advance(12)
    for one, other in zip(together, alone, strict=True):
        assert close(weights(one), weights(other))
    assert not close(weights(alone[0]), weights(alone[1]))
    assert all((folder / session.CHECKPOINT).exists() for folder in folders)


def test_compiled_layers_give_the_same_loss():
    run, plain = worker.make(layers=4), worker.make(layers=4)
    step.compile_parts(run.model, backend="aot_eager")
    assert [run.advance(1) for _ in range(3)] == pytest.approx(
        [plain.advance(1) for _ in range(3)], rel=1e-5
    )
    assert set(run.model.state_dict()) == set(plain.model.state_dict())
