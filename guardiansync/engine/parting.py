"""Ids that share an account and no longer agree (M9), or that a person pinned apart."""

from typing import Final

import polars as pl
from attrs import evolve, frozen

from guardiansync.engine.agreement import agree, groups_of
from guardiansync.engine.holds import HoldMaker, listed, of_guardians, said
from guardiansync.engine.keys import Shared
from guardiansync.engine.known import own_roles, roles_tonight
from guardiansync.engine.pinned import Pins
from guardiansync.engine.text import alike
from guardiansync.model.change import SCHEMAS
from guardiansync.model.plan import Hold, HoldReason
from guardiansync.model.roster import ROLE_DETAILS, AccountState, RoleKind, RoleRef, Roster
from guardiansync.model.rule import Rule

_ROLE: Final = ("scope", "kind", "sis_id")


@frozen(eq=False)
class Parting:
    """Who leaves a shared account, and about whom a person decides.

    Attributes:
        splits: The frame `split_accounts`, to accounts that are new: their ids are the plan's names for them.
        holds: What waits.
    """

    splits: pl.DataFrame
    holds: list[Hold]


def partings(
    news: pl.DataFrame, present: pl.Series, before: Roster, kind: RoleKind, shared: Shared, pins: Pins, maker: HoldMaker
) -> Parting:
    """M9: find the accounts whose roles no longer agree, and decide whether somebody leaves.

    Args:
        news: As `news_of` returns them, those that holds freeze left out.
        present: The ids that speak tonight.
        before: The roster.
        kind: Which roles they have.
        shared: Contacts that tell nothing (A5).
        pins: What people said.
        maker: Knows what was released.
    """
    told = news.filter(pl.col("is_news") | pl.col("returns"))["account_id"]
    pinned_ids = [role.sis_id for role in pins.group] if pins.apart else []
    pinned = before.roles.filter(pl.col("sis_id").is_in(pinned_ids))["account_id"]
    suspects = pl.concat([told, pinned]).unique()
    roles = before.roles.filter(pl.col("account_id").is_in(suspects.implode()))
    several = roles.filter(pl.col("account_id").is_duplicated())
    nobody = SCHEMAS["split_accounts"].to_frame()
    if several.is_empty():
        return Parting(nobody, [])
    now = roles_tonight(evolve(before, roles=several), news, kind)
    doubtful = _disagreeing(now, shared, pinned)
    splits, holds = [nobody], []
    names = before.accounts.filter(pl.col("account_id").is_in(doubtful.implode()))
    for account in names.sort("account_id").iter_rows(named=True):
        group = now.filter(pl.col("account_id") == account["account_id"]).sort(_ROLE)
        has_news = account["account_id"] in told
        part = _part(_Account(account, group, present, has_news), before, kind, shared, pins, maker)
        splits.append(part.splits)
        holds += part.holds
    return Parting(pl.concat(splits), holds)


@frozen(eq=False)
class _Account:
    stored: dict[str, str]
    roles: pl.DataFrame
    present: pl.Series
    has_news: bool

    def ids(self, before: Roster, kind: RoleKind) -> list[str]:
        """The ids to hold, or none where none of them speaks tonight: nobody would be asked for nothing."""
        mine = self.roles.filter(own_roles(before, kind))["sis_id"]
        return mine.to_list() if mine.is_in(self.present.implode()).any() else []


def _disagreeing(now: pl.DataFrame, shared: Shared, pinned: pl.Series) -> pl.Series:
    """Accounts with two roles that do not agree, or that pins speak of; nearly none, so the rest is done one by one."""
    other = now.select("account_id", **{f"other_{name}": name for name in (*_ROLE, *ROLE_DETAILS)})
    apart = now.join(other, on="account_id").filter(~agree("", "other_", shared))["account_id"]
    return pl.concat([apart, pinned.filter(pinned.is_in(now["account_id"].implode()))]).unique()


def _part(account: _Account, before: Roster, kind: RoleKind, shared: Shared, pins: Pins, maker: HoldMaker) -> Parting:
    nobody = SCHEMAS["split_accounts"].to_frame()
    ids = account.ids(before, kind)
    if not ids:
        return Parting(nobody, [])
    roles = account.roles
    refs = {str(ref): ref for ref in (RoleRef(*row) for row in roles.select(_ROLE).iter_rows())}
    ties = _ties(roles, shared, pins, refs)
    groups = list(groups_of(refs, ties))
    apart = pins.part(refs.values(), refs.values())
    if not apart and (len(groups) == 1 or not account.has_news):
        return Parting(nobody, [])
    hold = maker.make(
        HoldReason.SHOULD_PART,
        Rule.M9,
        of_guardians(ids),
        f"{listed(ids)}: on account {account.stored['account_id']} are roles that no longer agree.",
        "Correct the details in the SIS; release this if they are several people: each gets an account.",
        [*said(roles.filter("speaks")), *sorted(refs)],
    )
    if not apart:
        return Parting(_splits(account, groups, before), []) if hold is None else Parting(nobody, [hold])
    groups, strangers = _pinned_apart(refs, ties, pins)
    is_plain = _is_plain(account, groups, roles)
    if account.has_news and strangers:
        groups, is_plain = [*groups, *strangers], False
    return Parting(_splits(account, groups, before), []) if hold is None or is_plain else Parting(nobody, [hold])


