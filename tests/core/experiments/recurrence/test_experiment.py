"""The race: problems, twins, clipping, and what the first weights decide."""

import numpy as np
import pytest
import torch

from core.experiment import record, run
from core.experiments.recurrence.beginnings import READERS
from core.experiments.recurrence.experiment import clipped
from core.experiments.recurrence.figures import panels
from core.experiments.recurrence.pictures import Recurrence, members, shown_members
from core.experiments.recurrence.sequences import PROBLEMS, SYMBOLS, losses, scores
from core.experiments.recurrence.settings import RecurrenceSettings, parameters
from core.experiments.recurrence.unroll import letters, shown_sequence, unrolled
from core.export import script
from core.settings import SettingError


def drawn(name, n=200, T=20):
    return PROBLEMS[name].draw(n, T, torch.Generator().manual_seed(0))


def test_first_symbol():
    x, y = drawn("first symbol")
    assert (y == x[:, 0].argmax(-1)[:, None]).all() and (x.sum(-1) == 1).all()


def test_copy_asks_for_the_first_four_in_order():
    x, y = drawn("copy")
    symbols = x.argmax(-1)
    assert (y[:, -4:] == symbols[:, :4]).all() and (y[:, :-4] == -1).all()
    assert (symbols[:, 4:-4] == 8).all() and (symbols[:, -4:] == 9).all()


def test_adding_marks_one_number_in_each_half():
    x, y = drawn("adding")
    marks = x[..., 1]
    assert (marks[:, :10].sum(1) == 1).all() and (marks[:, 10:].sum(1) == 1).all()
    np.testing.assert_allclose(y[:, -1], (x[..., 0] * marks).sum(1), rtol=1e-5)
    sums = drawn("adding", 20000).y[:, -1]
    assert float(sums.var()) == pytest.approx(1 / 6, rel=0.05)  # of two uniform numbers
    guessed = float(((sums - 1).abs() < 0.1).float().mean())
    assert guessed == pytest.approx(PROBLEMS["adding"].chance, abs=0.01)


def test_parity():
    x, y = drawn("parity")
    ones = x[..., 1].numpy().astype(int)
    np.testing.assert_array_equal(y, np.bitwise_xor.accumulate(ones, axis=1))


