"""Film: append-only, bounded, and the same after a trip through a file or the wire."""

import io
import json
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.film import WIRE_DTYPES, Film, curves_csv, half, to_bytes
from tests.core.film.replay import CHANGES, recorded


def frame(i):
    return {
        "loss": 1 / (i + 1),
        "map": np.full((3, 5), i % 256, np.uint8),
        "points": np.full((2, 3), i, np.float16),
        "empty": np.zeros((0, 4), np.float32),
    }


def filmed(n, cap=600, stride=2):
    film = Film(cap=cap)
    for i in range(n):
        film.append(i * stride, frame(i))
    return film


@given(st.integers(1, 200), st.integers(4, 40))
@settings(max_examples=60, deadline=None)
def test_thinning_keeps_ends_and_order(n, cap):
    film = filmed(n, cap)
    assert len(film) <= cap and film.recorded == n
    assert film.steps[0] == 0 and film.steps[-1] == 2 * (n - 1)
    assert (np.diff(film.steps) > 0).all() and (film.serials * 2 == film.steps).all()
    for name in film.names:
        assert len(film[name]) == len(film)
    for row, serial in enumerate(film.serials):  # every frame is still with its own step
        assert film["map"][row, 0, 0] == serial % 256
        assert film["loss"][row] == np.float32(1 / (serial + 1))
    if len(film) > 3:
        gaps = np.diff(film.serials)[:-1]
        assert (np.diff(gaps) <= 0).all()  # the past is never finer than the present


def test_budget_bounds_bytes():
    film = Film(budget=1000)
    for i in range(100):
        film.append(i, {"loss": 0.0, "map": np.zeros(100, np.uint8)})
    assert sum(film[name].nbytes for name in film.names) <= 1100 and film.steps[-1] == 99


@given(st.integers(1, 30), st.integers(4, 12))
@settings(max_examples=30, deadline=None)
def test_file(n, cap):
    film = filmed(n, cap)
    film.meta = {"title": "a"}
    film.note("info", "hello")
    file = io.BytesIO()
    film.save(file)
    file.seek(0)
    again = Film.load(file)
    assert again.names == film.names and again.meta == film.meta and again.notes == film.notes
    assert again.recorded == film.recorded
    assert (again.steps == film.steps).all() and (again.serials == film.serials).all()
    for name in film.names:
        assert again[name].dtype == film[name].dtype
        assert (again[name] == film[name]).all()


def test_loading_rubbish(tmp_path):
    for name, data in (("a.npz", b"no"), ("b.npz", b"PK\x03\x04")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ValueError, match="is not a film"):
            Film.load(tmp_path / name)
    np.savez(tmp_path / "c.npz", a=np.zeros(3))
    with pytest.raises(ValueError, match="is not a film"):
        Film.load(tmp_path / "c.npz")
    np.savez(tmp_path / "d.npz", header=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="is not a film"):
        Film.load(tmp_path / "d.npz")
    with pytest.raises(FileNotFoundError):
        Film.load(tmp_path / "none.npz")


def decoded(message, before=None):
    """What the JavaScript player does; `before` are the tracks that it has already."""
    (length,) = struct.unpack("<I", message[:4])
    header, at = json.loads(message[4 : 4 + length]), 4 + length
    frames = len(header["serials"]) - header["first"]
    tracks = {}
    for track in header["tracks"]:
        if track.get("still") == "held":
            first = before[track["name"]][0]
            tracks[track["name"]] = np.broadcast_to(first, (frames, *track["shape"]))
            continue
        sent = 1 if track.get("still") else frames
        shape, dtype = (sent, *track["shape"]), np.dtype(track["dtype"])
        assert at % 4 == 0
        size = int(np.prod(shape)) * dtype.itemsize
        block = np.frombuffer(message[at : at + size], dtype).reshape(shape)
        tracks[track["name"]] = np.broadcast_to(block, (frames, *track["shape"]))
        at += size + -size % 4
    assert at == len(message)
    return header, tracks


@given(st.integers(1, 40), st.integers(-1, 50))
@settings(max_examples=40, deadline=None)
def test_message(n, have):
    film = filmed(n, 16)
    header, tracks = decoded(film.message(have, name="x"), film)
    assert header["name"] == "x" and header["steps"] == film.steps.tolist()
    assert header["serials"][header["first"] :] == [s for s in film.serials if s > have]
    for name, track in tracks.items():
        assert (track == film[name][header["first"] :]).all()


