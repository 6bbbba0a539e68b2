"""The depth table in sign: who vanishes, who explodes, who learns; and what is said of it."""

import numpy as np
import pytest

from core.experiment import run
from core.experiments.depth.data import TRAINED, digits
from core.experiments.depth.network import FORMS, INITIALIZATIONS
from core.experiments.depth.notes import right
from core.experiments.depth.pictures import Depth
from core.experiments.depth.settings import FIRST, LAST, DepthSettings, parameters
from core.experiments.depth.tasks import TASKS
from core.settings import SettingError

# log10 of the gradient at layer 1 over that at layer 50, before training: from, to.
TABLE = {
    ("ReLU", "PyTorch"): {
        "plain": (-22, -16), "residual": (-1, 2), "batch norm": (3, 6), "layer norm": (-3, 0.5),
        "pre-norm": (0, 2), "post-norm": (0, 1.5),
    },
    ("ReLU", "He"): {
        "plain": (-1, 2), "batch norm": (3, 6), "pre-norm": (0, 2), "post-norm": (-2, 1),
    },
    ("ReLU", "Xavier"): {"plain": (-1, 2)},
    ("tanh", "PyTorch"): {"plain": (-13, -9)},
    ("tanh", "Xavier"): {"plain": (-0.5, 0.5)},
}  # fmt: skip
# With sigma behind W gradients of post-norm grow backwards, 100-fold and more with He's weights;
# with sigma before W, the default, they hardly change: see above.
BEHIND = {("ReLU", "He"): {"plain": (-1, 2), "pre-norm": (0, 2), "post-norm": (1.5, 3)}}


def first(**changes):
    return Depth(DepthSettings(**changes)).snapshot()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("branch", "table"), [(FIRST, TABLE), (LAST, BEHIND)])
def test_the_gradient_before_training(branch, table, seed):
    for (sigma, init), rows in table.items():
        given = {"activation": sigma, "initialization": init, "branch": branch}
        found = first(networks=tuple(rows), seed=seed, **given)
        for name, (low, high) in rows.items():
            assert low < np.log10(found[f"ratio_{name}"]) < high, (given, name)
        if (sigma, init) == ("ReLU", "Xavier"):  # both ends are tiny: h has shrunk on its way up
            assert found["ends_plain"].max() < -6


def test_the_loss_before_training():
    """A stream that doubles in each layer: 2^25 and more, with sigma behind W far more."""
    assert first(initialization="He", networks=("residual",))["loss_residual"] > 1e5
    behind = first(initialization="He", networks=("residual",), branch=LAST)
    assert behind["loss_residual"] > 1e9
    scaled = first(initialization="He", networks=("scaled residual",))
    assert scaled["loss_scaled residual"] < 10
    zero = first(initialization="all zero", networks=tuple(FORMS))
    for name in FORMS:
        assert zero[f"loss_{name}"][0] == pytest.approx(np.log(10))
        assert zero[f"ends_{name}"].max() < -45 and zero[f"alike_{name}"].min() == 1


def test_two_inputs_become_alike_in_a_plain_network_and_not_in_pre_norm():
    found = first(initialization="He", networks=("plain", "pre-norm"))
    assert found["alike_plain"][0] < 0.6 and found["alike_plain"][-1] > 0.95
    assert found["alike_pre-norm"][-1] < 0.85


def test_who_learns_from_the_default_first_weights():
    film = run(Depth(DepthSettings(networks=("plain", "residual", "pre-norm"))), 80)
    found = right(film)
    assert found["plain"] < 0.2 < 0.5 < found["residual"] and found["pre-norm"] > 0.7
    texts = [note.text for note in film.notes]
    begins = "Plain: before training the gradient at the weights of layer 1 has norm "
    of_weights = [text.removeprefix(begins) for text in texts if text.startswith(begins)]
    assert of_weights[0].startswith(f"{10 ** float(film['gradient_plain'][0][0]):.2g}, ")


def test_pre_norm_learns_at_a_hundred_layers():
    experiment = Depth(DepthSettings(depth=100, networks=("pre-norm",)))
    assert experiment.snapshot()["accuracy_pre-norm"][0] < 0.3
    experiment.step(60)
    assert experiment.snapshot()["accuracy_pre-norm"][0] > 0.75


def test_the_answer_on_doubling_names_the_loss_of_the_other_branch():
    task = TASKS[3]
    here = Depth(DepthSettings(**task.settings))
    there = Depth(here.settings.replace(branch=LAST)).snapshot()["loss_residual"][0]
    came, said = task.answer(run(here, 0), here)
    assert came == "over 100,000" and there > 1e9
    assert f"with {LAST} (“A layer's branch”) the same weights begin at {there:.3g}" in said


def test_a_network_in_company_trains_as_it_does_alone():
    both = run(Depth(DepthSettings(depth=4, networks=("residual", "layer norm"))), 20)
    alone = run(Depth(DepthSettings(depth=4, networks=("layer norm",))), 20)
    np.testing.assert_array_equal(both["loss_layer norm"], alone["loss_layer norm"])


