"""New people who are nearly somebody known: the name and one contact are the same, so a word about them is due."""

import polars as pl

from guardiansync.model.rule import Rule

NEARLY = pl.Schema({"sis_id": pl.String(), "like": pl.String()})
"""A new id, and the account or the new id that it is nearly like."""


def nearly_known(people: pl.DataFrame, new: pl.DataFrame, holders: pl.DataFrame) -> pl.DataFrame:
    """The ids that get an account of their own (M3, M4) though name and one contact are those of another account.

    A blank contact never equals one that is there, so one person whose email is missing under one of two ids has two
    accounts: no rule may join them, but nobody should have to find out by themselves.

    Args:
        people: New ids with `sis_id`, `rule` and `account_id`.
        new: The same ids with `KEY` and `key_usable`.
        holders: Roles that share a contact with them, with `KEY`, `key_usable` and `account_id`.

    Returns:
        Schema `NEARLY`, one row an id.
    """
    alone = people.filter(pl.col("rule").is_in([str(Rule.M3), str(Rule.M4)])).select("sis_id", "account_id")
    keyed = new.filter("key_usable").join(alone, on="sis_id") if alone.height else new.clear().join(alone, on="sis_id")
    columns = ["account_id", "name_key", "email_key", "sms_key"]
    known = holders.filter("key_usable").select(*columns, like=pl.format("account {}", "account_id"))
    found = []
    for contact, other in (("email_key", "sms_key"), ("sms_key", "email_key")):
        said = keyed.filter(pl.col(contact) != "")
        others = said.filter(said[contact].is_duplicated()).select(*columns, like=pl.format("guardian {}", "sis_id"))
        there = pl.concat([known.filter(pl.col(contact) != ""), others])
        met = said.select("sis_id", *columns).join(there, on=["name_key", contact], suffix="_there")
        # Whose key is equal all through has an account of their own because a person said so (M5, pins).
        nearly = (pl.col("account_id") != pl.col("account_id_there")) & (pl.col(other) != pl.col(f"{other}_there"))
        found.append(met.filter(nearly).select("sis_id", "like"))
    return pl.concat(found).group_by("sis_id").agg(pl.col("like").min()).sort("sis_id")
