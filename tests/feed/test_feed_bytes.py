"""Whatever the bytes: only the library's exceptions leave it, and no row is lost.

2,000 files in every run; 200,000 with `pytest --hypothesis-profile=nightly tests/feed/test_feed_bytes.py`.
"""

import csv
import io
from typing import Final

from corpus_cases import cases
from hypothesis import example, given, settings
from hypothesis import strategies as st

import guardiansync as gs
from guardiansync.model.feed import FEED_ROWS
from guardiansync.settings import FILE_COLUMNS

FILES: Final = settings(
    max_examples=100_000 if settings.get_current_profile_name() == "nightly" else 500, deadline=None
)
"""Half of them for each of the two tests."""

_CELLS: Final = st.one_of(
    st.sampled_from(
        ("", "0001", "G1", "1.2E+05", "123.0", "2-Jan", '="0007"', "N/A", "-", "Ann", "Muñoz, José", "O'Hara", "JosÃ©",
         "ann@example.org", "a@x.org; b@x.org", "test@test.com", "añ@x.org", "415-555-2671", "4155552671/2125550143",
         "000-000-0000", "415 555 2671 x12", "4.1E+09", "Spanish", "xx", "\u200b", "\uff11", '"', "'", "\\", "a\nb", "x" * 99)
    ),
    st.text(max_size=6),
)  # fmt: skip
_HEADERS: Final = st.one_of(
    st.just(FILE_COLUMNS),
    st.permutations(FILE_COLUMNS),
    st.lists(
        st.sampled_from((*FILE_COLUMNS, "guradianSisId", "emial", "cell", "", "Notes", "\u200bemail")), max_size=12
    ),
)
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "mac_roman", "cp1250")


@st.composite
def _files(draw: st.DrawFn) -> tuple[bytes, int]:
    """A header with rows below it, as some program may write it; and how many bytes of it are then changed."""
    made = io.StringIO(newline="")
    writer = csv.writer(
        made,
        delimiter=draw(st.sampled_from(",;\t|")),
        lineterminator=draw(st.sampled_from(("\n", "\r\n", "\r"))),
        quoting=draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))),
    )
    header = draw(_HEADERS)
    width = st.just(len(header)) if draw(st.integers(0, 3)) else st.integers(0, 12)
    writer.writerow(header)
    for _ in range(draw(st.integers(0, 6))):
        count = draw(width)
        writer.writerow(draw(st.lists(_CELLS, min_size=count, max_size=count)))
    data = bytearray(made.getvalue().encode(draw(st.sampled_from(_ENCODINGS)), "replace"))
    changes = draw(st.lists(st.tuples(st.integers(0, len(data)), st.integers(0, 2), st.binary(max_size=3)), max_size=4))
    for at, gone, new in changes:
        data[at : at + gone] = new
    return bytes(data), len(changes)


def _read(data: bytes) -> gs.Feed | None:
    try:
        feed = gs.read_feed(data)
    except gs.GuardianSyncError:
        return None
    rows, findings = feed.rows, feed.findings
    assert rows.schema == FEED_ROWS
    assert rows.height == feed.row_count == feed.lines.height
    assert sum(rows.null_count().row(0)) == 0
    assert rows["line"].is_sorted()
    assert rows["line"].is_unique().all()
    # Every row that is not used has a finding that says so, and every finding a text and a cell to look at.
    skipped = {line: problem for line, problem in rows.select("line", "problem").iter_rows() if problem}
    assert skipped.items() <= {(one.line, one.code) for one in findings}
    assert feed.skipped_count == len(skipped)
    for one in findings:
        assert str(one)
        assert isinstance(feed.cell(one), str)
    assert str(feed)
    assert feed._repr_html_()
    return feed


@FILES
@given(_files())
def test_whatever_a_program_writes(made: tuple[bytes, int]) -> None:
    _read(made[0])


@FILES
@given(st.one_of(st.binary(max_size=400), st.sampled_from([case.data for case in cases()])), st.data())
@example(b"", None)
def test_whatever_the_bytes(data: bytes, more: st.DataObject | None) -> None:
    if more is not None and data:
        start = more.draw(st.integers(0, len(data)))
        data = data[:start] + more.draw(st.binary(max_size=4)) + data[start + more.draw(st.integers(0, 8)) :]
    _read(data)


# --- rows in are rows out -----------------------------------------------------------------------------------------

_PLAIN: Final = st.text(st.sampled_from("ab1é,;'\"@ "), max_size=6)


@given(
    st.lists(st.tuples(st.sampled_from(("1", "2", "003")), *[_PLAIN] * 7), max_size=6),
    st.sampled_from(("\n", "\r\n", "\r")),
)
def test_as_many_rows_come_out_as_went_in(rows: list[tuple[str, ...]], end: str) -> None:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=end).writerows([FILE_COLUMNS, *rows])
    feed = _read(made.getvalue().encode())
    assert feed is not None
    assert feed.row_count == len(rows)
    assert feed.rows["line"].to_list() == list(range(2, len(rows) + 2))
