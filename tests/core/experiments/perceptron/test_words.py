"""What the perceptron page says of a visit, of the end of a run, and in which act."""

import pytest

from core.experiments.perceptron import figures
from core.experiments.perceptron.acts import ACTS, CANNOT, HIDDEN, LEARNS, equations
from core.experiments.perceptron.pictures import PointByPoint
from core.experiments.perceptron.settings import PerceptronSettings


@pytest.mark.parametrize("act", [LEARNS, HIDDEN])
def test_it_says_since_when_every_point_is_right(act):
    experiment = PointByPoint(PerceptronSettings(**ACTS[act]))
    wrong = []
    while not experiment.done:
        experiment.step(1)
        if experiment.last[2]:
            wrong.append(experiment.steps)
    assert f"{len(wrong)} mistakes, the last at visit {wrong[-1]};" in experiment.done


def test_a_correction_names_the_points_that_it_breaks():
    experiment = PointByPoint(PerceptronSettings(dataset="xor"))
    X, t = experiment.X.numpy(), experiment.t.numpy()
    seen = set()
    for _ in range(20):
        before = experiment.model(experiment.X).numpy() == t
        experiment.step(1)
        now = experiment.model(experiment.X).numpy() == t
        broken = [i + 1 for i in range(len(X)) if before[i] and not now[i]]
        expected = [min(len(broken), 2), len(broken), broken[0] if broken else 0]
        assert experiment.snapshot()["broke"].tolist() == expected
        seen.add(len(broken))
    assert len(seen) > 1
    lines = figures.this_visit(experiment.settings)["lines"]
    assert "Correcting this point just broke point {}" in [one["text"] for one in lines]


def test_the_proof_is_drawn_only_where_there_is_one():
    shown = {act: [panel["id"] for panel in figures.panels(PerceptronSettings(**words))]
             for act, words in ACTS.items()}  # fmt: skip
    assert [act for act, ids in shown.items() if "squeeze" in ids] == [LEARNS]


def test_each_act_has_its_equations():
    said = {act: " ".join(latex for latex, _ in equations(PerceptronSettings(**words)))
            for act, words in ACTS.items()}  # fmt: skip
    assert said[LEARNS] == said[CANNOT] and "cases" in said[LEARNS]
    assert "cases" not in said[HIDDEN] and "tanh" in said[HIDDEN]
