"""What two layers learn and one does not; measures by hand; what somebody writes."""

import math

import numpy as np
import pytest
import torch

from core.experiment import run
from core.experiments.attention import measures
from core.experiments.attention.figures import maps
from core.experiments.attention.pictures import Attention
from core.experiments.attention.problems import ADDITION, PREVIOUS, RECALL, REVERSE
from core.experiments.attention.settings import AttentionSettings, shown_sequence, tokens
from core.models.sequence_transformer import made
from core.settings import SettingError


def trained(steps, until=lambda seen: False, **changes):
    """A run, and what its heads are worth when it ends."""
    run = Attention(AttentionSettings(**changes))
    while run.steps < steps:
        run.step(25)
        seen = run._judged()
        if until(seen):
            break
    return run, seen


@pytest.mark.parametrize("seed", range(5))
def test_two_layers_recall_and_one_does_not(seed):
    _, seen = trained(300, lambda seen: seen["best_lookup"] > 0.9, seed=seed, beside=seed == 0)
    assert seen["best_lookup"] > 0.9 and seen["accuracy"] > 0.95
    assert seen["best"] >= 2  # in layer 2; layer 1 looks back one step
    assert int(seen["previous"].argmax()) < 2 and seen["best_previous"] > 0.6
    assert seen.get("accuracy_one", 0) < 0.45


def test_reverse_is_learned_in_whole_sequences():
    _, seen = trained(150, lambda seen: seen["whole"] >= 0.99, target=REVERSE, beside=False)
    assert seen["whole"] >= 0.99


def test_measures_by_hand():
    alpha = torch.zeros(1, 1, 4, 4)
    alpha[0, 0] = torch.tensor(
        [[1, 0, 0, 0], [0.75, 0.25, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0.25, 0.25]]
    )
    right = torch.zeros(1, 4, 4, dtype=torch.bool)
    right[0, 2, 1] = right[0, 3, 1] = right[0, 3, 2] = True
    assert float(measures.on_the_right_place(alpha, right)) == pytest.approx((0.5 + 0.5) / 2)
    assert float(measures.previous_token(alpha, right)) == pytest.approx((0.75 + 0.5) / 2)
    assert float(measures.entropy(alpha, right.any(-1))) == pytest.approx((1 + 2) / 2)


def test_spectrum_finds_a_wave():
    angle = 2 * math.pi * 5 * torch.arange(29) / 29
    found = measures.spectrum(torch.stack([angle.sin(), angle.cos() + 3], 1))
    assert int(found.argmax()) == 4 and float(found[4]) == pytest.approx(1, abs=1e-5)


def test_moved_along_is_rounding_without_order():
    net = made(0, 9, 9, 32, 2, positions="none", causal=False)
    x = torch.arange(9)[None]
    assert measures.moved_along(net, x) < 1e-5
    assert measures.moved_along(made(0, 9, 9, 32, 2, causal=False), x) > 0.01


def test_maps_are_those_of_the_numbers_beside_them():
    run = Attention(AttentionSettings(width=32, heads="1"))
    run.step(5)
    shot = {name: np.asarray(value, np.float64) for name, value in run.snapshot().items()}
    q, k, v = shot["q"], shot["k"], shot["v"]
    score = q @ k.transpose(0, 2, 1) / math.sqrt(32)
    seen = ~np.isnan(shot["score"])
    np.testing.assert_allclose(shot["score"][seen], score[seen], atol=5e-3)
    np.testing.assert_allclose(shot["alpha"].sum(-1), 1, atol=5e-3)
    np.testing.assert_allclose(shot["heard"], shot["alpha"] @ v, atol=5e-3)
    np.testing.assert_allclose(shot["answer"].sum(-1), 1, atol=5e-3)
    assert (seen == np.tri(23, dtype=bool)).all()


