"""Filters of the explorer against a loop over molecules; its settings, menu and guided walks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.experiments.qm9_explorer.filters import matches, without_one
from core.experiments.qm9_explorer.settings import (
    FILTERS,
    HEAVY,
    MODELS,
    RINGS,
    SIZES,
    ExplorerSettings,
    active_filters,
    cleared,
)
from core.qm9.networks import package
from core.qm9.prediction.census import census


@pytest.fixture(scope="module")
def counted():
    return census()


def left(counted, **filters):
    return int(matches(counted, ExplorerSettings(**filters)).sum())


@settings(max_examples=40, deadline=None)
@given(
    st.sets(st.sampled_from(HEAVY)), st.sets(st.sampled_from(HEAVY)),
    st.sets(st.sampled_from(RINGS)), st.sets(st.sampled_from(SIZES)),
    *[st.sampled_from(("any", "yes", "no"))] * 2,
)  # fmt: skip
def test_filters_are_what_a_loop_over_molecules_says(present, absent, rings, sizes, aro, charged):
    counted = census()
    wanted = ExplorerSettings(
        present=tuple(present), absent=tuple(absent), rings=tuple(rings), sizes=tuple(sizes),
        aromatic=aro, charged=charged,
    )  # fmt: skip
    mask = matches(counted, wanted)
    for row in counted.order(3)[:200]:
        symbols = set(counted.library.data.molecule(int(row)).symbols)
        number = int(counted.rings[row])
        passes = present <= symbols and not absent & symbols
        passes &= not rings or (str(number) if number < 6 else "6+") in rings
        passes &= not sizes or str(counted.library.data.sizes[row]) in sizes
        passes &= aro == "any" or counted.aromatic[row] == (aro == "yes")
        passes &= charged == "any" or counted.library.data.charged[row] == (charged == "yes")
        assert mask[row] == passes
    assert active_filters(cleared(wanted)) == ()


def test_the_remedy_for_an_empty_filter_is_counted(counted):
    settings = ExplorerSettings(present=("F",), absent=("F",), sizes=("9",))
    remedies = dict(without_one(counted, settings))
    assert left(counted, present=("F",), absent=("F",), sizes=("9",)) == 0
    assert remedies["absent"] == left(counted, present=("F",), sizes=("9",)) > 0
    assert remedies["present"] == left(counted, absent=("F",), sizes=("9",))
    assert remedies["sizes"] == 0


def test_settings_survive_link_and_json():
    changed = ExplorerSettings(
        view="space", layout="umap", model="gcn", present=("N", "F"), rings=("6+",), sizes=("9",),
        charged="yes", molecule=7, outliers=True, seed=5,
    )  # fmt: skip
    assert ExplorerSettings.from_link(changed.to_link()) == (changed, [])
    assert ExplorerSettings.from_json(changed.to_json()) == changed
    assert set(active_filters(changed)) == {"present", "rings", "sizes", "charged"} <= set(FILTERS)


def test_the_menu_of_networks_is_what_is_shipped():
    assert list(MODELS) == package.shipped()
