"""What stays undone: the changes of runs that people took back, for later plans to leave alone.

Only what rules decided is held. A pin, a denial or a change of level is a person's word, and taking it back is another.
"""

from collections.abc import Iterable

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.plan import RunKind
from guardiansync.model.roster import UNDONE, RoleKind

HELD_KINDS = (RunKind.GUARDIANS, RunKind.ROSTER)
"""The kinds of runs whose changes stay undone."""

_COLUMNS = {
    "grant_roles": ("kind", "sis_id"),
    "revoke_roles": ("kind", "sis_id", "after"),
    "merge_accounts": ("kind", "sis_id"),
    "split_accounts": ("kind", "sis_id"),
    "start_guardianships": ("sis_id", "student_sis_id"),
    "end_guardianships": ("sis_id", "student_sis_id", "after"),
    "update_contacts": ("target", "kind", "sis_id", "field", "after"),
    "enrol_students": ("student_sis_id",),
    "remove_students": ("student_sis_id", "after"),
    "update_students": ("student_sis_id", "field", "after"),
}
"""What is told of each kind of change. Accounts' own frames are left out: accounts follow their roles."""


def taken_back(undos: Iterable[tuple[str, str]]) -> set[str]:
    """The runs that are undone now.

    Args:
        undos: Each run that undid another one, in the order of the journal: its id, and the id of the other.
    """
    undone: set[str] = set()
    # Who is undone last has undone nothing: so from the newest to the oldest.
    for run_id, other in reversed(list(undos)):
        if run_id not in undone:
            undone.add(other)
    return undone


def undone_by(run_id: str, changes: Changes) -> pl.DataFrame:
    """Schema `UNDONE`: what a run that was taken back had changed."""
    parts = [UNDONE.to_frame()]
    for name, told in _COLUMNS.items():
        frame = changes[name]
        if frame.is_empty():
            continue
        if "guardian_sis_id" in frame.columns:
            frame = frame.rename({"guardian_sis_id": "sis_id"}).with_columns(kind=pl.lit(str(RoleKind.GUARDIAN)))
            told = ("kind", *told)  # noqa: PLW2901 - a tie is of guardian roles
        blank = [pl.lit("").alias(column) for column in UNDONE.names()[2:] if column not in told]
        parts.append(frame.select(*told, *blank, run_id=pl.lit(run_id), frame=pl.lit(name)).select(UNDONE.names()))
    return pl.concat(parts)
