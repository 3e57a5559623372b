import csv
import io
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from guardiansync.errors import UnreadableFile
from guardiansync.feed import table as lanes
from guardiansync.feed.dialect import LINE_LIMIT
from guardiansync.feed.fast import read_fast
from guardiansync.feed.header import read_header
from guardiansync.feed.table import Body, read_rows

KEEP = {"a": 0, "b": 1, "c": 2}


def _read(text: str | bytes, *, careful: bool = False) -> Body:
    data = text.encode() if isinstance(text, str) else text
    return read_rows(data, read_header(data, "guardians.csv"), KEEP, careful=careful)


def _takes_fast_lane(text: str) -> bool:
    data = text.encode()
    head = read_header(data, "guardians.csv")
    return head.body_start == len(data) or read_fast(data, head.body_start, len(data), head, KEEP) is not None


def _both(text: str, *, keep: dict[str, int] | None = None) -> Body:
    """The rows, the same by both lanes."""
    data = text.encode()
    head = read_header(data, "guardians.csv")
    quick, careful = (read_rows(data, head, keep or KEEP, careful=lane) for lane in (False, True))
    assert_frame_equal(quick.rows, careful.rows)
    assert_frame_equal(quick.ragged, careful.ragged)
    assert_frame_equal(quick.findings.frame, careful.findings.frame)
    return quick


def _rows(table: Body) -> list[tuple[object, ...]]:
    return table.rows.rows()


def _ragged(table: Body) -> list[tuple[object, ...]]:
    """The lines that are not whole, with the cells that are not blank."""
    return [(line, *(cell for cell in cells if cell)) for line, *cells, _, _ in table.ragged.iter_rows()]


def _codes(found: Sequence[object]) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in found]  # type: ignore[attr-defined] # of findings


# --- the header ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter(delimiter: str) -> None:
    text = "\n".join(delimiter.join(cells) for cells in (("x", "y", "z"), ("1", "a,b", "c;d|e")))
    if delimiter in ",;|":
        text = text.replace("a,b", '"a,b"').replace("c;d|e", '"c;d|e"')
    assert read_header(text.encode(), "f").delimiter == delimiter
    assert _takes_fast_lane(text)
    assert _rows(_both(text)) == [(2, "1", "a,b", "c;d|e")]


def test_header_after_blank_lines_and_with_line_ends_in_quotes() -> None:
    head = read_header(b'\r\n\n"Student\nid",y,"z, too"\r\n1,2,3\n', "f")
    assert head.cells == ("Student\nid", "y", "z, too")
    assert (head.line, head.body_line) == (3, 5)
    assert _rows(_both('\r\n\n"Student\nid",y,"z, too"\r\n1,2,3\n')) == [(5, "1", "2", "3")]


def test_header_with_an_open_quote_is_its_own_line() -> None:
    head = read_header(b'x,y,"z,w\n' + b"1,2,3\n" * 100, "f", knows={"x", "y"}.__contains__)
    assert (head.cells, head.body_line) == (("x", "y", "z,w\n"), 2)


def test_an_endless_first_line() -> None:
    with pytest.raises(UnreadableFile, match="first line"):
        read_header(b"x" * (LINE_LIMIT + 1), "f")


# --- rows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n", "\r\n\r\n"])
def test_line_ends(end: str, last: str) -> None:
    table = _both(f"x,y,z{end}1,2,3{end}4,5,6{last}")
    assert _rows(table) == [(2, "1", "2", "3"), (3, "4", "5", "6")]
    assert table.ragged.is_empty()


def test_text_stays_as_it_is() -> None:
    text = 'x,y,z\n007, sp ,"say ""hi"", you"\nnull,NA,\n"",José😀,1e5\n'
    assert _takes_fast_lane(text)
    assert _rows(_both(text)) == [
        (2, "007", " sp ", 'say "hi", you'),
        (3, "null", "NA", ""),
        (4, "", "José😀", "1e5"),
    ]


def test_blank_lines_are_skipped_and_counted() -> None:
    assert _rows(_both("x,y,z\n\n1,2,3\n\r\n\n4,5,6\n\n")) == [(3, "1", "2", "3"), (6, "4", "5", "6")]


