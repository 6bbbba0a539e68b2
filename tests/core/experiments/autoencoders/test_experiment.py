"""The autoencoders page: what is trained, what is dragged, and what must come out."""

import numpy as np
import pytest
import torch

from core.experiment import advance, run
from core.experiments.autoencoders.experiment import NOISES, Training
from core.experiments.autoencoders.held_out import kl_of_linear
from core.experiments.autoencoders.pictures import AutoencodersRun
from core.experiments.autoencoders.settings import AutoencodersSettings, dims
from core.export import script
from core.film import Film
from core.settings import SettingError
from tests.programs import printed_by


def made(steps=0, kind=AutoencodersRun, **changes):
    experiment = kind(AutoencodersSettings(**changes))
    experiment.step(steps)
    return experiment


@pytest.fixture(scope="module")
def trained():
    """Two numbers a digit, after 400 updates."""
    return run(made(max_steps=400), 400)


def test_two_numbers_keep_more_than_two_components(trained):
    assert trained["kept"][-1] > trained["kept_pca"][-1] + 0.2
    assert trained["loss"][-1] < 0.75 * trained["pca_loss"][-1]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_linear_one_finds_the_plane_of_pca(seed):
    """Within 0.01 degrees after 400 updates, and then its error is PCA's."""
    experiment = made(400, model="linear", learning_rate=0.02, max_steps=600, seed=seed)
    frame = experiment.snapshot()
    assert frame["angle"] < 0.01
    assert frame["test_loss"] == pytest.approx(frame["pca_loss"], rel=1e-3)


@pytest.mark.parametrize("model", ["plain", "variational"])
def test_what_is_trained_beside_it_changes_nothing(model):
    alone, among = (made(20, model=model, others=others) for others in (False, True))
    assert len(among.dims) == len(alone.dims) + 5
    for name, value in alone.weights().items():
        torch.testing.assert_close(among.weights()[name], value, rtol=1e-3, atol=1e-5)


def test_the_curve_has_d_first_and_each_d_once(trained):
    assert dims(AutoencodersSettings(d=8)) == (8, 1, 2, 4, 16, 32)
    assert dims(AutoencodersSettings(d=3)) == (3, 1, 2, 4, 8, 16, 32)
    assert dims(AutoencodersSettings(d=3, model="linear")) == (3,)
    assert trained["test_loss_by_d"][-1, 0] == trained["test_loss"][-1]


def test_errors_are_those_of_the_networks_written_out():
    experiment = made(30, d=3, noise="Gaussian")
    frame, base = experiment.snapshot(), experiment.pictures.base
    z = experiment.model.codes(base.seen)
    out = experiment.model.decoded(z)
    error = ((base.test - out) ** 2).sum(1).mean()
    assert frame["test_loss"] == pytest.approx(error, rel=1e-4)
    assert frame["kept"] == pytest.approx(1 - error / base.variance, rel=1e-4)
    assert frame["noise"] == pytest.approx(64 * 0.3**2, rel=0.05)


def test_a_large_beta_makes_all_dimensions_collapse_and_none_keeps_all():
    changes = {"model": "variational", "d": 6, "others": False, "max_steps": 300}
    free, tight = (made(300, beta=beta, **changes).snapshot() for beta in (0.0, 10.0))
    assert tight["active"] == 0 and free["active"] == 6
    assert free["kept"] > 0.6 and tight["kept"] < 0.02


def test_a_linear_variational_one_uses_the_components_above_half_beta():
    """Each by as many nats as theory says: log(2 variance / beta) / 2."""
    beta, few = 0.6, {"model": "variational", "d": 8, "others": False, "activation": "linear"}
    experiment = made(1000, beta=beta, batch_size=256, max_steps=1000, hidden=(32,), **few)
    frame, variances = experiment.snapshot(), experiment.pictures.base.variances[:8]
    wanted = kl_of_linear(variances, beta)
    assert frame["active"] == (wanted > 0.1).sum() == (variances > beta / 2).sum() == 4
    np.testing.assert_allclose(frame["kl"], wanted, atol=0.05)


def test_the_plain_one_beside_a_variational_one_is_the_plain_one():
    pair = made(20, model="variational", d=2, others=False)
    plain = made(20, d=2, others=False)
    for name, value in plain.weights().items():
        torch.testing.assert_close(pair.model.state(1)[name], value, rtol=1e-3, atol=1e-5)


def test_a_digit_that_is_left_out_has_larger_errors():
    frame = made(300, left_out=("0",), d=4, others=False, max_steps=300).snapshot()
    assert frame["auc"] > 0.9 and frame["alarms"] == pytest.approx(0.05, abs=0.01)
    assert frame["worst_odd"].mean() >= 0.5


@pytest.mark.parametrize("noise", NOISES)
def test_noise_hits_as_much_as_it_says(noise):
    x = torch.full((400, 64), 0.5)
    seen = NOISES[noise](x, 0.3, torch.Generator().manual_seed(0))
    if noise == "Gaussian":
        assert (seen - x).std().item() == pytest.approx(0.3, rel=0.02)
    else:
        assert (seen != x).double().mean().item() == pytest.approx(0.3, abs=0.01)
        ends = {"missing": {0.0, 0.5}, "salt and pepper": {0.0, 0.5, 1.0}}
        assert set(seen.unique().tolist()) == ends[noise]


