"""Where each guardian of the file belongs (design §7, M1-M5, M8, pins)."""

from oracle.became_one import became_one
from oracle.doubts import exchanged, recycled, should_part
from oracle.graph import components
from oracle.keys import name_of
from oracle.people import Ref
from oracle.state import State


def match(state: State) -> None:
    """Decide for each guardian of the file: held, an account, or none."""
    for frame, _, guardian, *_ in state.withheld:
        if frame in {"grant_roles", "merge_accounts", "split_accounts"}:
            state.frozen[guardian] = "undone"
    recycled(state, exchanged(state))
    should_part(state)
    became_one(state)
    for guardian in state.free():
        if state.known(guardian):
            _place(state, guardian, state.account_of(state.stored.guardian(guardian)), _known_rule(state, guardian))
    strangers = [guardian for guardian in state.free() if guardian not in state.account]
    _new_people(state, [guardian for guardian in strangers if not _is_settled(state, guardian)])


def _known_rule(state: State, guardian: str) -> str:
    moved = state.moved.get(state.stored.guardian(guardian))
    return moved[2] if moved else "M1"


def _place(state: State, guardian: str, account: str, rule: str) -> None:
    state.account[guardian], state.rule[guardian] = account, rule


def _is_settled(state: State, guardian: str) -> bool:
    """Whether a new id has an account that was there, or is held, or gets none."""
    said = state.spoken[guardian].said
    sibling = _sibling(state, guardian)
    if sibling:
        _place(state, guardian, sibling, "M1")
        return True
    if not (said.email and said.email.isascii()) and not said.sms:
        state.rule[guardian] = "M8"
        return True
    pinned = sorted({state.account_of(ref) for ref in _pinned(state, guardian)})
    if len(pinned) == 1:
        _place(state, guardian, pinned[0], "pin")
        return True
    fitting = set(pinned) or _fitting(state, guardian)
    if len(fitting) > 1:
        if not state.hold("ambiguous", [guardian]):
            _own_account(state, [guardian], "M4")
        return True
    if not fitting:
        return False
    (account,) = fitting
    staff = any(kind == "staff" for _, kind, _ in state.in_force(account))
    if not (state.settings.confirm_staff_links and staff and state.hold("staff-link", [guardian])):
        _place(state, guardian, account, "M2")
    return True


def _sibling(state: State, guardian: str) -> str:
    """M1 at school level: the same id in a sibling school, where name and one contact agree."""
    if state.settings.scope.level == "district":
        return ""
    said = state.spoken[guardian].said
    found = sorted(
        role.account
        for (scope, kind, sis_id), role in state.stored.roles.items()
        if kind == "guardian"
        and sis_id == guardian
        and scope != state.stored.scope
        and name_of(role.said) == name_of(said)
        and state.contacts.contact_agrees(role.said, said)
    )
    return found[0] if found else ""


def _pinned(state: State, guardian: str) -> list[Ref]:
    me = state.stored.guardian(guardian)
    return [ref for ref in state.pins.group(me) if ref != me and ref in state.stored.roles]


def _fitting(state: State, guardian: str) -> set[str]:
    """The accounts that have a role with the same usable key: the live ones, else the archived ones."""
    key = state.contacts.key(state.spoken[guardian].said)
    if not key.usable:
        return set()
    me = state.stored.guardian(guardian)
    found = {state.account_of(ref) for ref in state.stored.roles if state.key_of(ref) == key}
    found = {
        account
        for account in found
        if not any(state.pins.never(me, ref) for ref in state.stored.roles if state.account_of(ref) == account)
    }
    return {account for account in found if state.is_live(account)} or found


def _new_people(state: State, guardians: list[str]) -> None:
    """M3 and M4: new ids of one usable key, or that are one by pins, share an account, unless they never are one."""
    for together in components(guardians, [(a, b) for a in guardians for b in guardians if _are_one(state, a, b)]):
        groups: list[list[str]] = []
        for guardian in together:
            me = state.stored.guardian(guardian)
            for group in groups:
                if not any(state.pins.never(me, state.stored.guardian(other)) for other in group):
                    group.append(guardian)
                    break
            else:
                groups.append([guardian])
        for group in groups:
            _own_account(state, group, "M3" if len(group) > 1 else "M4")


def _are_one(state: State, one: str, other: str) -> bool:
    key = state.contacts.key(state.spoken[one].said)
    same_key = key.usable and key == state.contacts.key(state.spoken[other].said)
    return same_key or state.pins.same(state.stored.guardian(one), state.stored.guardian(other))


def _own_account(state: State, guardians: list[str], rule: str) -> None:
    account = f"new:{('guardian', min(guardians))}"
    for guardian in guardians:
        _place(state, guardian, account, rule)
