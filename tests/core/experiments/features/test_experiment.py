import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from scipy.special import softmax

from core.experiment import record
from core.experiments.features import figures
from core.experiments.features.data import CLASSES, held_out
from core.experiments.features.experiment import Training
from core.experiments.features.pictures import Features
from core.experiments.features.settings import FeaturesSettings, read_change, stroked
from core.experiments.features.shown import drawn
from core.film import Film
from core.settings import SettingError


def made(**changes):
    return Features(FeaturesSettings(**changes))


@pytest.fixture(scope="module")
def learned():
    """A CNN and an MLP that know centered galaxies."""
    experiment = made(max_steps=110)
    experiment.step(110)
    return experiment


@pytest.mark.parametrize("data", CLASSES)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_dashed_line_is_what_one_answer_for_all_gets(data, seed):
    settings = FeaturesSettings(data=data, data_seed=seed)
    _, y = held_out(data, seed, settings.noise, settings.shuffled)
    called, share = figures.commonest(settings)
    assert share == max((y == k).mean() for k in range(len(CLASSES[data])))
    assert share == (y == CLASSES[data].index(called)).mean()
    (panel,) = (p for p in figures.panels(settings) if p["id"] == "by_shift")
    layout = panel["figure"]["layout"]
    assert layout["shapes"][0]["y0"] == share
    assert layout["annotations"][0]["text"] == f"always {called}"
    cnn, mlp = (trace["line"]["width"] for trace in panel["figure"]["data"])
    assert cnn > 2 * mlp  # the one below is seen beside the one on top


def test_the_cnn_knows_the_corner_and_the_mlp_does_not(learned):
    cnn, mlp = learned.snapshot()["by_shift"]
    assert cnn.min() > 0.9 and mlp[0] > 0.9 and mlp[5:].max() < 0.75


def test_the_tracks_hold_what_the_networks_say(learned):
    experiment = learned
    frame = experiment.snapshot()
    x = torch.from_numpy(experiment.shown.image(experiment.steps))[None]
    with torch.no_grad():
        verdict = torch.cat([net(x).softmax(-1) for net in (experiment.cnn, experiment.mlp)])
    np.testing.assert_allclose(frame["verdict"], verdict, atol=1e-6)
    cnn = experiment.cnn
    with torch.no_grad():  # shares of the largest, along the weights
        largest = float(cnn.pool(cnn.maps(x)[-1]).max())
        logits = largest * frame["pooled"] @ frame["last"] + cnn.last.bias.numpy()
    np.testing.assert_allclose(softmax(logits), frame["verdict"][0], atol=1e-5)
    moved, y = held_out("galaxies", 0, 5, False)
    for s in (0, 8):
        with torch.no_grad():
            right = (experiment.cnn(torch.from_numpy(moved[s])).argmax(-1).numpy() == y).mean()
        assert frame["by_shift"][0, s] == pytest.approx(right)
    np.testing.assert_allclose(frame["confusion"].sum(-1), 1, atol=1e-6)
    shares = np.bincount(y, minlength=2) / len(y)
    overall = (np.diagonal(frame["confusion"], axis1=1, axis2=2) * shares).sum(-1)
    np.testing.assert_allclose(overall, frame["by_shift"].mean(-1), atol=1e-6)


def judged(experiment, shift):
    """Accuracy of both now, and how often they call each class so."""
    moved, y = held_out("digits", 0, 5, False)
    with torch.no_grad():
        called = [net(torch.from_numpy(moved[shift])).argmax(-1).numpy()
                  for net in (experiment.cnn, experiment.mlp)]  # fmt: skip
    counts = np.zeros((2, 10, 10))
    for count, one in zip(counts, called, strict=True):
        np.add.at(count, (y, one), 1)
    return [(one == y).mean() for one in called], counts


