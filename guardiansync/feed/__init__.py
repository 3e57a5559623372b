"""File in, rows out: fetching, reading, finding the columns."""

from collections.abc import Mapping

import polars as pl

from guardiansync.feed.archive import unpack
from guardiansync.feed.columns import knows_columns, match_columns
from guardiansync.feed.encoding import decode
from guardiansync.feed.header import Head, read_header
from guardiansync.feed.lost import set_lost_aside
from guardiansync.feed.source import fetch, take_upload
from guardiansync.feed.table import read_rows, refuse_endless_lines
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
    refuse_endless_lines(fetched.data, fetched.name)
    text = decode(fetched, encoding)
    head = read_header(text.data, fetched.name, knows=knows_columns(columns))
    found = match_columns(fetched.name, head.cells, columns, line=head.line, phone_column=phone_column)
    table = read_rows(text.data, head, found.positions)
    ragged = _not_whole(table.ragged)
    rows, lost = set_lost_aside(_feed_rows(table.rows, ragged, found.positions), text)
    return RawFeed(
        rows=rows,
        header=head.cells,
        encoding=text.encoding,
        findings=Findings.concat(
            [text.findings, lost, head.findings, found.findings, table.findings, _row_findings(ragged)]
        ),
        cut_short=table.cut_short,
        dialect=_in_words(head),
    )


def _in_words(head: Head) -> str:
    said = [f"{_DELIMITERS.get(head.dialect.delimiter, repr(head.dialect.delimiter))} between cells"]
    if head.dialect.quote != '"':
        said.append("single quotes around them")
    if head.dialect.escape:
        said.append("backslash escapes")
    return f"{', '.join(said)}; the header is line {head.line}"


def _feed_rows(rows: pl.DataFrame, ragged: pl.DataFrame, positions: Mapping[str, int]) -> pl.DataFrame:
    blank = [pl.lit("").alias(name) for name in FRAME_NAMES.values() if name not in positions]
    whole = rows.with_columns(*blank, pl.lit("").alias("problem")).select(FEED_ROWS.names())
    if ragged.is_empty():
        return whole
    details = [pl.lit("").alias(name) for name in FRAME_NAMES.values() if name not in _IDS]
    return pl.concat([whole, ragged.with_columns(details).select(FEED_ROWS.names())]).sort("line")


def _row_findings(ragged: pl.DataFrame) -> Findings:
    return Findings.concat(
        findings(code, ragged.filter(pl.col("problem") == code), detail=pl.col("detail"))
        for code in ("ragged-row", "file-cut-short")
    )


def _not_whole(ragged: pl.DataFrame) -> pl.DataFrame:
    """The rows that are not whole: of their cells only the ids are believed, read by position."""
    return ragged.select(
        "line",
        *_IDS,
        detail=pl.col("problem"),
        problem=pl.when("cut").then(pl.lit("file-cut-short")).otherwise(pl.lit("ragged-row")),
    )
