"""The pairs as a person reads them: which accounts, what agrees, what differs, and what to correct."""

from typing import Final

import polars as pl

from guardiansync.engine.near.blocks import pairs_of
from guardiansync.engine.near.evidence import (
    ACCENTS,
    EQUAL,
    EXCHANGED,
    MISTYPED,
    OTHER,
    OTHER_DOMAIN,
    PARTLY,
    VARIANT,
    weigh,
)
from guardiansync.engine.near.people import people_of
from guardiansync.engine.near.standing import ROLE, standing
from guardiansync.model.bulk import Changes
from guardiansync.model.roster import AccountState, Roster, Verdict

PAIRS: Final = pl.Schema(
    {
        "account_id": pl.String(),
        "other_account_id": pl.String(),
        "score": pl.Float64(),
        "roles": pl.String(),
        "other_roles": pl.String(),
        "agree": pl.String(),
        "differ": pl.String(),
        "remedy": pl.String(),
    }
)
"""One row a pair, the likeliest first; `agree` and `differ` name details, never their values."""

_HINTS: Final = (
    ("first_is", EXCHANGED, "First and last name stand in each other's place in one of them."),
    ("first_is", VARIANT, "The first names may be one name in two forms."),
    ("first_is", MISTYPED, "One first name may be a slip of the other."),
    ("last_is", PARTLY, "One last name is part of the other."),
    ("last_is", MISTYPED, "One last name may be a slip of the other."),
    ("last_is", OTHER, "The last name may have changed, by marriage for instance."),
    ("email_is", OTHER_DOMAIN, "The emails differ behind the @ only."),
    ("email_is", MISTYPED, "The emails differ by one slip."),
    ("sms_is", MISTYPED, "The mobiles differ by one slip."),
)
_SAME_LETTERS: Final = "The names differ in accents or punctuation only."
_ASK: Final = "If they are one person, give both the same {} in the SIS."
_ALL_AGREE: Final = "Everything agrees. If they are one person, release what is held of them, or pin them as the same."
_CLAIMED: Final = "Both have claimed their accounts: the sync will ask before it joins them."


def near_pairs(roster: Roster, planned: Changes | None = None) -> pl.DataFrame:
    """Pairs of accounts that may be one person, ranked.

    Args:
        roster: Whose roles in force are compared. Roles pinned `never_same` are not listed.
        planned: The roster is looked at as it would be after these.

    Returns:
        Schema `PAIRS`. `score` is in bits: one more means twice as likely.
    """
    roles, children = standing(roster, planned)
    people = people_of(roles)
    found = weigh(people, pairs_of(people, children))
    both = [people["account_id"].gather(found[side]) for side in ("a", "b")]
    on = ["account_id", "other_account_id"]
    found = found.with_columns(pl.min_horizontal(both).alias(on[0]), pl.max_horizontal(both).alias(on[1]))
    found = found.join(_kept_apart(roles, roster.pins), on=on, how="anti").sort(
        "score", *on, descending=[True, False, False]
    )
    found = found.unique(on, keep="first", maintain_order=True)
    named = roles.group_by("account_id").agg(roles=pl.format("{} {}", "kind", "sis_id").unique().sort().str.join(", "))
    claimed = roster.accounts.filter(pl.col("state") == str(AccountState.ACTIVE))["account_id"].implode()
    return (
        found.join(named, on="account_id", maintain_order="left")
        .join(named.rename({"account_id": on[1], "roles": "other_roles"}), on=on[1], maintain_order="left")
        .with_columns(agree=_agreeing(), differ=_differing())
        .with_columns(remedy=_remedy(pl.all_horizontal(pl.col(name).is_in(claimed) for name in on)))
        .select(pl.col(name).cast(kind) for name, kind in PAIRS.items())
    )


def _kept_apart(roles: pl.DataFrame, pins: pl.DataFrame) -> pl.DataFrame:
    """Pairs of accounts of whom a person said that they are two, both ways round."""
    whose = roles.select(*ROLE, "account_id")
    other = {name: f"other_{name}" for name in (*ROLE, "account_id")}
    apart = (
        pins.filter(pl.col("verdict") == str(Verdict.NEVER_SAME))
        .join(whose, on=ROLE)
        .join(whose.rename(other), on=[other[name] for name in ROLE])
        .select("account_id", "other_account_id")
    )
    return pl.concat([apart, apart.select(account_id="other_account_id", other_account_id="account_id")])


def _agreeing() -> pl.Expr:
    contacts = [pl.when(pl.col(f"{contact}_is") == EQUAL).then(pl.lit(contact)) for contact in ("email", "sms")]
    child = pl.when("child").then(pl.lit("children"))
    return _listed(pl.when(pl.col("name_a") == pl.col("name_b")).then(pl.lit("name")), *contacts, child)


def _differing() -> pl.Expr:
    return _listed(
        *(pl.when(pl.col(f"{one}_a") != pl.col(f"{one}_b")).then(pl.lit(one)) for one in ("name", "email", "sms"))
    )


def _listed(*names: pl.Expr) -> pl.Expr:
    return pl.concat_list(names).list.drop_nulls().list.join(", ")


def _remedy(both_claimed: pl.Expr) -> pl.Expr:
    hints = [pl.when(pl.col(column) == level).then(pl.lit(words)) for column, level, words in _HINTS]
    same_letters = (
        pl.col("first_is").is_in([EQUAL, ACCENTS])
        & (pl.col("last_is") == EQUAL)
        & (pl.col("name_a") != pl.col("name_b"))
    )
    hints.append(pl.when(same_letters).then(pl.lit(_SAME_LETTERS)))
    ask = pl.when(pl.col("differ") == "").then(pl.lit(_ALL_AGREE)).otherwise(pl.format(_ASK, "differ"))
    claimed = pl.when(both_claimed).then(pl.lit(_CLAIMED))
    return pl.concat_list(*hints, ask, claimed).list.drop_nulls().list.join(" ")
