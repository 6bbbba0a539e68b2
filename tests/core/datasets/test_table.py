"""Tables as people have them: read as `csv` reads them, or refused with the line."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datasets.table import TableError, UnclearColumns, read, text_of


def cells(data):
    return [row.cells for row in read(text_of(data, 10_000))]


EXPECTED = [("name", "smiles"), ("a", "CCO"), ("b", "C#N")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings_line_ends_and_separators(end, mark, encoding):
    text = end.join(mark.join(row) for row in EXPECTED) + end
    assert cells(text.encode(encoding)) == EXPECTED


@pytest.mark.parametrize(
    "before",
    ["sep=;\r\n", '"sep=;"\n', "\n \n", "# made by Ann\n\n", "\n;;\n", "SEP=;\n# about\n"],
)
def test_what_lies_before_the_header_is_passed_over(before):
    rows = read(text_of(f"{before}a,b;c\n1;2\n".encode(), 999))
    assert [row.cells for row in rows] == [("a,b", "c"), ("1", "2")]
    assert rows[0].line == before.count("\n") + 1


def test_numpys_comment_is_the_header():
    assert cells(b"# x1,x2,label\n1,2,1\n") == [("x1", "x2", "label"), ("1", "2", "1")]
    assert cells(b"# red, or blue\nx,y\n1,2\n") == [("x", "y"), ("1", "2")]


def test_lines_end_at_cr_and_lf_only():
    odd = "wood\u2028alcohol \x0b \x0c \x85 \x1c \u2029."
    assert cells(f"name,n\n{odd},1\n".encode()) == [("name", "n"), (odd, "1")]


def test_quotes_and_the_numbers_of_lines():
    rows = read('"gap, eV",name\n1,"two\nlines, ""so"""\n\n2, "b, c"\n')
    assert [(row.line, row.cells) for row in rows] == [
        (1, ("gap, eV", "name")), (2, ("1", 'two\nlines, "so"')), (4, ()), (5, ("2", "b, c")),
    ]  # fmt: skip


def test_empty_columns_at_the_end_are_no_columns():
    assert cells(b"a,b,,\n1,2,,\n3,4\n") == [("a", "b"), ("1", "2"), ("3", "4")]


@given(
    st.lists(
        st.lists(st.text("ab1 ,;\t\"'\u2028", min_size=1), min_size=2, max_size=2), min_size=2
    ),
    st.sampled_from(",;\t"),
)
def test_what_csv_writes_is_read(table, mark):
    """With a header of one separator alone, as the rest decides nothing then."""
    out = io.StringIO()
    table = [["h", "k"], *([cell.strip() or "x" for cell in row] for row in table)]
    csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL).writerows(table)
    assert cells(out.getvalue().encode()) == [tuple(row) for row in table]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"smiles,note\nCCO,\"open\nC#N,x\n", "Line 2 .*not closed"),
        (b'smiles,note\nCCO,"open\nC#N,x\nCCN,y"\nC,z\n', "Line 2 opens a quote.* 2 lines below"),
        (b'smiles,note\nCCO,"a"b\n', "Line 2 is no CSV"),
        (b"a,b\n1,2\n\n1,2,3\n", "Line 4 has too many cells: 3, where line 1 has 2"),
        (b"a,b,c\n1,2\n", "Line 2 has too few cells: 2"),
        (b"x1,x2,label\n0,1,2,1\n", "Line 2 has too many"),  # R's row names without a head
        (b"PK\x03\x04....xl/workbook.xml", r"Excel workbook \(.xlsx\)"),
        (b"PK\x03\x04....content", "zip file"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1", r"\(.xls\)"),
        (b"a,b\n1,\xe9\n", "Line 2 is not text"),
        (b"a\r1\r\xe9\r", "Line 3 is not text"),
        (b"a,b\n\0\0\0\0\0", "null characters"),
        (b"", "empty"),
        (b"\n# only\n ;;\n", "empty"),
        (b"a" * 10_001, "10,001 bytes; up to 10,000"),
    ],
)  # fmt: skip
def test_refused_with_the_line(data, words):
    with pytest.raises(TableError, match=words):
        read(text_of(data, 10_000))


def test_a_question_shows_the_columns():
    error = UnclearColumns(read("a,b\n1,2\n3,4"), "x1")
    assert error.columns == ("1: a, 1", "2: b, 2") and "x1" in str(error)
