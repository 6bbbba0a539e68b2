"""Deep Sets: what is done by hand is what autograd and the models themselves say."""

import numpy as np
import pytest
import torch

from core.experiments.deep_sets.experiment import reorder
from core.experiments.deep_sets.pictures import DeepSetsRace
from core.experiments.deep_sets.settings import MOLECULES, DeepSetsSettings, Lists
from core.experiments.deep_sets.slopes import flat, marked
from core.training import row_batches, row_epochs


def made(steps=0, **changes):
    experiment = DeepSetsRace(DeepSetsSettings(**changes))
    experiment.step(steps)
    return experiment


@pytest.mark.parametrize("pooling", ["sum", "mean"])
@pytest.mark.parametrize("target", ["sum of lengths", "center of mass", MOLECULES[0]])
def test_gradients_by_hand_are_those_of_autograd(target, pooling):
    race = made(3, target=target, pooling=pooling, samples=120, width=6)
    state = race._generator.get_state()
    batch = next(race._made_ready(row_epochs(120, 33, 7)))
    losses, found = race._by_hand(batch), race.vector.grad.clone()
    race._generator.set_state(state)
    weights = [w for model in race.models.values() for w in model.parameters()]
    for w in weights:
        w.grad.fill_(7.0)  # whatever is left of the last update
    rows = next(row_epochs(120, 33, 7))[0]
    torch.testing.assert_close(losses, race._by_autograd(rows), rtol=1e-12, atol=0)
    assert all(w.grad.abs().max() > 0 for w in weights)
    torch.testing.assert_close(found, race.vector.grad, rtol=1e-9, atol=1e-13)


def test_the_models_weights_are_parts_of_the_vector_that_is_trained():
    race = made(20)
    vector, grad = race.vector.numpy(), race.vector.grad.numpy()
    for model in race.models.values():
        for w in model.parameters():
            assert np.shares_memory(vector, w.detach().numpy())
            assert np.shares_memory(grad, w.grad.numpy())
    A, dA = race._slopes.deep.layers[0]
    assert A[0, 0] == 1 and not A[1:, 0].any() and not dA[:, 0].any()


def test_mini_batches_are_those_that_autograd_sees():
    race, other = made(samples=130, batch_size=40), made(samples=130, batch_size=40)
    batches = row_batches(130, 40, 0)
    for _ in range(7):  # more than two epochs
        given, lists, y = next(race._batches)
        rows = next(batches)
        mixed = reorder(Lists(*(part[rows] for part in other.train)), other._generator, False)
        assert (given == marked(*other.train[:2])[rows]).all() and (y == mixed.y.numpy()).all()
        assert (lists[0] == flat(given)).all()
        assert (lists[1] == flat(marked(mixed.x, mixed.mask))).all()


@pytest.mark.parametrize("case", [{}, {"pooling": "max"}, {"target": MOLECULES[0]}])
def test_the_loss_by_hand_is_that_of_the_models(case):
    race = made(5, samples=270, **case)
    x, mask, y = race.train
    for name, loss in race.losses().items():
        error = torch.nn.functional.mse_loss(race.models[name](x, mask), y)
        assert loss == pytest.approx(float(error.detach()) / race.variance, rel=1e-12)


def test_a_set_is_scored_once_at_its_size():
    race = made(10)
    frame, lists = race.snapshot(), race.pictures.held_out.mixed
    rows = lists.mask.sum(1) == 13
    with torch.no_grad():
        out = race.models["deep"](lists.x[rows], lists.mask[rows])
    expected = float(((out - lists.y[rows]) ** 2).mean() / race.variance)
    assert frame["by_size"][12, 0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("case", [{"pooling": "max"}, {"target": "each: offset from center"}])
def test_what_is_not_done_by_hand_learns_too(case):
    race = made(**case)
    before = race.loss()
    race.step(60)
    assert race.loss() < before / 1.2
