"""Contact details: what the SIS says goes to the role always, to the account by rules U1 to U4, U7 and U8."""

from typing import Final

import polars as pl
from attrs import frozen

from guardiansync.engine.text import alike
from guardiansync.model.change import SCHEMAS
from guardiansync.model.keyed import beside
from guardiansync.model.roster import ACCOUNT_DETAILS, ROLE_DETAILS, VERIFIED, AccountState, RoleKind, RoleState, Roster
from guardiansync.model.rule import Rule

UPDATES: Final = SCHEMAS["update_contacts"]


@frozen
class ContactPolicy:
    """When details may change on an account.

    Attributes:
        update_active_accounts: Whether accounts that their owners claimed follow the SIS (U2).
        update_language: Whether a language that is stored already follows the SIS (U8).
        spare_staff: Whether accounts with a staff role are left alone (U3), as the guardian file must.
    """

    update_active_accounts: bool
    update_language: bool
    spare_staff: bool


@frozen(eq=False)
class ContactUpdates:
    """Which details change, and whose do not.

    Attributes:
        updates: The frame `update_contacts`, sorted.
        spared: The ids whose news a staff account did not take (U3).
        disagreeing: The ids whose news an account did not take because a sibling school says something else (U7).
        fired: Schema `UNDONE`: what is withheld because a person took it back.
    """

    updates: pl.DataFrame
    spared: pl.Series
    disagreeing: pl.Series
    fired: pl.DataFrame


def update_contacts(
    people: pl.DataFrame, before: Roster, kind: RoleKind, policy: ContactPolicy, taken_back: pl.DataFrame
) -> ContactUpdates:
    """Decide which details change, on roles and on accounts.

    Args:
        people: As `identify` returns them, those without an account left out.
        before: The roster.
        kind: Which roles the people have.
        policy: What the settings allow.
        taken_back: Schema `UNDONE`: details of accounts that a person set back.
    """
    known = _with_news(people, before)
    if known.is_empty():
        return ContactUpdates(UPDATES.to_frame(), known["sis_id"], known["sis_id"], taken_back.clear())
    staff = before.roles.filter(
        (pl.col("kind") == str(RoleKind.STAFF)) & (pl.col("state") == str(RoleState.ACTIVE))
    ).select("account_id", is_staff=pl.lit(value=True))
    known = (
        known.join(staff.unique(), on="account_id", how="left")
        .with_columns(
            pl.col("is_staff").fill_null(value=False) if policy.spare_staff else pl.lit(value=False).alias("is_staff"),
            kind=pl.lit(str(kind)),
        )
        .with_columns(rule=_rule())
    )
    on_roles = [_role_updates(known, name) for name in ROLE_DETAILS]
    on_accounts = pl.concat(_account_updates(known, name, policy) for name in ACCOUNT_DETAILS)
    on_accounts, fired = _not_again(on_accounts, taken_back)
    on_accounts, contradicted = _siblings_agree(on_accounts, before)
    disagreeing = contradicted["sis_id"].unique().sort()
    spoken = _told_apart(pl.concat(on_roles), contradicted)
    updates = pl.concat([spoken, on_accounts])
    updates = pl.concat([updates, *(_unverified(updates, before, name) for name in VERIFIED)]).sort(
        "target", "account_id", "kind", "sis_id", "field"
    )
    spared = known.filter(
        pl.col("is_staff") & pl.any_horizontal(_differs(name, f"account_{name}") for name in ROLE_DETAILS)
    )
    return ContactUpdates(updates, spared["sis_id"].unique().sort(), disagreeing, fired)


def _with_news(people: pl.DataFrame, before: Roster) -> pl.DataFrame:
    """Those of whom something is said that is not stored letter by letter, and whoever shares an account with them.

    That is nearly nobody on most evenings; what is dear is done for them alone.
    """
    accounts = before.accounts.select(
        "account_id", account_state=state_in_use(), **{f"account_{name}": name for name in ACCOUNT_DETAILS}
    )
    known = beside(people, accounts, ["account_id"])
    # Whoever parts from an account gets one that is not stored yet; what their role says changes all the same.
    is_news = pl.any_horizontal(
        *((pl.col(name) != pl.col(f"account_{name}")).fill_null(value=False) for name in ACCOUNT_DETAILS),
        *((pl.col(name) != pl.col(f"said_{name}")).fill_null(value=False) for name in ROLE_DETAILS),
    )
    told = known.filter(is_news).select("account_id").unique()
    return known.join(told, on="account_id", how="semi") if told.height else known.clear()


def state_in_use() -> pl.Expr:
    """The state an account has while it is not archived; its owner's verified contact tells that it was claimed."""
    claimed = pl.col("email_verified") | pl.col("sms_verified")
    return (
        pl.when(pl.col("state") != str(AccountState.ARCHIVED))
        .then(pl.col("state"))
        .when(claimed)
        .then(pl.lit(str(AccountState.ACTIVE)))
        .otherwise(pl.lit(str(AccountState.INVITED)))
    )


