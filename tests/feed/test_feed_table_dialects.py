"""Every dialect, by both lanes; and what exports put around and between the rows."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from guardiansync.errors import FileTooLarge, SettingsError, UnreadableFile
from guardiansync.feed import table as lanes
from guardiansync.feed.dialect import LINE_LIMIT, Dialect
from guardiansync.feed.fast import read_fast
from guardiansync.feed.header import COLUMN_LIMIT, Head, read_header
from guardiansync.feed.table import Body, Table, read_rows, read_table, refuse_endless_lines
from guardiansync.model.finding import Findings

HEADER = ("student", "guardian", "name", "email")
ROWS = [(str(number), f"g{number}", "Ann O'Hara", f"a{number}@example.org") for number in range(1, 6)]
KNOWS: Callable[[str], bool] = set(HEADER).__contains__


def _text(rows: list[tuple[str, ...]], end: str = "\n", delimiter: str = ",") -> str:
    return end.join(delimiter.join(row) for row in rows) + end


def _table(text: str, **how: object) -> Table:
    return read_table(text.encode(), **how)  # type: ignore[arg-type] # of the caller's choice


def _rows(table: Table) -> list[tuple[str, ...]]:
    return [row[1:] for row in table.rows.rows()]


def _codes(table: Table) -> list[tuple[str, int]]:
    return [(one.code, one.line) for one in table.findings]


# --- dialects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    table = _table(_text([HEADER, *ROWS], end, delimiter))
    assert (table.header, _rows(table)) == (HEADER, ROWS)
    assert list(table.rows["line"]) == [2, 3, 4, 5, 6]
    assert table.dialect.delimiter == delimiter
    assert not table.findings


def test_a_delimiter_that_is_told() -> None:
    assert _table("a;b,c\n1;2,3\n", delimiter=";").header == ("a", "b,c")
    with pytest.raises(SettingsError, match="delimiter"):
        _table("a b\n", delimiter=" ")


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
def test_sep_line(delimiter: str) -> None:
    table = _table(f"sep={delimiter}\r\n" + _text([HEADER, *ROWS], "\r\n", delimiter))
    assert (table.header, _rows(table)) == (HEADER, ROWS)
    assert table.rows["line"][0] == 3
    assert not table.findings


def test_single_quotes() -> None:
    text = "'student','guardian','name','email'\n" + "".join(
        f"'{number}','g{number}','Hara, Ann ''Annie''','O''Neil'\n" for number in range(3)
    )
    table = _table(text)
    assert table.header == HEADER
    assert _rows(table)[0] == ("0", "g0", "Hara, Ann 'Annie'", "O'Neil")
    bare = _table("student,guardian,name,email\n" + text.partition("\n")[2])
    assert _rows(bare) == _rows(table)


@pytest.mark.parametrize("cell", ["'Aina", "O'Hara", "'t Hooft'", "'quoted'"])
def test_an_apostrophe_is_a_letter_of_names(cell: str) -> None:
    rows = [*ROWS, ("6", "g6", cell, "b@example.org")]
    assert _rows(_table(_text([HEADER, *rows]))) == rows


def test_backslash_escapes() -> None:
    text = _text([HEADER, *ROWS]) + '6,g6,"Ann \\"Annie\\" O\'Hara, Dr",b@example.org\n7,g7,Hara\\, Ann,c\n'
    table = _table(text)
    assert table.dialect.escape == "\\"
    assert [row[2] for row in _rows(table)[-2:]] == ['Ann "Annie" O\'Hara, Dr', "Hara, Ann"]
    assert not table.findings


def test_a_backslash_is_a_letter_where_that_makes_whole_rows() -> None:
    rows = [("6", "g6", "C:\\", "x"), ("7", "g7", "a\\b", "y")]
    table = _table(_text([HEADER, *ROWS]) + '6,g6,"C:\\",x\n7,g7,a\\b,y\n')
    assert table.dialect.escape is None
    assert _rows(table)[-2:] == rows


def test_blanks_before_quotes() -> None:
    table = _table('student, guardian, name, email\n1, g1, "Hara, Ann", a\n2, g2, "Roe, Jo", b\n')
    assert [row[2] for row in _rows(table)] == ["Hara, Ann", "Roe, Jo"]


def test_blanks_before_quotes_without_a_delimiter_in_any_cell() -> None:
    assert _rows(_table('"a", "b"\n"1", "x"\n"2", "y"\n')) == [("1", "x"), ("2", "y")]
    assert _rows(_table('a,b\n1, "Bud" Roe\n2, Jo\n')) == [("1", ' "Bud" Roe'), ("2", " Jo")]


# --- above, between and behind the rows ---------------------------------------------------------------------------


@pytest.mark.parametrize("knows", [KNOWS, None])
@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("Guardian export\n\n", 1),
        ("Guardian export,,,\nSpringfield,,,\n,,,\n", 2),
        ("Guardian export; school year 2026\nprinted 9/1/2026, 8:15\n\n\n", 2),
        ('"A title, in quotes"\n', 1),
        ('The 5" export\n', 1),
    ],
)
def test_titles_above_the_header(above: str, lines: int, knows: Callable[[str], bool] | None) -> None:
    table = _table(above + _text([HEADER, *ROWS]), knows=knows)
    assert (table.header, _rows(table)) == (HEADER, ROWS)
    header_line = above.count("\n") + 1
    assert table.rows["line"][0] == header_line + 1
    assert _codes(table) == [("preamble-skipped", header_line)]
    assert f"below {lines} line" in table.findings[0].message


def test_the_header_is_the_line_that_names_most_columns() -> None:
    text = "email,guardian\n1,2,3,4,5\n" + _text([HEADER, *ROWS])
    table = _table(text, knows=KNOWS)
    assert (table.header, _rows(table)) == (HEADER, ROWS)


def test_a_header_in_the_middle_is_left_out() -> None:
    again = "\ufeffstudent, guardian ,name,email\n"
    text = _text([HEADER, *ROWS[:2]]) + again + _text([*ROWS[2:]]) + _text([HEADER])
    table = _table(text)
    assert _rows(table) == ROWS
    assert _codes(table) == [("header-repeated", 4), ("header-repeated", 8)]


def test_rows_of_nothing_but_delimiters_are_blank_lines() -> None:
    text = _text([HEADER, *ROWS]) + ",,,\n,,,\n" + '"","","",""\n' + " , ,\t,\n,,,,,,\n\n" + "   \n"
    table = _table(text)
    assert _rows(table) == ROWS
    assert _codes(table) == [("blank-row", 7)]
    assert "6 rows" in table.findings[0].message


def test_a_row_with_something_in_a_column_that_is_not_kept_is_no_blank_row() -> None:
    data = (_text([HEADER, *ROWS]) + ",,,x\n,,,\n").encode()
    head = read_header(data, "f")
    for careful in (False, True):
        body = read_rows(data, head, {"student": 0}, careful=careful)
        assert list(body.rows["line"]) == [2, 3, 4, 5, 6, 7]
        assert [one.line for one in body.findings] == [8]


@pytest.mark.parametrize("more", [",", ",,,"])
@pytest.mark.parametrize("header_too", [True, False])
def test_delimiters_behind_every_row(more: str, header_too: bool) -> None:  # noqa: FBT001 - a case
    text = _text([HEADER])[:-1] + (more if header_too else "") + "\n"
    text += "".join(",".join(row) + more + "\n" for row in ROWS * 4)
    table = _table(text + f"6,g6,Ann,Roe,a@example.org{more[1:]}\n7,g7\n", knows=KNOWS)
    rows = [row[:4] for row in _rows(table)]
    assert rows[:20] == ROWS * 4
    # Where the header has no name for the cell beyond, what stands there shows that the row's cells have moved.
    assert list(table.ragged["line"]) == ([23] if header_too else [22, 23])


def test_a_delimiter_behind_the_header_only() -> None:
    assert [row[:4] for row in _rows(_table(_text([(*HEADER, ""), *ROWS])))] == ROWS


def test_one_row_with_a_blank_cell_too_many_may_have_moved() -> None:
    table = _table(_text([HEADER, *ROWS, ("6", "g6", "Ann", "Roe", "")]))
    assert list(table.ragged["line"]) == [7]


def test_adjacent_stray_quotes_are_no_record() -> None:
    table = _table(_text([HEADER, *ROWS]) + '6,"g6,a,b\n7,"g7,a,b\n8,g8,a,b\n')
    assert list(table.ragged["line"]) == [7, 8]
    assert _rows(table)[-1] == ("8", "g8", "a", "b")


def test_an_address_of_several_lines_with_commas_is_a_cell() -> None:
    table = _table('student,guardian,name,email\n1,g1,"12 Main St\nSpringfield, IL, US",a\n2,g2,b,c\n')
    assert [row[2] for row in _rows(table)] == ["12 Main St\nSpringfield, IL, US", "b"]


def test_names_of_columns_are_made_distinct() -> None:
    table = _table("line,a,,a,problem\n1,2,3,4,5\n")
    assert table.rows.columns == ["line", "line (1)", "a", "column 3", "a (4)", "problem (5)"]


# --- bounds -------------------------------------------------------------------------------------------------------


def test_too_large() -> None:
    with pytest.raises(FileTooLarge):
        _table("a,b\n1,2\n", max_bytes=7)


def test_too_many_columns() -> None:
    header = ",".join(map(str, range(COLUMN_LIMIT + 1)))
    with pytest.raises(UnreadableFile, match="501 columns"):
        _table(f"{header}\n")
    assert len(_table(header.rpartition(",")[0] + "\n").header) == COLUMN_LIMIT


@pytest.mark.parametrize("start", ["", "a,b\n1,2\n", 'a,b\n1,"', 'a,b\r1,"'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_line_without_end(start: str, encoding: str) -> None:
    with pytest.raises(UnreadableFile, match="a line of more than"):
        read_table((start + "x" * (9 << 20)).encode(encoding))
    refuse_endless_lines(("x" * 99 + "\n").encode() * (100 << 10), "f")


def test_a_nul() -> None:
    with pytest.raises(UnreadableFile, match="NUL"):
        _table("a,b\n1,\x002\n")


def test_a_row_of_thousands_of_cells_is_one_finding() -> None:
    table = _table("a,b\n1,2\n" + "x," * 10_000 + "\n3,4\n")
    assert _rows(table) == [("1", "2"), ("3", "4")]
    assert "10,001 cells" in table.findings[0].message


def test_a_quote_that_never_closes() -> None:
    rows = "".join(f"{number},{number}\n" for number in range(3, 5000))
    table = _table(f'a,b\n1,2\n7,"x\n{rows}')
    assert table.rows.height == 1 + 4997
    assert list(table.ragged["line"]) == [3]


# --- the lanes agree, whatever the dialect --------------------------------------------------------------------------

dialects = st.builds(
    Dialect,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(['"', "'"]),
    st.sampled_from([None, "\\"]),
)


def _both(body: str, dialect: Dialect, width: int, stretch: int, part: int) -> Body:
    """What both lanes make of text below a header of three, stretches cut anywhere."""
    data = body.encode()
    head = Head(("x", "y", "z"), dialect, 1, 2, 0, width, Findings())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lanes, "_STRETCH_BYTES", stretch)
        patch.setattr(lanes, "_PART_BYTES", part)
        quick = read_rows(data, head, {"a": 0, "c": 2}, careful=False)
    careful = read_rows(data, head, {"a": 0, "c": 2}, careful=True)
    assert_frame_equal(quick.rows, careful.rows)
    assert_frame_equal(quick.ragged, careful.ragged)
    assert_frame_equal(quick.findings.frame, careful.findings.frame)
    return quick


@given(st.data(), dialects, st.integers(2, 5), st.integers(1, 40), st.integers(1, 20))
def test_whatever_the_text_and_the_dialect(
    data: st.DataObject, dialect: Dialect, width: int, stretch: int, part: int
) -> None:
    letters = f"ax1 é\\\n\r\x1f{dialect.delimiter * 4}{dialect.quote * 2}"
    body = data.draw(st.text(st.sampled_from(letters), max_size=80))
    table = _both(body, dialect, width, stretch, part)
    starts = [*table.rows["line"], *table.ragged["line"]]
    assert len(starts) == len(set(starts))
    assert all(2 <= line < 2 + len(body.encode().splitlines()) for line in starts)


_cell = st.text(st.sampled_from("ab é,;|'\"\\\t\x1f"), max_size=5)


@given(
    st.lists(st.tuples(_cell, _cell, _cell), max_size=6), dialects, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans()
)
def test_what_is_written_comes_back(
    rows: list[tuple[str, str, str]],
    dialect: Dialect,
    end: str,
    every: bool,  # noqa: FBT001 - a case
) -> None:
    made = io.StringIO(newline="")
    writer = csv.writer(
        made,
        lineterminator=end,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape,
        doublequote=dialect.escape is None,
        quoting=csv.QUOTE_ALL if every or dialect.escape else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    data = made.getvalue().encode()
    head = Head(("x", "y", "z"), dialect, 1, 2, 0, 3, Findings())
    is_left_to_care = dialect.escape is not None and dialect.quote + dialect.escape in made.getvalue()
    assert not data or is_left_to_care or read_fast(data, 0, len(data), head, {"a": 0}) is not None
    table = _both(made.getvalue(), dialect, 3, 30, 10)
    full = [(line, row[0], row[2]) for line, row in enumerate(rows, start=2) if "".join(row).strip(" \t")]
    assert table.rows.rows() == [row for row in full if ",".join(rows[row[0] - 2]) != "x,y,z"]
    assert table.ragged.is_empty()


def test_lines_just_within_the_limit_and_beyond() -> None:
    for more, whole in ((0, 3), (1, 2)):
        row = "1,2," + "x" * (LINE_LIMIT - 4 + more)
        for end in ("\n", "\r\n", "\r"):
            table = _both(f"a,b,c{end}{row}{end}4,5,6{end}", Dialect(), 3, 1 << 20, 1 << 10)
            assert table.rows.height == whole
