"""The careful lane's reader: one record after the other, bounded, and back to the next line after a stray quote."""

import csv
from collections.abc import Iterator, Sequence
from typing import Self

from attrs import field, frozen

LINE_LIMIT = 128 << 10
"""The longest line, in bytes without its end, that is taken for one of a guardians file."""

_SPAN_LIMIT = 20


@frozen
class Record:
    """One record of the file.

    Attributes:
        line: The line it starts on.
        cells: Its cells, as far as they can be told apart.
        problem: Why it cannot be used whatever its cells are, or "".
        cut: Whether the file ends inside one of its quoted cells, which is then left out.
    """

    line: int
    cells: tuple[str, ...] = field(repr=False)
    problem: str = ""
    cut: bool = False


def split_record(line: str, delimiter: str) -> tuple[str, ...]:
    """The cells of one line by itself; a quote that stays open ends with it."""
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        return ()


class CarefulReader:
    """Reads physical lines as records; iterating gives every record that is not a blank line, once.

    A quoted cell may go over line ends. But a quote that is never closed, or closed only rows later, would swallow
    rows: so a record over several lines counts only if it is a whole row and none of its further lines is one by
    itself. Otherwise its first line alone becomes a record with a problem, and reading goes on at the next line: no row
    vanishes. That a record spans few lines bounds the work that a malicious file can cause.

    Args:
        lines: The lines in UTF-8, with their ends.
        delimiter: What stands between cells.
        width: How many cells a row has; 0 where that is not known.
        first_line: The number of the first of the lines.

    Attributes:
        position: How many of the lines are read.
    """

    def __init__(self, lines: Sequence[bytes], delimiter: str, width: int, first_line: int) -> None:
        self.position = 0
        self._lines = lines
        self._delimiter = delimiter
        self._width = width
        self._first_line = first_line
        self._source = _Source(lines)

    def __iter__(self) -> Iterator[Record]:
        """Every record that is not a blank line, once."""
        reader = csv.reader(self._source, delimiter=self._delimiter)
        source = self._source
        while self.position < len(self._lines):
            start = self.position
            record: Record | None
            if (size := _size(self._lines[start])) > LINE_LIMIT:
                self.position += 1
                record = Record(self._first_line + start, (), f"it is one line of {size:,} bytes")
            else:
                source.begin(start)
                try:
                    cells = next(reader)
                except csv.Error:
                    cells = None
                self.position = source.position
                record = self._judged(start, cells)
            if record is not None:
                yield record

    def _judged(self, start: int, cells: list[str] | None) -> Record | None:
        span = self.position - start
        line = self._first_line + start
        if cells is not None and not self._source.starved:
            if span == 1:
                return Record(line, tuple(cells)) if cells else None
            if not self._width or (len(cells) == self._width and not self._swallows(start)):
                return Record(line, tuple(cells))
        if cells is not None and self.position == len(self._lines) and span == 1:
            # Half an id is another id: the cell that the file's end cut off is left out.
            return Record(line, tuple(cells[:-1]), "the file ends inside a quoted cell", cut=True)
        self.position = start + 1
        alone = split_record(self._lines[start].decode(), self._delimiter)
        return Record(line, alone, "a quote is opened on it and not closed")

    def _swallows(self, start: int) -> bool:
        inner = self._lines[start + 1 : self.position]
        return any(len(split_record(line.decode(), self._delimiter)) == self._width for line in inner)


class _Source:
    """Hands lines to csv, from wherever it is told to begin, and only so many for one record.

    Attributes:
        position: The next line.
        starved: Whether csv asked for another line within a record and got none.
    """

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines
        self.position = 0
        self.starved = False
        self._start = 0

    def begin(self, start: int) -> None:
        """Begin a record at this line."""
        self.position = self._start = start
        self.starved = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        position = self.position
        if position == len(self._lines) or position - self._start == _SPAN_LIMIT:
            self.starved = True
            raise StopIteration
        line = self._lines[position]
        if position > self._start and _size(line) > LINE_LIMIT:
            self.starved = True
            raise StopIteration
        self.position = position + 1
        return line.decode()


def _size(line: bytes) -> int:
    size = len(line)
    return size if size <= LINE_LIMIT else len(line.rstrip(b"\r\n"))