def test_the_way_back_is_a_product_of_factors():
    found = first(networks=("plain", "residual"), depth=30)
    for name in ("plain", "residual"):
        factor, product = (float(v) for v in found[f"back_{name}"])
        assert factor**29 == pytest.approx(product, rel=1e-3)
        ends = found[f"flow_{name}"][[0, -1]].astype(float)
        assert np.log10(product) == pytest.approx(ends[0] - ends[1], abs=0.02)
    assert found["back_plain"][0] == pytest.approx(
        np.sqrt(1 / 6), rel=0.15
    )  # E σ′² = 1/2, d var = 1/3
    assert found["back_residual"][0] == pytest.approx(np.sqrt(7 / 6), rel=0.1)


@pytest.mark.parametrize(("depth", "width"), [(1, 8), (2, 16), (5, 32)])
def test_all_forms_have_the_same_number_of_parameters(depth, width):
    for name in FORMS:
        made = Depth(DepthSettings(depth=depth, width=width, networks=(name,)))
        assert made.parameters == parameters(depth, width)


def test_one_layer_is_one_layer():
    film = run(Depth(DepthSettings(depth=1, networks=tuple(FORMS), seeds=2)), 60)
    assert film["gradient_plain"].shape[1:] == (1,)
    np.testing.assert_array_equal(film["loss_plain"], film["loss_residual"])
    assert film["accuracy_plain"][-1].min() > 0.5


def test_a_run_that_diverges_names_network_and_layer():
    settings = DepthSettings(
        depth=8, initialization="too large", networks=("residual", "pre-norm"), learning_rate=1.0,
        optimizer="SGD",
    )  # fmt: skip
    experiment = Depth(settings)
    film = run(experiment, 60)
    said = [note.text for note in film.notes if note.level == "error"]
    assert any(
        s.startswith("Residual diverged after") and "at the weights of layer" in s for s in said
    )
    assert experiment.bad["pre-norm"] == -1 and np.isfinite(film["loss_pre-norm"][-1]).all()
    alone = Depth(settings.replace(networks=("residual",)))
    assert "residual diverged" in [run(alone, 60), alone.done][1] and alone.steps < 60


def test_one_seed_of_several_that_diverges_is_said():
    settings = DepthSettings(
        depth=8, initialization="too large", networks=("residual",), learning_rate=0.003,
        optimizer="SGD", seeds=5,
    )  # fmt: skip
    film = run(Depth(settings), 10)
    lost = int((~np.isfinite(film["loss_residual"][-1])).sum())
    said = [note.text for note in film.notes if note.text.startswith("Residual: of 5 seeds")]
    assert 0 < lost < 5 and len(said) == 1 and f"of 5 seeds {lost} diverged by" in said[0]


def test_a_loss_that_is_no_number_before_training_is_said():
    film = run(Depth(DepthSettings(depth=100, initialization="too large", branch=LAST)), 0)
    assert any("h has outgrown float32 by layer" in n.text for n in film.notes)
    small = run(Depth(DepthSettings(depth=100, initialization="too small")), 0)
    assert any("no gradient arrives at the weights of layer 1:" in n.text for n in small.notes)


def test_dead_units_are_those_that_no_digit_moves():
    found = first(depth=5, initialization="too small", networks=("plain",), seed=1)
    assert ((found["dead_plain"] >= 0) & (found["dead_plain"] <= 1)).all()
    tanh = first(depth=3, initialization="all zero", activation="tanh", networks=("plain",))
    assert (tanh["dead_plain"] == 0).all()  # the slope of tanh at 0 is 1
    relu = first(depth=3, initialization="all zero", networks=("plain",))
    assert (relu["dead_plain"] == 1).all()
    film = run(Depth(DepthSettings(depth=3, initialization="all zero")), 5)
    said = [note.text for note in film.notes if "is dead" in note.text]
    assert [text.split(" of")[0] for text in said] == ["Plain: every unit", "Residual: every unit"]


def test_warm_up_takes_smaller_steps_at_first():
    def moved(warmup):
        experiment = Depth(DepthSettings(depth=3, networks=("plain",), warmup=warmup))
        before = experiment.weights()["plain.W_in"].clone()
        experiment.step(1)
        return float((experiment.weights()["plain.W_in"] - before).abs().max())

    assert moved(0) == pytest.approx(0.001, rel=0.01)  # Adam's first step is the learning rate
    assert moved(100) == pytest.approx(0.00001, rel=0.05)


def test_a_batch_of_one_is_refused_where_batch_norm_is():
    with pytest.raises(SettingError, match="batch_size = 1 .* leave batch norm out"):
        DepthSettings(batch_size=1, networks=("plain", "batch norm"))
    experiment = Depth(DepthSettings(batch_size=1, networks=("plain", "layer norm"), depth=3))
    experiment.step(2)
    assert np.isfinite(experiment.loss())


def test_the_digits_are_all_there_and_none_is_in_both_parts():
    data = digits()
    assert len(data.x) == TRAINED and len(data.x) + len(data.x_test) == 1797
    whole = np.concatenate([data.x, data.x_test])
    assert whole.mean() == pytest.approx(0, abs=1e-5) and whole.std() == pytest.approx(1, abs=1e-5)
    assert set(INITIALIZATIONS) >= {"PyTorch", "Xavier", "He"} and set(data.y.tolist()) == {
        *range(10)
    }
