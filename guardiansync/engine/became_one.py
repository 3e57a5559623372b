"""Accounts that turn out to be one person's (M6), because an id has come to the key of another account's role."""

from collections.abc import Collection
from typing import Final

import polars as pl
from attrs import evolve, frozen

from guardiansync.engine.holds import HoldMaker, listed, of_guardians, said
from guardiansync.engine.keys import KEY
from guardiansync.engine.known import moved, own_roles, roles_tonight
from guardiansync.engine.pinned import Pins, refs
from guardiansync.model.change import SCHEMAS
from guardiansync.model.plan import Hold, HoldReason
from guardiansync.model.roster import AccountState, RoleKind, RoleRef, Roster
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


@frozen(eq=False)
class Evening:
    """What joining accounts rests on.

    Attributes:
        before: The roster, roles that part tonight already on their new accounts.
        kind: Which roles the ids are of.
        speaking: Known ids that say something new tonight, as `news_of` returns them; those that holds freeze left out.
        pins: What people said.
        maker: Knows what was released.
        incomplete: Whether the file is not all there (R5): then nobody moves.
    """

    before: Roster
    kind: RoleKind
    speaking: pl.DataFrame
    pins: Pins
    maker: HoldMaker
    incomplete: bool


def became_one(evening: Evening, seeking: pl.DataFrame, holders: pl.DataFrame, frozen: Collection[str]) -> BecameOne:
    """M6, and roles that are pinned as one person.

    Args:
        evening: What is known and said.
        seeking: Of those that speak, the ids whose key is another than before, or whose role returns: `sis_id`, `account_id` and
            `KEY`, all usable.
        holders: As `key_holders` returns them.
        frozen: The ids that holds are about.
    """
    pinned = _pinned(evening, frozen)
    if asked := [hold for one in pinned for hold in one.holds]:
        return BecameOne(_NOBODY, asked)  # those ids count with what they last said, for the others too
    moves = pl.concat([_NOBODY, *(one.moves for one in pinned)]).unique(
        ["kind", "sis_id"], keep="first", maintain_order=True
    )
    if moves.height:
        gone = moves.select("sis_id", into="into_account_id")
        holders = moved(holders, gone, evening.before)
        evening = evolve(
            evening, before=evolve(evening.before, roles=moved(evening.before.roles, gone, evening.before))
        )
        if evening.kind is RoleKind.GUARDIAN:
            seeking = seeking.join(moves, on="sis_id", how="anti", maintain_order="left")
    archived = evening.before.accounts.filter(
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
    decided = [_join(evening, ids, group) for ids, group in groups]
    keyed_moves, moves = directly(pl.concat([_NOBODY, *(one.moves for one in decided)]), moves)
    return BecameOne(pl.concat([moves, keyed_moves]), [hold for one in decided for hold in one.holds])


def directly(merges: pl.DataFrame, splits: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Whoever parts from one account and belongs on another moves there at once."""
    parted = splits.select("kind", "sis_id", was="from_account_id")
    direct = merges.join(parted, on=["kind", "sis_id"], how="left", maintain_order="left").with_columns(
        from_account_id=pl.coalesce("was", "from_account_id")
    )
    return direct.select(merges.columns), splits.join(merges, on=["kind", "sis_id"], how="anti", maintain_order="left")


def _join(evening: Evening, ids: list[str], group: pl.DataFrame) -> BecameOne:
    """Decide about accounts of one person.

    Args:
        evening: What is known and said.
        ids: Who has come to the key tonight, or is pinned.
        group: The roles that hold the key, or are pinned.
    """
    before = evening.before
    accounts = sorted(group["account_id"].unique())
    roles = _roles_of(evening, accounts, group)
    on = {account: refs(mine) for (account,), mine in roles.group_by("account_id")}
    if any(evening.pins.part(mine, theirs) for one, mine in on.items() for other, theirs in on.items() if one != other):
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
    moves = moving.select(
        from_account_id="account_id",
        into_account_id=pl.lit(target),
        kind="kind",
        sis_id="sis_id",
        reason=pl.lit(str(Rule.M6)),
    )
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
        *(["the file is not all there"] if evening.incomplete else []),
    ]
    hold = _hold(evening, ids, accounts, roles, group, doubts) if doubts else None
    return BecameOne(moves, []) if hold is None else BecameOne(_NOBODY, [hold])


def _roles_of(evening: Evening, accounts: list[str], group: pl.DataFrame) -> pl.DataFrame:
    """The roles on some accounts that are in force tonight, or in the group, with what they say tonight."""
    there = evening.before.roles.filter(pl.col("account_id").is_in(accounts))
    now = roles_tonight(evolve(evening.before, roles=there), evening.speaking, evening.kind).select(there.columns)
    silent = there.filter(_is_one_of(group)).join(now, on=["scope", "kind", "sis_id"], how="anti")
    return pl.concat([now, silent])


def _hold(
    evening: Evening, ids: list[str], accounts: list[str], roles: pl.DataFrame, group: pl.DataFrame, doubts: list[str]
) -> Hold | None:
    return evening.maker.make(
        HoldReason.BECAME_ONE,
        Rule.M6,
        of_guardians(ids),
        f"{listed(ids)}: accounts {listed(accounts)} have come to the same details; {'; '.join(doubts)}.",
        "Release this if they are one person: the guardian roles of this scope move to one account.",
        [*accounts, *sorted(map(str, refs(roles))), *said(roles.filter(_is_one_of(group)))],
        always=evening.incomplete,
    )


def _order(state: str) -> int:
    return {str(AccountState.ACTIVE): 0, str(AccountState.INVITED): 1}.get(state, 2)


def _is_one_of(group: pl.DataFrame) -> pl.Expr:
    return pl.struct("scope", "kind", "sis_id").is_in(
        group.select(pl.struct("scope", "kind", "sis_id")).to_series().implode()
    )


def _pinned(evening: Evening, frozen: Collection[str]) -> list[BecameOne]:
    """Roles that a person pinned as one, on several accounts: joined as M6 does, whatever their keys."""
    decided = []
    roles = evening.before.roles
    for same in evening.pins.alike():
        mine = own_roles(evening.before, RoleKind.GUARDIAN)
        named = roles.filter(_is_named(same), ~(mine & pl.col("sis_id").is_in(list(frozen))))
        if named["account_id"].n_unique() > 1:
            ids = named.filter(mine)["sis_id"].to_list()
            if ids:
                decided.append(_join(evening, sorted(ids), named))
    return decided


def _is_named(roles: list[RoleRef]) -> pl.Expr:
    return pl.any_horizontal(
        (pl.col("scope") == role.scope) & (pl.col("kind") == role.kind) & (pl.col("sis_id") == role.sis_id)
        for role in roles
    )
