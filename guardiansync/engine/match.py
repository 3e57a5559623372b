"""Who is who: rules M1 to M5 and M8 for the people of one feed, by columns.

The same rules serve guardians and staff, so that it does not matter which of the two came first.
"""

from typing import Final

import polars as pl

from guardiansync.engine.clean import with_keys
from guardiansync.model.roster import ROLE_DETAILS, AccountState, RoleKind, RoleState, Roster
from guardiansync.model.rule import Rule

KEY: Final = ("name_key", "email_key", "sms_key")


def known_ids(people: pl.DataFrame, before: Roster, kind: RoleKind) -> pl.DataFrame:
    """Put beside each person what the roster knows of their SIS id, and fill blank contacts from it (rule U4).

    Args:
        people: One row a person: `sis_id` and the details of `FEED_DETAILS`.
        before: The roster.
        kind: Which roles the ids are of.

    Returns:
        The same with `account_id` (null where the id is new), `role_state` and `said_…` (what the role last said).
    """
    said = {name: f"said_{name}" for name in ROLE_DETAILS}
    roles = before.roles.filter((pl.col("scope") == str(before.scope)) & (pl.col("kind") == str(kind))).select(
        "sis_id", "account_id", pl.col("state").alias("role_state"), *(pl.col(a).alias(b) for a, b in said.items())
    )
    joined = people.join(roles, on="sis_id", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when((pl.col(name) == "") & pl.col("account_id").is_not_null())
        .then(pl.col(said[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name in ("email", "sms")
    )


def match(people: pl.DataFrame, before: Roster, kind: RoleKind, released: pl.Series) -> pl.DataFrame:
    """Decide on an account for each person.

    Args:
        people: As `known_ids` returns them.
        before: The roster.
        kind: Which roles the people are to have.
        released: SIS ids whose ambiguity a person has settled: they get an account of their own.

    Returns:
        The people with `account_id` filled in where there is one, `rule`, and `candidates` (how many accounts fit, and
        which, for M5). Rule M8 means no account; M5 means that a person has to decide.
    """
    is_known = people["account_id"].is_not_null()
    known = people.filter(is_known).with_columns(rule=pl.lit(str(Rule.M1)), candidates=pl.lit(""))
    if known.height == people.height:
        return known
    new = with_keys(people.filter(~is_known).drop("account_id"))
    found = new.join(_others_with_that_key(new, known, before, kind), on="sis_id", how="left", maintain_order="left")
    found = found.join(_founders(found), on="sis_id", how="left", maintain_order="left")
    no_contact = ~pl.col("key_usable") & (pl.col("sms") == "")
    ambiguous = (pl.col("fits") > 1) & ~pl.col("sis_id").is_in(released.implode())
    decided = (
        found.with_columns(
            rule=pl.when(no_contact)
            .then(pl.lit(str(Rule.M8)))
            .when(ambiguous)
            .then(pl.lit(str(Rule.M5)))
            .when(pl.col("fits") == 1)
            .then(pl.lit(str(Rule.M2)))
            .when(pl.col("founder").is_not_null())
            .then(pl.lit(str(Rule.M3)))
            .otherwise(pl.lit(str(Rule.M4))),
        )
        .with_columns(
            account_id=pl.when(pl.col("rule") == str(Rule.M2))
            .then(pl.col("fit_account_id"))
            .when(pl.col("rule").is_in([str(Rule.M3), str(Rule.M4)]))
            .then(_planned_id(before, kind))
            .otherwise(pl.lit("")),
            candidates=pl.when(pl.col("rule") == str(Rule.M5)).then(pl.col("fit_account_ids")).otherwise(pl.lit("")),
            role_state=pl.lit(str(RoleState.VOID)),
        )
        .select(known.columns)
    )
    return pl.concat([known, decided])


def _founders(found: pl.DataFrame) -> pl.DataFrame:
    """M3: for each new id that shares its key with another, the smallest id of that key (`sis_id`, `founder`)."""
    alone = found.filter("key_usable", pl.col("fits").is_null()).select("sis_id", *KEY)
    sharing = alone.filter(alone.select(KEY).is_duplicated())
    return sharing.select("sis_id", founder=pl.col("sis_id").min().over(KEY))


def _planned_id(before: Roster, kind: RoleKind) -> pl.Expr:
    """The plan's name for a new account: the same for the same roster and file, and never used twice."""
    return pl.format(f"new:{before.scope}:{kind}:{{}}:{before.version}", pl.coalesce("founder", "sis_id"))


def _others_with_that_key(new: pl.DataFrame, known: pl.DataFrame, before: Roster, kind: RoleKind) -> pl.DataFrame:
    """For each new id, the accounts with a role that has its key tonight: live ones, else archived ones (M2, M5).

    Returns:
        `sis_id`, `fits` (how many accounts), `fit_account_id` (if it is one), `fit_account_ids` (as text).
    """
    seeking = new.filter("key_usable").select("sis_id", *KEY)
    emails = seeking["email_key"].unique().implode()
    mobiles = seeking["sms_key"].unique().implode()
    # More than share a usable contact, but cheaply; the keys decide.
    shares_contact = pl.col("email").str.to_lowercase().is_in(emails) | pl.col("sms").is_in(mobiles)
    is_of_tonight = (pl.col("scope") == str(before.scope)) & (pl.col("kind") == str(kind))
    standing = before.roles.filter(shares_contact)
    speaking = with_keys(known.filter(shares_contact).select("account_id", *ROLE_DETAILS))
    # What an id says tonight replaces what it last said.
    silent = standing.filter(is_of_tonight).join(known, on="sis_id", how="anti")
    elsewhere = standing.filter(~is_of_tonight)
    keys = pl.concat(
        [
            with_keys(pl.concat([silent, elsewhere])).select("account_id", "key_usable", *KEY),
            speaking.select("account_id", "key_usable", *KEY),
        ]
    ).filter("key_usable")
    live = before.accounts.select("account_id", live=pl.col("state") != str(AccountState.ARCHIVED))
    fits = (
        seeking.join(keys.select("account_id", *KEY).unique(), on=KEY)
        .join(live, on="account_id")
        .filter(pl.col("live") == pl.col("live").max().over("sis_id"))
    )
    return fits.group_by("sis_id").agg(
        fits=pl.len(),
        fit_account_id=pl.col("account_id").min(),
        fit_account_ids=pl.col("account_id").sort().str.join(", "),
    )