@pytest.mark.parametrize("words", [{}, {"mlp": True, "positions": "rotary", "causal": False}])
def test_without_each_head_is_what_is_left(words):
    """All heads at once, as each by itself; the scores are those of what is said then."""
    layers, heads = 3, 2
    net = made(0, 9, 9, 32, heads, layers, **words)
    x = torch.randint(9, (4, 7), generator=torch.Generator().manual_seed(1))
    y = x.where(x > 3, -1)
    trace = []
    with torch.no_grad():
        streams = net.streams(x, trace=trace)
        left = net.read(measures.without_each(net, streams, trace))
        found = measures.worth(net, streams, trace, y)
        for a, out in enumerate(left):
            keep = torch.ones(1, layers, heads)
            keep[0, a // heads, a % heads] = 0
            alone = net(x, keep)
            torch.testing.assert_close(out, alone)
            assert not torch.allclose(alone, net(x))
            assert found["without_loss"][a] == pytest.approx(measures.loss(alone, y), rel=1e-5)
            assert found["without"][a] == pytest.approx(measures.scores(alone, y)[0])
        whole = measures.loss(net(x), y)
    assert len(left) == layers * heads
    assert found["without_loss"][-1] == pytest.approx(whole, rel=1e-5)


@pytest.mark.parametrize(
    ("target", "text", "said"),
    [
        (RECALL, "c5a2c", ["C", "5", "A", "2", "C"]),
        (RECALL, "B 1 B", ["B", "1", "B"]),
        (ADDITION, "12 28 =", ["12", "28", "="]),
        (REVERSE, "123|32", ["1", "2", "3", "|", "3", "2"]),
        (PREVIOUS, "p" * 64, ["P"] * 64),
    ],
)
def test_what_is_written_is_shown(target, text, said):
    settings = AttentionSettings(target=target, sequence=text)
    assert tokens(settings) == said
    run = Attention(settings.replace(width=32))
    shot = run.snapshot()
    assert shot["alpha"].shape == (5, len(said), len(said))
    other = Attention(settings.replace(width=32, sequence="")).snapshot()
    assert shot["loss"] == other["loss"]  # the judges stay


@pytest.mark.parametrize(
    ("target", "text"), [(RECALL, "xyz"), (ADDITION, "1 2"), (ADDITION, "1 99 ="), (PREVIOUS, "A")]
)
def test_another_alphabet_is_refused_by_name(target, text):
    with pytest.raises(SettingError, match=r"sequence = .* tokens of this task"):
        AttentionSettings(target=target, sequence=text)


def test_a_sequence_with_nothing_asked_is_shown_too():
    settings = AttentionSettings(sequence="A1B2", width=32)
    assert (Attention(settings).snapshot()["lens"] == 0).all()
    assert shown_sequence(settings).shape == (1, 4)


def test_the_sum_under_the_softmax_is_the_one_of_its_numbers():
    film = run(Attention(AttentionSettings(width=16, length=12, beside=False)), 5)
    score = film["score"][-1].astype(np.float64)
    np.testing.assert_allclose(film["sums"][-1], np.nansum(np.exp(score), -1), rtol=2e-3)
    alpha = np.nan_to_num(np.exp(score) / film["sums"][-1][..., None])
    np.testing.assert_allclose(film["alpha"][-1], alpha, atol=2e-3)


def test_the_loss_without_a_head_is_that_of_a_network_whose_head_says_nothing():
    experiment = Attention(AttentionSettings(width=16, length=12, beside=False, seed=1))
    experiment.step(20)
    before = experiment._judged()["without_loss"]
    block, e = experiment.models["net"].blocks[1], 8
    with torch.no_grad():  # of head 2 of layer 2 the output is multiplied by these columns
        block.attention.out.weight[:, e : 2 * e] = 0
    after = experiment._judged()["without_loss"]
    assert after[-1] == pytest.approx(before[3], rel=1e-5)
    assert before[3] != pytest.approx(before[-1], rel=1e-5)


def test_a_head_that_is_off_says_nothing_and_the_training_does_not_hear_of_it():
    """What the film shows without a head is what a network says whose head is cut out by hand."""
    settings = AttentionSettings(width=16, length=12, beside=False, seed=1)
    experiment, other = Attention(settings), Attention(settings)
    experiment.step(20)
    whole = experiment.snapshot()
    assert not whole["off"].any() and whole["loss_off"] == whole["loss"]
    experiment.change("silent", "1")
    seen = experiment.snapshot()
    assert seen["off"].tolist() == [0, 1, 0, 0] and seen["off_said"].tolist() == [1, 1, 2, 1]
    for name in ("loss", "accuracy", "best_lookup", "without_loss", "best"):  # of the whole network
        np.testing.assert_array_equal(seen[name], whole[name])
    np.testing.assert_array_equal(seen["answer_all"], whole["answer"])
    np.testing.assert_array_equal(seen["alpha"][:2], whole["alpha"][:2])  # its own layer
    assert np.abs(seen["alpha"][2:4] - whole["alpha"][2:4]).max() > 0.01
    experiment.step(5), other.step(25)
    assert experiment.loss() == other.loss()
    experiment.change("silent", "1")
    seen = experiment.snapshot()
    with torch.no_grad():  # of head 2 of layer 1 the output is multiplied by these columns
        other.models["net"].blocks[0].attention.out.weight[:, 8:16] = 0
    cut = other.snapshot()
    names = {"loss_off": "loss", "accuracy_off": "accuracy", "lookup_off": "best_lookup"}
    for name, old in {**names, "answer": "answer", "lens": "lens"}.items():
        np.testing.assert_allclose(seen[name], cut[old], atol=2e-3, err_msg=name)
    np.testing.assert_allclose(seen["alpha"][:4], cut["alpha"][:4], atol=2e-3)
    experiment.change("silent", "")
    assert not experiment.snapshot()["off"].any()


def test_each_frame_of_the_film_knows_what_a_head_is_worth():
    """Also one that was made before the head was switched off, and the words under the maps."""
    settings = AttentionSettings(width=16, length=12, beside=False, seed=1)
    film = run(Attention(settings), 10)
    off = settings.replace(changes=((10, "silent", "2"),))
    then = run(Attention(settings.replace(changes=((5, "silent", "2"),))), 5)
    at = film.steps.tolist().index(5)
    assert float(film["without_loss"][at][2]) == pytest.approx(
        float(then["loss_off"][-1]), rel=1e-5
    )
    assert float(film["without"][at][2]) == pytest.approx(float(then["accuracy_off"][-1]))
    assert len({tuple(row) for row in film["without_loss"]}) == len(film)
    (seldom,) = [note.text for note in film.notes if "evaluated every 4 frames" in note.text]
    assert seldom.startswith("Other lengths and shuffled tokens are")
    (here,) = [line for line in maps(off)["caption"] if line["when"]["value"] == 0]
    assert "Without layer 2, head 1 this frame has loss" in here["text"]
    columns = [(value["track"], value["column"]) for value in here["values"]]
    assert columns == [("without_loss", 2), ("loss", 0), ("without", 2), ("accuracy", 0)]
    (here,) = [line for line in maps(settings)["caption"] if line["when"]["value"] == 0]
    assert here["text"].startswith("All heads speak.")


@pytest.mark.parametrize("text", ["4", "0,9", "x", "-1", "0,"])
def test_a_head_that_is_not_there_cannot_be_switched_off(text):
    with pytest.raises(SettingError, match=r"silent = .* heads from 0 to 3"):
        AttentionSettings(changes=((5, "silent", text),))


def test_a_run_that_diverges_says_which_network():
    experiment = Attention(AttentionSettings(width=16, length=12))
    with torch.no_grad():
        experiment.models["one"].embed.weight.fill_(torch.nan)
    experiment.step(1)
    assert "the network with 1 layer is not finite" in experiment.done
    assert "0.003 now" in experiment.done
