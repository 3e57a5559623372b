"""What a person took back stays so until it is released (design §8, invariant 8)."""

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from oracle.keys import same_value
from oracle.speaking import Spoken
from oracle.state import Hold, State, Undone

if TYPE_CHECKING:
    from oracle.people import Pair, Stored

Withheld = dict[str, set[Undone]]
"""Changes by the run that was undone."""


def news_taken_back(state: State) -> Withheld:
    """What roles would say anew and a person took back: it counts as not said, before anything else is asked."""
    found = taken_back(state, defaultdict(set), {})
    news = {run: {one for one in changes if one[0] == "update_contacts"} for run, changes in found.items()}
    return {run: changes for run, changes in news.items() if changes}


def taken_back(state: State, frames: dict[str, set[tuple[str, ...]]], already: Withheld) -> Withheld:
    """The changes that tonight asks for and that equal undone ones, by the run, with those that were found before."""
    found = {run: set(changes) for run, changes in already.items()}
    for row in state.stored.undone:
        change = (
            row["frame"], row["kind"], row["sis_id"], row["student_sis_id"], row["target"], row["field"], row["after"]
        )  # fmt: skip
        if row["kind"] == "guardian" and _is_asked_for(state, frames, change):
            found.setdefault(row["run_id"], set()).add(change)
    let_go = {hold.detail for hold in state.released if hold.reason == "undone"}
    return {run: changes for run, changes in found.items() if (run,) not in let_go}


def without_undone(spoken: dict[str, Spoken], stored: "Stored", undone: set[Undone]) -> dict[str, Spoken]:
    """What each guardian says where news that was taken back counts as not said."""
    heard = dict(spoken)
    for frame, _, guardian, _, target, name, _ in undone:
        role = stored.roles.get(stored.guardian(guardian))
        if frame == "update_contacts" and target == "role" and role is not None and guardian in heard:
            said = heard[guardian].said._replace(**{name: getattr(role.said, name)})
            heard[guardian] = replace(heard[guardian], said=said)
    return heard


def undone_holds(withheld: Withheld) -> list[Hold]:
    """One hold for each undone run."""
    return [_hold(run, changes) for run, changes in withheld.items()]


def _hold(run: str, changes: set[Undone]) -> Hold:
    """What a run's hold withholds; a guardian without a role has no ties to speak of."""
    roleless = {change[2] for change in changes if change[0] == "grant_roles"}
    members: set[Pair] = {
        (change[3], change[2])
        for change in changes
        if not (change[0] == "start_guardianships" and change[2] in roleless)
    }
    return Hold("undone", frozenset(members), (run,))


def _is_asked_for(  # noqa: PLR0911 - one for each kind of change
    state: State, frames: dict[str, set[tuple[str, ...]]], change: Undone
) -> bool:
    """Whether tonight's file asks for a change, whatever else stands against it."""
    frame, _, guardian, student, target, name, after = change
    role = state.stored.roles.get(state.stored.guardian(guardian))
    tie = state.stored.ties.get((student, guardian), ("", False))
    rows = [row for row, _ in state.tonight.speaking.get(guardian, [])]
    asked = {row.student for row in rows if (row.student, guardian) not in state.denied}
    match frame:
        case "grant_roles":
            return bool(rows) and (role is None or role.state != "active")
        case "start_guardianships":
            waits = (
                state.frozen.get(guardian, "undone") != "undone"
            )  # for something else: nothing of theirs would start
            return student in asked and tie[0] != "active" and not waits
        case "end_guardianships":
            return tie == ("active", True) and student not in asked
        case "revoke_roles":
            return role is not None and role.state == "active" and role.managed and not asked
        case "update_contacts" if target == "account":
            # That a new email is nobody's proof goes with the email, and is never taken back alone.
            return not name.endswith("_verified") and any(
                row[0] == "account" and row[3:5] == (guardian, name) and after in row[5:] for row in frames[frame]
            )
        case "update_contacts" if role is not None and rows:
            said = getattr(state.spoken[guardian].said, name.removesuffix("_verified"), "")
            return said == after and not same_value(name, getattr(role.said, name, said), said)
        case "merge_accounts" | "split_accounts":
            return any(row[2:4] == ("guardian", guardian) for row in frames[frame])
        case _:
            return False
