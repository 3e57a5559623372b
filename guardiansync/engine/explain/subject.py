"""Whom a question is about, and what the roster has of them."""

import polars as pl
from attrs import frozen

from guardiansync.model.roster import RoleKind, Roster


@frozen
class Subject:
    """Whom a question is about; exactly one of these is given.

    Attributes:
        guardian_sis_id: A guardian's SIS id.
        account_id: An account.
        student_sis_id: A student.
    """

    guardian_sis_id: str = ""
    account_id: str = ""
    student_sis_id: str = ""

    def __str__(self) -> str:
        """In words."""
        if self.guardian_sis_id:
            return f"guardian {self.guardian_sis_id}"
        return f"account {self.account_id}" if self.account_id else f"student {self.student_sis_id}"


@frozen(eq=False)
class Standing:
    """What a roster has of somebody today.

    Attributes:
        accounts: Their accounts, schema `ACCOUNTS`.
        roles: All roles of these accounts, schema `ROLES`.
        guardianships: The ties of these roles, or of the student, schema `GUARDIANSHIPS`.
        students: The students of these ties, schema `STUDENTS`.
    """

    accounts: pl.DataFrame
    roles: pl.DataFrame
    guardianships: pl.DataFrame
    students: pl.DataFrame


def of_subject(subject: Subject, roster: Roster) -> Standing:
    """What a roster has of somebody.

    Args:
        subject: Whom it is about.
        roster: The roster.
    """
    ties = roster.guardianships
    if subject.student_sis_id:
        ties = ties.filter(pl.col("student_sis_id") == subject.student_sis_id)
        accounts = ties["account_id"].unique()
    else:
        about = (
            (pl.col("kind") == str(RoleKind.GUARDIAN))
            & (pl.col("sis_id") == subject.guardian_sis_id)
            & (pl.col("scope") == str(roster.scope))
            if subject.guardian_sis_id
            else pl.col("account_id") == subject.account_id
        )
        accounts = roster.roles.filter(about)["account_id"].unique()
        ties = ties.filter(pl.col("account_id").is_in(accounts.implode()))
    of_them = pl.col("account_id").is_in(accounts.implode())
    students = ties["student_sis_id"].implode()
    known = pl.col("student_sis_id").is_in(students) | (pl.col("student_sis_id") == subject.student_sis_id)
    return Standing(
        accounts=roster.accounts.filter(of_them).sort("account_id"),
        roles=roster.roles.filter(of_them).sort("account_id", "kind", "scope", "sis_id"),
        guardianships=ties.sort("student_sis_id", "guardian_sis_id"),
        students=roster.students.filter(known).sort("student_sis_id"),
    )
