"""Bytes in, UTF-8 out: what the file is written in, or that it is no text at all."""

import codecs

import polars as pl
from attrs import frozen

from guardiansync.errors import GuardianSyncError, SettingsError, UnreadableFile
from guardiansync.feed.guess import Guess, guess
from guardiansync.feed.mixed import Converted, convert, is_utf8
from guardiansync.model.feed import Encoding, Fetched
from guardiansync.model.finding import Findings, file_finding, findings

_SAMPLE_BYTES = 4096
_SURE = 0.9
_AS_CSV = "Export it as CSV (UTF-8) under the name guardians.csv."

_KINDS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive inside a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (such as an Excel .xls workbook)"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
_MARKUP = (
    (b"<!doctype html", "a web page (perhaps an error message of the server)"),
    (b"<html", "a web page (perhaps an error message of the server)"),
    (b"<?xml", "an XML document"),
)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like UTF-16's, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@frozen(eq=False)
class Text:
    """The file's text.

    Attributes:
        data: UTF-8 without a byte order mark and without NUL, proven.
        encoding: What the file was read as, and why.
        findings: What was found on the way.
        lost: The lines with bytes that the encoding has no letter for, from 1. U+FFFD stands for these, and a row that
            has one is not to be used.
    """

    data: bytes
    encoding: Encoding
    findings: Findings
    lost: tuple[int, ...] = ()


def decode(fetched: Fetched, encoding: str | None = None) -> Text:
    """Read the file's bytes as text.

    A byte order mark is believed; valid UTF-8 is UTF-8; NULs in every other byte are UTF-16. For the rest, that encoding
    is taken in which the words beyond ASCII look most like names (`feed/guess.py`), with a finding; UTF-8 lines among
    others stay UTF-8.

    Args:
        fetched: The file, unpacked.
        encoding: What it is written in, where somebody knows.

    Raises:
        UnreadableFile: It is empty, of another kind, or not text in this encoding.
        SettingsError: `encoding` is not an encoding of text.
    """
    data = fetched.data
    if not data or data.isspace():
        raise UnreadableFile(
            fetched.name, "an empty file", "Export it again; the header row is needed even without rows."
        )
    start = data[:64].lstrip().lower()
    for beginning, kinds in ((data, _KINDS), (start, _MARKUP)):
        for sign, kind in kinds:
            if beginning.startswith(sign):
                raise UnreadableFile(fetched.name, kind, _AS_CSV)
    text = _given(fetched, encoding) if encoding is not None else _found(fetched)
    if b"\0" in text.data:
        raise UnreadableFile(fetched.name, "a file with NUL bytes, which no text has", _AS_CSV)
    if not text.data or text.data.isspace():
        raise UnreadableFile(
            fetched.name, "an empty file", "Export it again; the header row is needed even without rows."
        )
    return text


def _given(fetched: Fetched, encoding: str) -> Text:
    found = _as_given(fetched.data, encoding)
    if isinstance(found, GuardianSyncError):
        raise found
    if found is None:
        raise UnreadableFile(
            fetched.name,
            f"text that is not {encoding}, as the settings say",
            "Correct settings.encoding, or set it to None.",
        )
    return found


def _as_given(data: bytes, encoding: str) -> Text | SettingsError | None:
    """The text, or None where it is not in this encoding.

    Errors are raised elsewhere: a codec's own, which would stand behind them, carries the whole file.
    """
    try:
        name = codecs.lookup(encoding).name
        if not _keeps_ascii(name):
            return Text(_whole(data, name), _said(name), Findings())
        done = convert(data.removeprefix(codecs.BOM_UTF8) if name.startswith("utf-8") else data, name)
    except LookupError:
        return SettingsError("encoding", "an encoding of text, such as 'utf-8' or 'cp1252', or None", repr(encoding))
    except Exception:  # noqa: BLE001 - codecs that Python calls encodings raise what they like
        return None
    return Text(done.data, _said(name), Findings(), done.lost)


def _keeps_ascii(name: str) -> bool:
    every = bytes(range(1, 128))
    try:
        return every.decode(name) == every.decode("ascii")
    except UnicodeError:
        return False


def _whole(data: bytes, name: str) -> bytes:
    return data.decode(name).removeprefix("\ufeff").encode()


def _said(name: str) -> Encoding:
    return Encoding(name, why="the settings say so")


def _found(fetched: Fetched) -> Text:
    data = fetched.data
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(fetched, data[len(mark) :], encoding)
    if data.isascii() and b"\0" not in data:
        return Text(data, Encoding("ascii", why="there is nothing beyond ASCII"), Findings())
    if (wide := _wide(data[:_SAMPLE_BYTES])) is not None:
        return _decoded(fetched, data, Encoding(wide, why="every other byte is NUL"))
    if is_utf8(data):
        return Text(data, Encoding("utf-8", why="all of it is valid UTF-8"), Findings())
    return _guessed(data, guess(data))


def _marked(fetched: Fetched, data: bytes, encoding: str) -> Text:
    found = Encoding(encoding, why="it begins with a byte order mark")
    if encoding != "utf-8":
        return _decoded(fetched, data, found)
    if is_utf8(data):
        return Text(data, found, Findings())
    return _guessed(data, guess(data, marked=True))


def _decoded(fetched: Fetched, data: bytes, encoding: Encoding) -> Text:
    try:
        return Text(data.decode(encoding.name).encode(), encoding, Findings())
    except UnicodeDecodeError as error:
        found = f"text that begins as {encoding.name.upper()} and does not go on so (byte {error.start:,})"
    # Out here, so that Python's exception, which carries the whole file, stays behind.
    raise UnreadableFile(fetched.name, found, "Export it again, whole, as UTF-8.")


def _guessed(data: bytes, best: Guess) -> Text:
    done = convert(data, best.codec, mixed=best.mixed)
    return Text(done.data, best.encoding, _told(best, done), done.lost)


def _told(best: Guess, done: Converted) -> Findings:
    found = []
    if best.mixed:
        others = pl.DataFrame({"line": done.others}, schema={"line": pl.UInt32()})
        found.append(findings("encoding-mixed", others, detail=best.called))
    else:
        found.append(file_finding("encoding-fallback", detail=best.called))
    if best.encoding.confidence < _SURE and best.other_called:
        lines = ", ".join(map(str, best.encoding.lines))
        found.append(
            file_finding("encoding-unsure", detail=f"{best.called}, but may be {best.other_called}: see lines {lines}")
        )
    return Findings.concat(found)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: of mostly Latin text, nearly every other byte is NUL."""
    pairs = len(sample) // 2
    if pairs and sample[1::2].count(0) > pairs * 3 // 4 and not sample[0::2].count(0):
        return "utf-16-le"
    if pairs and sample[0::2].count(0) > pairs * 3 // 4 and not sample[1::2].count(0):
        return "utf-16-be"
    return None
