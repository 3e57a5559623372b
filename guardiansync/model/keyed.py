"""Large frames by the keys of their rows: what stands several times, and what stands beside it in another frame.

Hashes find it far sooner than comparing texts would; but hashes may meet, so the texts themselves decide in the end.
"""

from collections.abc import Sequence
from typing import Literal

import polars as pl

_HASH = "_hash"
_AT = "_at"


def is_repeated(frame: pl.DataFrame, on: Sequence[str], times: int = 1) -> pl.Series:
    """Which rows have a key that stands more than so many times.

    Args:
        frame: The rows.
        on: The columns of the key.
        times: How many times are not too many.
    """
    hashes = frame.select(_hash(on)).to_series()
    ordered = hashes.sort()
    often = ordered.filter(ordered == ordered.shift(times)).unique()
    if often.is_empty():
        return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    maybe = hashes.is_in(often.implode())
    some = frame.filter(maybe).select((pl.len().over(list(on)) > times).alias("is_so")).to_series()
    return maybe if some.all() else maybe.scatter(maybe.arg_true(), some)


def beside(frame: pl.DataFrame, known: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """Put beside each row what is known of its key, null where nothing is: a left join that keeps the order.

    Args:
        frame: The rows.
        known: Has the columns of the key, which no two of its rows share, and others that the rows have not.
        on: The columns of the key; never null.
    """
    there = known.select(_hash(on)).with_row_index(_AT)
    at = frame.select(_hash(on)).join(there, on=_HASH, how="left", maintain_order="left")[_AT]
    if at.len() == frame.height:
        met = known.select(pl.all().gather(at))
        same = (
            (met[name] == frame[name]) | met[name].is_null() if at.null_count() else met[name] == frame[name]
            for name in on
        )
        if all(one.all() for one in same):
            return frame.hstack(met.drop(on))
    return frame.join(known, on=list(on), how="left", maintain_order="left")


def beside_number(frame: pl.DataFrame, known: pl.DataFrame, key: str) -> pl.DataFrame:
    """The same for whole numbers: where the known ones have no gaps, a place is told without looking it up.

    Args:
        frame: The rows.
        known: Has the key, which no two of its rows share, and other columns that the rows have not.
        key: The column of the key; null is nobody's.
    """
    numbers = known[key]
    if not (numbers.len() and numbers.is_sorted() and numbers[-1] - numbers[0] + 1 == numbers.len()):
        return frame.join(known, on=key, how="left", maintain_order="left")
    at = frame.select(
        pl.when(pl.col(key).is_between(numbers[0], numbers[-1])).then(pl.col(key) - numbers[0])
    ).to_series()
    return frame.hstack(known.drop(key).select(pl.all().gather(at)))


def few_with_many(
    few: pl.DataFrame,
    many: pl.DataFrame,
    on: Sequence[str],
    many_on: Sequence[str] = (),
    how: Literal["inner", "left", "semi", "anti"] = "inner",
) -> pl.DataFrame:
    """Join a few rows with many, in the order of the few: a join by itself would look at each of the many.

    Args:
        few: A few rows, often none.
        many: Many rows.
        on: The columns of the key.
        many_on: The columns of the key in the many, if they have other names there.
        how: As of a join.
    """
    there = many_on or on
    named = many.filter(pl.col(there[0]).is_in(few[on[0]].implode())) if few.height else many.clear()
    return few.join(named, left_on=list(on), right_on=list(there), how=how, maintain_order="left")


def in_order(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The rows in the order of some columns without nulls; looking whether they are already is far cheaper than moving them."""
    is_sorted = frame.select(_follows(by).fill_null(value=True).all()).item()
    return frame if is_sorted else frame.sort(by)


def _follows(by: Sequence[str]) -> pl.Expr:
    """Whether each row comes after the one before it; null for the first."""
    first, *others = by
    here, last = pl.col(first), pl.col(first).shift(1)
    return (here > last) | ((here == last) & _follows(others)) if others else here >= last


def _hash(on: Sequence[str]) -> pl.Expr:
    first, *others = (pl.col(name).hash(seed=nth) for nth, name in enumerate(on))
    return sum(others, start=first).alias(_HASH)