def test_line_ends_within_cells() -> None:
    text = 'x,y,z\n1,"two\nlines",3\n4,"three\r\n\r\nlines",6\n7,8,9\n'
    assert not _takes_fast_lane(text)
    assert _rows(_both(text)) == [
        (2, "1", "two\nlines", "3"),
        (4, "4", "three\r\n\r\nlines", "6"),
        (7, "7", "8", "9"),
    ]


def test_only_the_columns_asked_for() -> None:
    data = b"x,y,z,w\n1,2,3,4\n"
    for careful in (False, True):
        table = read_rows(data, read_header(data, "f"), {"last": 3, "first": 0}, careful=careful)
        assert_frame_equal(
            table.rows, pl.DataFrame({"line": [2], "last": ["4"], "first": ["1"]}, schema_overrides={"line": pl.UInt32})
        )


@pytest.mark.parametrize("text", ["x,y,z", "x,y,z\n", "x,y,z\r\n\r\n"])
def test_header_only(text: str) -> None:
    table = _both(text)
    assert table.rows.height == 0
    assert table.rows.columns == ["line", "a", "b", "c"]
    assert not table.cut_short


def test_ragged_rows_keep_their_cells_and_lines() -> None:
    text = 'x,y,z\n1,2,3\n4,5\n6,7,8,9\n"a,b",c\n  m  \n10,11,12\n'
    assert _takes_fast_lane(text)
    table = _both(text)
    assert _rows(table) == [(2, "1", "2", "3"), (7, "10", "11", "12")]
    assert _ragged(table) == [(3, "4", "5"), (4, "6", "7", "8"), (5, "a,b", "c"), (6, "  m  ")]
    assert table.ragged["problem"][0] == "it has 2 cells, the header has 3"
    assert not table.cut_short


def test_line_numbers_over_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "_STRETCH_BYTES", 64)
    lines = [f"{number},{number % 7},é" if number % 5 else f"{number},x" for number in range(2, 200)]
    text = "\r\n".join(["x,y,z", *lines])
    assert _takes_fast_lane(text)
    table = _both(text)
    assert all(str(line) == first for line, first, *_ in _rows(table))
    assert all(str(line) == first for line, first, *_ in _ragged(table))
    assert table.rows.height + table.ragged.height == 198


# --- quotes that are not where they belong ------------------------------------------------------------------------


def _accounted(table: Body) -> set[object]:
    return set(table.rows["line"]) | set(table.ragged["line"])


def test_two_stray_quotes_ten_rows_apart_lose_no_row() -> None:
    lines = ["x,y,z", *(f"{number},{number},{number}" for number in range(2, 30))]
    lines[5] = '6,"6,6'
    lines[15] = '16,"16,16'
    table = _both("\n".join(lines) + "\n")
    assert _accounted(table) == set(range(2, 30))
    assert [line for line, *_ in _ragged(table)] == [6, 16]
    assert _ragged(table)[0][1] == "6"
    assert not table.cut_short


def test_two_stray_quotes_that_make_a_whole_row_lose_no_row() -> None:
    table = _both('x,y,z\n1,"one,o\n2,two,t\n3,thr"ee,t\n4,four,f\n')
    assert _accounted(table) == {2, 3, 4, 5}


def test_one_stray_quote_loses_no_row() -> None:
    rows = "".join(f"{number},b,c\n" for number in range(3, 1000))
    table = _both(f'x,y,z\n2,"b,c\n{rows}')
    assert _accounted(table) == set(range(2, 1000))
    assert list(table.ragged["line"]) == [2]


def test_quotes_inside_a_cell_are_letters() -> None:
    text = 'x,y,z\n1,5" nail,3\n4,"ab"c,6\n'
    assert _rows(_both(text)) == [(2, "1", '5" nail', "3"), (3, "4", "abc", "6")]


def test_endless_lines_are_rows_that_cannot_be_used() -> None:
    text = f"x,y,z\n1,2,{'a' * LINE_LIMIT}\n4,5,6\n"
    assert not _takes_fast_lane(text)
    table = _both(text)
    assert _rows(table) == [(3, "4", "5", "6")]
    assert _ragged(table) == [(2,)]
    assert "one line of" in table.ragged["problem"][0]


