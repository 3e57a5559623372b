"""Rows with bytes that are no letters in the file's encoding: they are kept for their ids, and not used."""

import polars as pl

from guardiansync.feed.encoding import Text
from guardiansync.feed.letters import LOST
from guardiansync.model.finding import Findings, findings

_IDS = ("student_sis_id", "guardian_sis_id")
_CODE = "encoding-invalid"


def set_lost_aside(rows: pl.DataFrame, text: Text) -> tuple[pl.DataFrame, Findings]:
    """Mark the rows that have letters lost, so that nothing of them is used but what proves somebody present.

    Args:
        rows: Schema `FEED_ROWS`, by line.
        text: The file that they are from.

    Returns:
        The rows, an id with a lost letter made blank (the rest of an id is another id), and a finding for each of them,
        or for the line itself where it is above the rows.
    """
    if not text.lost:
        return rows, Findings()
    at = _rows_with(text.lost, rows["line"])
    hit = pl.col("line").is_in(at["line"].implode())
    whole = pl.col("problem") == ""
    marked = rows.with_columns(
        *(
            pl.when(hit & pl.col(name).str.contains(LOST, literal=True)).then(pl.lit("")).otherwise(name).alias(name)
            for name in _IDS
        ),
        problem=pl.when(hit & whole).then(pl.lit(_CODE)).otherwise("problem"),
    )
    told = at.join(marked.select("line", *_IDS), on="line", how="left").fill_null("")
    return marked, findings(_CODE, told, detail=text.encoding.name)


def drop_lost(rows: pl.DataFrame, ragged: pl.DataFrame, text: Text) -> tuple[pl.DataFrame, pl.DataFrame, Findings]:
    """Move the rows that have letters lost to those that are not whole.

    Args:
        rows: `line` and the file's columns.
        ragged: The same of rows that are not whole, with `problem` and `cut`.
        text: The file that they are from.

    Returns:
        The rows, those that are not whole, and a finding for each line with letters lost.
    """
    if not text.lost:
        return rows, ragged, Findings()
    at = _rows_with(text.lost, pl.concat([rows["line"], ragged["line"]]))
    hit = pl.col("line").is_in(at["line"].implode())
    problem = f"it has bytes that are no letters in {text.encoding.name}"
    odd = rows.filter(hit).with_columns(problem=pl.lit(problem), cut=pl.lit(False)).select(ragged.columns)  # noqa: FBT003
    apart = pl.concat([ragged, odd.cast(ragged.schema)]).sort("line")
    return rows.filter(~hit), apart, findings(_CODE, at, detail=text.encoding.name)


def _rows_with(lost: tuple[int, ...], starts: pl.Series) -> pl.DataFrame:
    """The lines that the rows with these lines start on: a row may go over several; above the rows, the lines."""
    lines = pl.DataFrame({"line": lost}, schema={"line": starts.dtype}).sort("line")
    rows = pl.DataFrame({"line": starts, "row": starts}).sort("line")
    at = lines.join_asof(rows, on="line", strategy="backward")
    return at.select(pl.coalesce("row", "line").alias("line")).unique().sort("line")
