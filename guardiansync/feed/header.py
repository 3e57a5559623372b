"""Where the table begins: the header row, below whatever an export puts above it."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from attrs import frozen

from guardiansync.errors import UnreadableFile
from guardiansync.feed.dialect import (
    DELIMITERS,
    LINE_LIMIT,
    SPAN_LIMIT,
    Dialect,
    find_escape,
    find_quote,
    is_blank,
    likeliest_delimiter,
    row_width,
)
from guardiansync.model.finding import Findings, file_finding

KnowsColumn: TypeAlias = Callable[[str], bool]
"""Whether a cell is the name of a column."""

COLUMN_LIMIT = 500
"""The most columns that a guardians file has."""

_HEADER_LINES = 50
_SAMPLE_LINES = 300
_SAMPLE_BYTES = 256 << 10
LINE_END = re.compile(rb"\r\n|\n|\r")
_WORD = re.compile(r"\w")
_SEP = re.compile(r'\A"?sep=(.)"?\s*\Z', re.IGNORECASE)


@frozen(eq=False)
class Head:
    """The header row and what follows from it.

    Attributes:
        cells: The header's cells as they stand.
        dialect: How cells are told apart.
        line: The line it starts on, from 1.
        body_line: The line after it.
        body_start: Where that line begins, in bytes.
        row_width: How many cells a row has; more than the header where every line ends with a delimiter too many.
        findings: What stands above it.
    """

    cells: tuple[str, ...]
    dialect: Dialect
    line: int
    body_line: int
    body_start: int
    row_width: int
    findings: Findings

    @property
    def delimiter(self) -> str:
        """What stands between cells."""
        return self.dialect.delimiter


def read_header(data: bytes, name: str, *, knows: KnowsColumn | None = None, delimiter: str | None = None) -> Head:
    """Find the header row: the one of the first lines that names most columns.

    Where no line names two, it is the first that is as wide as those below it, titles left out.

    Args:
        data: UTF-8 text.
        name: The file's name, for the message.
        knows: Tells the names of columns.
        delimiter: What stands between cells; None to find out.

    Raises:
        UnreadableFile: There is none, its line is endless, or it has too many columns.
    """
    lines = _first_lines(data, name)
    texts = [line.decode() if len(line) <= LINE_LIMIT else "" for line in lines]
    first = next((nth for nth, text in enumerate(texts) if text.strip("\r\n")), 0)
    if said := _SEP.match(texts[first].rstrip("\r\n")):
        delimiter = delimiter or (said[1] if said[1] in DELIMITERS else None)
        first += 1
    row, between = _header_row(texts, first, knows, delimiter)
    start = sum(map(len, lines[:row]))
    return _head(data, name, texts[row : row + SPAN_LIMIT], row, start, between, _above(texts[:row], row))


def _first_lines(data: bytes, name: str) -> list[bytes]:
    """The first lines that are not blank, and those that are, with their ends."""
    lines: list[bytes] = []
    start, filled = 0, 0
    while start < len(data) and filled < _HEADER_LINES:
        found = LINE_END.search(data, start, start + LINE_LIMIT + 2)
        end = found.end() if found else len(data)
        if found is None and end - start > LINE_LIMIT:
            if not filled:
                raise UnreadableFile(
                    name,
                    f"a first line of more than {LINE_LIMIT:,} bytes",
                    "Export it as CSV, with the header row on its first line.",
                )
            break
        lines.append(data[start:end])
        filled += not lines[-1].isspace()
        start = end
    return lines


def _header_row(texts: Sequence[str], first: int, knows: KnowsColumn | None, delimiter: str | None) -> tuple[int, str]:
    """Which line the header stands on, and what stands between its cells."""
    delimiters = (delimiter,) if delimiter else DELIMITERS
    if knows is not None:
        found = [
            (len({cell for cell in cells if knows(cell)}), -row, between)
            for between in delimiters
            for row, cells in _records(texts, first, Dialect(between))
        ]
        named, row, between = max(found, key=lambda one: one[:2], default=(0, 0, ","))
        if named > 1:
            return -row, between
    between = delimiter or likeliest_delimiter([text for text in texts[first:] if text.strip("\r\n")])
    return _widest(_records(texts, first, Dialect(between)), first), between


def _records(texts: Sequence[str], first: int, dialect: Dialect) -> list[tuple[int, tuple[str, ...]]]:
    """The records of the first lines that are not blank, and the line each starts on."""
    records = []
    row = first
    while row < len(texts):
        span = _span(dialect, texts[row : row + SPAN_LIMIT])
        cells = _record(dialect, texts[row : row + span])
        if not is_blank(cells):
            records.append((row, cells))
        row += span
    return records


def _span(dialect: Dialect, texts: Sequence[str]) -> int:
    """How many lines the record takes that begins with the first; one that stays open is its own line."""
    if not dialect.leaves_open(texts[:1]):
        return 1
    for count in range(2, len(texts) + 1):
        if not dialect.leaves_open(texts[:count]):
            return count if dialect.is_one(texts[:count], len(_record(dialect, texts[:count]))) else 1
    return 1


def _record(dialect: Dialect, lines: Sequence[str]) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader(lines, dialect.for_csv), ()))
    except csv.Error:
        return ()


def _widest(records: Sequence[tuple[int, tuple[str, ...]]], first: int) -> int:
    """The first record that fills more than half of the cells that most have: not a title."""
    widths = Counter(len(cells) for _, cells in records if len(cells) > 1)
    most = max(widths, key=lambda width: widths[width], default=1)
    for row, cells in records:
        if sum(bool(cell.strip()) for cell in cells) > most // 2:
            return row
    return next((row for row, _ in records), first)


def _head(data: bytes, name: str, texts: Sequence[str], row: int, start: int, delimiter: str, above: Findings) -> Head:
    header = texts[0] if texts else ""
    after = start + len(header.encode())
    sample = _sample(data, after)
    dialect = Dialect(delimiter, find_quote(delimiter, header, sample))
    width = row_width(dialect, dialect.split(header), sample)
    dialect = find_escape(dialect, data, start, width)
    taken = _span(dialect, texts)
    cells = _record(dialect, texts[:taken])
    if len(cells) > COLUMN_LIMIT:
        raise UnreadableFile(
            name,
            f"a header row of {len(cells):,} columns, more than {COLUMN_LIMIT:,}",
            "Export only the columns of guardians.csv.",
        )
    after = start + sum(len(text.encode()) for text in texts[:taken])
    width = row_width(dialect, cells, _sample(data, after))
    return Head(cells, dialect, row + 1, row + 1 + taken, after, width, above)


def _sample(data: bytes, start: int) -> list[str]:
    piece = data[start : start + _SAMPLE_BYTES]
    lines = piece.splitlines(keepends=True)
    if len(piece) == _SAMPLE_BYTES:
        lines = lines[:-1]  # cut, perhaps within a letter
    return [line.decode() for line in lines[:_SAMPLE_LINES] if not line.isspace()]


def _above(texts: Sequence[str], row: int) -> Findings:
    filled = [text for text in texts[:row] if _WORD.search(text) and not _SEP.match(text.rstrip("\r\n"))]
    if not filled:
        return Findings()
    detail = f"{len(filled)} line{'' if len(filled) == 1 else 's'}"
    return file_finding("preamble-skipped", line=row + 1, detail=detail)
