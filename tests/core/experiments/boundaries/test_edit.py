"""Edited points: what a click does to the rows, for any data set and any order of clicks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.points import DATASETS, DOMAIN
from core.experiments.boundaries.data import data, shown
from core.experiments.boundaries.edit import LABELS, MOST, edited, rows_of
from core.experiments.boundaries.settings import BoundariesSettings
from core.settings.kinds import SettingError

ANYWHERE = st.floats(-100, 100)
ROW = st.tuples(
    st.integers(-6000, 6000).map(lambda v: v / 1000),
    st.integers(-6000, 6000).map(lambda v: v / 1000),
    st.sampled_from([-1.0, 1.0]),
)


def own(points, **others):
    return BoundariesSettings(dataset="points", points=tuple(points), **others)


def multiset(rows):
    return sorted(tuple(row) for row in rows)


@given(st.lists(ROW, min_size=2, max_size=40), st.sampled_from(sorted(LABELS)), ANYWHERE, ANYWHERE)
@settings(deadline=None, max_examples=60)
def test_adding_keeps_all_others(rows, tool, x, y):
    after = edited(own(rows), {"tool": tool, "x": x, "y": y})
    assert after.dataset == "points"
    assert multiset(after.points[:-1]) == multiset(rows)
    assert after.points[-1][2] == LABELS[tool]
    assert np.abs(after.points[-1][:2]).max() <= DOMAIN
    if max(abs(x), abs(y)) <= DOMAIN:
        assert after.points[-1][:2] == pytest.approx((x, y), abs=6e-4)


@given(st.data(), st.lists(ROW, min_size=4, max_size=40, unique=True), st.integers(0, 3))
@settings(deadline=None, max_examples=60)
def test_the_point_under_the_mouse_is_the_one_meant(draw, rows, seed):
    """The split shuffles what is shown; `index` counts shown points."""
    before = own(rows, data_seed=seed)
    (X, y), _ = shown(before)
    index = draw.draw(st.integers(0, len(X) - 1))
    wanted = (*np.round(X[index].astype(float), 3), float(y[index]))
    removed = edited(before, {"tool": "remove", "index": index})
    assert multiset([*removed.points, wanted]) == multiset(rows)
    moved = edited(before, {"tool": "move", "index": index, "x": 0.5, "y": -20})
    assert multiset(moved.points) == multiset([*removed.points, (0.5, -DOMAIN, wanted[2])])


@pytest.mark.parametrize("name", [*(name for name in DATASETS if name != "reg-plane"), "formula"])
def test_a_click_keeps_the_points_of_every_data_set(name):
    """Noise moves some of them out of the square: they come back to its edge, and none is lost."""
    before = BoundariesSettings(dataset=name, samples=400, noise=50)
    after = edited(before, {"tool": "blue", "x": 1, "y": 2})
    assert len(after.points) == 401 and after.points[-1] == (1, 2, 1)
    whole = np.concatenate([np.column_stack(part) for part in data(before)])
    ours = np.array(after.points[:-1])
    distance = np.abs(ours[:, None] - np.clip(whole, -DOMAIN, DOMAIN)).max(-1)
    assert max(distance.min(0).max(), distance.min(1).max()) < 1e-3


def test_changes_by_hand_end_with_new_points():
    before = BoundariesSettings(changes=((5, "W1.0.0", "1"),))
    assert edited(before, {"tool": "orange", "x": 0, "y": 0}).changes == ()


def test_what_is_not_possible_is_named():
    full = own([(0.001 * i, 0.0, 1.0) for i in range(MOST)])
    with pytest.raises(SettingError, match="at most 2000 points"):
        edited(full, {"tool": "blue", "x": 0, "y": 0})
    two = own([(0.0, 0.0, 1.0), (1.0, 1.0, -1.0)])
    with pytest.raises(SettingError, match="at least 2 points"):
        edited(two, {"tool": "remove", "index": 0})
    for index in (-1, 2):
        with pytest.raises(SettingError, match="a shown point, 0 to 1"):
            edited(two, {"tool": "move", "index": index, "x": 0, "y": 0})
    with pytest.raises(SettingError, match="one of blue, orange, move, remove"):
        edited(two, {"tool": "paint", "x": 0, "y": 0})


def test_rows_of_own_points_are_the_points():
    points = ((0.5, 1.0, 1.0), (2.0, -1.0, -1.0))
    assert rows_of(own(points)) == [list(point) for point in points]
