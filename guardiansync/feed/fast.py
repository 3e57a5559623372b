"""The fast lane: pyarrow parses a stretch of lines, and what it found is proven to be one record for each line.

On its own, pyarrow loses the rows between two stray quotes without a word. But each record takes at least one line, so
as many records as lines, with no quote left open at the end, means that no record goes over a line's end.
"""

from collections.abc import Mapping

import polars as pl
from attrs import evolve

from guardiansync.feed.dialect import LINE_LIMIT
from guardiansync.feed.header import Head
from guardiansync.feed.records import Misfits, Piece, sift

_LF, _CR = 10, 13


def read_fast(data: bytes, start: int, stop: int, head: Head, keep: Mapping[str, int]) -> tuple[Piece, int] | None:
    """Read a stretch of lines whose records are single lines.

    Args:
        data: UTF-8 text.
        start: Where a record begins.
        stop: The end of a line.
        head: The file's header.
        keep: What to call the columns that are asked for, and their positions.

    Returns:
        What it holds, its first line being 0, and how many lines those are; None if it is not proven regular.
    """
    dialect = head.dialect
    if dialect.spaced or not _ends_closed(data, start, stop, head) or not _has_short_lines(data, start, stop):
        return None
    # Behind a closing quote, pyarrow and csv mean different things by an escape.
    if dialect.escape and data.find((dialect.quote + dialect.escape).encode(), start, stop) >= 0:
        return None
    lines = _count_lines(data, start, stop)
    beyond = range(len(head.cells), head.row_width)
    wanted = [position for position in keep.values() if position < head.row_width]
    positions = sorted({*wanted, *beyond}) or [0]
    misfits = Misfits(head)
    frame = _parse(data, start, stop, head, positions, lines, misfits)
    if frame is None:
        return None

    def whole() -> pl.DataFrame:
        if len(positions) == head.row_width:
            return frame
        every = _parse(data, start, stop, head, list(range(head.row_width)), lines, Misfits(head))
        return frame if every is None else every

    piece = sift(frame, head, keep, misfits, whole)
    if piece.skipped.height:
        # pyarrow makes a row of an empty line too, and nobody needs to hear of those.
        raw = data[start:stop].splitlines()
        named = [bool(raw[nth]) for nth in piece.skipped["line"]]
        piece = evolve(piece, skipped=piece.skipped.filter(pl.Series(named, dtype=pl.Boolean())))
    return piece, lines


def _ends_closed(data: bytes, start: int, stop: int, head: Head) -> bool:
    """Whether the last record is over at the stretch's end: pyarrow does not say."""
    inside = stop - (2 if data.endswith(b"\r\n", start, stop) else 1)
    begin = max(data.rfind(b"\n", start, inside), data.rfind(b"\r", max(start, inside - LINE_LIMIT), inside), start - 1)
    line = data[begin + 1 : stop] if stop - begin <= LINE_LIMIT else b""
    return bool(line) and not head.dialect.leaves_open([line.decode()])


def _has_short_lines(data: bytes, start: int, stop: int) -> bool:
    end = b"\n" if data.find(b"\n", start, min(stop, start + LINE_LIMIT + 2)) >= 0 else b"\r"
    while stop - start > LINE_LIMIT:
        found = data.rfind(end, start, start + LINE_LIMIT + 1)
        if found < 0:
            return False
        start = found + 1
    return True


def _count_lines(data: bytes, start: int, stop: int) -> int:
    import pyarrow as pa  # noqa: PLC0415 - only when a file is read

    letters = pl.Series(pa.Array.from_buffers(pa.uint8(), stop - start, [None, pa.py_buffer(data)], offset=start))
    ends = letters == _LF
    count = int(ends.sum() or 0)
    if data.find(b"\r", start, stop) >= 0:
        count += int(((letters == _CR) & ~ends.shift(-1, fill_value=False)).sum() or 0)
    return count + (data[stop - 1] not in b"\r\n")


def _parse(
    data: bytes, start: int, stop: int, head: Head, positions: list[int], lines: int, misfits: Misfits
) -> pl.DataFrame | None:
    import pyarrow as pa  # noqa: PLC0415 - only when a file is read
    from pyarrow import csv as arrow_csv  # noqa: PLC0415 - only when a file is read

    odd: list[tuple[int, str]] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        odd.append((row.number - 1, row.text))
        return "skip"

    names = [str(position) for position in range(head.row_width)]
    taken = [str(position) for position in positions]
    dialect = head.dialect
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(start, stop - start)),
            # More than one block would drop the LF of a line end that falls between two.
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=stop - start + 1, column_names=names),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote,
                escape_char=dialect.escape or False,
                ignore_empty_lines=False,
                invalid_row_handler=set_aside,
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=taken,
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,  # proven before
            ),
        )
    except pa.ArrowInvalid:  # such as an escape at the very end
        return None
    if table.num_rows + len(odd) != lines:
        return None
    numbers = pl.int_range(lines, dtype=pl.UInt32(), eager=True).alias("line")
    if odd:
        numbers = numbers.filter(~numbers.is_in([nth for nth, _ in odd]))
        for nth, text in odd:
            misfits.add(nth, dialect.split(text))
    return pl.DataFrame(table).insert_column(0, numbers)
