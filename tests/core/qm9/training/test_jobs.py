"""Full runs as processes: start, follow, stop, resume, and everything that can be wrong."""

import json
import os
import signal
import time

import pytest
import torch

from core.qm9.data import data, split
from core.qm9.networks import checkpoint, package
from core.qm9.networks.settings import TrainSettings
from core.qm9.prediction import compare, evaluate
from core.qm9.training import jobs
from core.qm9.training.jobs_log import read_log
from core.qm9.training.recipes import RECIPES
from core.qm9.training.session import CHECKPOINT, LOG

TINY = TrainSettings(
    model="gcn", subset=300, epochs=1, batch_size=10, width=8, layers=1, precision="fp32"
)
LONG = TINY.replace(epochs=200.0, validate_every=0.0)
LIMIT = 120  # seconds


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Runs below a folder of this test; what still trains at its end is ended."""
    monkeypatch.setenv("INDUCTIVE_PLAYGROUND_RUNS", str(tmp_path / "runs"))
    yield tmp_path / "runs"
    for child in jobs._CHILDREN.values():
        if child.poll() is None:
            child.kill()
            child.wait()


def wait(name, reached):
    """Until a run is as we want it; it must not die before."""
    end = time.monotonic() + LIMIT
    while not reached(job := jobs.read(name)):
        assert job.state != "died" and time.monotonic() < end, (job.state, job.message)
        time.sleep(0.05)
    return job


def test_a_run_ends_with_a_checkpoint_as_good_as_the_command_line_makes(folder):
    jobs.start("tiny", TINY)
    assert jobs.running() == "tiny" and jobs.names() == ["tiny"]
    assert jobs.read("tiny").state in ("starting", "training")
    job = wait("tiny", lambda job: job.state == "done")
    assert jobs.running() is None and not job.trains and job.saved and job.message == ""
    assert job.fraction == 1.0 and job.last["step"] == 30 and job.losses[-1][0] == 1.0
    (epoch, errors), *_ = job.validation
    assert epoch == 1.0 and set(errors) == set(job.settings["targets"])
    model = package.load(str(folder / "tiny"))
    rows = split.split().validation[:50]
    found = evaluate.measure(model, evaluate.graphs_of(data.load(), rows), labels(rows))
    assert found["n"] == 50
    with pytest.raises(jobs.JobError, match="tiny is finished"):
        jobs.resume("tiny")
    with pytest.raises(jobs.JobError, match="holds a run already: resume it, or choose another"):
        jobs.start("tiny", TINY)


def labels(rows):
    from core.qm9.prediction.library import Library

    return Library.of(data.load()).y[rows]


def test_stop_saves_and_resume_goes_on(folder):
    jobs.start("long", LONG)
    wait("long", lambda job: job.last.get("step", 0) >= 50)
    with pytest.raises(jobs.JobError, match="long is still training: stop it first"):
        jobs.start("other", TINY)
    assert "update" in jobs.read("long").words and jobs.read("long").left > 0
    jobs.stop("long")
    job = wait("long", lambda job: not job.trains)
    assert job.state == "stopped" and job.saved
    step = checkpoint.read(folder / "long" / CHECKPOINT).info["step"]
    assert 50 <= step == job.last["step"] < 6000
    with pytest.raises(jobs.JobError, match="long does not train"):
        jobs.stop("long")
    jobs.resume("long")
    wait("long", lambda job: job.last["step"] > step)
    jobs.stop("long")
    job = wait("long", lambda job: not job.trains)
    steps = [record["step"] for record in job.lines.records]
    assert steps == sorted(steps) and steps[-1] > step


def test_a_run_outlives_who_started_it_and_is_found_again(folder, monkeypatch):
    jobs.start("long", LONG)
    child = jobs._CHILDREN[json.loads((folder / "long" / jobs.RECORD).read_text())["pid"]]
    assert os.getsid(child.pid) == child.pid != os.getsid(0), "a session of its own"
    monkeypatch.setattr(jobs, "_CHILDREN", {})  # as after a restart of the app
    wait("long", lambda job: job.state == "training")
    assert jobs.running() == "long"
    jobs.stop("long")
    child.wait(LIMIT)
    assert jobs.read("long").state == "stopped"


def test_a_process_number_that_is_used_again_is_not_our_run(folder):
    (folder / "old").mkdir(parents=True)
    record = {"pid": os.getpid(), "began": "1", "started": 0.0, "log": 0, "settings": {}}
    (folder / "old" / jobs.RECORD).write_text(json.dumps(record))
    assert jobs.running() is None
    with pytest.raises(jobs.JobError, match="old does not train"):
        jobs.stop("old")


def test_a_killed_run_says_so_and_can_be_resumed(folder):
    jobs.start("killed", LONG)
    wait("killed", lambda job: job.last.get("step", 0) >= 25)
    jobs.stop("killed")
    wait("killed", lambda job: not job.trains)
    jobs.resume("killed")
    wait("killed", lambda job: job.state == "training")
    os.kill(json.loads((folder / "killed" / jobs.RECORD).read_text())["pid"], signal.SIGKILL)
    end = time.monotonic() + LIMIT
    while (job := jobs.read("killed")).trains and time.monotonic() < end:
        time.sleep(0.05)
    assert job.state == "died"
    assert job.message.startswith("The run died: its process has ended without a word")
    assert job.message.endswith("resume it from its last checkpoint.")


def test_a_run_that_fails_at_once_tells_why(folder):
    jobs._launch(folder / "bad", TINY, 1, ["--device", "tpu"])
    end = time.monotonic() + LIMIT
    while (job := jobs.read("bad")).trains and time.monotonic() < end:
        time.sleep(0.05)
    assert job.state == "died" and not job.saved
    assert job.message.startswith("The run died: --device tpu is not on this machine: use ")
    assert job.message.endswith("; start it again.")


def test_stopped_before_anything_was_saved(folder):
    jobs.start("short", LONG)
    jobs.stop("short")  # it is still loading: the signal ends it at once
    job = wait("short", lambda job: not job.trains)
    assert job.state == "stopped"
    assert job.saved or job.message == "It was stopped before its first update: start it again."
    if not job.saved:
        jobs.start("short", TINY)
        wait("short", lambda job: job.state == "done")


def test_what_is_damaged_or_missing_is_named(folder):
    with pytest.raises(jobs.JobError, match="there is no run nothing in"):
        jobs.read("nothing")
    with pytest.raises(checkpoint.CheckpointError, match="does not exist"):
        jobs.resume("nothing")
    (folder / "bad").mkdir(parents=True)
    (folder / "bad" / CHECKPOINT).write_bytes(b"\x05\x00\x00\x00\x00\x00\x00\x00hello")
    for act in (jobs.resume, lambda name: compare.table(folder / name / CHECKPOINT)):
        with pytest.raises(checkpoint.CheckpointError, match="damaged"):
            act("bad")
    assert jobs.read("bad").state == "died"
    (folder / "bad" / jobs.RECORD).write_text("{")
    assert jobs.read("bad").state == "died"


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a" * 41, ".hidden", "a b", "a\n"])
def test_names_that_lead_elsewhere_are_refused(name):
    with pytest.raises(jobs.JobError, match="can't name a run"):
        jobs.folder_of(name)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INDUCTIVE_PLAYGROUND_RUNS", str(tmp_path / "file"))
    with pytest.raises(jobs.JobError, match="can't start a run in"):
        jobs.start("x", TINY)
    assert jobs.names() == []


def test_half_a_line_and_updates_made_twice(tmp_path):
    path = tmp_path / LOG
    rows = [{"step": s, "steps": 9, "epoch": s / 9, "loss": float(n)}
            for n, s in enumerate((1, 2, 3, 2, 3, 4))]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"step": 5, "st')
    found = read_log(path)
    assert [r["step"] for r in found.records] == [1, 2, 3, 4]
    assert [r["loss"] for r in found.records] == [0.0, 3.0, 4.0, 5.0]


def test_a_shipped_model_beside_itself():
    """The comparison on 1,000 validation molecules is near the card's on all 10,000."""
    rows = compare.table(package.locate("gcn"))
    ratio, *targets = rows
    assert ratio["this run"] == ratio["gcn"] and len(targets) == 19
    card = json.loads(package.locate("gcn").with_suffix(".json").read_text())
    assert ratio["gcn"] == pytest.approx(card["validation"]["error_ratio"], rel=0.1)
    assert all(row["this run"] == row["gcn"] for row in rows)
    assert torch.get_num_threads() == 1


def test_best_is_trained_by_the_recipe_for_a_processor_and_was_shipped_by_that_for_a_gpu():
    recipe = RECIPES["quick"].settings
    planned = jobs.plan(model="best", epochs=5.0, batch_size=256)
    assert planned == recipe.replace(epochs=5.0, validate_every=planned.validate_every)
    shipped = package.load("best").card["settings"]
    assert TrainSettings.from_json(shipped) == RECIPES["best"].settings
    assert jobs.plan(model="gcn", epochs=5.0).optimizer == "adamw"
