"""Plans: changes not yet made, with what is withheld and the evidence they rest on."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import polars as pl
from attrs import field, frozen

from guardiansync.model.bulk import Changes
from guardiansync.model.change import Change
from guardiansync.model.finding import Findings
from guardiansync.model.rule import Rule
from guardiansync.settings import Scope

_TEXT = pl.String()


class Result(StrEnum):
    """What became of one row of the file."""

    USED = "used"
    SKIPPED = "skipped"
    HELD = "held"


class Action(StrEnum):
    """What was done for one row, in the words of the districts' upload results."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    LINKED = "LINKED"
    MERGED = "MERGED"
    REACTIVATED = "REACTIVATED"
    UNCHANGED = "UNCHANGED"
    HELD = "HELD"
    SKIPPED = "SKIPPED"
    ENDED = "ENDED"
    REVOKED = "REVOKED"


ROWS = pl.Schema(
    {
        "line": pl.UInt32(),
        "student_sis_id": _TEXT,
        "guardian_sis_id": _TEXT,
        "result": _TEXT,
        "action": _TEXT,
        "rule": _TEXT,
        "message": _TEXT,
    }
)
"""One line for each row of the file: `result` is a `Result`, `action` an `Action`, `rule` a `Rule` or ""."""

MEMBERS = pl.Schema({"student_sis_id": _TEXT, "guardian_sis_id": _TEXT})
"""What a hold withholds: ties as pairs, guardians with a blank student."""


class HoldReason(StrEnum):
    """Why changes wait for a person."""

    THRESHOLD = "threshold"
    """More would be removed than the deletion threshold allows (R6)."""
    INCOMPLETE_FILE = "incomplete-file"
    """The file is not all there, so nothing it lacks may be removed (R5)."""
    ADDITIONS_ONLY = "additions-only"
    """The settings let nothing be removed now (R6)."""
    ROSTER_THRESHOLD = "roster-threshold"
    """More students or staff would be removed than the roster sync's threshold allows (R6)."""
    ROSTER_EMPTY = "roster-empty"
    """The roster sync brought nobody (R5)."""
    AMBIGUOUS = "ambiguous"
    """The key fits several accounts (M5)."""
    STAFF_LINK = "staff-link"
    """The key is that of a staff member's account, and the settings ask for a person's word (M2)."""
    ROWS_DISAGREE = "rows-disagree"
    """Lines of one guardian id name people who have neither name nor contact in common (U6)."""
    EXCHANGED = "exchanged"
    """Ids take keys that other ids leave (M10)."""
    RECYCLED_ID = "recycled-id"
    """An id says what somebody else would say (M7)."""
    SHOULD_PART = "should-part"
    """Ids that share an account no longer agree (M9)."""
    BECAME_ONE = "became-one"
    """Accounts have come to the same key, and which of them stays is not for a rule to say (M6)."""
    RESEMBLES_DENIED = "resembles-denied"
    """A new guardian of a student agrees with somebody who is denied (A2)."""
    TOO_MANY_GUARDIANS = "too-many-guardians"
    """A student would have more guardians than the settings allow (A1)."""
    TOO_MANY_STUDENTS = "too-many-students"
    """A guardian would have more students than the settings allow (A1)."""
    UNDONE = "undone"
    """A person took this back by undoing a run."""


@frozen(eq=False)
class Hold:
    """Changes that wait until a person releases them.

    Attributes:
        id: The same from evening to evening for the same changes.
        reason: Why.
        rule: The rule that says so.
        message: What is withheld and why, without personal data.
        remedy: What would release it.
        members: Schema `MEMBERS`: what it withholds.
        lines: The first lines of the file that it is about.
    """

    id: str
    reason: HoldReason
    rule: Rule
    message: str
    remedy: str
    members: pl.DataFrame = field(repr=False)
    lines: tuple[int, ...] = ()

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.id} [{self.reason}, {self.rule}] {self.message} {self.remedy}"


@frozen
class Evidence:
    """What a plan rests on; the journal keeps it.

    Attributes:
        name: The file's name, or what else the plan was made from.
        sha256: The digest of the file's bytes.
        size: The file's bytes.
        row_count: The file's rows below the header.
        modified_at: When the file was last changed where it lay, in UTC, if known.
        version: The version of the roster the plan was made for.
        basis: A digest of the file, the settings and the rules; "" where the plan rests on no file.
    """

    name: str
    sha256: str
    size: int
    row_count: int
    modified_at: datetime | None
    version: int
    basis: str = ""


class RunKind(StrEnum):
    """What a plan or run is made from."""

    GUARDIANS = "guardians"
    ROSTER = "roster"
    UNDO = "undo"
    PIN = "pin"
    DENIAL = "denial"
    MIGRATION = "migration"


@frozen(eq=False)
class Plan:
    """Changes not yet made. Look, export, discard, or give it to `apply`.

    Attributes:
        scope: Whose roster it is.
        kind: What it was made from: the guardian file or the daily roster sync.
        frames: The changes in bulk: `plan.frames["create_accounts"]` and so on (see `Changes`).
        rows: Schema `ROWS`: what became of each row of the file.
        holds: What is withheld until a person releases it.
        findings: What a person should know.
        evidence: What the plan rests on.
    """

    scope: Scope
    kind: RunKind
    frames: Changes
    rows: pl.DataFrame
    holds: tuple[Hold, ...]
    findings: Findings
    evidence: Evidence

    def changes(self) -> Iterator[Change]:
        """Each change as a typed object, in the order they are written."""
        return iter(self.frames)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change."""
        return self.frames.is_empty

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why something is withheld, each reason once."""
        return tuple(sorted({str(hold.reason) for hold in self.holds}))

    def __str__(self) -> str:
        """A few lines for a person."""
        used, skipped, held = (self.rows.filter(pl.col("result") == result).height for result in Result)
        lines = [
            f"Plan for {self.scope}: {self.evidence.name}, {self.evidence.row_count:,} rows "
            f"({used:,} used, {skipped:,} skipped, {held:,} held)"
        ]
        lines += [f"{count:>9,} {name.replace('_', ' ')}" for name, count in self.frames.counts().items() if count]
        if self.is_empty:
            lines.append("  nothing to change")
        lines += [f"  held: {hold}" for hold in self.holds]
        lines += [f"{count:>9,} findings: {code}" for code, count in self.findings.counts().items()]
        return "\n".join(lines)
