"""What became of each row of the file: one result, one action, the rule that says so."""

from oracle.people import Row
from oracle.state import State

_SKIPPED_BY = {"student-unknown": "A3", "student-left": "A3", "denied": "A2", "M8": "M8"}
_HELD_BY = {
    "ambiguous": "M5", "staff-link": "M2", "rows-disagree": "U6", "exchanged": "M10", "recycled-id": "M7",
    "should-part": "M9", "became-one": "M6", "resembles-denied": "A2", "too-many-guardians": "A1",
    "too-many-students": "A1", "undone": "undo",
}  # fmt: skip

Frames = dict[str, set[tuple[str, ...]]]


def row_results(state: State, frames: Frames) -> list[tuple[int, str, str, str]]:
    """Line, result, action and rule of each row."""
    return [(row.line, *_result(state, row, frames)) for row in state.tonight.rows]


def _result(state: State, row: Row, frames: Frames) -> tuple[str, str, str]:
    pair, guardian = (row.student, row.guardian), row.guardian
    if row.problem:
        return "skipped", "SKIPPED", _SKIPPED_BY.get(row.problem, "")
    if pair in state.denied:
        return "skipped", "SKIPPED", "A2"
    if state.rule.get(guardian) == "M8":
        return "skipped", "SKIPPED", "M8"
    held = state.frozen.get(guardian) or state.held_pairs.get(pair)
    if held is None and (guardian, row.line) in state.apart:
        held = "rows-disagree"
    if held is None and state.withholds("start_guardianships", guardian, row.student):
        held = "undone"
    if held is not None:
        return "held", "HELD", _HELD_BY[held]
    return "used", *_used(state, row, frames)


def _used(state: State, row: Row, frames: Frames) -> tuple[str, str]:
    rule, account = state.rule[row.guardian], state.account[row.guardian]
    tie = state.stored.ties.get((row.student, row.guardian))
    starts = tie is None or tie[0] != "active"
    role = state.stored.roles.get(state.stored.guardian(row.guardian))
    if rule in ("M3", "M4", "M9"):
        return "CREATED", rule
    if state.stored.guardian(row.guardian) in state.moved:
        return "MERGED", rule
    if any(opened[0] == account for opened in frames["reactivate_accounts"]):
        return "REACTIVATED", "R7" if rule == "M1" else rule
    if starts or role is None or role.state != "active":
        return "LINKED", "R7" if starts and tie else rule
    updated = [update[-1] for update in frames["update_contacts"] if update[3] == row.guardian]
    if updated:
        return "UPDATED", min(updated)
    return "UNCHANGED", rule
