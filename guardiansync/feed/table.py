"""CSV text to rows, by one of two lanes that give the same.

The file is read in stretches of some megabytes. The fast lane parses a stretch with pyarrow and keeps what it can prove
regular; of any other it tries smaller parts, and what is left takes the careful lane, record by record with Python's
csv. So a stray quote costs little.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import polars as pl
from attrs import evolve, frozen

from guardiansync.errors import FileTooLarge, SettingsError, UnreadableFile
from guardiansync.feed.careful import CarefulReader
from guardiansync.feed.dialect import DELIMITERS, LINE_LIMIT, Dialect
from guardiansync.feed.fast import read_fast
from guardiansync.feed.header import Head, KnowsColumn, read_header
from guardiansync.feed.records import Piece, Record
from guardiansync.model.feed import Encoding, Fetched
from guardiansync.model.finding import Findings, file_finding, findings
from guardiansync.settings import FILE_NAME

_STRETCH_BYTES = 4 << 20
_PART_BYTES = 128 << 10
_MOST_IN_VAIN = 4
_ENDLESS = 8 << 20
_MOST_BYTES = 2 << 30
_MOST_THREADS = 4


@frozen(eq=False)
class Body:
    """What stands below a header.

    Attributes:
        rows: `line` and the columns asked for, all text; the records that have as many cells as they should.
        ragged: The others: `line`, what can be told of the columns asked for, what is the `problem` in words, and
            whether the file's end `cut` it off.
        findings: What was found besides: repeated headers, rows of nothing but delimiters.
    """

    rows: pl.DataFrame
    ragged: pl.DataFrame
    findings: Findings

    @property
    def cut_short(self) -> bool:
        """Whether the file ends in the middle of a row."""
        return bool(self.ragged["cut"].any())


@frozen(eq=False)
class Table:
    """A delimited file's rows.

    Attributes:
        header: The header row as it stands in the file.
        rows: `line`, from 1, and the header's columns, all text. A column without a name is called by its number, and
            one that has another's name gets its own number behind it.
        ragged: The records with too many or too few cells, or with letters that the encoding has not: `line`, what can be
            told of their cells, `problem`, `cut`.
        findings: What a person should know, each with its line.
        encoding: What the file was read as, and why.
        dialect: How cells were told apart.
    """

    header: tuple[str, ...]
    rows: pl.DataFrame
    ragged: pl.DataFrame
    findings: Findings
    encoding: Encoding
    dialect: Dialect


def read_table(
    data: bytes,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    knows: KnowsColumn | None = None,
    name: str = FILE_NAME,
    max_bytes: int = _MOST_BYTES,
) -> Table:
    """Read a delimited file, whatever wrote it.

    Args:
        data: The file's bytes.
        encoding: What it is written in; None to find out.
        delimiter: What stands between cells: a comma, semicolon, tab or bar; None to find out.
        knows: Tells the names of columns; without, the header is the first row that is as wide as those below it.
        name: What messages call the file.
        max_bytes: The largest file that is read.

    Raises:
        UnreadableFile: It is empty, of another kind, not text, or has an endless line or too many columns.
        FileTooLarge: It is larger than `max_bytes`.
        SettingsError: `encoding` is not an encoding of text, or `delimiter` none of the four.
    """
    from guardiansync.feed.encoding import decode  # noqa: PLC0415
    from guardiansync.feed.lost import drop_lost  # noqa: PLC0415

    if delimiter is not None and delimiter not in DELIMITERS:
        raise SettingsError("delimiter", "a comma, a semicolon, a tab, a bar, or None", repr(delimiter))
    if len(data) > max_bytes:
        raise FileTooLarge("upload", name, len(data), max_bytes)
    refuse_endless_lines(data, name)
    fetched = Fetched(data=data, name=name, where="upload", sha256="")
    text = decode(fetched, encoding)
    head = read_header(text.data, name, knows=knows, delimiter=delimiter)
    body = read_rows(text.data, head, {called: nth for nth, called in enumerate(_distinct(head.cells))})
    odd = [
        findings(code, body.ragged.filter(pl.col("cut") == cut), detail=pl.col("problem"))
        for code, cut in (("ragged-row", False), ("file-cut-short", True))
    ]
    rows, ragged, lost = drop_lost(body.rows, body.ragged, text)
    found = Findings.concat([text.findings, lost, head.findings, body.findings, *odd])
    return Table(head.cells, rows, ragged, found, text.encoding, head.dialect)


def refuse_endless_lines(data: bytes, name: str) -> None:
    """Refuse a file that has no line end for megabytes, before anything is done that takes memory.

    Args:
        data: The bytes as they came: in every encoding a line end has one of the two bytes looked for.
        name: The file's name, for the message.

    Raises:
        UnreadableFile: A line is endless.
    """
    start = 0
    while len(data) - start > _ENDLESS:
        end = max(data.rfind(sign, start, start + _ENDLESS) for sign in (b"\n", b"\r"))
        if end < 0:
            raise UnreadableFile(
                name,
                f"a file with a line of more than {_ENDLESS:,} bytes, which starts at byte {start:,}",
                "Export it as CSV, one row on a line.",
            )
        start = end + 1


def read_rows(data: bytes, head: Head, keep: Mapping[str, int], *, careful: bool = False) -> Body:
    """Read every record below the header.

    Args:
        data: UTF-8 text without NUL, header included.
        head: Its header.
        keep: The columns to keep: what to call them, and their positions.
        careful: Whether to take the careful lane even where the fast one would do.
    """
    frames: list[pl.DataFrame] = []
    ragged: list[pl.DataFrame] = []
    skipped: list[pl.DataFrame] = []
    last: Record | None = None
    line = head.body_line
    for found, lines in _pieces(data, head, keep, careful=careful):
        piece = found.result()
        frames.append(piece.rows.with_columns(pl.col("line") + line))
        if piece.skipped.height:
            skipped.append(piece.skipped.with_columns(pl.col("line") + line))
        if piece.ragged:
            records = [evolve(one, line=one.line + line) for one in piece.ragged]
            last = records[-1]
            ragged.append(_frame(records, keep))
        line += lines
    if last is not None and (cut := _cut(last, head, line - 1, data)) is not None:
        ragged[-1] = pl.concat([ragged[-1].head(-1), _frame([cut], keep)])
    return Body(
        pl.concat(frames) if frames else pl.DataFrame(schema=_schema(keep)),
        pl.concat(ragged) if ragged else _frame([], keep),
        _skipped(pl.concat(skipped)) if skipped else Findings(),
    )


def _pieces(data: bytes, head: Head, keep: Mapping[str, int], *, careful: bool) -> Iterator[tuple[Future[Piece], int]]:
    """What the stretches hold, each from line 0, and how many lines they have."""
    stretches = list(_stretches(data, head.body_start, len(data), _STRETCH_BYTES))
    at = head.body_start
    with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
        tried = [
            None if careful else pool.submit(read_fast, data, start, stop, head, keep) for start, stop in stretches
        ]
        for nth, (start, stop) in enumerate(stretches):
            attempt, tried[nth] = tried[nth], None
            if attempt is not None and at == start and (found := attempt.result()) is not None:
                yield _done(found[0]), found[1]
                at = stop
            else:
                for piece, lines, end in _mended(data, at, stop, head, keep, pool, careful=careful):
                    yield piece, lines
                    at = end


def _mended(
    data: bytes, at: int, stop: int, head: Head, keep: Mapping[str, int], pool: Executor, *, careful: bool
) -> Iterator[tuple[Future[Piece], int, int]]:
    """What an irregular stretch holds: most of its smaller parts may be regular all the same."""
    in_vain = _MOST_IN_VAIN if careful else 0
    for _, end in list(_stretches(data, at, stop, _PART_BYTES)) if not careful else [(at, stop)]:
        if at >= end:  # the record before went on to here
            continue
        if in_vain < _MOST_IN_VAIN:
            if (found := read_fast(data, at, end, head, keep)) is not None:
                yield _done(found[0]), found[1], end
                at, in_vain = end, 0
                continue
            in_vain += 1
        reader = CarefulReader(data, at, end, head)
        reader.read()
        at = reader.end
        # Python reads on while Polars makes a frame of what was read.
        yield pool.submit(reader.piece, keep), reader.lines, at


def _done(piece: Piece) -> Future[Piece]:
    future: Future[Piece] = Future()
    future.set_result(piece)
    return future


def _stretches(data: bytes, start: int, stop: int, size: int) -> Iterator[tuple[int, int]]:
    """Pieces that end with a line."""
    while start < stop:
        end = start + size
        if end >= stop:
            end = stop
        else:
            found = data.find(b"\n", end, min(end + LINE_LIMIT, stop))
            if found < 0:
                found = data.find(b"\r", end, stop - 1)
                found += found >= 0 and data[found + 1] == ord("\n")
            end = found + 1 if found >= 0 else stop
        yield start, end
        start = end


def _schema(keep: Mapping[str, int]) -> pl.Schema:
    return pl.Schema({"line": pl.UInt32(), **dict.fromkeys(keep, pl.String())})


def _frame(records: Sequence[Record], keep: Mapping[str, int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "line": [one.line for one in records],
            **{
                name: [one.cells[position] if position < len(one.cells) else "" for one in records]
                for name, position in keep.items()
            },
            "problem": [one.problem for one in records],
            "cut": [one.cut for one in records],
        },
        schema={**_schema(keep), "problem": pl.String(), "cut": pl.Boolean()},
    )


def _cut(last: Record, head: Head, last_line: int, data: bytes) -> Record | None:
    """The last record, if it does not merely lack cells but the file's end cut it off."""
    whole = data.endswith((b"\n", b"\r")) or last.cut or last.line != last_line
    if whole or len(last.cells) >= head.row_width or "header has" not in last.problem:
        return None
    # Its last cell may be half of what it was, and half an id is another id.
    return Record(last.line, last.cells[:-1], last.problem, cut=True)


def _skipped(skipped: pl.DataFrame) -> Findings:
    blank = skipped.filter(pl.col("code") == "blank-row")["line"]
    found = findings("header-repeated", skipped.filter(pl.col("code") == "header-repeated"))
    if blank.is_empty():
        return found
    first = int(str(blank.min()))
    return Findings.concat([found, file_finding("blank-row", line=first, detail=f"{blank.len():,}")])


def _distinct(header: Sequence[str]) -> list[str]:
    """The header's cells as names of columns, each another one."""
    taken = {"line", "problem", "cut"}
    names = []
    for number, cell in enumerate(header, start=1):
        name = cell if cell.strip() else f"column {number}"
        while name in taken:
            name += f" ({number})"
        taken.add(name)
        names.append(name)
    return names
