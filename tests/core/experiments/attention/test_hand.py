"""One query by hand: cells, temperature, and what leaves the network alone."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.experiment import run
from core.experiments.attention.hand import attend, by_hand, read_cell
from core.experiments.attention.pictures import Attention
from core.experiments.attention.settings import AttentionSettings
from core.export import script
from core.settings import SettingError


def parts(n=5, e=4):
    generator = torch.Generator().manual_seed(0)
    shapes = {"q": (1, e), "k": (n, e), "v": (n, e)}
    return {part: torch.randn(shape, generator=generator) for part, shape in shapes.items()}


def test_attend_is_that_of_torch():
    p = parts()
    ours = attend(p["q"][0], p["k"], p["v"], 1.0)[1]
    theirs = torch.nn.functional.scaled_dot_product_attention(
        p["q"][None], p["k"][None], p["v"][None]
    )
    torch.testing.assert_close(ours, theirs[0, 0])


def test_keys_that_it_may_not_see_get_nothing():
    p, seen = parts(), torch.tensor([True, True, False, True, False])
    alpha, h = attend(p["q"][0], p["k"], p["v"], 1.0, seen)
    assert (alpha[~seen] == 0).all()
    theirs = torch.nn.functional.scaled_dot_product_attention(
        p["q"][None], p["k"][None], p["v"][None], attn_mask=seen[None, None]
    )
    torch.testing.assert_close(h, theirs[0, 0])


def test_a_low_temperature_takes_the_largest_a_high_one_the_mean():
    p = parts()
    best = int((p["k"] @ p["q"][0]).argmax())
    torch.testing.assert_close(attend(p["q"][0], p["k"], p["v"], 1e-4)[1], p["v"][best])
    torch.testing.assert_close(
        attend(p["q"][0], p["k"], p["v"], 1e6)[1], p["v"].mean(0), rtol=1e-4, atol=1e-4
    )


@given(st.sampled_from("kv"), st.integers(0, 4), st.integers(0, 3), st.floats(-4, 4))
def test_a_cell_changes_what_it_must(part, row, column, value):
    plain = by_hand(parts(), {}, 1.0)
    changed = by_hand(parts(), {(part, row, column): value}, 1.0)
    assert float(changed[f"hand_{part}"][row, column]) == pytest.approx(value)
    torch.testing.assert_close(changed["hand_alpha"][:, 0], plain["hand_alpha"][:, 0])
    torch.testing.assert_close(changed["hand_alpha"].sum(0), torch.ones(2))
    if part == "v":  # weights do not depend on values
        torch.testing.assert_close(changed["hand_alpha"], plain["hand_alpha"])


@pytest.mark.parametrize(
    ("name", "text"),
    [("q.1.0", "1"), ("k.5.0", "1"), ("k.0.4", "1"), ("w.0.0", "1"), ("k.0.0", "1e9"), ("k", "x")],
)
def test_what_is_no_cell_is_refused(name, text):
    with pytest.raises(SettingError):
        read_cell(name, text, 5, 4)


@pytest.mark.parametrize(("head", "query"), [(0, 3), (3, 7), (2, 10)])
def test_any_head_and_query_can_be_by_hand(head, query):
    """What is learned is what the map of this head says of this query."""
    settings = AttentionSettings(width=16, length=12, beside=False)
    changes = ((5, "head", str(head)), (5, "query", str(query)))
    film = run(Attention(settings.replace(changes=changes)), 10)
    assert film["hand_at"][-1].tolist() == [query + 1, head // 2 + 1, head % 2 + 1]
    expected = film["alpha"][-1][head, query]
    np.testing.assert_allclose(film["hand_alpha"][-1][:, 0], expected, atol=2e-3)
    np.testing.assert_array_equal(film["hand_alpha"][-1][:, 1], film["hand_alpha"][-1][:, 0])
    np.testing.assert_array_equal(film["hand_q"][-1][0], film["q"][-1][head, query])
    np.testing.assert_allclose(film["hand_h"][-1][1], film["heard"][-1][head, query], atol=5e-3)


def test_cells_are_of_the_head_and_the_query_that_they_were_set_at():
    experiment = Attention(AttentionSettings(width=16, length=12, beside=False))
    for name, value in (("q.0.1", "2"), ("k.3.0", "1"), ("v.2.1", "-1")):
        experiment.change(name, value)
    experiment.change("query", "5")
    assert set(experiment.cells) == {("k", 3, 0), ("v", 2, 1)}
    experiment.change("head", "1")
    assert not experiment.cells


@pytest.mark.parametrize(("name", "text"), [("head", "5"), ("query", "12"), ("query", "x")])
def test_what_is_not_there_is_not_chosen(name, text):
    settings = AttentionSettings(width=16, length=12)
    with pytest.raises(SettingError, match=name):
        settings.replace(changes=((0, name, text),))


def test_by_hand_the_network_stays_as_it_is():
    settings = AttentionSettings(width=16, beside=False)
    changes = ((5, "k.0.0", "3"), (5, "temperature", "0.5"), (10, "q.0.1", "-2"))
    plain, changed = (
        run(Attention(settings), 15),
        run(Attention(settings.replace(changes=changes)), 15),
    )
    np.testing.assert_array_equal(plain["loss"], changed["loss"])
    np.testing.assert_array_equal(plain["alpha"], changed["alpha"])
    assert float(changed["hand_k"][-1][0, 0]) == 3 and float(changed["hand_q"][-1][0, 1]) == -2
    text = script(Attention, settings.replace(changes=changes), 15)
    assert "k.0.0" not in text and "q.0.1" not in text
