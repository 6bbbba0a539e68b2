"""What is read on the stage may be typed, of every problem, and has its own answer."""

import numpy as np
import pytest
import torch

from core.experiment import run
from core.experiments.recurrence.figures import panels
from core.experiments.recurrence.pictures import Recurrence
from core.experiments.recurrence.sequences import PROBLEMS, TYPED, line
from core.experiments.recurrence.settings import LIVE, RecurrenceSettings
from core.experiments.recurrence.unroll import EDITS, letters, shown_sequence
from core.settings import SettingError

TEXTS = {"first symbol": "HABA", "copy": "HG", "adding": "2:0.5 9:0.25", "spectral line": "7",
         "parity": "0110", "MNIST-1D": "4"}  # fmt: skip


def typed(target, text="", length=10, **more):
    return RecurrenceSettings(target=target, length=length, **{TYPED[target]: text}, **more)


def test_of_every_problem_something_may_be_typed():
    assert set(EDITS) == set(TYPED) == set(PROBLEMS) == set(TEXTS)
    assert tuple(dict.fromkeys(TYPED.values())) == Recurrence.LOOKS
    assert all(LIVE[name].live for name in TYPED.values())


def test_bits_are_those_typed_and_their_ones_are_counted():
    x, y = shown_sequence(typed("parity", "110"))
    drawn = letters(typed("parity"))
    assert letters(typed("parity", "110")) == ["1", "1", "0", *drawn[3:]]
    assert y[0].tolist() == (np.cumsum([int(c) for c in "110" + "".join(drawn[3:])]) % 2).tolist()
    assert shown_sequence(typed("parity", "1" * 99)).y[0].tolist() == [1.0, 0.0] * 5
    assert x.shape == (1, 10, 2) and (x.sum(-1) == 1).all()


def test_numbers_to_add_are_those_marked():
    x, y = shown_sequence(typed("adding", "2:0.5 9:0.25"))
    plain = shown_sequence(typed("adding")).x
    assert x[0, :, 1].nonzero().ravel().tolist() == [1, 8] and y[0, -1] == 0.75
    assert x[0, [1, 8], 0].tolist() == [0.5, 0.25] and y[0, 4] == 0.5
    others = [t for t in range(10) if t not in (1, 8)]
    assert (x[0, others, 0] == plain[0, others, 0]).all()
    beyond = shown_sequence(typed("adding", "2:0.5 99:0.25"))
    assert beyond.y[0, -1] == 0.5 and beyond.x[0, :, 1].sum() == 1


@pytest.mark.parametrize(("text", "part"), [("1", 0), ("7.5", 1), ("40", 7), ("20", 3), ("21", 4)])
def test_the_line_is_where_it_is_said(text, part):
    x, y = shown_sequence(typed("spectral line", text, length=40))
    deep = -torch.exp(-(((torch.arange(40) - float(text) + 1) / 1.5) ** 2) / 2)
    noise = x[0, :, 0] - deep
    assert noise.std() == pytest.approx(0.25, rel=0.35) and (y == part).all()
    other = shown_sequence(typed("spectral line", "12", length=40)).x[0, :, 0]
    twelve = -torch.exp(-(((torch.arange(40) - 11) / 1.5) ** 2) / 2)
    torch.testing.assert_close(other - twelve, noise, atol=1e-6, rtol=0)
    assert (shown_sequence(typed("spectral line", "90")).x
            == shown_sequence(typed("spectral line")).x).all()  # fmt: skip


def test_lines_by_chance_are_drawn_before_their_noise():
    """As they were before a line could be put somewhere: films stay what they are."""
    a, b = (torch.Generator().manual_seed(3) for _ in range(2))
    x, y = line(4, 20, a)
    center = torch.rand(4, generator=b) * 20 - 0.5
    flux = 0.25 * torch.randn(4, 20, generator=b)
    flux -= torch.exp(-(((torch.arange(20) - center[:, None]) / 1.5) ** 2) / 2)
    torch.testing.assert_close(x[..., 0], flux)
    assert y[:, 0].tolist() == ((center + 0.5) / 20 * 8).floor().tolist()


@pytest.mark.parametrize("digit", "0123456789")
def test_the_digit_is_the_one_that_is_asked_for(digit):
    x, y = shown_sequence(typed("MNIST-1D", digit, length=40))
    settings = typed("MNIST-1D", digit, length=40)
    rows = settings.signals[4000:]
    first = rows[rows[:, -1] == int(digit)][0]
    assert (y == int(digit)).all()
    np.testing.assert_allclose(x[0, :, 0].numpy(), first[:-1].astype(float), atol=1e-6)


@pytest.mark.parametrize("target", PROBLEMS)
def test_an_edit_is_a_look_at_the_same_run_of_every_problem(target):
    name, text = TYPED[target], TEXTS[target]
    base = typed(target, cells=("RNN",), beside=False)
    plain, film = (run(Recurrence(s), 10)
                   for s in (base, base.replace(changes=((5, name, text),))))  # fmt: skip
    assert film["reading"].tolist() == [0, 1, 1] and plain["reading"].tolist() == [0, 0, 0]
    for track in ("loss", "accuracy_RNN", "by_lag_RNN"):
        np.testing.assert_array_equal(film[track], plain[track])
    assert (film["hidden_RNN"][1:] != plain["hidden_RNN"][1:]).any()
    start = run(Recurrence(typed(target, text, cells=("RNN",), beside=False)), 10)
    np.testing.assert_array_equal(film["hidden_RNN"][1:], start["hidden_RNN"][1:])
    shown = panels(base.replace(changes=((5, name, text),)))
    (states,) = (p for p in shown if p["id"] == "states")
    assert "what chance had drawn" in states["caption"][0]["text"]


def test_what_was_typed_for_another_problem_changes_nothing():
    with_bits = RecurrenceSettings(target="parity", bits="11", sequence="HABA", digit="3")
    assert letters(with_bits) == letters(RecurrenceSettings(target="parity", bits="11"))
    changed = with_bits.replace(cells=("RNN",), beside=False, changes=((0, "sequence", "B"),))
    assert run(Recurrence(changed), 5)["reading"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [("bits", "012", "0 and 1"), ("marks", "3:0.5", "two steps"), ("marks", "3:2 4:1", "two steps"),
     ("marks", "3:0.1 3:0.2", "two steps"), ("marks", "a b", "two steps"),
     ("center", "0", "from 1 to T"), ("center", "nan", "from 1 to T"), ("center", "x", "from 1"),
     ("digit", "x", "one digit"), ("digit", "12", "up to 1")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(name, text, words):
    with pytest.raises(SettingError, match=words) as error:
        RecurrenceSettings(**{name: text})
    assert error.value.name == name
    with pytest.raises(SettingError, match=words):
        RecurrenceSettings(changes=((3, name, text),))
