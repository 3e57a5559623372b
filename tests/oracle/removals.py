"""What goes (design §7, R1-R6)."""

import math
from dataclasses import dataclass
from fractions import Fraction

from oracle.people import Pair
from oracle.state import Hold, State

Removal = tuple[str, ...]


def would_end(state: State, used: set[Pair]) -> set[Pair]:
    """Ties that nothing keeps tonight (R1, R4); those that are denied are not among them."""
    students, guardians = _shielded(state)
    waiting = _waiting(state)
    return {
        pair
        for pair, (tie, managed) in state.stored.ties.items()
        if tie == "active"
        and managed
        and pair not in used
        and pair not in state.denied
        and not state.withholds("end_guardianships", pair[1], pair[0], after="ended")
        and pair[0] not in students
        and pair[1] not in guardians | waiting
    }


def _shielded(state: State) -> tuple[set[str], set[str]]:
    """R4: the students and guardians of rows that were rejected."""
    rejected = [
        row
        for row in state.tonight.rows
        if row.problem not in {"", "student-left"}
        or (
            not row.problem and state.rule.get(row.guardian) == "M8" and (row.student, row.guardian) not in state.denied
        )
    ]
    return {row.student for row in rejected} - {""}, {row.guardian for row in rejected} - {""}


def _waiting(state: State) -> set[str]:
    """Guardians that are held, wholly or in part: none of their ties ends."""
    in_part = {guardian for guardian, _ in state.apart} | {guardian for _, guardian in state.held_pairs}
    taken_back = {change[2] for change in state.withheld if change[0] == "start_guardianships"}
    return set(state.frozen) | in_part | taken_back


@dataclass
class Going:
    """What goes tonight, each with its cause, and what waits."""

    ties: dict[Pair, str]
    roles: dict[str, str]
    hold: Hold | None


def going(state: State) -> Going:
    """Decide what goes: nothing where too much would go, or where the file is not all there, but what is denied."""
    used = state.used()
    active = {pair for pair, (tie, _) in state.stored.ties.items() if tie == "active"}
    standing = {pair for pair in active if state.stored.ties[pair][1]}
    denied = active & state.denied
    ending = {pair: _cause(state, pair) for pair in would_end(state, used)}
    revoked = _revoked(state, ending, (active - set(ending) - denied) | used)
    hold = _held(state, ending, revoked, standing)
    kept = hold.members if hold else frozenset()
    ending = {pair: cause for pair, cause in ending.items() if pair not in kept}
    return Going(
        ending | dict.fromkeys(denied, "denied"),
        {guardian: cause for guardian, cause in revoked.items() if ("", guardian) not in kept},
        hold,
    )


def removals(state: State) -> dict[str, set[Removal]]:
    """The frames of removals, and the hold."""
    stored, decided = state.stored, going(state)
    if decided.hold:
        state.holds.append(decided.hold)
    return {
        "end_guardianships": {
            (student, guardian, stored.roles[stored.guardian(guardian)].account, "ended",
             "A2" if cause == "denied" else "R1", cause)
            for (student, guardian), cause in decided.ties.items()
        },
        "revoke_roles": {
            ("guardian", guardian, stored.roles[stored.guardian(guardian)].account, "revoked", "R2", cause)
            for guardian, cause in decided.roles.items()
        },
        "archive_accounts": _archived(state, decided.roles),
    }  # fmt: skip


def _cause(state: State, pair: Pair) -> str:
    return "student left" if state.stored.students.get(pair[0]) == "left" else "row absent"


def _revoked(state: State, ending: dict[Pair, str], ties_left: set[Pair]) -> dict[str, str]:
    """R2: roles of this scope without a tie, and why."""
    waiting = _waiting(state)
    _, shielded = _shielded(state)
    stored = state.stored
    found: dict[str, str] = {}
    for ref, role in state.stored.roles.items():
        guardian = ref[2]
        keeps = any(pair[1] == guardian for pair in ties_left) or guardian in shielded | waiting
        keeps = keeps or state.withholds("revoke_roles", guardian, after="revoked")
        if not state.stored.is_mine(ref) or role.state != "active" or not role.managed or keeps:
            continue
        causes = {cause for pair, cause in ending.items() if pair[1] == guardian}
        causes |= {"denied" for pair in stored.ties if pair[1] == guardian and pair in state.denied}
        found[guardian] = min(causes, default="row absent")
    return found


def _held(state: State, ending: dict[Pair, str], revoked: dict[str, str], standing: set[Pair]) -> Hold | None:
    """R5 and R6: the removals that wait."""
    reason = "incomplete-file" if state.tonight.incomplete else "threshold"
    let_go = state.stored.let_go.get(reason, set())
    ties = {pair for pair in ending if pair not in let_go}
    roles = {guardian for guardian in revoked if ("", guardian) not in let_go}
    if reason == "threshold":
        counted = {pair for pair in ties if ending[pair] == "row absent"}
        losing = {guardian for guardian in roles if revoked[guardian] == "row absent"}
        managed = {
            ref[2]
            for ref, role in state.stored.roles.items()
            if state.stored.is_mine(ref) and role.state == "active" and role.managed
        }
        # Who left, or is denied, counts for neither side.
        standing = {pair for pair in standing - state.denied if state.stored.students.get(pair[0]) != "left"}
        managed -= {guardian for guardian, cause in revoked.items() if cause != "row absent"}
        if len(counted) <= _allowed(state, len(standing)) and len(losing) <= _allowed(state, len(managed)):
            return None
    return Hold(reason, frozenset(ties | {("", guardian) for guardian in roles}))


def _allowed(state: State, managed: int) -> int:
    share = Fraction(str(state.settings.deletion_threshold))
    return max(state.settings.removal_floor, math.floor(share * managed))


def _archived(state: State, revoked: dict[str, str]) -> set[Removal]:
    """R3: accounts that lose their last role."""
    stored = state.stored
    losing = {account: "merged" for account, _, rule in state.moved.values() if rule == "M6"}
    for guardian, cause in revoked.items():
        ref = stored.guardian(guardian)
        for account in (stored.roles[ref].account, state.account_of(ref)):
            losing[account] = min(cause, losing.get(account, cause))
    found: set[Removal] = set()
    for account, cause in losing.items():
        known = stored.accounts.get(account)
        if known is None or not known.managed or known.state == "archived":
            continue
        roles = [
            ref for ref in stored.roles if state.account_of(ref) == account and stored.roles[ref].state == "active"
        ]
        staying = [ref for ref in roles if not (stored.is_mine(ref) and ref[2] in revoked)]
        arriving = [guardian for _, guardian in state.used() if state.account[guardian] == account]
        if not staying and not arriving:
            found.add((account, known.state, "archived", "R3", cause))
    return found
