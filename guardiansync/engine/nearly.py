"""New people who are nearly somebody known: the name and one contact are the same, so a word about them is due."""

import polars as pl

from guardiansync.engine.keys import KEY
from guardiansync.model.keyed import is_repeated
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
    keyed = new.filter("key_usable").select("sis_id", *KEY)
    known = holders.filter("key_usable").select("account_id", *KEY, like=pl.format("account {}", "account_id"))
    found = []
    for contact, other in (("email_key", "sms_key"), ("sms_key", "email_key")):
        on = ["name_key", contact]
        said = keyed.filter(pl.col(contact) != "")
        several = said.filter(is_repeated(said, on)).join(alone, on="sis_id")
        others = several.select("account_id", *KEY, like=pl.format("guardian {}", "sis_id"))
        there = known.filter(pl.col(contact) != "")
        known_by = said.join(there.select(on).unique(), on=on, how="semi").join(alone, on="sis_id")
        met = pl.concat(
            mine.join(theirs, on=on, suffix="_there") for mine, theirs in ((known_by, there), (several, others))
        )
        # Whose key is equal all through has an account of their own because a person said so (M5, pins).
        nearly = (pl.col("account_id") != pl.col("account_id_there")) & (pl.col(other) != pl.col(f"{other}_there"))
        found.append(met.filter(nearly).select("sis_id", "like"))
    return pl.concat(found).group_by("sis_id").agg(pl.col("like").min()).sort("sis_id")
