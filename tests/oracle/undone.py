"""What a person took back stays so until it is released (design §8, invariant 8)."""

from typing import TYPE_CHECKING

from oracle.state import Hold, State, Undone

if TYPE_CHECKING:
    from oracle.people import Pair

Withheld = dict[str, set[Undone]]
"""Changes by the run that was undone."""


def taken_back(state: State, frames: dict[str, set[tuple[str, ...]]], already: Withheld) -> Withheld:
    """The planned changes that equal undone ones, by the run, with those that were found before."""
    planned = {change for frame, rows in frames.items() for row in rows for change in _about(frame, row)}
    found = {run: set(changes) for run, changes in already.items()}
    for row in state.stored.undone:
        change = (
            row["frame"], row["kind"], row["sis_id"], row["student_sis_id"], row["target"], row["field"], row["after"]
        )  # fmt: skip
        if change in planned:
            found.setdefault(row["run_id"], set()).add(change)
    return {run: changes for run, changes in found.items() if _hold(run, changes) not in state.released}


def undone_holds(withheld: Withheld) -> list[Hold]:
    """One hold for each undone run."""
    return [_hold(run, changes) for run, changes in withheld.items()]


def _hold(run: str, changes: set[Undone]) -> Hold:
    members: set[Pair] = {(change[3], change[2]) for change in changes}
    return Hold("undone", frozenset(members), (run,))


def _about(frame: str, row: tuple[str, ...]) -> list[Undone]:  # noqa: PLR0911 - one line a frame
    match frame:
        case "grant_roles":
            return [(frame, row[0], row[1], "", "", "", "")]
        case "revoke_roles":
            return [(frame, row[0], row[1], "", "", "", row[3])]
        case "merge_accounts" | "split_accounts":
            return [(frame, row[2], row[3], "", "", "", "")]
        case "start_guardianships":
            return [(frame, "guardian", row[1], row[0], "", "", "")]
        case "end_guardianships":
            return [(frame, "guardian", row[1], row[0], "", "", row[3])]
        case "update_contacts":
            return [(frame, row[2], row[3], "", row[0], row[4], row[6])]
        case _:
            return []
