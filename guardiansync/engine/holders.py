"""Who holds a key tonight: what an id says tonight replaces what it last said."""

import polars as pl

from guardiansync.engine.keys import KEY, Shared, with_keys
from guardiansync.engine.known import own_roles
from guardiansync.model.roster import ROLE_DETAILS, RoleKind, Roster

_ROLE = ("scope", "kind", "sis_id", "account_id", "state")


def key_holders(
    sought: pl.DataFrame, before: Roster, news: pl.DataFrame, kind: RoleKind, shared: Shared
) -> pl.DataFrame:
    """The roles of the district that share a contact with a key that is sought.

    Args:
        sought: Has `KEY`, all usable.
        before: The roster.
        news: Known ids that speak differently: `sis_id`, `account_id` and `ROLE_DETAILS`; those that holds freeze, and so
            count with what they last said, left out.
        kind: Which roles the news is about.
        shared: Contacts that tell nothing (A5).

    Returns:
        `scope`, `kind`, `sis_id`, `account_id`, `state`, `ROLE_DETAILS`, `KEY`, `key_usable`.
    """
    columns = [*_ROLE, *ROLE_DETAILS]
    if before.roles.is_empty() and news.is_empty():
        return with_keys(before.roles.select(columns), shared).select(*columns, *KEY, "key_usable")
    shares = _shares_contact(sought)
    standing = before.roles.filter(shares).select(columns)
    if news.height:
        silent = standing.filter(~own_roles(before, kind) | ~pl.col("sis_id").is_in(news["sis_id"].implode()))
        speaking = news.filter(shares).with_columns(
            scope=pl.lit(str(before.scope)), kind=pl.lit(str(kind)), state=pl.col("role_state")
        )
        standing = pl.concat([silent, speaking.select(columns)])
    return with_keys(standing, shared).select(*columns, *KEY, "key_usable")


def _shares_contact(sought: pl.DataFrame) -> pl.Expr:
    """More than hold a key that is sought, but cheaply; the keys decide."""
    emails = sought["email_key"].filter(sought["email_key"] != "").implode()
    mobiles = sought["sms_key"].filter(sought["sms_key"] != "").implode()
    return pl.col("email").str.to_lowercase().is_in(emails) | pl.col("sms").is_in(mobiles)
