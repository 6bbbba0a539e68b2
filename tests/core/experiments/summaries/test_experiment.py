"""The judges, the stage, and what the guided experiments say of them."""

import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from core.experiment import run
from core.experiments.summaries.data import HISTOGRAM, PHASES, TWINS
from core.experiments.summaries.experiment import scale_of
from core.experiments.summaries.given import OWN, keep
from core.experiments.summaries.judges import NAMES, judges
from core.experiments.summaries.pictures import Summaries
from core.experiments.summaries.settings import SummariesSettings, shown
from core.experiments.summaries.sizes import SIZES, Sizes, main, recorded
from core.experiments.summaries.spectrum import scatter
from core.experiments.summaries.tasks import TASKS
from core.settings import SettingError


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    torch.set_num_threads(1)


def made(**changes):
    return Summaries(SummariesSettings(**changes))


def scores(steps, **changes):
    """Of each judge on new fields, after so many updates."""
    experiment = made(**changes)
    experiment.step(steps)
    return dict(zip(NAMES, experiment.scores()[:, 0].tolist(), strict=True))


def test_who_tells_a_web_from_its_twin():
    """What the page claims: summaries at chance, the CNN nearly always right."""
    found = scores(150)
    assert 0.47 <= found["power"] <= 0.53 and 0.47 <= found["histogram"] <= 0.53
    assert found["cnn"] >= 0.98 and found["mlp"] < 0.65
    assert 0.75 < found["bispectrum"] < found["cnn"]  # a summary by hand that sees some of it


def test_with_random_phases_alone_the_histogram_tells():
    found = scores(60, twin=PHASES, samples=256)
    assert 0.47 <= found["power"] <= 0.53 and found["histogram"] > 0.95


def test_nobody_tells_a_gaussian_field_from_its_twin():
    found = scores(60, question="Gaussian field or its twin", samples=256)
    assert all(0.38 <= score <= 0.62 for score in found.values())


def test_of_gaussian_fields_the_power_spectrum_knows_most():
    found = scores(200, question="parameters, Gaussian", samples=512)
    assert found["power"] > 0.75 and found["power"] > found["cnn"] and found["mlp"] < 0.1


def test_at_first_all_answer_nothing_and_no_field_is_made():
    for question, score, loss in (("web or its twin", 0.5, np.log(2)),
                                  ("parameters, Gaussian", 0, 1)):  # fmt: skip
        experiment = made(question=question)
        frame = experiment.snapshot()
        assert (frame["scores"] == score).all() and frame["loss"] == pytest.approx(loss)
        assert frame["fields"] == 0
        cnn, others = judges(2, 0)
        x = torch.randn(3, 64, 64)
        assert (cnn(x) == 0).all() and (others["mlp"](x) == 0).all()


def test_the_cnn_does_not_see_where_things_are_and_its_channels_are_scaled():
    cnn, _ = judges(1, 0)
    x = torch.randn(64, 64, 64)
    cnn.settle(x)
    torch.nn.init.ones_(cnn.last.weight)
    # By its stride: two layers step by 2 cells each.
    torch.testing.assert_close(cnn(x), cnn(x.roll((8, -12), (1, 2))), atol=1e-4, rtol=1e-4)
    z = cnn.filters[0](x[:, None])
    assert z.mean((0, 2, 3)).abs().max() < 1e-4
    torch.testing.assert_close(z.std((0, 2, 3)), torch.ones(8), atol=1e-3, rtol=0)


def test_what_never_differs_between_fields_stays_nothing():
    experiment = made()
    sample = experiment.chunk(0, 0)
    seen = scale_of(sample).views(sample)
    assert seen["histogram"].abs().max() < 1e-3
    assert seen["power"].std(0) == pytest.approx(np.ones(32), abs=1e-3)


def test_the_stage_follows_changes_and_the_judges_do_not():
    plain, changed = made(), made()
    for experiment in (plain, changed):
        experiment.step(2)
    before = changed.snapshot()
    changed.change("phases", "0")
    after = changed.snapshot()
    assert after["different"] == pytest.approx(0, abs=1e-6) and before["different"] > 1
    np.testing.assert_array_equal(after["field"], after["twin"])
    changed.change("source", "temple")
    changed.step(2), plain.step(2)
    assert changed.loss() == plain.loss()
    assert changed.snapshot()["power"][0, 0] != before["power"][0, 0]


def test_a_shifted_field_is_the_field_elsewhere():
    experiment = made(twin=PHASES)
    before = experiment.snapshot()
    experiment.change("shift", "57.8,34.4")  # from 50,50: 10 cells right, 20 down
    after = experiment.snapshot()
    np.testing.assert_array_equal(after["field"], np.roll(before["field"], (-20, 10), (0, 1)))
    assert after["shift"] == pytest.approx([57.8, 34.4]) and after["change"] < 1e-6


@pytest.mark.parametrize("phases", [0, 30, 100])
@pytest.mark.parametrize("source", ["web", "log-normal", "power law", "temple"])
def test_power_stays_whatever_the_phases(source, phases):
    frame = made(source=source, phases=phases, twin=PHASES).snapshot()
    np.testing.assert_allclose(frame["power"][0], frame["power"][1], rtol=1e-6)
    assert frame["change"] < 1e-6


