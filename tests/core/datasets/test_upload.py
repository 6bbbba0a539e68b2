"""CSV of the user: read, scaled, or refused with the line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datasets.table import TableError, UnclearColumns
from core.datasets.upload import LARGEST, read_csv


def test_plain_and_with_header():
    plain = read_csv(b"1,2,1\n-3,0.5,-1\n")
    assert plain.rows == ((1, 2, 1), (-3, 0.5, -1))
    assert plain.notes == ("The file has no header: its columns are x1, x2 and the label.",)
    header = read_csv("\ufefflabel;x2;x1\n1;2,0;1,0\n\n-1;0,5;-3\n".encode())
    assert header == (plain.rows, ())
    assert read_csv(b"x\ty\tclass\r\n1\t2\t1\r\n-3\t0.5\t-1\r\n") == header


@pytest.mark.parametrize(
    ("head", "order"),
    [
        ("x1,x2,label", (0, 1, 2)), ("label,X2,X1", (2, 1, 0)), ("x,y,target", (0, 1, 2)),
        ("x1,x2,y", (0, 1, 2)), ("y,x2,x1", (2, 1, 0)), ("x0,x1,y", (0, 1, 2)),
        ("x_1 (cm),X 2 [mm],Species", (0, 1, 2)), ("x₁,x₂,Class", (0, 1, 2)),
        ("height,class,width", (0, 2, 1)), ("x,y,z", (0, 1, 2)), ("feature1,feature2,y", (0, 1, 2)),
        ("x1,x2,kind of tree", (0, 1, 2)),
    ],
)  # fmt: skip
def test_columns_are_found_by_name(head, order):
    rows = ((1.5, 2, 1), (-3, 0.5, -1))
    lines = [",".join(str(row[order.index(i)]) for i in range(3)) for row in rows]
    assert read_csv("\n".join([head, *lines]).encode()).rows == rows


def test_words_are_labels_whatever_their_column_is_called():
    found = read_csv(b"a,b,c\n2,red,1\n3,blue,4\n")
    assert found.rows == ((2, 1, 1), (3, 4, -1))
    assert "x1 is a, x2 is c, the label is b." in found.notes


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "index", "ID"])
def test_an_index_column_is_left_out(name):
    text = f"{name},x1,x2,y\n0,0.5,-1.2,1\n1,1.5,2.2,0\n2,-2.0,0.3,1\n"
    found = read_csv(text.encode())
    assert found.rows == ((0.5, -1.2, 1), (1.5, 2.2, -1), (-2, 0.3, 1))
    assert any("Left out" in note for note in found.notes)


@pytest.mark.parametrize(
    "head",
    ["a,b,c", "x1,x1,label", "x1,x2,x3", "x1,label,class", "id,x1,x2", "0.5,1,2,1", ",0,1,2"],
)
def test_unclear_columns_are_asked_about(head):
    width = head.count(",") + 1
    text = "\n".join([head, ",".join("1234"[:width]), ",".join("4321"[:width])])
    with pytest.raises(UnclearColumns) as asked:
        read_csv(text.encode())
    assert len(asked.value.columns) == width
    last = width - 1
    rows = read_csv(text.encode(), (last, last - 1, last - 2)).rows
    assert rows[-2:][0][:2] == (width, width - 1) or head[0].isdigit()


DECIMAL = [(0.5, -1.2, 1), (1.25, 2.2, -1), (-2, 0.3, 1)]


@pytest.mark.parametrize(
    "text",
    [
        'x1,x2,label\n"0,5","-1,2",1\n"1,250","2,2",0\n"-2,0","0,3",1\n',
        "x1;x2;label\n0,5;-1,2;1\n1,250;2,2;0\n-2,0;,3;1\n",
        "0,5;-1,2;1\n1,250;2,2;0\n-2,0;0,3;1\n",
        "x1\tx2\tlabel\n0,5\t\u22121,2\t1\n1,250\t2,2\t0\n-2\t3e-1\t1\n",
    ],
)
def test_decimal_commas_where_they_are_plain(text):
    assert read_csv(text.encode()).rows == tuple(DECIMAL)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('x1,x2,label\n"1,500",2,1\n1,3,0\n', "Line 2: '1,500' may have"),
        ("x1;x2;label\n1;1,500;1\n1;3;0\n", "Line 2: '1,500' may have"),
        ("x1;x2;label\n1;2.5;1\n0,5;3;0\n", "Line 3: '0,5' may have"),
        ("x1;x2;label\n1.234,5;2;1\n0;3;0\n", "Line 2: '1.234,5' is not"),
        ("x1,x2,label\n1_000,2,1\n0,3,0\n", "Line 2: '1_000' is not"),
        ("x1,x2,label\n1e999,2,1\n0,3,0\n", "Line 2: '1e999' is not"),
        ("x1,x2,label\nnan,2,1\n0,3,0\n", "Line 2: 'nan' is not"),
        *[(f"x1,x2,label\n1,2,a\n1,2,{none}\n", f"Line 3 has no label ..{none}")
          for none in ("NaN", "nan", "NA", "", "null", "None", "inf")],
    ],
)  # fmt: skip
def test_doubtful_numbers_and_missing_labels(text, words):
    with pytest.raises(TableError, match=words.replace("..", ".'")):
        read_csv(text.encode())


def test_small_features_are_not_lost():
    found = read_csv(b"x1,x2,label\n-4,0.0001,0\n4,0.0004,1\n1,0.0002,0\n2,0.0003,1\n")
    assert [row[0] for row in found.rows] == [-4, 4, 1, 2]
    assert [row[1] for row in found.rows] == pytest.approx([-5, 5, -1.667, 1.667], abs=1e-3)
    assert "x2 ran from 0.0001 to 0.0004" in found.notes[-1]
    far = read_csv(b"x1,x2,label\n-4,100.0001,0\n4,100.0004,1\n1,100.0002,0\n")
    assert [row[1] for row in far.rows] == pytest.approx([-5, 5, -1.667], abs=1e-3)


def test_points_that_fall_together_are_mentioned():
    found = read_csv(b"x1,x2,label\n-4,1,0\n4,2,1\n4.0001,2,0\n")
    assert "fall together" in found.notes[-1]


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
