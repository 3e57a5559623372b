"""Who is compared with whom: those who share a key that few have, so that the cost grows with the roster."""

from collections.abc import Iterator
from typing import Final

import polars as pl

_NEIGHBOURS: Final = 7
"""With how many of those who share a key each is compared, at most: those whose names are next to theirs."""

_NEXT: Final = 2
"""The same for names with the beginning of an address, which many of one name share."""

_SHORTEST_LOCAL: Final = 5
_PIECE: Final = 5


def pairs_of(people: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """Pairs of rows worth a look: an equal contact, a name with a piece of a contact, or a child in common.

    Args:
        people: As `people_of` gives them.
        children: account_id and student_sis_id of ties in force.

    Returns:
        a, b: row numbers in `people`, a before b, of two accounts, each pair once; child: whether they share one.
    """
    people = people.with_row_index("row")
    guarding = people.join(children.unique(), on="account_id")
    by_child = _neighbours(guarding, pl.col("student_sis_id")).with_columns(child=pl.lit(value=True))
    others = pl.concat([_neighbours(people, key, most) for key, most in _keys()]).unique()
    account = people["account_id"]
    pairs = others.join(by_child.unique(), on=["a", "b"], how="full", coalesce=True)
    return pairs.with_columns(pl.col("child").fill_null(value=False)).filter(
        account.gather(pairs["a"]) != account.gather(pairs["b"])
    )


def _keys() -> Iterator[tuple[pl.Expr, int]]:
    """Keys, blank where a row has not what they are made of, and with how many others each is compared."""
    yield pl.col("email"), _NEIGHBOURS
    yield pl.col("sms"), _NEIGHBOURS
    yield _given(pl.col("local").str.len_chars() >= _SHORTEST_LOCAL, pl.col("local")), _NEIGHBOURS
    sms, local = pl.col("sms"), pl.col("local")
    pieces = (
        # A wrong digit, or two exchanged, leave one of these as it is.
        (sms, sms.str.tail(_PIECE), _NEIGHBOURS),
        (sms, sms.str.head(-_PIECE), _NEIGHBOURS),
        (sms, sms.str.tail(_PIECE - 2) + sms.str.head(_PIECE), _NEIGHBOURS),
        (local, local.str.tail(_PIECE), _NEIGHBOURS),
        (local, local.str.head(_PIECE), _NEXT),
    )
    for whole, piece, most in pieces:
        yield _given(whole != "", pl.col("sound") + "@" + piece), most


def _given(condition: pl.Expr, key: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(key).otherwise(pl.lit(""))


def _neighbours(people: pl.DataFrame, key: pl.Expr, most: int = _NEIGHBOURS) -> pl.DataFrame:
    """Each row with the next ones that have the same key; `people` are sorted by name."""
    sharing = people.select("row", key=key).filter(pl.col("key") != "")
    sharing = sharing.filter(pl.col("key").is_duplicated()).sort("key", maintain_order=True)
    block, row = sharing["key"].rle_id(), sharing["row"]
    found = [
        pl.DataFrame({"a": row.head(-apart), "b": row.tail(-apart)}).filter(block.head(-apart) == block.tail(-apart))
        for apart in range(1, min(most, len(row) - 1) + 1)
    ]
    pairs = pl.concat(found) if found else pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})
    return pairs.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b"))