def _ties(roles: pl.DataFrame, shared: Shared, pins: Pins, refs: dict[str, RoleRef]) -> list[tuple[str, str]]:
    named = roles.with_columns(ref=pl.Series(list(refs), dtype=pl.String))
    other = named.select("account_id", other_ref="ref", **{f"other_{name}": name for name in ROLE_DETAILS})
    agreeing = named.join(other, on="account_id").filter(agree("", "other_", shared)).select("ref", "other_ref").rows()
    return [*agreeing, *_pinned_ties(refs, pins)]


def _pinned_ties(refs: dict[str, RoleRef], pins: Pins) -> list[tuple[str, str]]:
    return [(one, other) for one in refs for other in refs if one < other and pins.are_same(refs[one], refs[other])]


def _pinned_apart(
    refs: dict[str, RoleRef], ties: list[tuple[str, str]], pins: Pins
) -> tuple[list[list[str]], list[list[str]]]:
    """The groups that pins keep apart, and those that agree with nobody in them.

    Others go where they agree. Who agrees with several groups stays on the account: nobody said whose they are.
    """
    every = list(refs.values())
    pinned = [
        group for group in groups_of(refs, _pinned_ties(refs, pins)) if pins.part([refs[one] for one in group], every)
    ]
    named = {one for group in pinned for one in group}
    rest = [ref for ref in refs if ref not in named]
    agreeing = {frozenset(tie) for tie in ties}
    groups, strangers = [list(group) for group in pinned], []
    for third in groups_of(rest, [tie for tie in ties if named.isdisjoint(tie)]):
        fitting = [
            place
            for place, group in enumerate(pinned)
            if any(frozenset((one, other)) in agreeing for one in third for other in group)
        ]
        if len(fitting) == 1:
            groups[fitting[0]] += third
        elif not fitting:
            strangers.append(third)
    return groups, strangers


def _is_plain(account: _Account, groups: list[list[str]], roles: pl.DataFrame) -> bool:
    """Whether it is plain whose account it is: nobody claimed it, or it bears the name of one of them only."""
    if account.stored["state"] != str(AccountState.ACTIVE):
        return True
    return sum(bool(_bears_name(group, account, roles)) for group in groups) == 1


def _bears_name(group: list[str], account: _Account, roles: pl.DataFrame) -> bool:
    named = roles.with_columns(ref=_ref()).filter(pl.col("ref").is_in(group))
    theirs = named.with_columns(
        own_first_name=pl.lit(account.stored["first_name"]), own_last_name=pl.lit(account.stored["last_name"])
    )
    own = alike("first_name", "first_name", "own_first_name") & alike("last_name", "last_name", "own_last_name")
    return bool(theirs.select(own.any()).item())


def _ref() -> pl.Expr:
    return pl.format("{} {} of {}", "kind", "sis_id", "scope")


def _splits(account: _Account, groups: list[list[str]], before: Roster) -> pl.DataFrame:
    """Who moves out, each group to an account of its own: only the scope's guardian roles move.

    Staff stay; else who bears the account's name; else the smallest id.
    """
    roles = account.roles.with_columns(ref=_ref())

    def rank(group: list[str]) -> tuple[bool, bool, str]:
        mine = roles.filter(pl.col("ref").is_in(group))
        is_staff = str(RoleKind.STAFF) in mine["kind"]
        return not is_staff, not _bears_name(group, account, account.roles), str(mine["sis_id"].min())

    moves = [SCHEMAS["split_accounts"].to_frame()]
    for group in sorted(groups, key=rank)[1:]:
        leaving = roles.filter(pl.col("ref").is_in(group) & own_roles(before, RoleKind.GUARDIAN)).sort("sis_id")
        moves.append(
            leaving.select(
                from_account_id="account_id",
                into_account_id=pl.format(f"new:{before.scope}:guardian:{{}}:{before.version}", pl.col("sis_id").min()),
                kind="kind",
                sis_id="sis_id",
                reason=pl.lit(str(Rule.M9)),
            )
        )
    return pl.concat(moves)
