"""Ids that spreadsheets and scripts spoiled on their way into the file."""

import polars as pl

from guardiansync.engine.placeholders import NO_ID
from guardiansync.engine.text import INVISIBLE, trim
from guardiansync.model.finding import Findings, findings

_COLUMNS = {"student_sis_id": "studentSisId", "guardian_sis_id": "guardianSisId"}

# With the plus sign only: 12E3 may be an id.
_ROUNDED = r"^-?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}$"
_MONTH = "(?i:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)"
_DATE = f"^(?:[0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{2}})$"
_DECIMAL = r"^[0-9]+\.0$"
_WRAPPED = r"""^(?:="(.*)"|'([0-9]+))$"""
_OTHER_DIGITS = r"[\p{Nd}--0-9]"
_ANY = "|".join(f"(?:{pattern})" for pattern in (_ROUNDED, _DATE, _DECIMAL, _WRAPPED, NO_ID, "[^!-~]"))
"""One pass that all but few ids of nearly all files come through."""

_UNREADABLE = ("id-rounded", "id-date")


def clean_ids(rows: pl.DataFrame) -> tuple[pl.DataFrame, Findings]:
    """Trim ids, and blank those that cannot be read any more.

    Args:
        rows: Schema `FEED_ROWS`, as they stand in the file.

    Returns:
        The rows, and what was found. Where one id cannot be read, that is the row's problem, unless it had one; where
        neither can, the blank ids say so.
    """
    found: list[Findings] = []
    unreadable: list[pl.DataFrame] = []
    for name, column in _COLUMNS.items():
        trimmed = rows[name]
        odd = trimmed.filter(trimmed.str.contains(_ANY)).unique()
        if odd.is_empty():
            continue  # and nothing to trim: that too would be odd
        trimmed = trimmed.replace(odd, trim(odd))
        spoiled = _spoiled(trim(odd).unique())
        if spoiled.height:
            where = rows.select("line", *_COLUMNS).with_columns(trimmed).join(spoiled, left_on=name, right_on="said")
            for (code,), group in where.drop(name).rename({"id": name}).group_by("code"):
                found.append(findings(str(code), group, column=column, detail=pl.col("detail")))
            unreadable.append(where.filter(pl.col("code").is_in(_UNREADABLE)).select("line", "code"))
            trimmed = trimmed.replace(spoiled["said"], spoiled["id"])
        rows = rows.with_columns(trimmed)
    return _with_problem(rows, unreadable) if unreadable else rows, Findings.concat(found)


def _spoiled(ids: pl.Series) -> pl.DataFrame:
    """What is to be said of distinct ids: `said`, the `id` to use instead, `code` and `detail`."""
    wrapped = pl.coalesce(pl.col("said").str.extract(_WRAPPED, 1), pl.col("said").str.extract(_WRAPPED, 2))
    # What is wrapped may be spoiled all the same.
    judged = pl.DataFrame({"said": ids}).with_columns(id=wrapped.str.strip_chars().fill_null(pl.col("said")))
    inside = pl.col("id")
    invisible = inside.str.contains(INVISIBLE)
    return (
        judged.with_columns(
            code=pl.when(inside.str.contains(NO_ID) | (inside == ""))
            .then(pl.lit("placeholder"))
            .when(inside.str.contains(_ROUNDED))
            .then(pl.lit("id-rounded"))
            .when(inside.str.contains(_DATE))
            .then(pl.lit("id-date"))
            .when(inside.str.contains(_DECIMAL))
            .then(pl.lit("id-decimal"))
            .when(invisible | inside.str.contains(_OTHER_DIGITS))
            .then(pl.lit("id-odd-characters"))
            .when(inside != pl.col("said"))
            .then(pl.lit("id-wrapped")),
        )
        .drop_nulls("code")
        .with_columns(
            id=pl.when(pl.col("code").is_in(["placeholder", *_UNREADABLE])).then(pl.lit("")).otherwise("id"),
            detail=pl.when(pl.col("code") != "id-odd-characters")
            .then(pl.lit(""))
            .when(invisible)
            .then(pl.lit("invisible characters"))
            .otherwise(pl.lit("digits of another script")),
        )
    )


def _with_problem(rows: pl.DataFrame, unreadable: list[pl.DataFrame]) -> pl.DataFrame:
    codes = pl.concat(unreadable).unique("line", keep="first", maintain_order=True)
    neither = (pl.col("student_sis_id") == "") & (pl.col("guardian_sis_id") == "")
    return (
        rows.join(codes, on="line", how="left", maintain_order="left")
        .with_columns(
            problem=pl.when((pl.col("problem") == "") & ~neither)
            .then(pl.col("code").fill_null(""))
            .otherwise(pl.col("problem"))
        )
        .drop("code")
    )