def _unverified(updates: pl.DataFrame, before: Roster, name: str) -> pl.DataFrame:
    """A new email or mobile is nobody's proof yet (U2)."""
    verified = before.accounts.filter(name).select("account_id")
    changed = updates.filter((pl.col("target") == "account") & (pl.col("field") == VERIFIED[name]))
    return changed.join(verified, on="account_id", how="semi").with_columns(
        field=pl.lit(name), before=pl.lit("true"), after=pl.lit("false")
    )


def _rule() -> pl.Expr:
    return (
        pl.when("is_staff")
        .then(pl.lit(str(Rule.U3)))
        .when(pl.col("account_state") == str(AccountState.ACTIVE))
        .then(pl.lit(str(Rule.U2)))
        .otherwise(pl.lit(str(Rule.U1)))
    )


def _differs(name: str, was: str) -> pl.Expr:
    """Not blank and more than another spelling; null counts as nothing to compare with."""
    changed = (pl.col(name) != "") & (pl.col(name) != pl.col(was)) & ~alike(name, name, was)
    return changed.fill_null(value=False)


def _role_updates(known: pl.DataFrame, name: str) -> pl.DataFrame:
    said = f"said_{name}"
    return known.filter(_differs(name, said)).select(
        pl.lit("role").alias("target"),
        "account_id",
        "kind",
        "sis_id",
        pl.lit(name).alias("field"),
        pl.col(said).alias("before"),
        pl.col(name).alias("after"),
        pl.col("rule").alias("reason"),
    )


def _account_updates(known: pl.DataFrame, name: str, policy: ContactPolicy) -> pl.DataFrame:
    """One new value at most for each account.

    Where several roles share an account, news (a value that the role did not say before) comes first; without news,
    an account that already says what one of its roles says stays as it is; else the smallest SIS id speaks.
    """
    stored = f"account_{name}"
    follows_sis = ~pl.col("is_staff")
    if name == "language":
        if not policy.update_language:
            follows_sis &= pl.col(stored) == ""
    elif not policy.update_active_accounts:
        follows_sis &= pl.col("account_state") != str(AccountState.ACTIVE)
    differing = known.filter(_differs(name, stored) & follows_sis)
    if differing.is_empty():
        return UPDATES.to_frame()
    is_news = _differs(name, f"said_{name}") if name in ROLE_DETAILS else pl.lit(value=False)
    settled = known.filter((pl.col(name) != "") & ~_differs(name, stored)).select("account_id").unique()
    spoken = (
        differing.with_columns(is_news=is_news)
        .join(settled.with_columns(is_settled=pl.lit(value=True)), on="account_id", how="left")
        .filter(pl.col("is_news") | pl.col("is_settled").is_null())
        .sort(["account_id", "is_news", "sis_id"], descending=[False, True, False])
        .unique("account_id", keep="first", maintain_order=True)
    )
    return spoken.select(
        pl.lit("account").alias("target"),
        "account_id",
        "kind",
        "sis_id",
        pl.lit(name).alias("field"),
        pl.col(stored).alias("before"),
        pl.col(name).alias("after"),
        (pl.lit(str(Rule.U8)) if name == "language" else pl.col("rule")).alias("reason"),
    )


def _not_again(updates: pl.DataFrame, taken_back: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Without what a person took back."""
    if taken_back.is_empty() or updates.is_empty():
        return updates, taken_back.clear()
    on = ["kind", "sis_id", "field", "after"]
    return updates.join(taken_back, on=on, how="anti"), taken_back.join(updates, on=on, how="semi")


def _told_apart(on_roles: pl.DataFrame, contradicted: pl.DataFrame) -> pl.DataFrame:
    """The details of roles, those that a sibling school contradicts by the rule that kept them from the account."""
    if contradicted.is_empty():
        return on_roles
    marked = contradicted.select("sis_id", "field", is_contradicted=pl.lit(value=True)).unique()
    return (
        on_roles.join(marked, on=["sis_id", "field"], how="left")
        .with_columns(reason=pl.when("is_contradicted").then(pl.lit(str(Rule.U7))).otherwise("reason"))
        .select(UPDATES.names())
    )


def _siblings_agree(updates: pl.DataFrame, before: Roster) -> tuple[pl.DataFrame, pl.DataFrame]:
    """U7: without what a guardian role of a sibling school contradicts, and that."""
    elsewhere = before.roles.filter(
        (pl.col("scope") != str(before.scope))
        & (pl.col("kind") == str(RoleKind.GUARDIAN))
        & (pl.col("state") == str(RoleState.ACTIVE))
    )
    if elsewhere.is_empty() or updates.is_empty():
        return updates, updates.clear()
    said = elsewhere.join(updates, on="account_id", how="semi").unpivot(
        ROLE_DETAILS, index="account_id", variable_name="field", value_name="elsewhere"
    )
    met = updates.join(said.filter(pl.col("elsewhere") != ""), on=["account_id", "field"])
    against = [
        met.filter((pl.col("field") == name) & ~alike(name, "after", "elsewhere")).select("account_id", "field")
        for name in ROLE_DETAILS
    ]
    contradicted = pl.concat(against).unique()
    on = ["account_id", "field"]
    return updates.join(contradicted, on=on, how="anti"), updates.join(contradicted, on=on, how="semi")
