"""Changes: what a plan does to a roster, one class a kind, each with its reason and its inverse.

In bulk the same changes travel as the frames of `Changes` (see `bulk`), one row a change; column names are the
attributes' names. What people are called and where they are reached is in no repr: those end in logs.
A state of `void` means "as if it had never been": it is what a created thing becomes when its creation is undone.
"""

from typing import ClassVar, Self, TypeAlias

import attrs
import polars as pl
from attrs import evolve, fields_dict, frozen

from guardiansync.model.rule import Cause, Rule


@frozen(kw_only=True)
class CreateAccount:
    """A new account. Its id is the plan's name for it: the store gives the real one when it writes."""

    FRAME: ClassVar[str] = "create_accounts"
    account_id: str
    first_name: str = attrs.field(repr=False)
    last_name: str = attrs.field(repr=False)
    email: str = attrs.field(repr=False)
    sms: str = attrs.field(repr=False)
    phone: str = attrs.field(repr=False)
    language: str
    reason: Rule

    def inverse(self) -> "ArchiveAccount":
        """As if it had never been created."""
        return ArchiveAccount(
            account_id=self.account_id, before="invited", after="void", reason=Rule.UNDO, cause=Cause.UNDONE
        )


@frozen(kw_only=True)
class UpdateContact:
    """One detail changes: of a role (what the SIS last said) or of the account itself.

    Attributes:
        target: "role" or "account".
        field: One of `ROLE_DETAILS`; for an account of `ACCOUNT_DETAILS`, or of `VERIFIED` with the values "true" and
            "false": a plan that changes a verified contact says so beside it.
        kind: With `sis_id`, the role that says so.
    """

    FRAME: ClassVar[str] = "update_contacts"
    target: str
    account_id: str
    kind: str
    sis_id: str
    field: str
    before: str = attrs.field(repr=False)
    after: str = attrs.field(repr=False)
    reason: Rule

    def inverse(self) -> Self:
        """The old value again."""
        return evolve(self, before=self.after, after=self.before, reason=Rule.UNDO)


@frozen(kw_only=True)
class GrantRole:
    """An account gets a role, or a revoked one again.

    Attributes:
        before: "void" if the role is new, "revoked" if it returns.
        first_name, last_name, email, sms: What the SIS says, for a new role; a returning one keeps what it has.
    """

    FRAME: ClassVar[str] = "grant_roles"
    kind: str
    sis_id: str
    account_id: str
    first_name: str = attrs.field(repr=False)
    last_name: str = attrs.field(repr=False)
    email: str = attrs.field(repr=False)
    sms: str = attrs.field(repr=False)
    before: str
    reason: Rule

    def inverse(self) -> "RevokeRole":
        """Back to what it was before."""
        return RevokeRole(
            kind=self.kind,
            sis_id=self.sis_id,
            account_id=self.account_id,
            after=self.before,
            reason=Rule.UNDO,
            cause=Cause.UNDONE,
        )


@frozen(kw_only=True)
class RevokeRole:
    """An active role is revoked; `after` is "revoked", or "void" when its granting is undone."""

    FRAME: ClassVar[str] = "revoke_roles"
    kind: str
    sis_id: str
    account_id: str
    after: str
    reason: Rule
    cause: Cause

    def inverse(self) -> GrantRole:
        """In force again, with the details it has."""
        return GrantRole(
            kind=self.kind, sis_id=self.sis_id, account_id=self.account_id, before=self.after, reason=Rule.UNDO,
            first_name="", last_name="", email="", sms="",
        )  # fmt: skip


@frozen(kw_only=True)
class StartGuardianship:
    """A tie of a student and a guardian role begins; `before` is "void" if it is new, "ended" if it returns."""

    FRAME: ClassVar[str] = "start_guardianships"
    student_sis_id: str
    guardian_sis_id: str
    account_id: str
    before: str
    reason: Rule

    def inverse(self) -> "EndGuardianship":
        """Back to what it was before."""
        return EndGuardianship(
            student_sis_id=self.student_sis_id, guardian_sis_id=self.guardian_sis_id, account_id=self.account_id,
            after=self.before, reason=Rule.UNDO, cause=Cause.UNDONE,
        )  # fmt: skip


@frozen(kw_only=True)
class EndGuardianship:
    """A tie ends; `after` is "ended", or "void" when its start is undone."""

    FRAME: ClassVar[str] = "end_guardianships"
    student_sis_id: str
    guardian_sis_id: str
    account_id: str
    after: str
    reason: Rule
    cause: Cause

    def inverse(self) -> StartGuardianship:
        """In force again."""
        return StartGuardianship(
            student_sis_id=self.student_sis_id, guardian_sis_id=self.guardian_sis_id, account_id=self.account_id,
            before=self.after, reason=Rule.UNDO,
        )  # fmt: skip


@frozen(kw_only=True)
class MergeAccounts:
    """A role moves from one account to another, because the two are one person (one row for each role that moves)."""

    FRAME: ClassVar[str] = "merge_accounts"
    from_account_id: str
    into_account_id: str
    kind: str
    sis_id: str
    reason: Rule

    def inverse(self) -> "SplitAccount":
        """The role goes back."""
        return SplitAccount(
            from_account_id=self.into_account_id, into_account_id=self.from_account_id, kind=self.kind, sis_id=self.sis_id,
            reason=Rule.UNDO,
        )  # fmt: skip


