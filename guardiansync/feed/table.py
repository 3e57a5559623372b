"""CSV text to rows, by one of two lanes that give the same.

The fast lane parses with pyarrow, but only what is proven regular first: on its own, pyarrow loses rows between two
stray quotes without a word. Everything else takes the careful lane, record by record with Python's csv.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from attrs import field, frozen

from guardiansync.errors import UnreadableFile
from guardiansync.feed.careful import LINE_LIMIT, CarefulReader, Record, split_record

_DELIMITERS = {",": ",", ";": ";", "\t": r"\t", "|": r"\|"}
"""What may stand between cells, and how a regular expression writes it."""

_BLOCK_BYTES = 16 << 20
_HEADER_LINES = 50
_LINE_END = re.compile(rb"\r\n|\n|\r")


@frozen
class Head:
    """The header row and what follows from it.

    Attributes:
        cells: The header's cells as they stand.
        delimiter: What stands between cells.
        line: The line it starts on, from 1.
        body_line: The line after it.
        body_start: Where that line begins, in bytes.
    """

    cells: tuple[str, ...]
    delimiter: str
    line: int
    body_line: int
    body_start: int


@frozen
class RaggedRow:
    """A record that has not as many cells as the header.

    Attributes:
        line: The line it starts on.
        cells: What can be told apart in it. Never shown: it is personal data.
        problem: What is wrong with it, in words.
        cut: Whether the file ends in the middle of it.
    """

    line: int
    cells: tuple[str, ...] = field(repr=False)
    problem: str
    cut: bool = False


@frozen(eq=False)
class Table:
    """The rows below a header.

    Attributes:
        rows: `line` and the columns asked for, all text; the records that have as many cells as the header.
        ragged: The others, by line.
    """

    rows: pl.DataFrame
    ragged: tuple[RaggedRow, ...]

    @property
    def cut_short(self) -> bool:
        """Whether the file ends in the middle of a row."""
        return bool(self.ragged) and self.ragged[-1].cut


def read_header(data: bytes, name: str) -> Head:
    """Read the first row that is not blank.

    Args:
        data: UTF-8 text.
        name: The file's name, for the message.

    Raises:
        UnreadableFile: There is none, or its line is endless.
    """
    start, line = 0, 1
    while match := _LINE_END.match(data, start):
        start, line = match.end(), line + 1
    end = _LINE_END.search(data, start, start + LINE_LIMIT)
    if end is None and len(data) - start > LINE_LIMIT:
        raise UnreadableFile(
            name,
            f"a first line of more than {LINE_LIMIT:,} bytes",
            "Export it as CSV, with the header row on its first line.",
        )
    first = data[start : end.start() if end else len(data)].decode()
    # The header names columns, so the delimiter is whatever makes most cells of it.
    delimiter = max(_DELIMITERS, key=lambda delimiter: len(split_record(first, delimiter)))
    lines = _physical_lines(data, start, _HEADER_LINES)
    reader = CarefulReader(lines, delimiter, 0, line)
    record = next(iter(reader))
    consumed = sum(map(len, lines[: reader.position]))
    return Head(record.cells, delimiter, line, line + reader.position, start + consumed)


def read_rows(data: bytes, head: Head, keep: Mapping[str, int], *, careful: bool = False) -> Table:
    """Read every record below the header.

    Args:
        data: UTF-8 text without NUL, header included.
        head: Its header.
        keep: The columns to keep: what to call them, and their positions.
        careful: Whether to take the careful lane even where the fast one would do.
    """
    body = memoryview(data)[head.body_start :]
    table = None if careful else _fast(body, head, keep)
    return table or _careful(bytes(body), head, keep)


# --- the fast lane ------------------------------------------------------------------------------------------------


def _fast(body: memoryview, head: Head, keep: Mapping[str, int]) -> Table | None:
    frames: list[pl.DataFrame] = []
    ragged: list[RaggedRow] = []
    line = head.body_line
    end = len(body)
    while end and body[end - 1] in b"\r\n":  # blank lines at the end number nothing
        end -= 1
    for block in _blocks(body[:end]):
        lines = _regular_lines(block, head.delimiter)
        if lines is None:
            return None
        frame, odd = _parse(block, head, keep, line)
        frames.append(frame)
        ragged += odd
        line += lines
    rows = pl.concat(frames) if frames else _empty(keep)
    return Table(rows, _with_cut(ragged, head, line - 1, ends_line=end < len(body)))


def _blocks(body: memoryview) -> Iterator[memoryview]:
    """Pieces that end with a whole line: no cell of regular data goes over a line's end."""
    start = 0
    while start < len(body):
        end = min(start + _BLOCK_BYTES, len(body))
        if end < len(body):
            # Lines longer than the limit make the block irregular anyway, so the search may stop there.
            newline = bytes(body[end : end + LINE_LIMIT + 2]).find(b"\n")
            end = end + newline + 1 if newline >= 0 else len(body)
        yield body[start:end]
        start = end


