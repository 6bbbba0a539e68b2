"""CSV of the user: read, scaled, or refused with the line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.upload import LARGEST, read_csv


def test_plain_and_with_header():
    plain = read_csv(b"1,2,1\n-3,0.5,-1\n")
    assert plain.rows == ((1, 2, 1), (-3, 0.5, -1)) and plain.notes == ()
    header = read_csv("\ufefflabel;x2;x1\n1;2,0;1,0\n\n-1;0,5;-3\n".encode())
    assert header == plain
    assert read_csv(b"a\tb\tc\r\n1\t2\t1\r\n-3\t0.5\t-1\r\n") == plain


def test_two_classes_of_any_name():
    found = read_csv(b"x1,x2,label\n1,2,red\n2,3,blue\n3,1,red\n")
    assert [row[2] for row in found.rows] == [1, -1, 1]
    assert "blue is now -1" in found.notes[0]
    assert [row[2] for row in read_csv(b"1,2,0\n2,3,1\n").rows] == [-1, 1]


def test_regression_is_scaled():
    found = read_csv(b"1,2,10\n2,3,20\n3,1,30\n")
    assert [row[2] for row in found.rows] == [-1, 0, 1]
    assert "regression" in found.notes[0]


@pytest.mark.parametrize("factor", [100, 0.01, 1e300])
def test_scaled_into_the_square(factor):
    x = np.array([[0.0, 1.0], [2, 5], [4, 3]]) * factor
    text = "\n".join(f"{float(a)!r},{float(b)!r},{i % 2}" for i, (a, b) in enumerate(x))
    found = read_csv(text.encode())
    np.testing.assert_allclose(np.array(found.rows)[:, :2], [[-5, -5], [0, 5], [5, 0]], atol=1e-3)
    assert "scaled" in found.notes[-1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"1,2\n", "Line 1"),
        (b"1,2,1\n1,x,1\n", "Line 2: 'x'"),
        (b"1,2,1\n\n1,inf,1\n", "Line 3"),
        (b"1,2,1\n1,2\n", "Line 2 has too few"),
        (b"x1,x2,label\n1,2,1\n1,2,\n", "Line 3"),
        (b"1,2,1\n1,2,-1\n1,3,b\n", "Line 3"),
        (b"1,2,a\n1,2,b\n1,3,c\n", "Line 3"),
        (b"1,2,1\n1,2,1\n", "two classes"),
        (b"1,2,1\n", "2 to 2000"),
        (b"1,2,1\n" * 2001, "2001 points"),
        (b"1,2,1\n\xff\xfe,2,1\n", "Line 2 is not text"),
        (b"1" * (LARGEST + 1), "bytes"),
    ],
)
def test_refused_with_the_line(data, words):
    with pytest.raises(ValueError, match=words):
        read_csv(data)


@given(st.binary(max_size=200) | st.text("0123456789.,;-e\n\tabx", max_size=200).map(str.encode))
@settings(deadline=None)
def test_any_file_is_read_or_refused(data):
    try:
        rows = np.array(read_csv(data).rows)
    except ValueError:
        return
    assert rows.shape[1] == 3
    assert np.abs(rows[:, :2]).max() <= 6 and np.abs(rows[:, 2]).max() <= 1
