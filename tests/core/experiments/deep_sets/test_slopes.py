"""Deep Sets: what is done by hand is what autograd and the models themselves say."""

import pytest
import torch

from core.experiments.deep_sets.pictures import DeepSetsRace
from core.experiments.deep_sets.settings import MOLECULES, DeepSetsSettings


def made(steps=0, **changes):
    experiment = DeepSetsRace(DeepSetsSettings(**changes))
    experiment.step(steps)
    return experiment


@pytest.mark.parametrize("pooling", ["sum", "mean"])
@pytest.mark.parametrize("target", ["sum of lengths", "center of mass", MOLECULES[0]])
def test_gradients_by_hand_are_those_of_autograd(target, pooling):
    race = made(3, target=target, pooling=pooling, samples=120, width=6)
    rows = torch.arange(7, 40)
    state = race._generator.get_state()
    losses, found = race._by_hand(rows), race.vector.grad.clone()
    race._generator.set_state(state)
    race.vector.grad.fill_(7.0)  # whatever is left of the last update
    torch.testing.assert_close(losses, race._by_autograd(rows), rtol=1e-12, atol=0)
    assert found.abs().max() > 0
    torch.testing.assert_close(found, race.vector.grad, rtol=1e-9, atol=1e-13)


def test_the_loss_by_hand_is_that_of_the_models():
    race = made(5, samples=270)
    x, mask, y = race.train
    for name, loss in race.losses().items():
        error = torch.nn.functional.mse_loss(race.models[name](x, mask), y)
        assert loss == pytest.approx(float(error.detach()) / race.variance, rel=1e-12)


@pytest.mark.parametrize("case", [{"pooling": "max"}, {"target": "each: offset from center"}])
def test_what_is_not_done_by_hand_learns_too(case):
    race = made(**case)
    before = race.loss()
    race.step(60)
    assert race.loss() < before / 1.2
