"""What is stored: accounts, roles, students, guardianships, and a version.

Frames hold text, never null: what is not known is `""`. Ids keep their leading zeros.
"""

from enum import StrEnum

import polars as pl
from attrs import field, frozen

from guardiansync.settings import Scope


class AccountState(StrEnum):
    """One person's login: invited, claimed by its owner, archived, or void because its creation was undone."""

    INVITED = "invited"
    ACTIVE = "active"
    ARCHIVED = "archived"
    VOID = "void"


class RoleKind(StrEnum):
    """Why an account may do something: as a guardian, or as staff."""

    GUARDIAN = "guardian"
    STAFF = "staff"


class RoleState(StrEnum):
    """A role in force or revoked; void (never in frames of a roster) when its granting was undone."""

    ACTIVE = "active"
    REVOKED = "revoked"
    VOID = "void"


class StudentState(StrEnum):
    """A student on the roster or gone; void (never in frames of a roster) when the enrolment was undone."""

    ACTIVE = "active"
    LEFT = "left"
    VOID = "void"


class TieState(StrEnum):
    """A guardianship in force or ended; void (never in frames of a roster) when its start was undone."""

    ACTIVE = "active"
    ENDED = "ended"
    VOID = "void"


ROLE_DETAILS = ("first_name", "last_name", "email", "sms")
"""What a role carries: what the SIS last said of its holder."""

ACCOUNT_DETAILS = (*ROLE_DETAILS, "phone", "language")
"""What an account carries of its owner."""

VERIFIED = {"email_verified": "email", "sms_verified": "sms"}
"""Whether an account's owner has shown to control a contact; the contact that each is about."""

_TEXT = pl.String()

ACCOUNTS = pl.Schema(
    {
        "account_id": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "email": _TEXT,
        "email_verified": pl.Boolean(),
        "sms": _TEXT,
        "sms_verified": pl.Boolean(),
        "phone": _TEXT,
        "language": _TEXT,
        "state": _TEXT,
        "managed": pl.Boolean(),
    }
)
"""One row an account. `state` is an `AccountState`; `managed`: the sync created it and may archive it."""

ROLES = pl.Schema(
    {
        "scope": _TEXT,
        "kind": _TEXT,
        "sis_id": _TEXT,
        "account_id": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "email": _TEXT,
        "sms": _TEXT,
        "state": _TEXT,
        "managed": pl.Boolean(),
    }
)
"""One row a role: (scope, kind, sis_id) is unique. The details are those the SIS last said."""

STUDENTS = pl.Schema(
    {
        "scope": _TEXT,
        "student_sis_id": _TEXT,
        "first_name": _TEXT,
        "last_name": _TEXT,
        "school": _TEXT,
        "state": _TEXT,
    }
)
"""One row a student: (scope, student_sis_id) is unique."""

GUARDIANSHIPS = pl.Schema(
    {
        "scope": _TEXT,
        "student_sis_id": _TEXT,
        "guardian_sis_id": _TEXT,
        "account_id": _TEXT,
        "state": _TEXT,
        "managed": pl.Boolean(),
    }
)
"""One row a tie of a student and a guardian role: (scope, student_sis_id, guardian_sis_id) is unique."""

RELEASES = pl.Schema(
    {
        "hold_id": _TEXT,
        "reason": _TEXT,
        "student_sis_id": _TEXT,
        "guardian_sis_id": _TEXT,
    }
)
"""What people released: one row for each pair that a released hold had withheld (see `Hold.members`)."""


class Verdict(StrEnum):
    """What a person said of two roles."""

    SAME = "same"
    """They are one person, whatever the details say."""
    NEVER_SAME = "never_same"
    """They are two, whatever the details say."""


PINS = pl.Schema(
    dict.fromkeys(("scope", "kind", "sis_id", "other_scope", "other_kind", "other_sis_id", "verdict"), _TEXT)
)
"""One row a pin: two roles of the district, the smaller first, and a `Verdict`."""

DENIALS = pl.Schema({"guardian_sis_id": _TEXT, "student_sis_id": _TEXT, "scope": _TEXT, "why": _TEXT})
"""One row a denial, of the whole district: a guardian role of `scope` may not reach a student of that id (A2)."""

UNDONE = pl.Schema(
    dict.fromkeys(("run_id", "frame", "kind", "sis_id", "student_sis_id", "target", "field", "after"), _TEXT)
)
"""What stays undone: one row a change of a run that was taken back, by what it was about. `frame` is a `Change.FRAME`;
`after` is what a detail was set to, or the state that a removal led to; what a frame has not is blank."""


@frozen(order=True)
class RoleRef:
    """Names a role.

    Attributes:
        scope: The scope it stands in, as text.
        kind: A `RoleKind`.
        sis_id: The guardian's or staff member's SIS id.
    """

    scope: str
    kind: str
    sis_id: str

    def __str__(self) -> str:
        """In words."""
        return f"{self.kind} {self.sis_id} of {self.scope}"


@frozen(eq=False, repr=False)
class Roster:
    """What a store knows of a scope, at one version.

    Attributes:
        scope: Whose roster it is.
        version: Moves with every change to what the sync owns; a plan is applied only to the version it was made for.
        accounts: Schema `ACCOUNTS`: those with a role of this scope, and those that hold a key that was asked for.
        roles: Schema `ROLES`: all roles of these accounts, in any scope of the district.
        students: Schema `STUDENTS`, of this scope.
        guardianships: Schema `GUARDIANSHIPS`, of this scope.
        releases: Schema `RELEASES`, of this scope.
        pins: Schema `PINS`, of the district.
        denials: Schema `DENIALS`, of the district.
        undone: Schema `UNDONE`, of this scope.
        other_levels: The district's scopes of another level that have guardian roles in force, sorted.
    """

    scope: Scope
    version: int
    accounts: pl.DataFrame
    roles: pl.DataFrame
    students: pl.DataFrame
    guardianships: pl.DataFrame
    releases: pl.DataFrame = field(factory=RELEASES.to_frame)
    pins: pl.DataFrame = field(factory=PINS.to_frame)
    denials: pl.DataFrame = field(factory=DENIALS.to_frame)
    undone: pl.DataFrame = field(factory=UNDONE.to_frame)
    other_levels: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """How much there is, and of nobody what: a repr ends in logs."""
        counts = (
            f"{getattr(self, name).height:,} {name}" for name in ("accounts", "roles", "students", "guardianships")
        )
        return f"<Roster of {self.scope}, version {self.version}: {', '.join(counts)}>"

    @classmethod
    def empty(cls, scope: Scope) -> "Roster":
        """A roster that nobody has loaded yet: version 0."""
        return cls(scope, 0, ACCOUNTS.to_frame(), ROLES.to_frame(), STUDENTS.to_frame(), GUARDIANSHIPS.to_frame())
