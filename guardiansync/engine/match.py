"""Who new ids are: rules M1 (a sibling school's id), M8, M5, M2, M3 and M4, in this order, by columns.

The same rules serve guardians and staff, so that it does not matter which of the two came first.
"""

from typing import Final

import polars as pl
from attrs import frozen

from guardiansync.engine.agreement import same_contact, same_name
from guardiansync.engine.holds import HoldMaker, of_guardians
from guardiansync.engine.keys import KEY, Shared
from guardiansync.engine.new_pins import NewPins
from guardiansync.model.keyed import few_with_many, is_repeated
from guardiansync.model.plan import Hold, HoldReason
from guardiansync.model.roster import ROLE_DETAILS, AccountState, RoleKind, RoleState, Roster
from guardiansync.model.rule import Rule
from guardiansync.settings import District

_FITS: Final = pl.Schema(
    {"sis_id": pl.String(), "fits": pl.UInt32(), "fit_account_id": pl.String(), "all": pl.String()}
)


@frozen(eq=False)
class Matched:
    """New ids with their accounts.

    Attributes:
        people: As they came, with `account_id`, "" where there is none, and `rule`.
        holds: Whom a person decides about (M5, and M2 onto staff where the settings ask for it).
    """

    people: pl.DataFrame
    holds: list[Hold]


def match(
    new: pl.DataFrame,
    holders: pl.DataFrame,
    before: Roster,
    kind: RoleKind,
    shared: Shared,
    pinned: NewPins,
    maker: HoldMaker,
    *,
    confirm_staff_links: bool,
) -> Matched:
    """Decide on an account for each new id.

    Args:
        new: One row a new id: `sis_id`, the details, `KEY` and `key_usable`.
        holders: As `key_holders` returns them, at least for these keys; `account_id` is where each role will be.
        before: The roster.
        kind: Which roles they are to have.
        shared: Contacts that tell nothing (A5).
        pinned: What people said of these ids.
        maker: Knows what was released.
        confirm_staff_links: Whether M2 onto a staff account waits for a person.
    """
    siblings = _of_sibling_schools(new, before, shared) if kind is RoleKind.GUARDIAN else _FITS.to_frame()
    fitting = _fitting(new, holders, before, pinned)
    found = (
        new.join(siblings.select("sis_id", sibling="fit_account_id"), on="sis_id", how="left", maintain_order="left")
        .join(fitting, on="sis_id", how="left", maintain_order="left")
        .with_columns(pl.col("fits").fill_null(0))
    )
    no_contact = (pl.col("sms") == "") & ((pl.col("email") == "") | ~_is_ascii_email())
    decided = found.with_columns(
        rule=pl.when(pl.col("sibling").is_not_null())
        .then(pl.lit(str(Rule.M1)))
        .when(no_contact)
        .then(pl.lit(str(Rule.M8)))
        .when(pl.col("fits") > 1)
        .then(pl.lit(str(Rule.M5)))
        .when(pl.col("fits") == 1)
        .then(
            pl.when(pl.col("sis_id").is_in(pinned.placed)).then(pl.lit(str(Rule.PIN))).otherwise(pl.lit(str(Rule.M2)))
        )
        .otherwise(pl.lit(str(Rule.M4))),
    )
    holds, alone = _ambiguous(decided, maker)
    if alone:
        decided = decided.with_columns(
            rule=pl.when(pl.col("sis_id").is_in(alone)).then(pl.lit(str(Rule.M4))).otherwise("rule")
        )
    decided = _founded(decided, set(alone), pinned)
    placed = decided.with_columns(
        account_id=pl.when(pl.col("rule") == str(Rule.M1))
        .then("sibling")
        .when(pl.col("rule").is_in([str(Rule.M2), str(Rule.PIN)]))
        .then("fit_account_id")
        .when(pl.col("rule").is_in([str(Rule.M3), str(Rule.M4)]))
        .then(pl.format(f"new:{before.scope}:{kind}:{{}}:{before.version}", pl.coalesce("founder", "sis_id")))
        .otherwise(pl.lit("")),
        role_state=pl.lit(str(RoleState.VOID)),
    )
    if confirm_staff_links:
        holds += _staff_links(placed, before, maker)
    return Matched(placed.select(*new.columns, "account_id", "role_state", "rule"), holds)


def _is_ascii_email() -> pl.Expr:
    return pl.col("email").str.len_bytes() == pl.col("email").str.len_chars()


