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
    lines = pl.DataFrame({"line": text.lost}, schema={"line": rows.schema["line"]}).sort("line")
    # A row may go over several lines; it has the line it starts on.
    starts = rows.select("line", row=pl.col("line")).sort("line")
    at = lines.join_asof(starts, on="line", strategy="backward").with_columns(pl.coalesce("row", "line").alias("line"))
    hit = pl.col("line").is_in(at["line"].unique().implode())
    whole = pl.col("problem") == ""
    marked = rows.with_columns(
        *(
            pl.when(hit & pl.col(name).str.contains(LOST, literal=True)).then(pl.lit("")).otherwise(name).alias(name)
            for name in _IDS
        ),
        problem=pl.when(hit & whole).then(pl.lit(_CODE)).otherwise("problem"),
    )
    told = at.select("line").unique().join(marked.select("line", *_IDS), on="line", how="left").fill_null("")
    return marked, findings(_CODE, told, detail=text.encoding.name)