def test_training_on_noisy_digits_gives_back_cleaner_ones():
    frame = made(400, d=8, noise="salt and pepper", others=False, max_steps=400).snapshot()
    assert frame["test_loss"] < 0.5 * frame["noise"] and frame["test_loss"] < frame["pca_loss"]


def test_the_dot_stays_where_it_was_dragged_and_decodes_there():
    experiment = made(20, others=False)
    experiment.change("place.2", "0.25,-0.5")
    frame = experiment.snapshot()
    assert frame["place"][2].tolist() == [0.25, -0.5]
    pictures = experiment.pictures
    plane = pictures.plane(experiment, pictures.codes(experiment))
    image = experiment.model.decoded(plane.code(np.array([[0.25, -0.5]]))) + pictures.base.mean
    wanted = np.clip(255 * image, 0, 255).reshape(8, 8)
    np.testing.assert_allclose(frame["decode"], wanted, atol=1.01)


def test_an_end_of_the_walk_goes_to_the_nearest_sample_and_stays_with_it():
    experiment = made(20, others=False)
    places = experiment.snapshot()["map"].astype(float)
    experiment.change("place.0", ",".join(str(v) for v in places[7]))
    assert experiment.ends[0] == 7
    walk = experiment.snapshot()["walk"]
    base = experiment.pictures.base
    image = np.clip(255 * (base.train[7] + base.mean), 0, 255).reshape(8, 8)
    np.testing.assert_allclose(walk[18], image, atol=0.51)  # the mixture begins with A itself


def test_what_is_dragged_is_no_training(tmp_path):
    changes = ((5, "place.2", "0.1,0.2"), (5, "place.1", "0.5,0.5"), (10, "place.2", "0,0"))
    plain, dragged = made(others=False), made(others=False, changes=changes)
    advance(plain, 20), advance(dragged, 20)
    assert plain.loss() == dragged.loss() and dragged.dot == (0.0, 0.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("place.3", "0,0"), ("place.0", "0"), ("place.1", "a,b"), ("threshold", "nan,0"),
     ("threshold", "1e9,0"), ("W1.0.0", "1"), ("learning_rate", "99")],
)  # fmt: skip
def test_impossible_changes_are_refused_by_name(name, value):
    with pytest.raises(SettingError) as error:
        made().change(name, value)
    assert name in str(error.value)
    with pytest.raises(SettingError):
        AutoencodersSettings(changes=((0, name, value),))


def test_a_rate_that_is_too_large_ends_with_a_sentence():
    experiment = made(activation="ReLU", learning_rate=1.0, decay=False, hidden=(256, 256, 256))
    experiment.rate = 1e30
    film = run(experiment, 60)
    assert "Lower the learning rate" in experiment.done and "d = " in experiment.done
    assert all(np.isfinite(film[name]).all() for name in ("test_loss", "map", "place"))


def test_the_rate_falls_along_half_a_cosine():
    experiment = made(kind=Training, max_steps=40, others=False)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.01), 40
    )
    for _ in range(40):
        wanted = schedule.get_last_lr()[0]
        experiment.step(1)
        assert experiment.optimizer.param_groups[0]["lr"] == pytest.approx(wanted, abs=1e-9)
        schedule.optimizer.step(), schedule.step()


def test_a_linear_one_sees_all_samples_in_each_update():
    rows = next(made(model="linear")._batches)
    assert sorted(rows.tolist()) == list(range(len(made().x)))


def test_notes_say_what_came_out(trained):
    texts = [note.text for note in trained.notes]
    assert any("two-NN estimate" in text for text in texts)
    assert sum("beats PCA" in text for text in texts) == 1
    (said,) = (text for text in texts if "it keeps" in text)
    assert f"{trained['kept'][-1]:.1%}" in said and isinstance(trained, Film)


def test_the_script_of_a_run_prints_its_loss(tmp_path):
    runs = {
        "variational": {"model": "variational", "d": 3, "noise": "missing", "others": False},
        "linear": {"model": "linear", "data": "galaxies", "d": 4},
        "signals": {
            "data": "MNIST-1D",
            "left_out": ("1", "7"),
            "activation": "tanh",
            "hidden": (8,),
        },
        "changed": {
            "data": "spectra",
            "changes": ((3, "learning_rate", "0.02"), (5, "place.0", "0,0")),
        },
    }
    wanted = {}
    for name, changes in runs.items():
        settings = AutoencodersSettings(**changes)
        (tmp_path / f"{name}.py").write_text(script(AutoencodersRun, settings, 12))
        experiment = AutoencodersRun(settings)
        advance(experiment, 12)
        wanted[name] = experiment.loss()
    printed = printed_by([tmp_path / f"{name}.py" for name in runs])
    assert dict(zip(runs, printed, strict=True)) == pytest.approx(wanted, rel=1e-5)


def test_the_dot_begins_halfway_where_it_covers_neither_end():
    a, b, dot = made(0, others=False).snapshot()["place"]
    np.testing.assert_allclose(dot, (a + b) / 2, atol=2e-3)
