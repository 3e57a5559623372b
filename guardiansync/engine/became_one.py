"""Accounts that turn out to be one person's (M6), because an id has come to the key of another account's role."""

from collections.abc import Collection, Iterable
from typing import Final

import polars as pl
from attrs import frozen

from guardiansync.engine.holds import HoldMaker, listed, of_guardians
from guardiansync.engine.keys import KEY
from guardiansync.engine.pinned import Pins, refs
from guardiansync.model.change import SCHEMAS
from guardiansync.model.plan import Hold, HoldReason
from guardiansync.model.roster import AccountState, RoleKind, RoleRef, RoleState, Roster
from guardiansync.model.rule import Rule

_NOBODY: Final = SCHEMAS["merge_accounts"].to_frame()


@frozen(eq=False)
class BecameOne:
    """Which roles move to which account, and about whom a person decides.

    Attributes:
        moves: The frame `merge_accounts`.
        holds: What waits.
    """

    moves: pl.DataFrame
    holds: list[Hold]


def became_one(
    seeking: pl.DataFrame,
    holders: pl.DataFrame,
    before: Roster,
    pins: Pins,
    frozen: Collection[str],
    maker: HoldMaker,
    *,
    incomplete: bool,
) -> BecameOne:
    """M6, and roles that are pinned as one person.

    Args:
        seeking: Known ids whose key is another than before, or whose role returns: `sis_id`, `account_id` and `KEY`, all
            usable; those that holds freeze left out.
        holders: As `key_holders` returns them.
        before: The roster.
        pins: What people said.
        frozen: The ids that holds are about.
        maker: Knows what was released.
        incomplete: Whether the file is not all there (R5): then nobody moves.
    """
    pinned = _pinned(before, pins, frozen, maker, incomplete=incomplete)
    if asked := [hold for one in pinned for hold in one.holds]:
        return BecameOne(_NOBODY, asked)  # those ids count with what they last said, for the others too
    archived = before.accounts.filter(
        pl.col("state") == str(AccountState.ARCHIVED),
        ~pl.col("account_id").is_in(seeking["account_id"].implode()),
    )["account_id"]
    keyed = holders.filter("key_usable", ~pl.col("account_id").is_in(archived.implode()))
    sought = keyed.join(seeking.select(KEY).unique(), on=KEY, how="semi")
    several = sought.filter(pl.col("account_id").n_unique().over(KEY) > 1)
    groups = [
        (ids["sis_id"].unique().sort().to_list(), group)
        for key, group in several.sort("account_id", "scope", "kind", "sis_id").group_by(KEY, maintain_order=True)
        if (ids := seeking.join(group.select(KEY).unique(), on=KEY, how="semi")).height
    ]
    decided = [_join(ids, group, before, pins, maker, incomplete=incomplete) for ids, group in groups]
    moves = pl.concat([_NOBODY, *(one.moves for one in (*pinned, *decided))]).unique(
        ["kind", "sis_id"], keep="first", maintain_order=True
    )
    return BecameOne(moves, [hold for one in decided for hold in one.holds])


def _join(
    ids: list[str], group: pl.DataFrame, before: Roster, pins: Pins, maker: HoldMaker, *, incomplete: bool
) -> BecameOne:
    """Decide about accounts that hold one key.

    Args:
        ids: Who has come to the key tonight.
        group: The roles that hold it.
        before: The roster.
        pins: What people said.
        maker: Knows what was released.
        incomplete: Whether nobody may move.
    """
    accounts = sorted(group["account_id"].unique())
    roles = before.roles.filter(
        pl.col("account_id").is_in(accounts),
        (pl.col("state") == str(RoleState.ACTIVE)) | _is_one_of(group),
    )
    on = {account: refs(mine) for (account,), mine in roles.group_by("account_id")}
    if any(pins.part(mine, theirs) for one, mine in on.items() for other, theirs in on.items() if one != other):
        return BecameOne(_NOBODY, [])
    staff = roles.filter(pl.col("kind") == str(RoleKind.STAFF))["account_id"].unique()
    states = dict(
        before.accounts.filter(pl.col("account_id").is_in(accounts)).select("account_id", "state").iter_rows()
    )
    states |= {one: str(AccountState.INVITED) for one in accounts if one not in states}  # made by tonight's plan
    target = min(accounts, key=lambda one: (one not in staff, _order(states[one]), one))
    moving = roles.filter(
        pl.col("account_id") != target,
        pl.col("scope") == str(before.scope),
        pl.col("kind") == str(RoleKind.GUARDIAN),
    ).sort("sis_id")
    staying = roles.filter(pl.col("account_id") != target).join(moving, on=["scope", "kind", "sis_id"], how="anti")
    doubts = [
        *(["several of them are staff"] if staff.len() > 1 else []),
        *(
            ["one that would close was claimed by its owner"]
            if any(states[one] == str(AccountState.ACTIVE) for one in accounts if one != target)
            else []
        ),
        *(["roles of another school or of staff would stay behind"] if staying.height else []),
        *(["another role there has other details"] if moving.filter(~_is_one_of(group)).height else []),
        *(["the file is not all there"] if incomplete else []),
    ]
    return _decided(ids, accounts, target, moving, doubts, maker, incomplete=incomplete)


def _order(state: str) -> int:
    return {str(AccountState.ACTIVE): 0, str(AccountState.INVITED): 1}.get(state, 2)


def _is_one_of(group: pl.DataFrame) -> pl.Expr:
    return pl.struct("scope", "kind", "sis_id").is_in(
        group.select(pl.struct("scope", "kind", "sis_id")).to_series().implode()
    )


def _decided(
    ids: Iterable[str],
    accounts: list[str],
    target: str,
    moving: pl.DataFrame,
    doubts: list[str],
    maker: HoldMaker,
    *,
    incomplete: bool,
) -> BecameOne:
    moves = moving.select(
        from_account_id="account_id",
        into_account_id=pl.lit(target),
        kind="kind",
        sis_id="sis_id",
        reason=pl.lit(str(Rule.M6)),
    )
    if not doubts:
        return BecameOne(moves, [])
    own = sorted(set(ids))
    hold = maker.make(
        HoldReason.BECAME_ONE,
        Rule.M6,
        of_guardians(own),
        f"{listed(own)}: accounts {listed(accounts)} have come to the same details; {'; '.join(doubts)}.",
        "Release this if they are one person: the guardian roles of this scope move to one account.",
        [*accounts, *sorted(map(str, refs(moving)))],
        always=incomplete,
    )
    return BecameOne(moves, []) if hold is None else BecameOne(_NOBODY, [hold])


def _pinned(
    before: Roster, pins: Pins, frozen: Collection[str], maker: HoldMaker, *, incomplete: bool
) -> list[BecameOne]:
    """Roles that a person pinned as one, on several accounts: joined as M6 does, whatever their keys."""
    decided = []
    for same in pins.alike():
        mine = (pl.col("scope") == str(before.scope)) & (pl.col("kind") == str(RoleKind.GUARDIAN))
        named = before.roles.filter(_is_named(same), ~(mine & pl.col("sis_id").is_in(list(frozen))))
        if named["account_id"].n_unique() > 1:
            ids = named.filter(mine)["sis_id"].to_list()
            if ids:
                decided.append(_join(sorted(ids), named, before, pins, maker, incomplete=incomplete))
    return decided


def _is_named(roles: list[RoleRef]) -> pl.Expr:
    return pl.any_horizontal(
        (pl.col("scope") == role.scope) & (pl.col("kind") == role.kind) & (pl.col("sis_id") == role.sis_id)
        for role in roles
    )
