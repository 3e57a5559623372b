"""M6: accounts that have come to be one person's, by their keys or because people say so."""

from oracle.keys import Key
from oracle.people import Ref
from oracle.state import State


def became_one(state: State) -> None:
    """Move guardian roles of this scope to the account of the same person.

    Whoever is held goes on counting with the old key, which somebody else may have come to: until nobody more is held.
    """
    parted, frozen = dict(state.moved), -1
    while frozen != len(state.frozen):
        frozen = len(state.frozen)
        state.moved = {ref: move for ref, move in parted.items() if ref[2] not in state.frozen}
        _join_all(state)


def _join_all(state: State) -> None:
    for group in state.pins.groups():
        known = [
            ref
            for ref in group
            if ref in state.stored.roles and not (state.stored.is_mine(ref) and ref[2] in state.frozen)
        ]
        _merge(state, {state.account_of(ref) for ref in known}, known, None)
    # A person's word: their keys ask for nothing more.
    pinned = {ref for ref, (_, _, rule) in state.moved.items() if rule == "M6"}
    for key in _keys_with_news(state):
        # What an earlier key brought together has changed who speaks.
        holders = [ref for ref in sorted(state.stored.roles) if state.key_of(ref) == key]
        news = [ref for ref in holders if _has_news(state, ref) and ref not in pinned]
        accounts = {state.account_of(ref) for ref in holders if ref in news or state.is_live(state.account_of(ref))}
        if news:
            _merge(state, accounts, holders, news)


def _keys_with_news(state: State) -> list[Key]:
    return sorted({state.key_of(ref) for ref in state.stored.roles if _has_news(state, ref)})


def _has_news(state: State, ref: Ref) -> bool:
    """Whether a known id comes with another usable key tonight, or comes back."""
    if not state.speaks(ref) or not state.key_of(ref).usable:
        return False
    role = state.stored.roles[ref]
    return role.state == "revoked" or state.contacts.key(role.said) != state.key_of(ref)


def _merge(state: State, accounts: set[str], holders: list[Ref], coming: list[Ref] | None) -> None:
    if len(accounts) < 2 or not _mine(state, holders):
        return
    target = min(accounts, key=lambda account: _preferred(state, account))
    sources = sorted(accounts - {target})
    if any(_kept_apart(state, one, other) for one in accounts for other in accounts if one < other):
        return
    doubtful = any(_is_doubtful(state, account, holders) for account in sources) or state.tonight.incomplete
    news = _mine(state, holders if coming is None else coming)
    concerned = [ref for ref in holders if state.account_of(ref) in accounts]
    beside = {ref for account in accounts for ref in state.in_force(account)} | set(concerned)
    said = (tuple((ref, state.said_by(ref)[:4]) for ref in concerned), tuple(sorted(beside)))
    if doubtful and state.hold("became-one", news, said, always=state.tonight.incomplete):
        return
    for ref in _moving(state, holders, everybody=coming is None or doubtful):
        if state.account_of(ref) not in sources:
            continue
        state.moved[ref] = (state.stored.roles[ref].account, target, "M6")


def _mine(state: State, holders: list[Ref]) -> list[str]:
    return [ref[2] for ref in holders if state.stored.is_mine(ref)]


def _preferred(state: State, account: str) -> tuple[bool, bool, bool, str]:
    staff = any(kind == "staff" for _, kind, _ in state.in_force(account))
    return not staff, not state.is_claimed(account), not state.is_live(account), account


def _moving(state: State, holders: list[Ref], *, everybody: bool) -> list[Ref]:
    """Guardian roles of this scope: those that hold the key; where a person said that accounts are one, all in force."""
    if not everybody:
        return [ref for ref in holders if state.stored.is_mine(ref)]
    return [
        ref
        for ref in sorted(state.stored.roles)
        if state.stored.is_mine(ref) and (ref in holders or ref in state.in_force(state.account_of(ref)))
    ]


def _kept_apart(state: State, source: str, target: str) -> bool:
    """Whether people say that they are two persons' accounts."""
    return any(state.pins.never(one, other) for one in state.in_force(source) for other in state.in_force(target))


def _is_doubtful(state: State, source: str, holders: list[Ref]) -> bool:
    """Whether taking roles off an account is for a person to say."""
    there = [ref for ref in holders if state.account_of(ref) == source]
    elsewhere = any(not state.stored.is_mine(ref) for ref in [*there, *state.in_force(source)])
    another_key = any(ref not in holders for ref in state.in_force(source))
    return state.is_claimed(source) or elsewhere or another_key
