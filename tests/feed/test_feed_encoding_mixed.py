import codecs

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardiansync.feed import read
from guardiansync.feed.encoding import Text, decode
from guardiansync.feed.mixed import by_letters, convert, find_words, line_numbers
from guardiansync.feed.table import read_table
from guardiansync.model.feed import Fetched, RawFeed

HEADER = "studentSisId,guardianSisId,firstName,lastName,email\n"
ROWS = [f"{at},g{at},Ann,Smith,a@x.example\n" for at in range(2, 40_000)]


def _fetched(data: bytes) -> Fetched:
    return Fetched(data=data, name="guardians.csv", where="here", sha256="")


def _decode(data: bytes) -> Text:
    return decode(_fetched(data))


def _mixed(rows: dict[int, tuple[str, str]]) -> tuple[bytes, str]:
    """A long file of which some lines have a name in an encoding of their own; and its text."""
    parts, text = [HEADER.encode()], [HEADER]
    for at, row in enumerate(ROWS, start=2):
        name, encoding = rows.get(at, ("Ann", "ascii"))
        text.append(row.replace("Ann", name))
        parts.append(text[-1].encode(encoding))
    return b"".join(parts), "".join(text)


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_each_row_in_its_own_encoding(encoding: str) -> None:
    data, text = _mixed(
        {5: ("José", "utf-8"), 9: ("Muñoz", encoding), 30_000: ("Renée", encoding), 39_999: ("Zoë", "utf-8")}
    )
    found = _decode(data)
    assert found.data.decode() == text
    assert str(found.encoding) == f"utf-8+{encoding}"
    assert [(one.code, one.line) for one in found.findings] == [("encoding-mixed", 9), ("encoding-mixed", 30_000)]
    assert not found.lost


def test_a_mark_before_a_mixture() -> None:
    data, text = _mixed({9: ("Muñoz", "cp1252")})
    found = _decode(codecs.BOM_UTF8 + data)
    assert found.data.decode() == text
    assert [(one.code, one.line) for one in found.findings] == [("encoding-mixed", 9)]


def test_one_row_of_both() -> None:
    found = _decode(HEADER.encode() + "1,g1,José,".encode() + "Muñoz,\n".encode("cp1252"))
    assert found.data.decode() == HEADER + "1,g1,José,Muñoz,\n"
    assert [(one.code, one.line) for one in found.findings] == [("encoding-mixed", 2)]


@pytest.mark.parametrize("name", ["ZIÓŁKOWSKI", "GÓŹDŹ"])
def test_what_is_utf8_only_by_chance_is_no_mixture(name: str) -> None:
    text = HEADER + f"1,g1,Michał,Król,\n2,g2,Łukasz,{name},\n"
    found = _decode(text.encode("cp1250"))
    assert found.data.decode() == text
    assert str(found.encoding) == "cp1250"


def _read(data: bytes, encoding: str | None) -> RawFeed:
    return read(_fetched(data), columns={}, encoding=encoding, max_bytes=1 << 24)


def test_a_row_that_the_settings_cannot_read_is_not_used_and_keeps_its_ids() -> None:
    data, _ = _mixed({5: ("José", "cp1252"), 9: ("Muñoz", "cp1252")})
    feed = _read(data, "utf-8")
    odd = feed.rows.filter(pl.col("problem") != "")
    assert odd.select("line", "problem", "student_sis_id", "guardian_sis_id").rows() == [
        (5, "encoding-invalid", "5", "g5"),
        (9, "encoding-invalid", "9", "g9"),
    ]
    assert [(one.code, one.line, one.guardian_sis_id) for one in feed.findings] == [
        ("encoding-invalid", 5, "g5"),
        ("encoding-invalid", 9, "g9"),
    ]
    assert feed.rows.height == len(ROWS)


def test_an_id_that_cannot_be_read_is_no_id() -> None:
    feed = _read(HEADER.encode() + b"1,g\xe91,Ann,Smith,a@x.example\n", "utf-8")
    assert feed.rows.select("student_sis_id", "guardian_sis_id", "problem").rows() == [("1", "", "encoding-invalid")]


def test_a_letter_lost_further_down_in_a_row_is_the_rows() -> None:
    feed = _read(HEADER.encode() + b'1,g1,"Ann\nJos\xe9",Smith,a@x.example\n2,g2,Bo,Lee,b@x.example\n', "utf-8")
    assert feed.rows["problem"].to_list() == ["encoding-invalid", ""]
    assert [(one.line, one.guardian_sis_id) for one in feed.findings] == [(2, "g1")]


def test_a_row_that_is_odd_already_stays_so() -> None:
    feed = _read(HEADER.encode() + b"1,g1,Jos\xe9\n", "utf-8")
    assert feed.rows["problem"].to_list() == ["ragged-row"]


def test_a_table_sets_such_rows_apart() -> None:
    table = read_table(b"a,b\n1,Jos\xe9\n2,Bo\n3\n", encoding="utf-8")
    assert table.rows.rows() == [(3, "2", "Bo")]
    assert table.ragged["line"].to_list() == [2, 4]
    assert [(one.code, one.line) for one in table.findings] == [("encoding-invalid", 2), ("ragged-row", 4)]


def test_words_are_found_wherever_they_stand() -> None:
    data = b"x" * (64 << 10) + b",O\x92Brien;\xe9" + b"-" * 90 + b"|Mu\xf1oz"
    assert {word.raw for word in find_words(data).words} >= {b"O\x92Brien", b"Mu\xf1oz"}
    edge = b" " * ((64 << 10) - 3) + "José".encode()  # the letter's halves in two chunks
    assert find_words(edge + b"\xff").has_utf8


@given(st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\r\n", b"\xe9"])), st.data())
def test_lines_are_counted_as_bytes_are_split(parts: list[bytes], data: st.DataObject) -> None:
    text = b"".join(parts) + b"x"
    places = sorted(data.draw(st.lists(st.sampled_from([at for at, octet in enumerate(text) if octet not in b"\r\n"]))))
    assert line_numbers(text, places) == [len(text[: at + 1].splitlines()) for at in places]


@given(st.lists(st.sampled_from(["é", "a", "\n", "ł", "\r\n"])), st.sampled_from(["cp1252", "cp1250", "utf-8"]))
def test_converts_as_python_decodes(parts: list[str], encoding: str) -> None:
    data = "".join(parts).encode(encoding, "replace")
    assert convert(data, encoding).data == data.decode(encoding).encode()


@given(st.binary(max_size=30))
def test_what_is_utf8_stays(data: bytes) -> None:
    text = by_letters("ñ".encode() + data + "é".encode(), "latin-1")
    assert text.startswith("ñ")
    assert text.encode().replace("é".encode(), b"").isascii() or len(text) <= len(data) + 2
