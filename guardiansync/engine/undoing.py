"""What stands in the way of taking a run back: what came after it and rests on it."""

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.roster import RoleKind, RoleState, Roster, StudentState, TieState

_TIE = ["student_sis_id", "guardian_sis_id"]


def resting_on(taken_back: Changes, before: Roster) -> tuple[str, ...]:
    """What would be left hanging, in words: ids, never contact details.

    Args:
        taken_back: The inverse of what the run did.
        before: The roster as it is now.
    """
    ended = taken_back["end_guardianships"].select(_TIE)
    ties = before.guardianships.filter(pl.col("state") == str(TieState.ACTIVE)).join(ended, on=_TIE, how="anti")
    revoked = taken_back["revoke_roles"].select("kind", "sis_id", scope=pl.lit(str(before.scope)))
    roles = before.roles.filter(pl.col("state") == str(RoleState.ACTIVE)).join(
        revoked, on=["scope", "kind", "sis_id"], how="anti"
    )
    students = taken_back["remove_students"].join(ties, on="student_sis_id")
    guardians = (
        taken_back["revoke_roles"]
        .filter(pl.col("kind") == str(RoleKind.GUARDIAN))
        .join(ties, left_on="sis_id", right_on="guardian_sis_id")
    )
    moving = pl.concat([taken_back[name] for name in ("merge_accounts", "split_accounts")])
    staying = roles.join(
        moving, left_on=["kind", "sis_id", "account_id"], right_on=["kind", "sis_id", "from_account_id"], how="anti"
    )
    accounts = taken_back["archive_accounts"].join(staying, on="account_id")
    granted = taken_back["grant_roles"].filter(pl.col("kind") == str(RoleKind.GUARDIAN))
    gone = taken_back["start_guardianships"].select(sis_id="guardian_sis_id").unique()
    for there in (granted, _in_force(before)):
        gone = gone.join(there, on="sis_id", how="anti")
    return (
        *(f"student {one} has guardians" for one in students["student_sis_id"].unique().sort()),
        *(f"guardian {one} has students" for one in guardians["sis_id"].unique().sort()),
        *(f"guardian {one} is revoked" for one in gone["sis_id"].sort()),
        *(f"account {one} has other roles" for one in accounts["account_id"].unique().sort()),
    )


def without_what_is_gone(taken_back: Changes, before: Roster) -> Changes:
    """The same without the ties whose guardian or student is no longer there for them.

    Args:
        taken_back: The inverse of what a denial did: it can be lifted long after, when a later sync has revoked what
            nothing was left for.
        before: The roster as it is now.
    """
    students = before.students.filter(pl.col("state") == str(StudentState.ACTIVE))
    ties = (
        taken_back["start_guardianships"]
        .join(
            _in_force(before), left_on=["guardian_sis_id", "account_id"], right_on=["sis_id", "account_id"], how="semi"
        )
        .join(students, on="student_sis_id", how="semi")
    )
    return taken_back.replace(start_guardianships=ties)


def _in_force(roster: Roster) -> pl.DataFrame:
    """The scope's own guardian roles in force."""
    return roster.roles.filter(
        pl.col("scope") == str(roster.scope),
        pl.col("kind") == str(RoleKind.GUARDIAN),
        pl.col("state") == str(RoleState.ACTIVE),
    )
