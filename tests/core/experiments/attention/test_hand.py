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