def test_an_open_quote_before_an_endless_line() -> None:
    table = _both(f'x,y,z\n1,"2,3\n{"a" * (LINE_LIMIT + 1)}\n4,5,6\n')
    assert _accounted(table) == {2, 3, 4}


# --- files that end too early -------------------------------------------------------------------------------------


def test_cut_inside_a_quoted_cell_leaves_that_cell_out() -> None:
    table = _both('x,y,z\n1,2,3\n4,5,"si')
    assert table.cut_short
    assert table.ragged.rows() == [(3, "4", "5", "", "the file ends inside a quoted cell", True)]


def test_cut_between_cells_leaves_the_last_cell_out() -> None:
    table = _both("x,y,z\n1,2,3\n4,5")
    assert table.cut_short
    assert table.ragged.rows() == [(3, "4", "", "", "it has 2 cells, the header has 3", True)]


@pytest.mark.parametrize(
    "text", ["x,y,z\n1,2,3", "x,y,z\n4,5\n", "x,y,z\n4,5,6,7", "x,y,z\n4,5\n1,2,3", "x,y,z\n4,5\n\n", "x,y,z"]
)
def test_not_cut(text: str) -> None:
    assert not _both(text).cut_short


# --- the two lanes agree ------------------------------------------------------------------------------------------

cells = st.text(st.sampled_from('ab1 é",;\n\r\t|\x01\u2028\x85'), max_size=4)
plain = st.text(st.sampled_from("ab1 é😀'\x0b\x1f\u2028"), max_size=4)


@given(st.text(st.sampled_from('a1,"\n\ré '), max_size=60))
@example('"a","b"c",d\n')
@example('a"b,"c\nd,e,f\n')
@example('""""\n"",""')
@example("\n\na,b,c\n,,\n")
def test_whatever_the_text_the_lanes_agree_and_no_line_vanishes(body: str) -> None:
    table = _both(f"x,y,z\n{body}")
    lines = body.encode().splitlines()
    starts = sorted([*table.rows["line"], *table.ragged["line"]])
    assert starts == sorted(set(starts))
    assert all(2 <= line < 2 + len(lines) for line in starts)
    inside = set(range(2, 2 + len(lines))) - set(starts)
    # A line that starts no record is blank, or goes on a quoted cell of a row that was kept.
    for line in inside:
        before = [start for start in table.rows["line"] if start < line]
        assert not lines[line - 2].strip(b', "') or before, line


@given(st.lists(st.lists(plain, min_size=1, max_size=5), max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_regular_files_take_the_fast_lane(rows: list[list[str]], end: str, quoted: bool) -> None:  # noqa: FBT001 - a case
    # The first shows how wide rows are: eight others that all end with a delimiter would make it a habit of the file.
    rows = [["p", "q", "r"], *(row for row in rows if any(cell.strip() for cell in row))]
    made = io.StringIO(newline="")
    writer = csv.writer(made, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerows([["x", "y", "z"], *rows])
    text = made.getvalue()
    assert _takes_fast_lane(text)
    table = _both(text)
    whole = {number: tuple(row) for number, row in enumerate(rows, start=2) if len(row) == 3}
    assert {line: tuple(row) for line, *row in _rows(table)} == whole
    assert set(table.ragged["line"]) == {number for number, row in enumerate(rows, start=2) if len(row) != 3}


@given(st.lists(st.tuples(cells, cells, cells), max_size=6), st.sampled_from(["\n", "\r\n"]), st.integers(8, 64))
def test_what_csv_writes_comes_back(rows: list[tuple[str, ...]], end: str, block: int) -> None:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("x", "y", "z"), *rows])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes, "_STRETCH_BYTES", block)
        table = _both(made.getvalue())
    if not any(letter in cell for row in rows for cell in row for letter in "\n\r"):
        assert [tuple(row) for _, *row in _rows(table)] == [row for row in rows if "".join(row).strip(" \t")]
