import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guardiansync.errors import SettingsError, UnreadableFile
from guardiansync.feed.encoding import Text, decode
from guardiansync.feed.mixed import is_utf8
from guardiansync.model.feed import Fetched

TEXT = "studentSisId,firstName\n1,José\n2,Zoë\n3,Ann\n"


def _decode(data: bytes, encoding: str | None = None) -> Text:
    return decode(Fetched(data=data, name="guardians.csv", where="here", sha256=""), encoding)


@pytest.mark.parametrize(
    ("data", "read_as"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32-le"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_finds_unicode_without_a_finding(data: bytes, read_as: str) -> None:
    text = _decode(data)
    assert text.data.decode() == TEXT
    assert str(text.encoding) == read_as
    assert text.encoding.confidence == 1
    assert not text.findings


def test_ascii() -> None:
    text = _decode(b"studentSisId\n1\n")
    assert (text.data, str(text.encoding), len(text.findings)) == (b"studentSisId\n1\n", "ascii", 0)


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1250", "utf-8", "utf-16", "latin-1"])
def test_what_the_settings_say_is_obeyed(encoding: str) -> None:
    text = _decode("1,José\n".encode(encoding), encoding)
    assert text.data.decode() == "1,José\n"
    assert str(text.encoding) == codecs.lookup(encoding).name
    assert "settings" in text.encoding.why
    assert not text.findings
    assert _decode(codecs.BOM_UTF8 + b"a", "utf-8").data == b"a"


def test_what_the_settings_say_and_is_not_so_line_by_line() -> None:
    text = _decode(TEXT.encode("cp1252"), "utf-8")
    assert text.data.decode() == "studentSisId,firstName\n1,Jos\ufffd\n2,Zo\ufffd\n3,Ann\n"
    assert text.lost == (2, 3)
    assert str(text.encoding) == "utf-8"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_lines_that_the_settings_cannot_read_are_counted_as_the_table_does(end: str) -> None:
    lines = ["a"] * 40_000
    lines[39_990] = "Jos\xe9"
    text = _decode(end.join(lines).encode("latin-1"), "utf-8")
    assert text.lost == (39_991,)


def test_what_the_settings_say_and_is_none_of_it() -> None:
    with pytest.raises(UnreadableFile, match="utf-16"):
        _decode(TEXT.encode("utf-16-le") + b"a", "utf-16")
    with pytest.raises(SettingsError):
        _decode(b"6869", "hex")


@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF8 + b"\n"])
def test_empty(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="an empty file"):
        _decode(data)


@pytest.mark.parametrize("data", [b"1,An\0n\n", codecs.BOM_UTF8 + b"a\0b", b"\xe9\0bcd", "a\0".encode("utf-16")])
def test_nul_is_no_text(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="NUL"):
        _decode(data)


def test_a_mark_that_is_not_kept() -> None:
    with pytest.raises(UnreadableFile, match="does not go on so"):
        _decode(codecs.BOM_UTF16_LE + b"a\0b")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
        (b"PK\x05\x06" + bytes(18), "empty ZIP"),
        (b"PK\x03\x04", "ZIP archive inside"),
        (b"\n <!DOCTYPE HTML><title>404", "web page"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"{\\rtf1\\ansi", "rich text"),
        (b"SQLite format 3\0", "SQLite"),
    ],
)
def test_other_kinds_of_files_are_named(data: bytes, kind: str) -> None:
    with pytest.raises(UnreadableFile, match=kind) as caught:
        _decode(data)
    assert "CSV (UTF-8)" in str(caught.value)


@given(st.one_of(st.binary(max_size=12), st.text(max_size=6).map(lambda text: text.encode("utf-8", "surrogatepass"))))
@example(b"\xed\xa0\x80")  # half a surrogate pair
@example(b"\xc0\xaf")  # longer than need be
@example(b"\xf4\x90\x80\x80")  # beyond the last letter
@example(b"\xe2\x82")  # half a letter
def test_is_utf8_where_python_says_so(data: bytes) -> None:
    try:
        data.decode()
        valid = True
    except UnicodeDecodeError:
        valid = False
    assert is_utf8(data) is valid
