"""File in, rows out: fetching, reading, finding the columns."""

from collections.abc import Mapping

import polars as pl

from guardiansync.feed.archive import unpack
from guardiansync.feed.columns import match_columns
from guardiansync.feed.encoding import decode
from guardiansync.feed.source import fetch, take_upload
from guardiansync.feed.table import RaggedRow, read_header, read_rows
from guardiansync.model.feed import FEED_ROWS, FRAME_NAMES, Fetched, RawFeed
from guardiansync.model.finding import Findings, findings
from guardiansync.settings import ContactColumn

__all__ = ["fetch", "read", "take_upload"]

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_IDS = ("student_sis_id", "guardian_sis_id")


def read(
    fetched: Fetched,
    *,
    columns: Mapping[str, str],
    encoding: str | None,
    max_bytes: int,
    phone_column: ContactColumn | None = None,
) -> RawFeed:
    """Read a file's rows, whatever district it comes from.

    Args:
        fetched: The file as it came; a ZIP is opened.
        columns: The export's own column names, mapped to those of guardians.csv.
        encoding: What the file is written in; None to find out.
        max_bytes: The largest guardians.csv that is taken out of a ZIP.
        phone_column: Which column is the mobile; None to take a file that has either.

    Returns:
        One row for each record below the header, those that cannot be used included.

    Raises:
        UnreadableFile: It is empty, damaged, of another kind, or lacks a column that is needed.
        FileTooLarge: It unpacks to more than `max_bytes`.
        SettingsError: `encoding` is not an encoding of text.
    """
    fetched = unpack(fetched, max_bytes=max_bytes)
    text = decode(fetched, encoding)
    head = read_header(text.data, fetched.name)
    found = match_columns(fetched.name, head.cells, columns, line=head.line, phone_column=phone_column)
    table = read_rows(text.data, head, found.positions)
    return RawFeed(
        rows=_feed_rows(table.rows, table.ragged, found.positions),
        header=head.cells,
        encoding=text.encoding,
        findings=Findings.concat([text.findings, found.findings, _row_findings(table.ragged, found.positions)]),
        cut_short=table.cut_short,
        dialect=f"{_DELIMITERS[head.delimiter]} between cells; the header is line {head.line}",
    )


def _feed_rows(rows: pl.DataFrame, ragged: tuple[RaggedRow, ...], positions: Mapping[str, int]) -> pl.DataFrame:
    blank = [pl.lit("").alias(name) for name in FRAME_NAMES.values() if name not in positions]
    whole = rows.with_columns(*blank, pl.lit("").alias("problem")).select(FEED_ROWS.names())
    if not ragged:
        return whole
    odd = _ids(ragged, positions).with_columns(
        pl.lit("").alias(name) for name in FRAME_NAMES.values() if name not in _IDS
    )
    return pl.concat([whole, odd.select(FEED_ROWS.names())]).sort("line")


def _row_findings(ragged: tuple[RaggedRow, ...], positions: Mapping[str, int]) -> Findings:
    if not ragged:
        return Findings()
    known = _ids(ragged, positions).with_columns(pl.Series("detail", [row.problem for row in ragged], pl.String()))
    return Findings.concat(
        findings(code, known.filter(pl.col("problem") == code), detail=pl.col("detail"))
        for code in ("ragged-row", "file-cut-short")
    )


def _ids(ragged: tuple[RaggedRow, ...], positions: Mapping[str, int]) -> pl.DataFrame:
    """The rows that are not whole, with what their cells say of the ids, read by position."""
    return pl.DataFrame(
        {
            "line": [row.line for row in ragged],
            **{name: [_cell(row, positions[name]) for row in ragged] for name in _IDS},
            "problem": ["file-cut-short" if row.cut else "ragged-row" for row in ragged],
        },
        schema={name: FEED_ROWS[name] for name in ("line", *_IDS, "problem")},
    )


def _cell(row: RaggedRow, position: int) -> str:
    return row.cells[position] if position < len(row.cells) else ""
