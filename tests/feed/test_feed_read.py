import csv
import io
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.errors import GuardianSyncError, HeaderNotFound, UnreadableFile
from guardiansync.feed import fetch, read
from guardiansync.model.feed import FEED_ROWS, Fetched, RawFeed
from guardiansync.settings import FILE_COLUMNS
from guardiansync.testing.sftp_server import SftpServer

HEADER = ",".join(FILE_COLUMNS)
ROW = "0042,g-7,José,O'Hara,jo@example.org,512-555-0123,,es"


def _read(data: str | bytes, name: str = "guardians.csv", **columns: str) -> RawFeed:
    data = data.encode() if isinstance(data, str) else data
    fetched = Fetched(data=data, name=name, where="here", sha256=sha256(data).hexdigest())
    return read(fetched, columns=columns, encoding=None, max_bytes=1 << 24)


def test_rows_under_our_names() -> None:
    feed = _read(f"{HEADER}\n{ROW}\n")
    assert feed.rows.schema == FEED_ROWS
    assert feed.rows.rows() == [
        (2, "0042", "g-7", "José", "O'Hara", "jo@example.org", "512-555-0123", "", "es", "")
    ]  # fmt: skip
    assert feed.header == FILE_COLUMNS
    assert str(feed.encoding) == "utf-8"
    assert not feed.findings
    assert not feed.cut_short


def test_columns_that_the_file_lacks_are_blank() -> None:
    feed = _read("Who;last;first;student_id;cell\ng-7;Roe;Jo;0042;555\n", Who="guardianSisId")
    assert feed.rows.rows() == [(2, "0042", "g-7", "Jo", "Roe", "", "555", "", "", "")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(encoding: str) -> None:
    feed = _read(f"{HEADER}\n{ROW}\n".encode(encoding))
    assert feed.rows["first_name"].to_list() == ["José"]
    assert [one.code for one in feed.findings] == (["encoding-fallback"] if encoding == "cp1252" else [])


def test_header_only_is_no_error() -> None:
    for text in (HEADER, f"{HEADER}\r\n"):
        feed = _read(text)
        assert feed.rows.height == 0
        assert feed.rows.schema == FEED_ROWS


def test_ragged_rows_are_rows_with_their_ids() -> None:
    feed = _read(f"{HEADER}\n{ROW}\n0043,g-8,Ann\n{ROW}\n0044\n")
    assert feed.rows.schema == FEED_ROWS
    assert feed.rows.select("line", "student_sis_id", "guardian_sis_id", "first_name", "problem").rows() == [
        (2, "0042", "g-7", "José", ""),
        (3, "0043", "g-8", "", "ragged-row"),
        (4, "0042", "g-7", "José", ""),
        (5, "0044", "", "", "ragged-row"),
    ]
    assert [(one.code, one.line, one.student_sis_id, one.guardian_sis_id) for one in feed.findings] == [
        ("ragged-row", 3, "0043", "g-8"),
        ("ragged-row", 5, "0044", ""),
    ]
    assert "3 cells" in feed.findings[0].message
    assert "Ann" not in feed.findings[0].message


def test_only_ragged_rows() -> None:
    feed = _read(f"{HEADER}\n1,2\n")
    assert feed.rows["problem"].to_list() == ["ragged-row"]


@pytest.mark.parametrize("rest", ["0043,g-8,Ann", '0043,g-8,"Ann', "0043,g-"])
def test_a_file_cut_short(rest: str) -> None:
    feed = _read(f"{HEADER}\n{ROW}\n{rest}")
    assert feed.cut_short
    assert feed.rows["problem"].to_list() == ["", "file-cut-short"]
    assert feed.rows["student_sis_id"].to_list() == ["0042", "0043"]
    # Half an id is another id.
    assert feed.rows["guardian_sis_id"][1] == ("" if rest.endswith("g-") else "g-8")
    assert [(one.code, one.line) for one in feed.findings] == [("file-cut-short", 3)]


def test_zip() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("Guardians.csv", f"{HEADER}\n{ROW}\n")
    assert _read(made.getvalue(), name="export.zip").rows.height == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"hello world\n", "lacks studentSisId"),
        (b"0042,g-7,Jane,Roe,jo@example.org,5551234,,en\n" * 3, "8 cells"),
        (bytes(range(256)) * 10, "NUL"),
    ],
)
def test_files_of_another_kind(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as caught:
        _read(data)
    assert "Jane" not in str(caught.value)


def test_unknown_header() -> None:
    with pytest.raises(HeaderNotFound) as caught:
        _read("teacherId,class,email\n1,2,x@example.org\n")
    assert caught.value.header == ("teacherId", "class", "email")
    assert caught.value.missing == FILE_COLUMNS[:4]


def test_from_a_server_to_rows(sftp: SftpServer) -> None:
    (sftp.folder / "guardians.csv").write_text(f"{HEADER}\n{ROW}\n")
    feed = read(fetch(sftp.location(), max_bytes=1 << 20), columns={}, encoding=None, max_bytes=1 << 20)
    assert feed.rows.height == 1


def test_importing_is_light() -> None:
    heavy = ("asyncssh", "sshfs", "fsspec", "pyarrow.csv")
    code = f"import sys, guardiansync.feed; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=Path(__file__).parent
    )
    assert done.stdout.strip() == "[]"


# --- whatever the bytes -------------------------------------------------------------------------------------------

_anything = st.binary(max_size=300)
_bodies = st.text(st.sampled_from('0ag-,"\n\r é;\t\x00\x01'), max_size=200)


def _only_ours(data: bytes) -> RawFeed | None:
    try:
        feed = _read(data)
    except GuardianSyncError:
        return None
    assert feed.rows.schema == FEED_ROWS
    assert sum(feed.rows.null_count().row(0)) == 0
    assert feed.rows["line"].is_sorted()
    assert feed.rows["line"].is_unique().all()
    used = feed.rows.filter(problem="")["line"]
    assert not set(used) & {one.line for one in feed.findings if one.code in {"ragged-row", "file-cut-short"}}
    return feed


@given(_anything)
def test_whatever_the_bytes(data: bytes) -> None:
    _only_ours(data)


@given(_anything, st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-8-sig", "utf-16-be"]))
def test_whatever_the_bytes_below_a_header(data: bytes, encoding: str) -> None:
    _only_ours(f"{HEADER}\n{ROW}\n".encode(encoding) + data)


@given(_bodies)
def test_whatever_the_text_below_a_header(body: str) -> None:
    _only_ours(f"{HEADER}\n{body}".encode())


@given(_anything)
def test_whatever_the_bytes_in_a_zip(data: bytes) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("guardians.csv", data)
    _only_ours(made.getvalue())


@given(st.lists(st.tuples(*[st.text(st.sampled_from("ab é,;'\"\u200b"), max_size=5)] * 8), max_size=5))
def test_whatever_the_cells_they_come_back(rows: list[tuple[str, ...]]) -> None:
    made = io.StringIO(newline="")
    csv.writer(made).writerows([FILE_COLUMNS, *rows])
    feed = _only_ours(made.getvalue().encode())
    assert feed is not None
    assert [row[1:9] for row in feed.rows.iter_rows()] == [row for row in rows if "".join(row).strip()]
