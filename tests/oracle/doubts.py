"""Known ids that may be other people tonight: M10 exchanged, M7 recycled, M9 should part."""

from oracle.graph import components
from oracle.keys import name_of, same_first
from oracle.people import Ref
from oracle.speaking import has_news
from oracle.state import State


def exchanged(state: State) -> set[str]:
    """M10: ids that take keys which other ids leave. Returns those whose news a release explains."""
    explained: set[str] = set()
    links = [(one, other) for one in state.free() for other in state.free() if _takes(state, one, other)]
    linked = {guardian for link in links for guardian in link}
    for group in components(linked, links):
        detail = tuple(state.spoken[guardian].said[:4] for guardian in group)
        if not state.hold("exchanged", group, detail):
            explained.update(group)
    return explained


def _takes(state: State, one: str, other: str) -> bool:
    """Whether one id says tonight the key that another one leaves."""
    if one == other or not state.known(other):
        return False
    contacts, roles = state.contacts, state.stored.roles
    left = roles[state.stored.guardian(other)]
    key, key_left = contacts.key(state.spoken[one].said), contacts.key(left.said)
    if not key.usable or key != key_left or contacts.key(state.spoken[other].said) == key_left:
        return False
    if not state.known(one):
        return True
    mine = roles[state.stored.guardian(one)]
    return mine.account != left.account and contacts.key(mine.said) != key


def recycled(state: State, explained: set[str]) -> None:
    """M7: ids that say what somebody else would say."""
    for guardian in state.free():
        if not state.known(guardian) or guardian in explained:
            continue
        role = state.stored.roles[state.stored.guardian(guardian)]
        spoken = state.spoken[guardian]
        file = spoken.file._replace(first_name=spoken.said.first_name, last_name=spoken.said.last_name)
        nothing_agrees = not state.contacts.agree(file, role.said)
        shared = len(state.stored.in_force(role.account)) > 1
        risky = state.is_claimed(role.account) or shared or role.state == "revoked"
        renamed = not same_first(spoken.said.first_name, role.said.first_name)
        if nothing_agrees or (renamed and risky):
            state.hold("recycled-id", [guardian], spoken.said[:4])


def should_part(state: State) -> None:
    """M9: accounts whose roles no longer agree, or that people say are not one person's."""
    for account in sorted(state.stored.accounts):
        roles = state.in_force(account)
        mine = [ref for ref in roles if state.stored.is_mine(ref)]
        if len(roles) < 2 or not mine:
            continue
        if not any(state.speaks(ref) for ref in mine):
            continue
        never = [(one, other) for one in roles for other in roles if one < other and state.pins.never(one, other)]
        if never:
            _part_by_pins(state, account, roles, never)
            continue
        if not any(state.speaks(ref) and _is_news(state, ref) for ref in mine):
            continue
        parts = components(roles, [(one, other) for one in roles for other in roles if _agree(state, one, other)])
        if len(parts) > 1:
            _part(state, account, roles, parts)


def _is_news(state: State, ref: Ref) -> bool:
    """Whether a role says something new, or comes back."""
    role = state.stored.roles[ref]
    return role.state == "revoked" or has_news(state.said_by(ref), role.said)


def _agree(state: State, one: Ref, other: Ref) -> bool:
    return state.pins.same(one, other) or state.contacts.agree(state.said_by(one), state.said_by(other))


def _part(state: State, account: str, roles: list[Ref], parts: list[list[Ref]]) -> None:
    mine = [ref[2] for ref in roles if state.stored.is_mine(ref)]
    if state.hold("should-part", mine, (account, *((ref, state.said_by(ref)[:4]) for ref in roles))):
        return
    staying = _who_stays(state, account, parts)
    for part in parts:
        if part is not staying:
            _leave(state, account, part)


def _who_stays(state: State, account: str, parts: list[list[Ref]]) -> list[Ref]:
    name = name_of(state.stored.accounts[account].said)
    return min(
        parts,
        key=lambda part: (
            not any(ref[1] == "staff" for ref in part),
            not any(name_of(state.said_by(ref)) == name for ref in part),
            min(ref[2] for ref in part),
        ),
    )


def _part_by_pins(state: State, account: str, roles: list[Ref], never: list[tuple[Ref, Ref]]) -> None:
    """Split straight away, where it is plain who is who: else a person decides.

    A third role goes with those it agrees with. One that agrees with several stays on the account; one that agrees
    with nobody is M9's question, if there is news.
    """
    apart = sorted({ref for pair in never for ref in pair})
    parts = components(apart, [(one, other) for one in apart for other in apart if state.pins.same(one, other)])
    rest = [ref for ref in roles if ref not in apart]
    strangers, followers = [], []
    for third in components(rest, [(one, other) for one in rest for other in rest if _agree(state, one, other)]):
        fitting = [part for part in parts if any(_agree(state, one, other) for one in third for other in part)]
        if not fitting:
            strangers.append(third)
        elif len(fitting) == 1:
            followers.append((fitting[0], third))
    for part, third in followers:
        part.extend(third)
    mine = [ref for ref in roles if state.stored.is_mine(ref)]
    is_asked = bool(strangers) and any(state.speaks(ref) and _is_news(state, ref) for ref in mine)
    name = name_of(state.stored.accounts[account].said)
    named = [part for part in parts if any(name_of(state.said_by(ref)) == name for ref in part)]
    if is_asked or (state.is_claimed(account) and len(named) != 1):
        _part(state, account, roles, [*parts, *(strangers if is_asked else [])])
        return
    staying = _who_stays(state, account, parts)
    for part in parts:
        if part is not staying:
            _leave(state, account, part)


def _leave(state: State, account: str, part: list[Ref]) -> None:
    """Guardian roles of this scope move to a new account; others stay, whatever they say, and who is held."""
    leaving = [ref for ref in part if state.stored.is_mine(ref) and ref[2] not in state.frozen]
    if not leaving:
        return
    into = f"new:{min(ref[1:] for ref in leaving)}"
    for ref in leaving:
        state.moved[ref] = (account, into, "M9")