@frozen(kw_only=True)
class SplitAccount:
    """A role moves from one account to another, because the two are not one person (one row for each role)."""

    FRAME: ClassVar[str] = "split_accounts"
    from_account_id: str
    into_account_id: str
    kind: str
    sis_id: str
    reason: Rule

    def inverse(self) -> MergeAccounts:
        """The role goes back."""
        return MergeAccounts(
            from_account_id=self.into_account_id, into_account_id=self.from_account_id, kind=self.kind, sis_id=self.sis_id,
            reason=Rule.UNDO,
        )  # fmt: skip


@frozen(kw_only=True)
class ArchiveAccount:
    """An account is closed; `after` is "archived", or "void" when its creation is undone."""

    FRAME: ClassVar[str] = "archive_accounts"
    account_id: str
    before: str
    after: str
    reason: Rule
    cause: Cause

    def inverse(self) -> "ReactivateAccount":
        """Open again, as it was."""
        return ReactivateAccount(account_id=self.account_id, before=self.after, after=self.before, reason=Rule.UNDO)


@frozen(kw_only=True)
class ReactivateAccount:
    """A closed account is open again, in the state `after`: invited or active."""

    FRAME: ClassVar[str] = "reactivate_accounts"
    account_id: str
    before: str
    after: str
    reason: Rule

    def inverse(self) -> ArchiveAccount:
        """Closed again, as it was."""
        return ArchiveAccount(
            account_id=self.account_id, before=self.after, after=self.before, reason=Rule.UNDO, cause=Cause.UNDONE
        )


@frozen(kw_only=True)
class EnrolStudent:
    """The daily roster sync brings a student; `before` is "void" if new, "left" if the student returns."""

    FRAME: ClassVar[str] = "enrol_students"
    student_sis_id: str
    first_name: str = attrs.field(repr=False)
    last_name: str = attrs.field(repr=False)
    school: str
    before: str
    reason: Rule

    def inverse(self) -> "RemoveStudent":
        """Back to what it was before."""
        return RemoveStudent(student_sis_id=self.student_sis_id, after=self.before, reason=Rule.UNDO)


@frozen(kw_only=True)
class UpdateStudent:
    """One detail of a student changes: first_name, last_name or school."""

    FRAME: ClassVar[str] = "update_students"
    student_sis_id: str
    field: str
    before: str = attrs.field(repr=False)
    after: str = attrs.field(repr=False)
    reason: Rule

    def inverse(self) -> Self:
        """The old value again."""
        return evolve(self, before=self.after, after=self.before, reason=Rule.UNDO)


@frozen(kw_only=True)
class RemoveStudent:
    """The daily roster sync no longer has a student; `after` is "left", or "void" when the enrolment is undone."""

    FRAME: ClassVar[str] = "remove_students"
    student_sis_id: str
    after: str
    reason: Rule

    def inverse(self) -> EnrolStudent:
        """On the roster again, with the details it has."""
        return EnrolStudent(
            student_sis_id=self.student_sis_id,
            first_name="",
            last_name="",
            school="",
            before=self.after,
            reason=Rule.UNDO,
        )


@frozen(kw_only=True)
class SetPin:
    """A person says of two roles that they are one person, or never are, or takes that back.

    Attributes:
        scope, kind, sis_id: The one role; the smaller of the two, so that a pin is one whichever way it is said.
        other_scope, other_kind, other_sis_id: The other.
        before, after: A `Verdict`, or "" for none.
    """

    FRAME: ClassVar[str] = "set_pins"
    scope: str
    kind: str
    sis_id: str
    other_scope: str
    other_kind: str
    other_sis_id: str
    before: str
    after: str
    reason: Rule

    def inverse(self) -> Self:
        """What was said before."""
        return evolve(self, before=self.after, after=self.before, reason=Rule.UNDO)


@frozen(kw_only=True)
class SetDenial:
    """A person denies a guardian access to a student in the whole district (A2), or takes that back.

    Attributes:
        before, after: Why it is denied, in the person's words, which must not be blank; "" for not denied.
    """

    FRAME: ClassVar[str] = "set_denials"
    guardian_sis_id: str
    student_sis_id: str
    before: str = attrs.field(repr=False)
    after: str = attrs.field(repr=False)
    reason: Rule

    def inverse(self) -> Self:
        """What was said before."""
        return evolve(self, before=self.after, after=self.before, reason=Rule.UNDO)


Change: TypeAlias = (
    EnrolStudent
    | UpdateStudent
    | CreateAccount
    | ReactivateAccount
    | MergeAccounts
    | SplitAccount
    | GrantRole
    | UpdateContact
    | StartGuardianship
    | EndGuardianship
    | RevokeRole
    | ArchiveAccount
    | RemoveStudent
    | SetPin
    | SetDenial
)
"""Any change. This is also the order in which changes are written: what others refer to comes first."""

KINDS: tuple[type[Change], ...] = (
    EnrolStudent, UpdateStudent, CreateAccount, ReactivateAccount, MergeAccounts, SplitAccount, GrantRole, UpdateContact,
    StartGuardianship, EndGuardianship, RevokeRole, ArchiveAccount, RemoveStudent, SetPin, SetDenial,
)  # fmt: skip

SCHEMAS: dict[str, pl.Schema] = {kind.FRAME: pl.Schema(dict.fromkeys(fields_dict(kind), pl.String())) for kind in KINDS}
"""The columns of each frame of changes, all text, by the frame's name."""

REMOVALS = ("end_guardianships", "revoke_roles", "archive_accounts", "remove_students")
"""The frames of changes that take something from somebody."""

STUDENT_DETAILS = ("first_name", "last_name", "school")
"""What the daily roster sync says of a student."""
