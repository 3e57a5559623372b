"""Possible duplicates: accounts that a person should look at. Nothing here is ever applied by itself."""

from typing import Final

import polars as pl

from guardiansync.engine.keys import with_keys
from guardiansync.model.roster import ROLE_DETAILS

PAIRS: Final = pl.Schema(
    {
        "account_id": pl.String(),
        "other_account_id": pl.String(),
        "similarity": pl.Float64(),
        "agree": pl.String(),
        "differ": pl.String(),
        "remedy": pl.String(),
    }
)
"""One row a pair, the likeliest first; `agree` and `differ` name details, never their values."""

NEAR_COLUMNS: Final = ("account_id", *ROLE_DETAILS)
"""What is compared: the account, and what the SIS last said for a role."""

_LARGEST_BLOCK: Final = 8
_ALIKE: Final = 0.85
_FIELDS: Final = ("name", "email", "sms")


def near_pairs(roles: pl.DataFrame) -> pl.DataFrame:
    """Pairs of accounts that share an email or mobile and have nearly the same name.

    A contact that stands with many accounts (an office's) pairs nobody. Names are compared by Jaro-Winkler.

    Args:
        roles: Active roles, with `NEAR_COLUMNS`.

    Returns:
        Schema `PAIRS`.
    """
    people = with_keys(roles).select(
        "account_id", name=pl.col("name_key").str.replace_all("\x1f", " "), email="email_key", sms="sms_key"
    )
    people = people.unique().sort(people.columns)
    pairs = pl.concat([_sharing(people, contact) for contact in ("email", "sms")]).unique().sort(pl.all())
    if pairs.is_empty():
        return PAIRS.to_frame()
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - dear to import

    # Compared one by one: there are only as many as share a contact.
    similarity = [
        JaroWinkler.similarity(mine, theirs) for mine, theirs in pairs.select("name", "other_name").iter_rows()
    ]
    agreeing = pl.concat_list(
        pl.when((pl.col(field) == pl.col(f"other_{field}")) & (pl.col(field) != "")).then(pl.lit(field))
        for field in _FIELDS
    ).list.drop_nulls()
    differing = pl.concat_list(
        pl.when(pl.col(field) != pl.col(f"other_{field}")).then(pl.lit(field)) for field in _FIELDS
    ).list.drop_nulls()
    return (
        pairs.with_columns(similarity=pl.Series(similarity, dtype=pl.Float64))
        .filter(pl.col("similarity") >= _ALIKE)
        .with_columns(agree=agreeing.list.join(", "), differ=differing.list.join(", "))
        .with_columns(remedy=pl.format("If they are one person, give both the same {} in the SIS.", "differ"))
        .sort(["similarity", "account_id", "other_account_id"], descending=[True, False, False])
        .unique(["account_id", "other_account_id"], keep="first", maintain_order=True)
        .select(PAIRS.names())
    )


def _sharing(people: pl.DataFrame, contact: str) -> pl.DataFrame:
    block = people.filter((pl.col(contact) != "") & (pl.len().over(contact) <= _LARGEST_BLOCK))
    others = block.rename({name: f"other_{name}" for name in block.columns})
    return block.join(others, left_on=contact, right_on=f"other_{contact}", coalesce=False).filter(
        pl.col("account_id") < pl.col("other_account_id")
    )