def test_a_matched_filter_finds_the_line_in_its_eighth():
    """The best linear search for a known shape in white noise, by numpy alone."""
    x, y = drawn("spectral line", 500, 80)
    flux, pixel = x[..., 0].numpy(), np.arange(80)
    shapes = np.exp(-(((pixel[:, None] - pixel) / 1.5) ** 2) / 2)
    found = (-flux @ shapes.T).argmax(1)
    assert (found * 8 // 80 == y[:, 0].numpy()).mean() > 0.9
    assert flux.std() < 0.5 and len(np.unique(y)) == 8


def test_losses_are_those_of_torch():
    out, y = torch.randn(5, 7, 8), torch.randint(8, (5, 7))
    ours = losses(PROBLEMS["first symbol"], out, y.float())
    theirs = torch.nn.functional.cross_entropy(out.permute(0, 2, 1), y, reduction="none")
    torch.testing.assert_close(ours, theirs)
    assert scores(PROBLEMS["adding"], torch.tensor([[0.95], [1.2]]), torch.ones(2)).tolist() == [
        1.0, 0.0,
    ]  # fmt: skip


def test_clipping_is_that_of_torch_for_each_network():
    grads = [torch.randn(3, 4, 5), torch.randn(3, 1, 5)]
    ours = [torch.zeros_like(g).requires_grad_() for g in grads]
    for w, g in zip(ours, grads, strict=True):
        w.grad = g.clone()
    norms = clipped(ours, 1.0)
    for s in range(3):
        theirs = [torch.zeros_like(g[s]).requires_grad_() for g in grads]
        for w, g in zip(theirs, grads, strict=True):
            w.grad = g[s].clone()
        norm = torch.nn.utils.clip_grad_norm_(theirs, 1.0)
        assert float(norms[s]) == pytest.approx(float(norm), rel=1e-5)
        for mine, other in zip(ours, theirs, strict=True):
            torch.testing.assert_close(mine.grad[s], other.grad, rtol=1e-5, atol=1e-6)


def test_nothing_is_clipped_at_zero():
    w = torch.zeros(2, 3, 3).requires_grad_()
    w.grad = torch.full((2, 3, 3), 100.0)
    clipped([w], 0.0)
    assert (w.grad == 100).all()


@pytest.mark.parametrize("cell", READERS)
def test_count_is_that_of_the_weights_and_widths_come_near_the_budget(cell):
    for budget in (500, 2000, 8000):
        settings = RecurrenceSettings(cells=(cell,), budget=budget, beside=False)
        assert parameters(settings, cell) == Recurrence(settings).parameters
        assert abs(parameters(settings, cell) - budget) < 0.15 * budget


def test_twins_only_where_they_differ():
    assert list(members(RecurrenceSettings())) == [
        "RNN", "RNN_default", "LSTM", "LSTM_default", "GRU", "GRU_default",
    ]  # fmt: skip
    gates = RecurrenceSettings(recurrent="default")
    assert list(members(gates)) == ["RNN", "LSTM", "LSTM_default", "GRU", "GRU_default"]
    assert list(members(RecurrenceSettings(beside=False, cells=("GRU",)))) == ["GRU"]
    assert shown_members(RecurrenceSettings(recurrent="default", shown="default")) == [
        "RNN", "LSTM_default", "GRU_default",
    ]  # fmt: skip


def test_the_sequence_on_the_stage_is_the_one_that_is_typed():
    settings = RecurrenceSettings(sequence="HABA", length=8)
    assert letters(settings)[:4] == list("HABA") and len(letters(settings)) == 8
    other = RecurrenceSettings(sequence="GABA", length=8)
    a, b = Recurrence(settings).snapshot(), Recurrence(other).snapshot()
    assert (a["hidden_RNN"] != b["hidden_RNN"]).any()
    np.testing.assert_array_equal(a["by_lag_RNN"], b["by_lag_RNN"])  # the judges' sequences stay


def test_an_edit_of_the_letters_is_a_look_at_the_same_run():
    base = RecurrenceSettings(cells=("RNN",), beside=False, length=8, sequence="HABA")
    edited = base.replace(changes=((5, "sequence", "GA"), (5, "learning_rate", "0.005")))
    plain, film = run(Recurrence(base), 10), run(Recurrence(edited), 10)
    assert film["reading"].tolist() == [0, 1, 1] and plain["reading"].tolist() == [0, 0, 0]
    for track in ("loss", "accuracy_RNN", "by_lag_RNN"):
        np.testing.assert_array_equal(film[track], plain[track])
    np.testing.assert_array_equal(film["hidden_RNN"][0], plain["hidden_RNN"][0])
    assert (film["hidden_RNN"][1:] != plain["hidden_RNN"][1:]).any()
    from_the_start = run(Recurrence(base.replace(sequence="GA")), 10)
    np.testing.assert_array_equal(film["hidden_RNN"][1:], from_the_start["hidden_RNN"][1:])
    assert letters(edited)[:2] == list("GA") and letters(base)[:4] == list("HABA")
    (states,) = (p for p in panels(edited) if p["id"] == "states")
    assert states["title"].startswith("Remember G:")
    assert ["HABA" in said["text"] for said in states["caption"]] == [True]
    assert "sequence" not in script(Recurrence, edited, 10).split("changes")[-1]


def test_letters_to_copy_are_asked_in_their_order():
    settings = RecurrenceSettings(target="copy", length=12, sequence="HGFEDCBA")
    x, y = shown_sequence(settings)
    assert letters(settings) == [*"HGFE", *"····", *"????"]
    assert y[0, -4:].tolist() == [7, 6, 5, 4] and (x.sum(-1) == 1).all()
    two = RecurrenceSettings(target="copy", length=12, sequence="HG")
    drawn = letters(two.replace(sequence=""))
    assert letters(two) == ["H", "G", *drawn[2:]]


def test_bands_reach_from_the_least_to_the_greatest_seed():
    settings = RecurrenceSettings(cells=("RNN",), length=8, seeds=3)
    experiment = Recurrence(settings)
    experiment.step(20)
    found, x, y = experiment.snapshot(), experiment.longer.x, experiment.longer.y.numpy()
    with torch.no_grad():
        called = experiment.models["RNN"](x, 16).argmax(-1).numpy()
    right = (called == y).mean(1)  # (seeds and twins, 16)
    for name, of in (("RNN", right[:3]), ("RNN_default", right[3:])):
        least, greatest = found[f"band_{name}"][:16], found[f"band_{name}"][:15:-1]
        np.testing.assert_allclose(least, of.min(0), atol=1e-3)
        np.testing.assert_allclose(greatest, of.max(0), atol=1e-3)
    assert "band_RNN" not in Recurrence(settings.replace(seeds=1)).snapshot()


def test_a_sequence_of_other_letters_is_refused_by_name():
    with pytest.raises(SettingError, match="sequence = 'ABZ' .* letters A to H"):
        RecurrenceSettings(sequence="ABZ")


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("length", [8, 12, 13, 40])
def test_unrolled_is_a_chain(problem, length):
    settings = RecurrenceSettings(target=problem, length=length)
    found = unrolled(settings)
    states = [i for i, kind in enumerate(found.kinds) if kind in ("h", "dot")]
    chain = [pair for pair in found.pairs if found.kinds[pair[0]] in ("h", "dot")
             and found.kinds[pair[1]] in ("h", "dot")]  # fmt: skip
    assert chain == list(zip(states, states[1:], strict=False))
    assert found.kinds.count("y") == PROBLEMS[problem].last
    assert len({node[1:] for node in found.nodes}) == len(found.nodes)
    assert (length > 12) == ("dot" in found.kinds)


@pytest.mark.parametrize("target", PROBLEMS)
def test_only_what_can_be_asked_at_any_time_is_asked_early(target):
    settings = RecurrenceSettings(target=target, length=8, cells=("RNN",), beside=False)
    asked = np.isfinite(Recurrence(settings).snapshot()["by_lag_RNN"])
    assert asked.all() == asked.any() == PROBLEMS[target].anytime
    if asked.all():  # the answer after T steps does not depend on what comes later
        problem = PROBLEMS[target]
        whole = problem.draw(50, 16, torch.Generator().manual_seed(1))
        symbols = whole.x[:, :8].argmax(-1)
        early = symbols[:, 0] if target == "first symbol" else symbols.sum(1) % 2
        assert (whole.y[:, 7] == early).all()


def test_by_lag_is_the_accuracy_where_it_was_trained():
    """Another draw of sequences, so only about the same: 256 of each."""
    settings = RecurrenceSettings(length=8, cells=("RNN",), beside=False)
    film = run(Recurrence(settings), 200)
    assert film["by_lag_RNN"][-1][7] == pytest.approx(film["accuracy_RNN"][-1][0], abs=0.1)
    assert set(SYMBOLS) >= set(letters(settings))


def test_a_run_whose_gradients_explode_says_so_and_one_that_diverges_stops():
    settings = RecurrenceSettings(
        activation="linear", scale=2.0, length=50, clip=0.0, learning_rate=1.0, cells=("RNN",),
        beside=False,
    )  # fmt: skip
    experiment = Recurrence(settings)
    film = run(experiment, 20)
    assert any("Exploding: the gradient of RNN" in n.text for n in film.notes)
    experiment.models["RNN"].W_h.data.mul_(1e6)  # beyond all numbers after 50 steps
    record(experiment, film, 1)
    assert experiment.steps == 20 and experiment.done.startswith("Diverged after 20 updates: RNN.")
    assert any(n.level == "error" and "Diverged" in n.text for n in film.notes)