def _regular_lines(block: memoryview, delimiter: str) -> int | None:
    """How many lines the block has, if each of them is one record whose quotes are where they belong; else None."""
    import pyarrow as pa  # noqa: PLC0415 - only when a file is read
    from pyarrow import csv as arrow_csv  # noqa: PLC0415 - only when a file is read

    raw = bytes(block)
    if b"\x01" in raw or len(raw) > _BLOCK_BYTES + LINE_LIMIT + 2:  # the latter: lines end with CR, or do not end
        return None
    # Split at line ends only, by a delimiter that is nowhere.
    table = arrow_csv.read_csv(
        pa.BufferReader(raw),
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(raw) + 1, column_names=["line"]),
        parse_options=arrow_csv.ParseOptions(delimiter="\x01", quote_char=False, ignore_empty_lines=False),
        convert_options=arrow_csv.ConvertOptions(
            column_types={"line": pa.string()}, strings_can_be_null=False, check_utf8=False
        ),
    )
    lines = pl.DataFrame(table).get_column("line")
    lengths = lines.str.len_bytes()
    if not lines.len() or lengths.min() == 0 or lengths.max() > LINE_LIMIT:  # type: ignore[operator] # of integers
        return None
    if b'"' in raw:
        between = _DELIMITERS[delimiter]
        cell = rf'(?:"(?:[^"]|"")*"|[^"{between}]*)'
        if not lines.str.contains(rf"\A{cell}(?:{between}{cell})*\z").all():
            return None
    return lines.len()


def _parse(
    block: memoryview, head: Head, keep: Mapping[str, int], first_line: int
) -> tuple[pl.DataFrame, list[RaggedRow]]:
    import pyarrow as pa  # noqa: PLC0415 - only when a file is read
    from pyarrow import csv as arrow_csv  # noqa: PLC0415 - only when a file is read

    ragged: list[RaggedRow] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        ragged.append(_ragged(Record(first_line + row.number - 1, split_record(row.text, head.delimiter)), head))
        return "skip"

    names = [str(position) for position in range(len(head.cells))]
    table = arrow_csv.read_csv(
        pa.BufferReader(block),
        # More than one block would drop the LF of a line end that falls between two.
        read_options=arrow_csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
        parse_options=arrow_csv.ParseOptions(delimiter=head.delimiter, invalid_row_handler=set_aside),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=[str(position) for position in keep.values()],
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,  # proven before
        ),
    )
    frame = pl.DataFrame(table).rename({str(position): name for name, position in keep.items()})
    lines = pl.int_range(first_line, first_line + frame.height + len(ragged), dtype=pl.UInt32(), eager=True)
    if ragged:
        lines = lines.filter(~lines.is_in([row.line for row in ragged]))
    return frame.insert_column(0, lines.alias("line")), ragged


# --- the careful lane ---------------------------------------------------------------------------------------------


def _careful(body: bytes, head: Head, keep: Mapping[str, int]) -> Table:
    lines = _physical_lines(body, 0)
    width = len(head.cells)
    reader = CarefulReader(lines, head.delimiter, width, head.body_line)
    at: list[int] = []
    kept: list[tuple[str, ...]] = []
    ragged: list[RaggedRow] = []
    positions = tuple(keep.values())
    for record in reader:
        if record.problem or len(record.cells) != width:
            ragged.append(_ragged(record, head))
        else:
            at.append(record.line)
            kept.append(tuple(record.cells[position] for position in positions))
    columns = zip(*kept, strict=True) if kept else [()] * len(keep)
    rows = pl.DataFrame(
        {"line": at, **dict(zip(keep, columns, strict=True))},
        schema=_empty(keep).schema,
    )
    return Table(
        rows, _with_cut(ragged, head, head.body_line + len(lines) - 1, ends_line=body.endswith((b"\n", b"\r")))
    )


def _physical_lines(data: bytes, start: int, most: int | None = None) -> list[bytes]:
    if most is None:
        return data[start:].splitlines(keepends=True)  # of bytes: at LF, CR and CRLF only
    lines = data[start : start + most * LINE_LIMIT].splitlines(keepends=True)
    return lines[:most]


# --- both ---------------------------------------------------------------------------------------------------------


def _empty(keep: Mapping[str, int]) -> pl.DataFrame:
    return pl.DataFrame(schema={"line": pl.UInt32(), **dict.fromkeys(keep, pl.String())})


def _ragged(record: Record, head: Head) -> RaggedRow:
    cells, width = len(record.cells), len(head.cells)
    problem = record.problem or f"it has {cells:,} cell{'' if cells == 1 else 's'}, the header has {width:,}"
    return RaggedRow(record.line, record.cells, problem, cut=record.cut)


def _with_cut(ragged: Sequence[RaggedRow], head: Head, last_line: int, *, ends_line: bool) -> tuple[RaggedRow, ...]:
    """Tell a last row that merely lacks cells from one that the file's end cut off."""
    if not ragged or ends_line:
        return tuple(ragged)
    last = ragged[-1]
    if last.cut or last.line != last_line or len(last.cells) >= len(head.cells):
        return tuple(ragged)
    # Its last cell may be half of what it was, and half an id is another id.
    return (*ragged[:-1], RaggedRow(last.line, last.cells[:-1], last.problem, cut=True))
