"""The race on QM9 against the loop of full runs; its yardsticks against scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error

from core.experiment import run
from core.experiments.qm9_training.data import GROUPS, SAMPLE, atom_counts, problem, yardsticks
from core.experiments.qm9_training.experiment import SMOOTH
from core.experiments.qm9_training.pictures import Qm9Training
from core.experiments.qm9_training.settings import (
    SHOWN,
    SIZES,
    STARTS,
    Qm9TrainingSettings,
    updates,
)
from core.molecules import from_smiles
from core.qm9.data import data, split, task
from core.qm9.data.baseline import fit, fit_mean
from core.qm9.data.graphs import from_molecules
from core.qm9.data.targets import KEYS
from core.qm9.networks.models import QM9_MODELS, make_model
from core.qm9.networks.settings import TrainSettings
from core.qm9.training.train import Run
from core.settings import SettingError

SMALL = Qm9TrainingSettings(molecules=500, epochs=2, start="counts of atoms and bonds", seed=2)


def full_run(settings, name):
    """The same training as the command line does it, with its own settings and task."""
    qm9 = data.load()
    some, parts, _ = split.subset(qm9, split.split(len(qm9)), settings.molecules, SAMPLE)
    made = TrainSettings(
        model=name, subset=settings.molecules, epochs=settings.epochs, seed=settings.seed,
        batch_size=settings.batch_size, lr=settings.learning_rate, precision="fp32",
        width=SIZES[settings.size][name],
    )  # fmt: skip
    return Run(made, task.make_task(some, parts.train), parts)


def test_the_race_trains_as_a_full_run_does():
    film = run(Qm9Training(SMALL), 100)
    experiment = Qm9Training(SMALL)
    experiment.step(100)
    assert experiment.done and experiment.steps == updates(SMALL) == film.steps[-1]
    for name in SMALL.models:
        whole = full_run(SMALL, name)
        smooth = whole.losses(whole.batch_rows(0)).item()
        while not whole.done:
            smooth += SMOOTH * (whole.advance(1) - smooth)
        assert film[f"{name}/loss"][-1] == pytest.approx(smooth, rel=1e-6)
        for a, b in zip(whole.ema, experiment.runs[name].ema, strict=True):
            assert torch.equal(a, b)
        # The full run's own validation, on the same molecules.
        mae = whole.validate()
        for key in SHOWN:
            assert film[f"{name}/{key}"][-1] == pytest.approx(mae[key], rel=1e-4), key


def test_all_models_see_the_same_molecules_in_the_same_order():
    experiment = Qm9Training(SMALL.replace(models=("mlp", "gcn", "gat", "best")))
    for step in (0, 5, 11):
        rows = [one.batch_rows(step).tolist() for one in experiment.runs.values()]
        assert all(found == rows[0] for found in rows)
    trained = set(problem(500, STARTS[SMALL.start])[1].train.tolist())
    assert {row for step in range(7) for row in one_batch(experiment, step)} <= trained


def one_batch(experiment, step):
    return next(iter(experiment.runs.values())).batch_rows(step).tolist()


@pytest.mark.parametrize("size", SIZES)
def test_sizes_are_the_nearest_to_what_they_say(size):
    wanted = int(size.replace(",", ""))
    for name in QM9_MODELS:
        count = sum(p.numel() for p in make_model(name, 0, SIZES[size][name]).parameters())
        assert abs(count - wanted) < 0.09 * wanted, name
        step = 4 if name in ("gat", "transformer", "best") else 1  # heads divide the width
        for other in (SIZES[size][name] - step, SIZES[size][name] + step):
            there = sum(p.numel() for p in make_model(name, 0, other).parameters())
            assert abs(there - wanted) >= abs(count - wanted), name


def test_yardsticks_are_those_of_scikit_learn():
    made, parts = problem(500, fit_mean)
    found = yardsticks(500, fit_mean)
    graphs = made.graphs
    X = atom_counts(graphs)
    train, rows = parts.train, parts.validation
    line = LinearRegression().fit(X[train], made.y[train])
    mean = DummyRegressor().fit(X[train], made.y[train])
    for one, model in ((found.atoms, line), (found.mean, mean)):
        expected = mean_absolute_error(
            made.y[rows], model.predict(X[rows]), multioutput="raw_values"
        )
        np.testing.assert_allclose(one, expected, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.predicted, line.predict(X[rows]), rtol=1e-6)


def test_atoms_are_counted():
    graphs = from_molecules([from_smiles(s) for s in ("CCO", "FC(F)F", "N#N", "c1ccccc1")])
    assert atom_counts(graphs).tolist() == [
        [2, 0, 1, 0, 6], [1, 0, 0, 3, 1], [0, 2, 0, 0, 0], [6, 0, 0, 0, 6]
    ]  # fmt: skip


def test_error_by_element_is_the_mean_over_its_molecules():
    experiment = Qm9Training(SMALL)
    frame = experiment.snapshot()
    made, parts = problem(500, fit)
    every = data.load().smiles
    smiles = [every[row] for row in split.split().validation[:SAMPLE]]
    has = {symbol: [symbol in text.upper() for text in smiles] for symbol in "NOF"}
    only = [not any(t) for t in zip(*has.values(), strict=True)]
    members = dict(zip(GROUPS, (only, has["N"], has["O"], has["F"]), strict=True))
    counts = [sum(found) for found in members.values()]
    assert yardsticks(500, fit).sizes == counts
    for k, _ in enumerate(SMALL.models):
        for t, key in enumerate(SHOWN):
            predicted = frame["predicted"][:, k * len(SHOWN) + t].astype(float)
            error = np.abs(predicted - made.y[parts.validation, KEYS.index(key)])
            for g, rows in enumerate(members.values()):
                expected = error[np.array(rows)].mean()
                found = frame["elements"][g * len(SMALL.models) + k, t]
                assert found == pytest.approx(expected, rel=2e-3, abs=0.03), key  # half precision


def test_the_untrained_answer_is_what_was_given_beforehand():
    for start, name in (("the mean", "mean"), ("counts of atoms and bonds", None)):
        settings = SMALL.replace(start=start)
        made, parts = problem(500, STARTS[start])
        frame = Qm9Training(settings).snapshot()
        given = made.linear.predict(made.graphs.take(torch.from_numpy(parts.validation)))
        # Learned quantity 4 is the gap, which HOMO and LUMO move by a little.
        gap = frame["predicted"][:, SHOWN.index("gap")].astype(float)
        spread = made.linear.scale[4]
        assert np.abs(gap - given[:, 4]).mean() < 0.3 * spread, start
        if name:
            assert frame["mlp/gap"] == pytest.approx(yardsticks(500, fit_mean).mean[4], rel=0.1)


def test_changing_the_target_changes_only_the_look():
    a, b = (run(Qm9Training(SMALL.replace(target=t)), 4) for t in ("gap", "mu"))
    for name in a.names:
        np.testing.assert_array_equal(a[name], b[name])


def test_more_molecules_hold_the_fewer():
    few, many = (problem(n, fit_mean) for n in (500, 1000))
    rows = [p.train for _, p in (few, many)]
    np.testing.assert_array_equal(few[0].y[rows[0]], many[0].y[rows[1]][:500])


def test_a_run_that_diverges_stops_and_says_which():
    experiment = Qm9Training(SMALL.replace(models=("mlp",), learning_rate=1.0))
    with torch.no_grad():  # a rate of 1 alone is held by the clipped gradient
        next(experiment.runs["mlp"].model.parameters())[:] = float("nan")
    film = run(experiment, 10)
    assert experiment.done.startswith("Stopped after 0 updates: the loss of mlp")
    assert "Lower the learning rate" in film.notes[-1].text


def test_five_models_are_refused():
    with pytest.raises(SettingError, match="models .* up to 4"):
        Qm9TrainingSettings(models=tuple(QM9_MODELS)[:5])


def test_a_small_set_is_learned_by_heart():
    experiment = Qm9Training(SMALL.replace(models=("mlp",), size="193,000", epochs=40))
    film = run(experiment, 10_000)
    assert any("mlp learned by heart" in note.text for note in film.notes)
