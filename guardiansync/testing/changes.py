"""Changes and rosters in the small, for tests that say what they mean in typed objects."""

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from guardiansync.model.bulk import Changes
from guardiansync.model.change import (
    ArchiveAccount,
    Change,
    CreateAccount,
    EndGuardianship,
    EnrolStudent,
    GrantRole,
    MergeAccounts,
    ReactivateAccount,
    RemoveStudent,
    RevokeRole,
    SetDenial,
    SetPin,
    SplitAccount,
    StartGuardianship,
    UpdateContact,
    UpdateStudent,
)
from guardiansync.model.plan import MEMBERS, Hold, HoldReason, RunKind
from guardiansync.model.roster import Roster
from guardiansync.model.rule import Cause, Rule
from guardiansync.model.run import Run, Status
from guardiansync.settings import Scope


def changes_of(changes: Iterable[Change]) -> Changes:
    """The frames that hold these changes."""
    return Changes.of(changes)


def account(planned_id: str, name: str = "Ana", email: str = "ana@example.com", sms: str = "") -> CreateAccount:
    """A new account."""
    return CreateAccount(
        account_id=planned_id, first_name=name, last_name="Silva", email=email, sms=sms, phone="", language="pt",
        reason=Rule.M4,
    )  # fmt: skip


def role(
    sis_id: str, account_id: str, *, kind: str = "guardian", before: str = "void", name: str = "Ana",
    email: str = "ana@example.com", sms: str = "",
) -> GrantRole:  # fmt: skip
    """An account gets a role."""
    return GrantRole(
        kind=kind, sis_id=sis_id, account_id=account_id, first_name=name, last_name="Silva" if name else "",
        email=email, sms=sms, before=before, reason=Rule.M4,
    )  # fmt: skip


def student(sis_id: str, name: str = "Rui", before: str = "void") -> EnrolStudent:
    """The daily roster sync brings a student."""
    return EnrolStudent(
        student_sis_id=sis_id, first_name=name, last_name="Silva" if name else "", school="North", before=before,
        reason=Rule.ROSTER,
    )  # fmt: skip


def tie(student_sis_id: str, guardian_sis_id: str, account_id: str, before: str = "void") -> StartGuardianship:
    """A tie begins."""
    return StartGuardianship(
        student_sis_id=student_sis_id, guardian_sis_id=guardian_sis_id, account_id=account_id, before=before,
        reason=Rule.M4,
    )  # fmt: skip


def contact(target: str, account_id: str, field: str, before: str, after: str, sis_id: str = "G1") -> UpdateContact:
    """One detail changes."""
    return UpdateContact(
        target=target, account_id=account_id, kind="guardian", sis_id=sis_id, field=field, before=before, after=after,
        reason=Rule.U1,
    )  # fmt: skip


def end(student_sis_id: str, guardian_sis_id: str, account_id: str, after: str = "ended") -> EndGuardianship:
    """A tie ends."""
    return EndGuardianship(
        student_sis_id=student_sis_id, guardian_sis_id=guardian_sis_id, account_id=account_id, after=after,
        reason=Rule.R1, cause=Cause.ROW_ABSENT,
    )  # fmt: skip


def revoke(sis_id: str, account_id: str, after: str = "revoked") -> RevokeRole:
    """A guardian role is revoked."""
    return RevokeRole(
        kind="guardian", sis_id=sis_id, account_id=account_id, after=after, reason=Rule.R2, cause=Cause.NONE
    )


def archive(account_id: str, before: str = "invited", after: str = "archived") -> ArchiveAccount:
    """An account is closed."""
    return ArchiveAccount(account_id=account_id, before=before, after=after, reason=Rule.R3, cause=Cause.NONE)


def reactivate(account_id: str, before: str = "archived") -> ReactivateAccount:
    """An account is open again."""
    return ReactivateAccount(account_id=account_id, before=before, after="invited", reason=Rule.R7)


def merge(sis_id: str, from_id: str, into_id: str) -> MergeAccounts:
    """A guardian role moves."""
    return MergeAccounts(
        from_account_id=from_id, into_account_id=into_id, kind="guardian", sis_id=sis_id, reason=Rule.M6
    )


def split(sis_id: str, from_id: str, into_id: str) -> SplitAccount:
    """A guardian role moves out."""
    return SplitAccount(
        from_account_id=from_id, into_account_id=into_id, kind="guardian", sis_id=sis_id, reason=Rule.M9
    )


def rename(student_sis_id: str, before: str, after: str, field: str = "first_name") -> UpdateStudent:
    """A student's detail changes."""
    return UpdateStudent(student_sis_id=student_sis_id, field=field, before=before, after=after, reason=Rule.ROSTER)


def remove(student_sis_id: str, after: str = "left") -> RemoveStudent:
    """A student leaves."""
    return RemoveStudent(student_sis_id=student_sis_id, after=after, reason=Rule.ROSTER)


def pin(sis_id: str, other_sis_id: str, *, scope: str = "d-1", before: str = "", after: str = "same") -> SetPin:
    """A person says of two guardian roles of a scope what they are."""
    return SetPin(
        scope=scope, kind="guardian", sis_id=sis_id, other_scope=scope, other_kind="guardian",
        other_sis_id=other_sis_id, before=before, after=after, reason=Rule.PIN,
    )  # fmt: skip


def denial(guardian_sis_id: str, student_sis_id: str, *, before: str = "", after: str = "court order") -> SetDenial:
    """A person denies a guardian access to a student."""
    return SetDenial(
        guardian_sis_id=guardian_sis_id, student_sis_id=student_sis_id, before=before, after=after, reason=Rule.A2
    )


def a_run(run_id: str, scope: Scope, minute: int = 0, **more: object) -> Run:
    """A run at a minute past a fixed hour."""
    values: dict[str, object] = {
        "run_id": run_id,
        "scope": scope,
        "kind": RunKind.GUARDIANS,
        "status": Status.APPLIED,
        "started_at": datetime(2026, 9, 1, 20, minute, tzinfo=UTC),
        "duration_s": 1.5,
    }
    return Run(**{**values, **more})  # type: ignore[arg-type]


def a_hold(hold_id: str, *members: tuple[str, str]) -> Hold:
    """A hold on these pairs of student and guardian."""
    rows = pl.DataFrame(list(members), schema=MEMBERS, orient="row")
    return Hold(hold_id, HoldReason.THRESHOLD, Rule.R6, "Ties wait.", "Release them.", rows)


def facts(roster: Roster) -> dict[str, list[tuple[object, ...]]]:
    """What a roster says, whatever the order of its rows and whatever its version."""
    frames = {
        "accounts": roster.accounts,
        "roles": roster.roles,
        "students": roster.students,
        "guardianships": roster.guardianships,
        "pins": roster.pins,
        "denials": roster.denials,
    }
    return {name: sorted(frame.iter_rows()) for name, frame in frames.items()}
