"""Who may reach whom (design §7, A1 and A2), and rows of one id that name several people (U6)."""

from collections import defaultdict

from oracle.keys import ALL_CONTACTS
from oracle.people import Pair
from oracle.removals import going
from oracle.state import Hold, State


def rows_apart(state: State) -> None:
    """U6: hold the rows that share neither name nor contact with what their guardian says."""
    for guardian in state.free():
        rows = [row for row in state.spoken[guardian].apart if (row.student, guardian) not in state.denied]
        if not rows or guardian not in state.account:
            continue
        told = sorted({state.tonight.said_on[row.line] for row in rows})
        hold = Hold("rows-disagree", frozenset((row.student, guardian) for row in rows), tuple(told))
        if hold not in state.released:
            state.holds.append(hold)
            state.apart |= {(guardian, row.line) for row in rows}


def deny(state: State) -> None:
    """A2: what is denied, in the whole district and for every id on the account."""
    for guardian, student, scope in state.stored.denials:
        if scope == state.stored.scope:
            state.denied.add((student, guardian))
        if account := _account_of(state, guardian, scope):
            state.denied |= {(student, other) for other in _mine_on(state, account)}


def resembling(state: State) -> None:
    """A2: new ids that resemble somebody who is denied."""
    asked = {
        (row.student, guardian)
        for guardian in state.free()
        if guardian in state.account
        for row, _ in state.tonight.speaking[guardian]
        if (guardian, row.line) not in state.apart
    }
    found: set[Pair] = set()
    for guardian, student, scope in state.stored.denials:
        if account := _account_of(state, guardian, scope):
            new_id = guardian if scope == state.stored.scope else ""
            found |= {
                pair
                for pair in asked
                if pair[0] == student and _is_new(state, pair) and _resembles(state, pair[1], account, new_id)
            }
    for pair in sorted(found - state.denied):
        state.hold_pairs("resembles-denied", [pair])


def _account_of(state: State, guardian: str, scope: str) -> str:
    """The account of a denied guardian after tonight, or blank for none."""
    ref = (scope, "guardian", guardian)
    if scope == state.stored.scope:
        return state.account_after(guardian)
    return state.account_of(ref) if ref in state.stored.roles else ""


def _mine_on(state: State, account: str) -> set[str]:
    """All guardians of this scope on an account after tonight."""
    stored = {ref[2] for ref in state.stored.roles if state.stored.is_mine(ref)}
    return {guardian for guardian in stored | set(state.account) if state.account_after(guardian) == account}


def _is_new(state: State, pair: Pair) -> bool:
    return state.stored.ties.get(pair, ("", False))[0] != "active"


def _resembles(state: State, guardian: str, account: str, denied_id: str) -> bool:
    said = state.spoken[guardian].said
    denied = [role.said for ref, role in state.stored.roles.items() if state.account_of(ref) == account]
    denied += [spoken.said for other, spoken in state.spoken.items() if other == denied_id and other not in state.frozen]
    return any(ALL_CONTACTS.agree(said, other) for other in denied)


def too_many(state: State) -> None:
    """A1: hold the new ties of students with too many guardians, and of accounts with too many students."""
    used = state.used()
    standing = {pair for pair, (tie, _) in state.stored.ties.items() if tie == "active"}
    after = (standing - set(going(state).ties)) | used
    guardians: dict[str, set[str]] = defaultdict(set)
    students: dict[str, set[str]] = defaultdict(set)
    for student, guardian in after:
        guardians[student].add(state.account_after(guardian))
    new = used - standing
    for student in sorted(guardians):
        if len(guardians[student]) > state.settings.max_guardians_per_student:
            _hold_new(state, "too-many-guardians", {pair for pair in new if pair[0] == student})
    # What is held there does not come, so it does not count for accounts.
    for student, guardian in after - set(state.held_pairs):
        students[state.account_after(guardian)].add(student)
    for account in sorted(students):
        if len(students[account]) > state.settings.max_students_per_guardian:
            mine = {pair for pair in new if state.account_after(pair[1]) == account}
            _hold_new(state, "too-many-students", mine - set(state.held_pairs))


def _hold_new(state: State, reason: str, pairs: set[Pair]) -> None:
    """Hold what nobody released yet, pair by pair."""
    waiting = pairs - state.stored.let_go.get(reason, set())
    if waiting:
        state.hold_pairs(reason, waiting)
