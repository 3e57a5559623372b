"""Bytes in, UTF-8 out: what the file is written in, or that it is no text at all."""

import codecs
import struct

from attrs import frozen

from guardiansync.errors import SettingsError, UnreadableFile
from guardiansync.model.feed import Fetched
from guardiansync.model.finding import Findings, file_finding

_SAMPLE_BYTES = 4096
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
        encoding: What the file was read as.
        findings: What was found on the way.
    """

    data: bytes
    encoding: str
    findings: Findings


def decode(fetched: Fetched, encoding: str | None = None) -> Text:
    """Read the file's bytes as text.

    A byte order mark is believed; valid UTF-8 is UTF-8; NULs in every other byte are UTF-16; the rest is Windows-1252,
    or ISO-8859-1 where that has no letter for a byte, with a finding.

    Args:
        fetched: The file, unpacked.
        encoding: What it is written in, where somebody knows.

    Raises:
        UnreadableFile: It is empty, of another kind, or not text in this encoding.
        SettingsError: `encoding` is not an encoding of text.
    """
    data = fetched.data
    if not data.strip():
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
    if not text.data.strip():
        raise UnreadableFile(
            fetched.name, "an empty file", "Export it again; the header row is needed even without rows."
        )
    return text


def _given(fetched: Fetched, encoding: str) -> Text:
    try:
        name = codecs.lookup(encoding).name
        data = fetched.data.decode(name).removeprefix("\ufeff").encode()
    except LookupError as error:
        raise SettingsError(
            "encoding", "an encoding of text, such as 'utf-8' or 'cp1252', or None", repr(encoding)
        ) from error
    except Exception as error:
        # Codecs that Python calls encodings raise what they like.
        raise UnreadableFile(
            fetched.name,
            f"text that is not {encoding}, as the settings say",
            "Correct settings.encoding, or set it to None.",
        ) from error
    return Text(data, name, Findings())


def _found(fetched: Fetched) -> Text:
    data = fetched.data
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(fetched, data[len(mark) :], encoding)
    if data.isascii() and b"\0" not in data:
        return Text(data, "ascii", Findings())
    if (wide := _wide(data[:_SAMPLE_BYTES])) is not None:
        return _marked(fetched, data, wide)
    if is_utf8(data):
        return Text(data, "utf-8", Findings())
    try:
        return _fallback(data.decode("cp1252"), "cp1252", "Windows-1252")
    except UnicodeDecodeError:
        return _fallback(data.decode("latin-1"), "latin-1", "ISO-8859-1")


def _fallback(text: str, encoding: str, called: str) -> Text:
    return Text(text.encode(), encoding, file_finding("encoding-fallback", detail=called))


def _marked(fetched: Fetched, data: bytes, encoding: str) -> Text:
    if encoding == "utf-8" and is_utf8(data):
        return Text(data, encoding, Findings())
    try:
        return Text(data.decode(encoding).encode(), encoding, Findings())
    except UnicodeDecodeError as error:
        found = f"text that begins as {encoding.upper()} and does not go on so (byte {error.start:,})"
        raise UnreadableFile(fetched.name, found, "Export it again, whole, as UTF-8.") from error


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: of mostly Latin text, nearly every other byte is NUL."""
    pairs = len(sample) // 2
    if pairs and sample[1::2].count(0) > pairs * 3 // 4 and not sample[0::2].count(0):
        return "utf-16-le"
    if pairs and sample[0::2].count(0) > pairs * 3 // 4 and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8; at Arrow's speed, and without building the text."""
    import pyarrow as pa  # noqa: PLC0415 - only when a file is read

    ends = pa.py_buffer(struct.pack("<qq", 0, len(data)))
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
