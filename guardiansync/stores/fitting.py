"""Which changes fit what stands: of two about the same thing, the first."""

from enum import StrEnum

import polars as pl

from guardiansync.model.keyed import is_repeated

VOID = "void"
ALWAYS = pl.lit(value=True)
TIE_KEY = (pl.col("role_key") & 0xFFFF_FFFF) * (1 << 32) + (pl.col("student_key") & 0xFFFF_FFFF)
"""One number for a tie, within a scope: comparing one column is faster than two."""


def first_that_fit(now: pl.DataFrame, fits: pl.Expr, about: tuple[str, ...]) -> pl.DataFrame:
    """The rows that fit, the first of those that are about the same thing."""
    fitting = now.select(fits.fill_null(value=False)).to_series()
    found = now if fitting.all() else now.filter(fitting)
    if not is_repeated(found, about).any():
        return found
    return found.unique(list(about), keep="first", maintain_order=True)


def may_begin(state: str, gone: StrEnum, also: pl.Expr = ALWAYS) -> pl.Expr:
    """Whether a thing is as unknown, or as gone, as the change expects."""
    unknown = (pl.col("before") == VOID) & (pl.col(state).is_null() | (pl.col(state) == VOID))
    return unknown | ((pl.col("before") == gone) & (pl.col(state) == gone) & also)


def patched(rows: pl.DataFrame, patch: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Rows with what is not null in a patch, which names some of them by their keys, each once."""
    if patch.height == rows.height:  # all of them: sorted, they need not be looked up
        mine, all_of_them = rows.select(keys), patch.sort(keys)
        if mine.equals(all_of_them.select(keys)):
            return rows.with_columns(pl.coalesce(column, rows[column.name]) for column in all_of_them.drop(keys))
    return rows.update(patch, on=keys, how="left")
