"""Several networks at once: how many of them have solved it."""

import pytest

from core.experiments.boundaries.pictures import Boundaries, BoundariesSettings


def make(**settings):
    return Boundaries(BoundariesSettings(**settings))


@pytest.mark.parametrize("share", [50, 100])
def test_several_networks_say_how_many_have_solved_it(share):
    settings = dict(hidden=(4,), optimizer="Adam", learning_rate=0.03, train_share=share)
    together = make(seeds=5, **settings)
    together.step(500)
    name = "accuracy" if share == 100 else "test_accuracy"
    alone = []
    for seed in range(5):
        one = make(seed=seed, **settings)
        one.step(500)
        alone.append(one.snapshot()[name] > 0.95)
    assert together.snapshot()["solved"] == sum(alone)
    assert "solved" not in one.snapshot()


@pytest.mark.parametrize(
    ("given", "solved"),
    [({"hidden": (3,)}, 2), ({"hidden": (4,)}, 8), ({"hidden": (6,)}, 15),
     ({"hidden": (2,), "dataset": "points"}, 9)],
)  # fmt: skip
def test_the_numbers_that_the_smallest_network_is_compared_with(given, solved):
    experiment = make(seeds=16, **given)
    experiment.step(2400)
    assert experiment.snapshot()["solved"] == solved
