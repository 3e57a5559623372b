"""The careful lane: one record after the other, bounded, and back to the next line after a stray quote."""

import csv
from collections.abc import Mapping, Sequence
from itertools import chain
from itertools import count as count_from

import polars as pl

from guardiansync.feed.dialect import LINE_LIMIT, SPAN_LIMIT
from guardiansync.feed.header import LINE_END, Head
from guardiansync.feed.records import Misfits, Piece, sift

_MOST_LINES = 2048


class CarefulReader:
    """Reads a stretch of lines as records.

    A quoted cell may go over line ends. But a quote that is never closed, or closed only rows later, would swallow
    rows: so a record over several lines counts only if it is a whole row, properly quoted, and none of its further lines
    is one by itself. Otherwise its first line alone becomes a record with a problem, and reading goes on at the next line: no row
    vanishes.

    Args:
        data: UTF-8 text.
        start: Where to begin.
        stop: No record begins here or later, but the last one may go on behind it.
        head: The file's header.

    Attributes:
        end: Where the record after the last one begins.
        lines: How many lines were read.
    """

    def __init__(self, data: bytes, start: int, stop: int, head: Head) -> None:
        self._lines = data[start:stop].splitlines(keepends=True)  # of bytes: at LF, CR and CRLF only
        self._count = len(self._lines)
        further = _further(data, stop)
        self._lines += further
        self._to_end = stop + sum(map(len, further)) == len(data)
        longest = max(map(len, self._lines), default=0)
        self._long = [nth for nth, line in enumerate(self._lines) if _is_long(line)] if longest > LINE_LIMIT else []
        self._head = head
        self._misfits = Misfits(head)
        self._at: list[int] = []
        self._whole: list[
            str
        ] = []  # each record's cells, joined: a million lists would keep the garbage collector busy
        self._separator = _separator(data[start:stop] + b"".join(further))
        self._stop = stop
        self.end, self.lines = start, 0

    def read(self) -> None:
        """Read every record that begins in the stretch."""
        position, most = 0, SPAN_LIMIT + 1
        while position < self._count:
            if position in self._long:
                size = len(self._lines[position].rstrip(b"\r\n"))
                self._misfits.add(position, (), f"it is one line of {size:,} bytes")
                position += 1
                continue
            before = position
            position, clean = self._batch(position, most)
            most = min(most * 4, _MOST_LINES) if clean and position > before else SPAN_LIMIT + 1
        self.end = self._stop + sum(map(len, self._lines[self._count : position]))
        self.lines = position
        self._lines.clear()

    def piece(self, keep: Mapping[str, int]) -> Piece:
        """What was read, its first line being 0.

        Args:
            keep: What to call the columns that are asked for, and their positions.
        """
        frame = self._frame()
        return sift(frame, self._head, keep, self._misfits, lambda: frame)

    def _batch(self, start: int, most: int) -> tuple[int, bool]:
        """Read some lines' records; return the line after them, and whether there was no trouble."""
        end, final = self._limit(start, most)
        lines = list(map(bytes.decode, self._lines[start:end]))
        count, stop = len(lines), self._count - start
        dialect, width, join = self._head.dialect, self._head.row_width, self._separator.join
        reader = csv.reader(lines, dialect.for_csv, strict=True)
        done = 0
        try:
            for cells in reader:
                read = reader.line_num
                if read == count:
                    break
                if len(cells) == width and (read - done == 1 or self._is_one(lines[done:read])):
                    self._at.append(start + done)
                    self._whole.append(join(cells))
                elif read - done == 1:
                    self._misfits.add(start + done, cells)
                else:
                    return self._single(start + done, lines[done]), False
                done = read
                if done >= stop:
                    return start + done, True
        except csv.Error:  # a letter behind a closing quote, or none within as much as csv takes, or in these lines
            if reader.line_num < count:
                return self._single(start + done, lines[done]), False
        if done and not final:
            return start + done, True
        return self._rest(start + done, lines[done:], final=final)

    def _rest(self, start: int, lines: Sequence[str], *, final: bool) -> tuple[int, bool]:
        """Take the record that a batch ends with."""
        dialect, width = self._head.dialect, self._head.row_width
        if final and len(lines) > 1 and not dialect.leaves_open(lines) and dialect.is_one(lines, width):
            self._take(start, next(csv.reader(lines, dialect.for_csv)))
            return start + len(lines), True
        return self._single(start, lines[0]), False

    def _limit(self, start: int, most: int) -> tuple[int, bool]:
        """Where a batch ends, and whether nothing goes on behind it."""
        end = min(start + most, max(self._count, start + SPAN_LIMIT + 1))
        hindrance = next((nth for nth in self._long if nth > start), len(self._lines))
        return (hindrance, True) if end >= hindrance else (end, False)

    def _is_one(self, lines: Sequence[str]) -> bool:
        return len(lines) <= SPAN_LIMIT and not self._head.dialect.swallows(lines[1:], self._head.row_width)

    def _single(self, at: int, line: str) -> int:
        """Take a line by itself; return the next."""
        dialect = self._head.dialect
        cells = dialect.split(line)
        if not dialect.leaves_open([line]):
            if len(cells) == self._head.row_width:
                self._take(at, cells)
            else:
                self._misfits.add(at, cells)
        elif self._to_end and at + 1 == len(self._lines):
            # Half an id is another id: the cell that the file's end cut off is left out.
            self._misfits.add(at, cells[:-1], "the file ends inside a quoted cell", cut=True)
        else:
            self._misfits.add(at, cells, "a quote is opened on it and not closed")
        return at + 1

    def _take(self, at: int, cells: Sequence[str]) -> None:
        self._at.append(at)
        self._whole.append(self._separator.join(cells))

    def _frame(self) -> pl.DataFrame:
        names = [str(position) for position in range(self._head.row_width)]
        whole = pl.Series("0", self._whole, dtype=pl.String())
        frame = whole.to_frame()
        if len(names) > 1:
            frame = whole.str.split_exact(self._separator, len(names) - 1).struct.unnest()
            frame.columns = names
        return frame.insert_column(0, pl.Series("line", self._at, dtype=pl.UInt32()))


def _is_long(line: bytes) -> bool:
    return len(line) > LINE_LIMIT and len(line.rstrip(b"\r\n")) > LINE_LIMIT


def _separator(text: bytes) -> str:
    """What is nowhere in the text, and cannot come about where it stands behind a cell."""
    signs = chain("\x1f\x1e\x1d\x1c", (f"\x1f{number}\x1e" for number in count_from()))
    return next(sign for sign in signs if sign.encode() not in text)


def _further(data: bytes, start: int) -> list[bytes]:
    """The lines that a record which begins before them may go over."""
    lines: list[bytes] = []
    while start < len(data) and len(lines) <= SPAN_LIMIT:
        found = LINE_END.search(data, start, start + LINE_LIMIT + 2)
        # An endless line is cut: that it is too long is all that is asked of it.
        end = found.end() if found else min(start + LINE_LIMIT + 2, len(data))
        lines.append(data[start:end])
        if found is None:
            break
        start = end
    return lines