@pytest.mark.parametrize("phases", [40, 100])
@pytest.mark.parametrize(
    ("source", "most"),
    [("web", 0.002), ("Gaussian", 0.003), ("power law", 0.003), ("log-normal", 0.2),
     ("temple", 0.1), ("flower", 0.1)],
)  # fmt: skip
def test_a_twin_that_keeps_its_histogram_keeps_power_too(source, most, phases):
    """P(k) to rounding; of the cells, no more than said are in another bin, far fewer than else."""
    frame, plain = (made(source=source, twin=twin, phases=phases).snapshot() for twin in TWINS)
    assert frame["change"] < 1e-6 and frame["different"] > 0.3
    np.testing.assert_allclose(frame["power"][0], frame["power"][1], rtol=1e-6)
    assert frame["histograms"].sum(1) == pytest.approx([100, 100])
    gained = np.maximum(frame["histograms"][1] - frame["histograms"][0], 0).sum() / 100
    assert frame["moved"] == pytest.approx(gained, abs=1e-5)
    assert frame["moved"] < most and frame["moved"] < 0.6 * plain["moved"]


def test_a_twin_of_an_own_image_keeps_power():
    buffer = io.BytesIO()
    pixels = np.zeros((128, 128), np.uint8)
    pixels[40:60, 30:90] = 255  # two values alone: the hardest histogram
    Image.fromarray(pixels).save(buffer, "PNG")
    frame = made(source=OWN, image=keep(buffer.getvalue())).snapshot()
    assert frame["change"] < 1e-6 and 0 < frame["moved"] < 1


@pytest.mark.parametrize("source", ["Gaussian", "power law"])
def test_a_sky_scatters_about_its_theory_as_it_should(source):
    frame = made(source=source, slope=-1.5).snapshot()
    pulls = (frame["ratio"][0] - 1)[8:] / scatter(128, 256.0)[8:]
    assert abs(pulls.mean()) < 0.6 and 0.7 < pulls.std() < 1.3


def test_log_normal_skies_lie_about_their_theory_and_scatter_more():
    frames = [made(source="log-normal", sky=sky).snapshot() for sky in range(40)]
    ratios = np.array([frame["ratio"][0] for frame in frames])
    assert ratios.mean(0)[2:] == pytest.approx(np.ones(62), abs=0.25)
    assert (ratios.std(0) / scatter(128, 256.0))[32:].min() > 1.3


@pytest.mark.parametrize(
    ("name", "value"),
    [("phases", "101"), ("phases", "x"), ("shift", "1"), ("shift", "1,inf"), ("shift", "a,b"),
     ("source", "moon"), ("question", "web or its twin"), ("matter", "0.05"), ("image", "nope")],
)  # fmt: skip
def test_changes_that_are_refused(name, value):
    with pytest.raises(SettingError):
        made().change(name, value)
    with pytest.raises(SettingError):
        SummariesSettings(changes=((0, name, value),))


def test_shown_folds_changes_in():
    changes = (
        (0, "phases", "40"),
        (3, "shift", "9,9"),
        (5, "source", "flower"),
        (9, "phases", "20"),
    )
    settings = SummariesSettings(changes=changes)
    found = shown(settings)
    assert shown(SummariesSettings(changes=((0, "phases", "33.4,-7"),))).phases == 33
    assert (found.phases, found.source, found.changes) == (20, "flower", ())


def test_divergence_is_named():
    experiment = made(learning_rate=1.0, question="parameters, log-normal", max_steps=400)
    experiment.judges["mlp"][-1].bias.data.fill_(float("nan"))
    experiment.step(3)
    assert experiment.done == ("Diverged after 0 updates: MLP. Lower the learning rate.")


def test_without_training_the_tasks_answer_from_the_stage():
    for task in (TASKS[1], TASKS[4]):
        experiment = made(**task.settings)
        came, sentence = task.answer(run(experiment, task.steps), experiment)
        assert came in task.options and sentence
        assert came == ("not at all" if task is TASKS[1] else "like the one with its phases")


def test_sizes_are_worked_off_in_slices(monkeypatch):
    monkeypatch.setattr("core.experiments.summaries.sizes.SIZES", (32, 64))
    monkeypatch.setattr("core.experiments.summaries.sizes.UPDATES", 20)
    work = Sizes("web or its twin", HISTOGRAM, 2)
    work.advance()
    assert 0 < work.fraction < 1 and work.result["sizes"] == ()
    work.work()
    found = work.result
    assert work.done and found["sizes"] == (32, 64)
    assert {name: np.shape(rows) for name, rows in found["errors"].items()} == dict.fromkeys(
        NAMES, (2, 2)
    )
    assert all(
        0 <= error <= 1 for rows in found["errors"].values() for row in rows for error in row
    )


def test_what_is_recorded_supports_what_the_page_claims():
    found = {entry["question"]: entry for entry in recorded()}
    last = {
        question: {name: np.median(rows[-1]) for name, rows in entry["errors"].items()}
        for question, entry in found.items()
    }
    assert all(tuple(entry["sizes"]) == SIZES for entry in found.values())
    web, gaussian = last["web or its twin"], last["parameters, Gaussian"]
    skewed = last["parameters, log-normal"]
    assert skewed["cnn"] < 0.6 * skewed["power"] and 0.05 < web["bispectrum"] < 0.2
    assert (
        web["cnn"] < 0.02 and abs(web["power"] - 0.5) < 0.03 and abs(web["histogram"] - 0.5) < 0.03
    )
    assert gaussian["power"] == min(gaussian.values()) < 0.8 * gaussian["cnn"]


def test_the_command_line_names_what_is_wrong(capsys):
    with pytest.raises(SystemExit):
        main(["--question", "moon or sun"])
    assert "question = 'moon or sun' is not allowed" in capsys.readouterr().err


def test_a_film_is_small_enough_for_a_session():
    frame = made().snapshot()
    size = sum(np.asarray(value).nbytes for value in frame.values())
    assert size * (SummariesSettings().max_steps // Summaries.frame_every + 1) < 3e6
    assert json.dumps(SummariesSettings().to_json())