def _of_sibling_schools(new: pl.DataFrame, before: Roster, shared: Shared) -> pl.DataFrame:
    """M1 at school level: the id is a guardian's in a sibling school, with name and one contact agreeing."""
    if isinstance(before.scope, District) or new.is_empty():
        return _FITS.to_frame()
    theirs = before.roles.filter(
        (pl.col("kind") == str(RoleKind.GUARDIAN)) & (pl.col("scope") != str(before.scope))
    ).select("sis_id", "account_id", **{f"said_{name}": name for name in ROLE_DETAILS})
    same = (
        new.select("sis_id", *ROLE_DETAILS)
        .join(theirs, on="sis_id")
        .filter(same_name("", "said_") & same_contact("", "said_", shared))
    )
    return _counted(same.select("sis_id", "account_id")).filter(pl.col("fits") == 1)


def _fitting(new: pl.DataFrame, holders: pl.DataFrame, before: Roster, pinned: NewPins) -> pl.DataFrame:
    """For each new id, the accounts with a role that has its key tonight: live ones, else archived ones (M2, M5)."""
    seeking = new.filter("key_usable").select("sis_id", *KEY)
    keys = holders.filter("key_usable")
    live = before.accounts.select("account_id", live=pl.col("state") != str(AccountState.ARCHIVED))
    fits = (
        pinned.settled(seeking.join(keys.select("account_id", *KEY).unique(), on=KEY).select("sis_id", "account_id"))
        .pipe(few_with_many, live, ["account_id"], how="left")
        .with_columns(pl.col("live").fill_null(value=True))  # an account that tonight's plan makes
    )
    return _counted(fits.filter(pl.col("live") == pl.col("live").max().over("sis_id")))


def _counted(fits: pl.DataFrame) -> pl.DataFrame:
    return (
        fits.select("sis_id", "account_id")
        .unique()
        .group_by("sis_id")
        .agg(
            fits=pl.len(),
            fit_account_id=pl.col("account_id").min(),
            all=pl.col("account_id").sort().str.join(", "),
        )
        .select(_FITS.names())
        .cast(_FITS)
    )


def _ambiguous(decided: pl.DataFrame, maker: HoldMaker) -> tuple[list[Hold], list[str]]:
    """M5: a hold for each, and those who get an account of their own because a person said so."""
    holds, alone = [], []
    for sis_id, accounts in decided.filter(pl.col("rule") == str(Rule.M5)).select("sis_id", "all").iter_rows():
        hold = maker.make(
            HoldReason.AMBIGUOUS,
            Rule.M5,
            of_guardians([sis_id]),
            f"{sis_id} fits accounts {accounts} equally well.",
            "Correct the details in the SIS, or release this to give them an account of their own.",
        )
        if hold is None:
            alone.append(sis_id)
        else:
            holds.append(hold)
    return holds, alone


def _founded(decided: pl.DataFrame, alone: set[str], pinned: NewPins) -> pl.DataFrame:
    """M3: give each new id that shares its key with another, or is pinned to it, the smallest of them as `founder`."""
    free = decided.filter(pl.col("rule") == str(Rule.M4), ~pl.col("sis_id").is_in(list(alone)))
    keyed = free.filter("key_usable")
    sharing = keyed.filter(is_repeated(keyed, KEY)).select("sis_id", founder=pl.col("sis_id").min().over(KEY))
    sharing = pinned.founders(sharing, free["sis_id"])
    return decided.join(sharing, on="sis_id", how="left", maintain_order="left").with_columns(
        rule=pl.when(pl.col("founder").is_not_null()).then(pl.lit(str(Rule.M3))).otherwise("rule")
    )


def _staff_links(placed: pl.DataFrame, before: Roster, maker: HoldMaker) -> list[Hold]:
    """M2 onto an account with a staff role, where the settings ask for a person's word."""
    staff = before.roles.filter((pl.col("kind") == str(RoleKind.STAFF)) & (pl.col("state") == str(RoleState.ACTIVE)))
    linking = placed.filter(
        (pl.col("rule") == str(Rule.M2)) & pl.col("account_id").is_in(staff["account_id"].unique().implode())
    )
    holds = []
    for sis_id, account in linking.select("sis_id", "account_id").iter_rows():
        hold = maker.make(
            HoldReason.STAFF_LINK,
            Rule.M2,
            of_guardians([sis_id]),
            f"{sis_id} has the details of a staff member, account {account}.",
            "Release this if they are one person; otherwise correct the details in the SIS.",
            [account],
        )
        if hold is not None:
            holds.append(hold)
    return holds
