"""The careful lane: one record after the other, bounded, and back to the next line after a stray quote."""

import csv
from collections.abc import Mapping, Sequence

import polars as pl

from guardiansync.feed.dialect import LINE_LIMIT, SPAN_LIMIT
from guardiansync.feed.header import LINE_END, Head
from guardiansync.feed.records import Misfits, Piece, sift

_MOST_LINES = 2048
_SEPARATORS = "\x1f\x1e\x1d\x1c\x01\x02"
_NOT_CLOSED = "a quote is opened on it and not closed"


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
        line: The number of the first line.

    Attributes:
        end: Where the record after the last one begins.
        line: Its line.
    """

    def __init__(self, data: bytes, start: int, stop: int, head: Head, line: int) -> None:
        self._lines = data[start:stop].splitlines(keepends=True)  # of bytes: at LF, CR and CRLF only
        self._count = len(self._lines)
        further = _further(data, stop)
        self._lines += further
        self._to_end = stop + sum(map(len, further)) == len(data)
        self._long = [
            nth
            for nth, one in enumerate(self._lines)
            if len(one) > LINE_LIMIT and len(one.rstrip(b"\r\n")) > LINE_LIMIT
        ]
        self._head = head
        self._first_line = line
        self._misfits = Misfits(head)
        self._at: list[int] = []
        self._whole: list[str] = []
        text = b"".join(self._lines)
        self._separator = next((sign for sign in _SEPARATORS if sign.encode() not in text), None)
        self._rows: list[list[str]] = []
        self.end, self.line = start, line

    def read(self, keep: Mapping[str, int]) -> Piece:
        """Read every record that begins in the stretch.

        Args:
            keep: What to call the columns that are asked for, and their positions.
        """
        position, most = 0, SPAN_LIMIT + 1
        while position < self._count:
            if position in self._long:
                size = len(self._lines[position].rstrip(b"\r\n"))
                self._misfits.add(self._first_line + position, (), f"it is one line of {size:,} bytes")
                position += 1
                continue
            before = position
            position, clean = self._batch(position, most)
            most = min(most * 4, _MOST_LINES) if clean and position > before else SPAN_LIMIT + 1
        self.end += sum(map(len, self._lines[:position]))
        self.line += position
        frame = self._frame()
        return sift(frame, self._head, keep, self._misfits, lambda: frame)

    def _batch(self, start: int, most: int) -> tuple[int, bool]:
        """Read some lines' records; return the line after them, and whether there was no trouble."""
        end, final = self._limit(start, most)
        lines = list(map(bytes.decode, self._lines[start:end]))
        reader = csv.reader(lines, self._head.dialect.for_csv)
        width, count, stop = self._head.row_width, len(lines), self._count - start
        done = 0
        try:
            for cells in reader:
                read = reader.line_num
                if read == count:
                    break
                if len(cells) == width and (read - done == 1 or self._head.dialect.is_one(lines[done:read], width)):
                    self._take(start + done, cells)
                elif read - done == 1:
                    if cells:
                        self._misfits.add(self._first_line + start + done, cells)
                else:
                    return self._alone(start + done, lines[done]), False
                done = read
                if done >= stop:
                    return start + done, True
            else:
                cells = []
        except csv.Error:
            return self._alone(start + done, lines[done]), False
        if not final and (done or count <= SPAN_LIMIT):
            return start + done, True
        return self._last(start + done, lines[done:], cells, final=final)

    def _limit(self, start: int, most: int) -> tuple[int, bool]:
        """Where a batch ends, and whether nothing goes on behind it."""
        end = min(start + most, max(self._count, start + SPAN_LIMIT + 1))
        hindrance = next((nth for nth in self._long if nth > start), len(self._lines))
        return (hindrance, True) if end >= hindrance else (end, False)

    def _last(self, start: int, lines: Sequence[str], cells: list[str], *, final: bool) -> tuple[int, bool]:
        """Judge a record behind which no line is known."""
        line, span = self._first_line + start, len(lines)
        if final and not self._head.dialect.leaves_open(lines):
            if span == 1:
                if len(cells) == self._head.row_width:
                    self._take(start, cells)
                elif cells:
                    self._misfits.add(line, cells)
                return start + 1, True
            if self._head.dialect.is_one(lines, self._head.row_width):
                self._take(start, cells)
                return start + span, True
        elif final and span == 1 and self._to_end and start + 1 == len(self._lines):
            # Half an id is another id: the cell that the file's end cut off is left out.
            self._misfits.add(line, cells[:-1], "the file ends inside a quoted cell", cut=True)
            return start + 1, False
        return self._alone(start, lines[0]), False

    def _alone(self, at: int, line: str) -> int:
        self._misfits.add(self._first_line + at, self._head.dialect.split(line), _NOT_CLOSED)
        return at + 1

    def _take(self, at: int, cells: list[str]) -> None:
        self._at.append(at)
        if self._separator is not None:
            self._whole.append(self._separator.join(cells))
        else:
            self._rows.append(cells)

    def _frame(self) -> pl.DataFrame:
        names = [str(position) for position in range(self._head.row_width)]
        lines = pl.Series("line", self._at, dtype=pl.UInt32()) + self._first_line
        if self._separator is None or len(names) == 1:
            rows = self._rows or [[whole] for whole in self._whole]
            frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row")
        else:
            whole = pl.Series(self._whole, dtype=pl.String())
            frame = whole.str.split_exact(self._separator, len(names) - 1).struct.unnest()
            frame.columns = names
        return frame.insert_column(0, lines)


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