def test_what_stands_still_is_sent_once():
    film, picture = Film(), np.arange(3000, dtype=np.uint8)
    for step in range(10):
        film.append(step, {"picture": picture, "loss": step, "gone": np.float32([np.nan])})
    message = film.message()
    header, tracks = decoded(message)
    still = {track["name"]: track.get("still", False) for track in header["tracks"]}
    assert still == {"picture": True, "loss": False, "gone": False}  # NaN equals nothing
    assert len(message) < 2 * picture.nbytes
    np.testing.assert_array_equal(tracks["picture"], film["picture"])
    film.append(10, {"picture": picture[::-1], "loss": 10, "gone": np.float32([0])})
    _, tracks = decoded(film.message(3))
    np.testing.assert_array_equal(tracks["picture"], film["picture"][4:])


@given(CHANGES)
@settings(max_examples=60, deadline=None)
def test_a_track_is_what_was_recorded_whenever_it_begins_to_move(changes):
    """Also where a frame takes the place of the last one, as a change by hand makes it."""
    film = Film(cap=1000)

    def frame(value):
        return {"a": np.full((2, 3), value, np.int32), "one": value}

    for expected in recorded(film, changes, frame):
        value = expected[-1]
        if len(expected) > 2:  # the player has all but the newest frame
            have = int(film.serials[-2])
            _, tracks = decoded(film.message(have), film)
            assert (tracks["a"] == value).all() and len(tracks["a"]) == 1
    assert film["one"].tolist() == expected
    assert film["a"][:, 1, 2].tolist() == expected and film["a"].shape == (len(expected), 2, 3)
    _, tracks = decoded(film.message())
    np.testing.assert_array_equal(tracks["a"], film["a"])


def test_what_has_not_moved_yet_is_kept_once():
    picture = np.zeros((1000, 1000), np.uint8)
    tracemalloc.start()
    try:
        film = Film()
        for step in range(20):
            film.append(step, {"picture": picture, "loss": step})
        assert tracemalloc.get_traced_memory()[0] < 2 * picture.nbytes
    finally:
        tracemalloc.stop()
    assert len(film.message(int(film.serials[-2]))) < 1000  # the player has the picture
    assert film["picture"].shape == (20, 1000, 1000)


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        ({"loss": 1.0}, "map"),
        ({**frame(0), "new": 1.0}, "new"),
        ({**frame(0), "map": np.zeros((3, 4), np.uint8)}, "track map"),
        ({**frame(0), "map": np.zeros((3, 5), np.float32)}, "track map"),
        ({**frame(0), "map": np.zeros((3, 5))}, "float64"),
    ],
)
def test_odd_snapshots_are_refused(snapshot, words):
    film = filmed(2)
    with pytest.raises(ValueError, match=words):
        film.append(9, snapshot)
    with pytest.raises(ValueError, match="lies before"):
        film.append(1, frame(3))
    assert len(film) == 2


def test_the_last_frame_can_be_taken_again():
    film = filmed(3, cap=4)
    film.append(4, frame(7))
    assert film.steps.tolist() == [0, 2, 4] and film["map"][-1, 0, 0] == 7
    assert film.serials.tolist() == [0, 1, 3]  # a new number, so that a player fetches it


def test_small_caps_are_refused():
    with pytest.raises(ValueError, match="cap = 3"):
        Film(cap=3)


def test_notes_once():
    film = filmed(3)
    film.note("info", "a")
    film.note("info", "a")
    film.note("error", "b", step=1)
    assert [(n.step, n.text) for n in film.notes] == [(4, "a"), (1, "b")]


def test_curves():
    lines = curves_csv(filmed(3)).splitlines()
    assert lines[0] == "step,loss" and lines[2] == "2,0.5" and len(lines) == 4


@given(st.lists(st.floats(-(2.0**99), 2.0**99, width=32) | st.just(float("nan")), max_size=20))
@settings(deadline=None)
def test_to_bytes_is_monotone_and_bounded(values):
    found = to_bytes(np.array(values, np.float32), -1, 1)
    assert found.dtype == np.uint8
    for value, byte in zip(values, found, strict=True):
        if np.isnan(value) or value <= -1:
            assert byte == 0
        elif value >= 1:
            assert byte == 255
        else:
            assert byte == pytest.approx((value + 1) * 127.5, abs=0.5001)


def test_wire_dtypes():
    for dtype in WIRE_DTYPES:
        Film().append(0, {"a": np.zeros(2, dtype)})


def test_half_precision_is_saturated_and_gaps_stay():
    film, values = Film(), np.array([1e9, -np.inf, 7, np.nan])
    film.append(0, {"loss": 0.0, "points": half(values), "exact": values.astype(np.float32)})
    np.testing.assert_array_equal(film["points"][0], np.float16([65504, -65504, 7, np.nan]))
    np.testing.assert_array_equal(film["exact"][0], values.astype(np.float32))
