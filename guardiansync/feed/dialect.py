"""How a file separates, quotes and escapes its cells."""

import csv
import re
from collections.abc import Iterator, Sequence

from attrs import field, frozen

LINE_LIMIT = 128 << 10
"""The longest line, in bytes without its end, that is taken for one of a guardians file; no cell is longer either."""

DELIMITERS = (",", ";", "\t", "|")
"""What may stand between cells."""

SPAN_LIMIT = 20
"""The most lines that one record goes over: what bounds the work that a malicious file can cause."""

_MOST_SHOWING = 200
_NEAR_BYTES = 4 << 20
"""How far to look for a sign of several letters, which takes longer than for one."""

_ENOUGH = 0.9


@frozen
class Dialect:
    r"""What stands between and around cells.

    Attributes:
        delimiter: What stands between cells.
        quote: What may stand around a cell; doubled, it stands for itself inside of one.
        escape: What makes the next letter an ordinary one (a backslash), if anything does.
        spaced: Whether blanks may stand between a delimiter and an opening quote.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    spaced: bool = False
    for_csv: csv.Dialect = field(init=False, repr=False, eq=False)

    @for_csv.default
    def _as_csv(self) -> csv.Dialect:
        said = csv.excel()
        said.delimiter, said.quotechar = self.delimiter, self.quote
        said.escapechar, said.skipinitialspace = self.escape, self.spaced
        return said

    def split(self, line: str) -> tuple[str, ...]:
        """The cells of one line by itself; a quote that stays open ends with it."""
        try:
            return tuple(next(csv.reader([line], self.for_csv), ()))
        except csv.Error:
            return ()

    def is_one(self, lines: Sequence[str], width: int) -> bool:
        """Whether lines are one record with a quoted cell that goes over line ends, and not rows that a quote swallows.

        Then every closing quote has a delimiter behind it, and no line but the first is a row by itself.
        """
        try:
            if len(next(csv.reader(lines, self.for_csv, strict=True), ())) != width:
                return False
        except csv.Error:
            return False
        return len(lines) <= SPAN_LIMIT and not self.swallows(lines[1:], width)

    def swallows(self, lines: Sequence[str], width: int) -> bool:
        """Whether one of the lines that a quoted cell goes over is a row by itself."""
        for line in lines:
            if line.count(self.delimiter) >= width - 1:
                cells = self.split(line)
                if len(cells) == width and not any(self.quote in cell for cell in cells):
                    return True
        return False

    def leaves_open(self, lines: Sequence[str]) -> bool:
        """Whether the record that these lines begin goes on after them."""
        last = lines[-1] if lines[-1].endswith(("\n", "\r")) else lines[-1] + "\n"
        try:
            return list(csv.reader([*lines[:-1], last, "x"], self.for_csv))[-1] != ["x"]
        except csv.Error:
            return True


def is_blank(cells: Sequence[str]) -> bool:
    """Whether a record says nothing: Excel writes empty rows as lines of delimiters."""
    return not any(cell.strip(" \t") for cell in cells)


def find_quote(delimiter: str, header: str, sample: Sequence[str]) -> str:
    """Which quotes stand around cells.

    An apostrophe is also a letter of names, so single quotes must show on most lines, and double ones on none.
    """
    between = re.escape(delimiter)
    if "'" not in header and not any("'" in line for line in sample):
        return '"'

    def enclosed(quote: str, line: str) -> int:
        cell = rf"(?:\A|(?<={between})) ?{quote}(?:[^{quote}\\]|{quote}{quote}|\\.)*{quote}(?={between}|\Z)"
        return len(re.findall(cell, line.rstrip("\r\n")))

    if enclosed("'", header) > enclosed('"', header):
        return "'"
    opened = sum(len(re.findall(rf"(?:\A|{between})'", line)) for line in sample)
    single = sum(enclosed("'", line) for line in sample)
    double = sum(enclosed('"', line) for line in sample)
    return "'" if not double and single >= max(2 * len(sample), opened * _ENOUGH, 1) else '"'


def find_escape(dialect: Dialect, data: bytes, start: int, width: int) -> Dialect:
    """Let a backslash escape, or blanks come before quotes, where that makes more whole rows of the lines with such."""
    best = dialect
    for sign, other in (
        (b"\\", Dialect(dialect.delimiter, dialect.quote, "\\")),
        (f"{dialect.delimiter} {dialect.quote}".encode(), Dialect(dialect.delimiter, dialect.quote, spaced=True)),
    ):
        lines = [line.decode(errors="replace") for line in _lines_with(sign, data, start)]
        more = _whole(other, lines, width) - _whole(best, lines, width)
        if more > 0 or (more == 0 and other.spaced and lines and _are_enclosed(best, lines)):
            best = other
    return best


def _are_enclosed(dialect: Dialect, lines: Sequence[str]) -> bool:
    """Whether each cell that has a blank before its opening quote ends with a quote."""
    opened = [cell for line in lines for cell in dialect.split(line.rstrip()) if cell.startswith(f" {dialect.quote}")]
    return bool(opened) and all(cell.endswith(dialect.quote) and len(cell) > 2 for cell in opened)  # noqa: PLR2004 - more than these


def _whole(dialect: Dialect, lines: Sequence[str], width: int) -> int:
    """How many of the lines are rows whose quotes stand where they belong."""
    return sum(_is_proper(dialect, line, width) and not dialect.leaves_open([line]) for line in lines)


def _is_proper(dialect: Dialect, line: str, width: int) -> bool:
    try:
        return len(next(csv.reader([line], dialect.for_csv, strict=True), ())) == width
    except csv.Error:
        return False


def _lines_with(sign: bytes, data: bytes, start: int) -> Iterator[bytes]:
    """The first lines that have the sign, wherever they stand; of an endless line, a part."""
    ends = (b"\n",) if data.find(b"\n", start, start + 2 * LINE_LIMIT) >= 0 else (b"\r",)
    stop = len(data) if len(sign) == 1 else min(len(data), start + _NEAR_BYTES)
    for _ in range(_MOST_SHOWING):
        at = data.find(sign, start, stop)
        if at < 0:
            return
        begin = data.rfind(ends[0], max(start, at - LINE_LIMIT), at) + 1 or start
        end = data.find(ends[0], at, at + LINE_LIMIT) + 1 or min(at + LINE_LIMIT, len(data))
        if at - begin <= LINE_LIMIT:
            yield data[begin:end]
        start = end


def row_width(dialect: Dialect, header: Sequence[str], sample: Sequence[str]) -> int:
    """How many cells a row has: as many as the header, but for delimiters that end every line of one of the two.

    One row with a blank cell too many may as well be one whose cells have moved, so three rows are the least.
    """
    width = len(header)
    named = max((position for position, cell in enumerate(header, start=1) if cell.strip()), default=width)
    rows = [cells for cells in map(dialect.split, sample) if not is_blank(cells)]
    for other in {len(cells) for cells in rows} - {width}:
        fitting = sum(len(cells) == other and is_blank(cells[width:]) for cells in rows)
        enough = fitting >= 3 or len(header) > named  # noqa: PLR2004 - see above
        if other >= named and enough and fitting >= _ENOUGH * len(rows):
            return other
    return width


def likeliest_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that cuts most lines into the same number of cells, and into most of them."""

    def score(delimiter: str) -> float:
        dialect = Dialect(delimiter)
        widths = [len(cells) for cells in map(dialect.split, lines) if not is_blank(cells)]
        most = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (most - 1) * (widths.count(most) / len(widths)) ** 2 if widths else 0

    return max(DELIMITERS, key=score)
