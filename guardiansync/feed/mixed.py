"""A file's words beyond ASCII: finding them fast, and reading them where UTF-8 stands beside other bytes."""

import re
import struct
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from guardiansync.feed.letters import LOST

CHUNK_BYTES: Final = 64 << 10
"""So much is looked at in one go; what is ASCII all through is passed over at once."""

_WORDS_SEEN = 40_000
"""How many places are looked at in a file that has more; they are spread over the file."""
_LONGEST = 40
"""How many bytes of a word on either side are looked at."""

_WORD = bytes(range(0x80, 0x100)) + b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'-"
ASCII: Final = bytes(range(0x80))
_ASCII_TO_BLANKS = b" " * 0x80 + bytes(range(0x80, 0x100))
_LETTER_BYTES = 3
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LETTER = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
UTF8_LETTER: Final = re.compile(_LETTER)
"""One letter beyond ASCII in UTF-8."""
_NOT_UTF8 = re.compile(rb"(" + _LETTER + rb")|[\x80-\xff]")


@frozen
class Word:
    """A word with letters beyond ASCII, and where it first stands.

    Attributes:
        raw: Its bytes.
        at: Where its first byte beyond ASCII is.
    """

    raw: bytes
    at: int


@frozen(eq=False)
class Words:
    """What a file has beyond ASCII.

    Attributes:
        words: The distinct words, in order; of a file full of them, a spread of them.
        octets: Every byte beyond ASCII that is anywhere in the file.
        has_utf8: Whether any of these bytes could be a letter in UTF-8.
    """

    words: tuple[Word, ...]
    octets: frozenset[int]
    has_utf8: bool


def find_words(data: bytes) -> Words:
    """Look for everything beyond ASCII, and for nothing else."""
    chunks = [start for start in range(0, len(data), CHUNK_BYTES) if not data[start : start + CHUNK_BYTES].isascii()]
    each = max(20, _WORDS_SEEN // max(len(chunks), 1))
    found: dict[bytes, int] = {}
    runs: set[bytes] = set()
    has_utf8 = False
    for start in chunks:
        # A letter of UTF-8 may go over the chunk's end.
        around = data[start : start + CHUNK_BYTES + _LETTER_BYTES].translate(_ASCII_TO_BLANKS)
        here = around.split()
        at = 0
        for run in here[:each]:
            at = around.index(run, at)
            found.setdefault(_word(data, start + at), start + at)
            at += len(run)
        for run in set(here) - runs:
            runs.add(run)
            if (letter := UTF8_LETTER.search(run)) is not None:
                has_utf8 = True
                place = start + around.index(run) + letter.start()
                found.setdefault(_word(data, place), place)
    return Words(tuple(Word(raw, at) for raw, at in found.items()), frozenset(b"".join(runs)), has_utf8)


def _word(data: bytes, at: int) -> bytes:
    before = data[max(at - _LONGEST, 0) : at]
    after = data[at : at + _LONGEST]
    return before[len(before.rstrip(_WORD)) :] + after[: len(after) - len(after.lstrip(_WORD))]


def by_letters(raw: bytes, encoding: str) -> str:
    """Bytes of which some are UTF-8 and the others are not."""
    return _NOT_UTF8.sub(
        lambda part: part[0] if part[1] else part[0].decode(encoding, "replace").encode(), raw
    ).decode()


@frozen(eq=False)
class Converted:
    """A file as UTF-8.

    Attributes:
        data: UTF-8, proven.
        others: Of a mixed file, the lines that were not UTF-8, from 1.
        lost: The lines with bytes that the encoding has no letter for; U+FFFD stands for these.
    """

    data: bytes
    others: tuple[int, ...]
    lost: tuple[int, ...]


def convert(data: bytes, encoding: str, *, mixed: bool = False) -> Converted:
    """Turn a file into UTF-8, line by line only where it must be.

    Args:
        data: The file, in an encoding in which ASCII is ASCII.
        encoding: What it is written in.
        mixed: Whether what is UTF-8 in it stays, and only the rest is in `encoding`.
    """
    parts: list[bytes] = []
    others: list[int] = []
    lost: list[int] = []
    line, counted, start = 1, 0, 0
    for block in line_blocks(data):
        if block.isascii() or (mixed and is_utf8(block)):
            parts.append(block)
        else:
            whole = None if mixed else _decoded(block, encoding)
            if whole is not None:
                parts.append(whole)
            else:
                line += _line_ends(data, counted, start)
                counted = start
                for at, raw in enumerate(block.splitlines(keepends=True), start=line):
                    text, is_other, is_lost = _line(raw, encoding, mixed=mixed)
                    parts.append(text)
                    if is_other:
                        others.append(at)
                    if is_lost:
                        lost.append(at)
        start += len(block)
    return Converted(b"".join(parts), tuple(others), tuple(lost))


def _line(raw: bytes, encoding: str, *, mixed: bool) -> tuple[bytes, bool, bool]:
    """One line as UTF-8, whether it was something else, and whether letters of it are lost."""
    if raw.isascii() or (mixed and is_utf8(raw)):
        return raw, False, False
    if mixed:
        text = by_letters(raw, encoding)
        return text.encode(), True, text.count(LOST) > raw.count(LOST.encode())
    whole = _decoded(raw, encoding)
    return (whole, False, False) if whole is not None else (raw.decode(encoding, "replace").encode(), False, True)


def _decoded(raw: bytes, encoding: str) -> bytes | None:
    try:
        return raw.decode(encoding).encode()
    except UnicodeDecodeError:
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


def line_numbers(data: bytes, places: list[int]) -> list[int]:
    """The lines on which these bytes stand, from 1; the places in order."""
    lines, line, done = [], 1, 0
    for place in places:
        # Both halves of a CRLF on one side.
        end = place - 1 if place and data[place - 1 : place + 1] == b"\r\n" else place
        line += _line_ends(data, done, end)
        done = end
        lines.append(line)
    return lines


def _line_ends(data: bytes, start: int, end: int) -> int:
    returns = data.count(b"\r", start, end)
    return data.count(b"\n", start, end) + (returns and returns - data.count(b"\r\n", start, end))


def line_blocks(data: bytes, size: int = 1 << 20) -> Iterator[bytes]:
    """The data in pieces that end with a line's end."""
    start = 0
    while start < len(data):
        ending = _LINE_END.search(data, start + size)
        end = ending.end() if ending else len(data)
        yield data[start:end]
        start = end