def test_the_judges_move_with_the_film_one_shift_after_the_other():
    experiment = made(data="digits", samples=200)
    frame, known = experiment.snapshot(), [judged(experiment, shift) for shift in range(5)]
    for step in range(1, 37):
        experiment.step(1)
        if step % 6 == 0:
            known[step // 6 % 5] = judged(experiment, step // 6 % 5)
        before, frame = frame, experiment.snapshot()
        np.testing.assert_allclose(frame["by_shift"].T, [right for right, _ in known], atol=1e-6)
        counts = sum(counts for _, counts in known)
        shares = counts / counts.sum(-1, keepdims=True)
        np.testing.assert_allclose(frame["confusion"], shares, atol=1e-6)
        assert step % 6 or step < 12 or (frame["confusion"] != before["confusion"]).any()


@pytest.mark.parametrize("steps", [23, 60])  # unseen, and where all are judged
def test_all_shifts_are_judged_at_once_where_numbers_are_compared(steps):
    experiment = made(data="digits", samples=60)
    while steps == 60 and experiment.steps < 59:
        experiment.step(1)
        experiment.snapshot()
    experiment.step(steps - experiment.steps)
    right = [judged(experiment, shift)[0] for shift in range(5)]
    np.testing.assert_allclose(experiment.snapshot()["by_shift"].T, right, atol=1e-6)


def test_a_dragged_galaxy_takes_its_maps_along(learned):
    experiment = learned
    before = experiment.snapshot()
    experiment.change("place", "16,16")
    middle = experiment.snapshot()
    experiment.change("place", "22,11")
    moved = experiment.snapshot()
    assert tuple(middle["place"]) == (16, 16) and tuple(moved["place"]) == (22, 11)
    found = [frame["maps3"].astype(float).max(0) for frame in (middle, moved)]
    shift = np.unravel_index(
        np.fft.ifft2(np.conj(np.fft.fft2(found[0])) * np.fft.fft2(found[1])).real.argmax(), (32, 32)
    )
    assert shift == (27, 6)  # 5 up, around the edge, and 6 to the right
    np.testing.assert_array_equal(before["kernels"], moved["kernels"])


def test_a_place_beyond_the_frame_is_its_border():
    experiment = made()
    experiment.change("place", "900,-3")
    assert tuple(experiment.snapshot()["place"]) == (24, 8)


@pytest.mark.parametrize("data", CLASSES)
def test_it_wanders_until_it_is_dragged(data):
    experiment = made(data=data, samples=20)
    places = [experiment.shown.offset(step) for step in range(0, 300, 10)]
    reach = 8 if data == "galaxies" else 4
    assert np.ptp(places, axis=0).min() > reach and np.abs(places).max() <= reach
    experiment.shown.drag(3, 3)
    assert experiment.shown.offset(0) == experiment.shown.offset(50)


def test_one_that_is_not_taught_stays_as_it_was():
    alone = Training(FeaturesSettings(samples=20), ("mlp",))
    first = [p.clone() for p in alone.cnn.parameters()]
    both = Training(FeaturesSettings(samples=20))
    alone.step(3), both.step(3)
    assert all(torch.equal(a, b) for a, b in zip(first, alone.cnn.parameters(), strict=True))
    for a, b in zip(alone.mlp.parameters(), both.mlp.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_loss_beyond_all_numbers_is_named():
    experiment = made(samples=20)
    with torch.no_grad():
        experiment.mlp[1].weight.fill_(torch.inf)
    experiment.step(5)
    assert experiment.steps == 0 and "MLP" in experiment.done and "learning rate" in experiment.done


def test_augmentation_shows_other_places():
    plain, moved = (Training(FeaturesSettings(samples=20, augment=a)) for a in (False, True))
    (x, y), (z, same) = plain._batch(), moved._batch()
    assert torch.equal(y, same) and not torch.equal(x, z)
    assert torch.equal(x.flatten(1).sort().values, z.flatten(1).sort().values)


@pytest.mark.parametrize("text", ["", "1", "1,2,3", "x,y", "nan,1", "1e9,0"])
def test_a_place_that_is_none_is_refused(text):
    with pytest.raises(SettingError, match="two numbers from"):
        read_change("place", text)


points = st.lists(st.tuples(st.floats(0, 16), st.floats(0, 16)), min_size=1, max_size=400)


@given(points, points)
@limits(max_examples=25, deadline=None)
def test_any_stroke_can_be_drawn_and_survives_its_text(first, second):
    rows = read_change("strokes", stroked((), first))
    text = stroked(rows, second)
    rows = read_change("strokes", text)
    settings = FeaturesSettings(data="digits", strokes=rows)
    assert FeaturesSettings.from_link(settings.to_link()) == (settings, [])
    by_hand = FeaturesSettings(data="digits", changes=((3, "strokes", text),))
    assert FeaturesSettings.from_link(by_hand.to_link()) == (by_hand, [])
    ink, off = drawn(rows)
    assert ink.shape == (8, 8) and ink.min() >= 0 and 0 < ink.max() <= 1
    assert np.isfinite(off).all() and np.abs(off).max() <= 8


def test_a_drawn_digit_fills_its_square_wherever_it_is_drawn():
    bar = [(3.0, y) for y in np.linspace(2, 7, 20)]
    ink, off = drawn(read_change("strokes", stroked((), bar)))
    assert off == (-5.0, pytest.approx(-3.5))
    rows = np.flatnonzero(ink.sum(1) > 0.3)
    columns = np.flatnonzero(ink.sum(0) > 0.3)
    assert (rows[0], rows[-1]) == (0, 7) and set(columns) == {3, 4}


def test_a_drawing_stands_on_the_stage_and_nobody_knows_what_it_is():
    experiment = made(data="digits", samples=20)
    text = stroked((), [(6, 3), (6, 12)])
    experiment.change("strokes", text)
    frame = experiment.snapshot()
    assert frame["right_cnn"] == frame["right_mlp"] == 0.5
    assert frame["image"].max() == 255 and tuple(frame["place"]) == (6, 8)
    experiment.change("strokes", "")
    assert experiment.snapshot()["right_cnn"] in (0, 1)


def test_aliasing_is_noted_at_the_end():
    experiment, film = made(stride="4", max_steps=120), Film()
    experiment.step(120)
    record(experiment, film, 1)
    assert any(note.text.startswith("Aliasing") for note in film.notes)
