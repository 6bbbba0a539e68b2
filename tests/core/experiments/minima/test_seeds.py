"""Several seeds: what is measured, what is said, and what lies in assets."""

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, mean_squared_error

from core.experiments.minima.experiment import Training
from core.experiments.minima.seeds import CASES, Seeds, case, column, main, recorded, verdict
from core.experiments.minima.settings import FULL, SAM, SMALL, WAYS, MinimaSettings

QUICK = MinimaSettings(hidden=(8,), samples=100, max_steps=60)


def test_a_row_is_what_scikit_learn_measures():
    work = Seeds(QUICK, 2)
    work.work()
    assert [row["way"] for row in work.rows] == [*WAYS] * 2 and work.fraction == 1
    run = Training(work.plan[1])
    run.step(60)
    out = run.network.output(run.theta[SAM], run.data.x_test)[0].numpy()
    y = run.data.y_test.numpy()
    row = work.rows[-1]
    assert row["accuracy"] == accuracy_score(y.argmax(1), out.argmax(1))
    assert row["test loss"] == pytest.approx(5 * mean_squared_error(y, out), rel=1e-4)
    assert work.plan[0].data_seed != work.plan[1].data_seed


def test_the_verdict_counts():
    rows = [
        {"way": way, "seed": k, "curvature": 1.0, "test loss": loss, "accuracy": right}
        for k in range(3)
        for way, loss, right in ((FULL, 0.2, 0.5), (SMALL, 0.1 + 0.09 * k, 0.5), (SAM, 0.3, 0.6))
    ]
    said = verdict(rows, QUICK)
    assert "the full batch had batches of 6 in 2 and SAM in 0 of 3 seeds" in said
    assert "more right answers had batches of 6 in 0 and SAM in 3" in said
    assert column(rows, SMALL, "test loss").tolist() == pytest.approx([0.1, 0.19, 0.28])


def test_the_command_line_prints_what_the_page_shows(capsys):
    words = ["hidden=8", "samples=100", "max_steps=40"]
    assert main(["--seeds", "1", *(w for word in words for w in ("--set", word))]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header.split("\t")[:2] == ["seed", "way"] and len(lines) == 3
    with pytest.raises(SystemExit):
        main(["--seeds", "0"])
    assert "a whole number from 1 up" in capsys.readouterr().err


def test_recorded_seeds_are_compared_at_equal_training_loss():
    found = recorded()
    assert found["command"] == "python -m core.experiments.minima.seeds --seeds 10 --record"
    assert json.dumps(found) and list(found["cases"]) == list(CASES)
    for name, rows in found["cases"].items():
        assert len(rows) == 30
        goal = case(name).goal
        losses = np.array([row["training loss"] for row in rows])
        assert (losses <= goal).all() and (losses > 0.8 * goal).all()
        sharp = {way: column(rows, way, "curvature").mean() for way in WAYS}
        assert sharp[SAM] < sharp[FULL] and sharp[SMALL] < sharp[FULL]
