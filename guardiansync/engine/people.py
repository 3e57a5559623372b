"""What becomes of people whose account is decided: accounts are made and opened again, roles granted."""

import polars as pl

from guardiansync.engine.contacts import state_in_use
from guardiansync.engine.known import own_roles
from guardiansync.model.change import SCHEMAS
from guardiansync.model.keyed import few_with_many, in_order, is_repeated
from guardiansync.model.roster import ACCOUNT_DETAILS, ROLE_DETAILS, AccountState, RoleKind, RoleState, Roster
from guardiansync.model.rule import Rule

_MAKING = [str(Rule.M3), str(Rule.M4), str(Rule.M9)]


def create_accounts(placed: pl.DataFrame, splits: pl.DataFrame, before: Roster) -> pl.DataFrame:
    """M3, M4 and M9: one account for each person who is new, or parts from an account that was shared.

    Each detail is what the smallest of their ids says that says anything.

    Args:
        placed: As `identify` returns them, those left out who get no account.
        splits: The frame `split_accounts`: who parts may not speak tonight.
        before: The roster.
    """
    silent = (
        few_with_many(splits, placed, ["sis_id"], how="anti")
        .pipe(few_with_many, before.roles.filter(own_roles(before, RoleKind.GUARDIAN)), ["sis_id"])
        .select(
            "sis_id", *ROLE_DETAILS, phone=pl.lit(""), language=pl.lit(""), account_id="into_account_id", rule="reason"
        )
    )
    columns = ["sis_id", *ACCOUNT_DETAILS, "account_id", "rule"]
    founding = pl.concat([placed.filter(pl.col("rule").is_in(_MAKING)).select(columns), silent.select(columns)])
    is_several = is_repeated(founding, ["account_id"])
    details = founding.select("account_id", *ACCOUNT_DETAILS, pl.col("rule").alias("reason"))
    several = (
        founding.filter(is_several)
        .sort("sis_id")
        .group_by("account_id")
        .agg(
            *(pl.col(name).filter(pl.col(name) != "").first().fill_null("") for name in ACCOUNT_DETAILS),
            reason=pl.col("rule").first(),
        )
    )
    created = pl.concat([details.filter(~is_several), several]).select(SCHEMAS["create_accounts"].names())
    return in_order(created, ["account_id"])


def reactivate_accounts(placed: pl.DataFrame, before: Roster) -> pl.DataFrame:
    """M2 and R7: archived accounts that somebody returns to.

    Args:
        placed: As for `create_accounts`.
        before: The roster.
    """
    archived = before.accounts.filter(pl.col("state") == str(AccountState.ARCHIVED))
    if archived.is_empty():
        return SCHEMAS["reactivate_accounts"].to_frame()
    return (
        archived.join(placed.group_by("account_id").agg(pl.col("rule").min()), on="account_id")
        .select(
            "account_id",
            before="state",
            after=state_in_use(),
            reason=pl.when(pl.col("rule") == str(Rule.M1)).then(pl.lit(str(Rule.R7))).otherwise(pl.col("rule")),
        )
        .sort("account_id")
    )


def grant_roles(placed: pl.DataFrame, kind: RoleKind) -> pl.DataFrame:
    """M1 to M4 for new ids, R7 for ids that were revoked.

    Args:
        placed: As for `create_accounts`.
        kind: Which roles they get.
    """
    returns = pl.col("role_state") == str(RoleState.REVOKED)
    return (
        placed.filter(pl.col("role_state") != str(RoleState.ACTIVE))
        .select(
            pl.lit(str(kind)).alias("kind"),
            "sis_id",
            "account_id",
            "first_name",
            "last_name",
            "email",
            "sms",
            before="role_state",
            reason=pl.when(returns).then(pl.lit(str(Rule.R7))).otherwise(pl.col("rule")),
        )
        .sort("sis_id")
    )
