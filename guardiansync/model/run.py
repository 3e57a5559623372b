"""Runs: one application of a plan, as the store's journal keeps it."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import polars as pl
from attrs import field, frozen

from guardiansync.model.bulk import Changes
from guardiansync.model.finding import Findings
from guardiansync.model.plan import Evidence, RunKind
from guardiansync.settings import Scope

_TEXT = pl.String()


class Phase(StrEnum):
    """What a sync is doing."""

    FETCH = "fetch"
    READ = "read"
    ROSTER = "roster"
    PLAN = "plan"
    APPLY = "apply"


OnProgress: TypeAlias = Callable[[Phase, int, int], None]
"""Called with a phase, how much of it is done and how much there is: bytes for fetching, else 0 of 1 and 1 of 1."""


class Status(StrEnum):
    """How a run ended."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    HELD = "held"
    """Applied but for what waits for a person."""
    FAILED = "failed"


RUNS = pl.Schema(
    {
        "run_id": _TEXT,
        "scope": _TEXT,
        "kind": _TEXT,
        "status": _TEXT,
        "reasons": _TEXT,
        "message": _TEXT,
        "actor": _TEXT,
        "started_at": pl.Datetime("us", "UTC"),
        "duration_s": pl.Float64(),
        "file_name": _TEXT,
        "sha256": _TEXT,
        "size": pl.Int64(),
        "row_count": pl.Int64(),
        "version_before": pl.Int64(),
        "version_after": pl.Int64(),
        "changes": pl.Int64(),
        "undoes": _TEXT,
    }
)
"""The journal, one row a run, the newest first. `reasons` are separated by spaces; `changes` counts them all."""

PLANNED_IDS = pl.Schema({"planned_id": _TEXT, "account_id": _TEXT})
"""The real ids of new accounts, beside the plan's names for them."""


@frozen(eq=False)
class Written:
    """What a store really wrote.

    Attributes:
        changes: The changes that were made, with the real ids of new accounts.
        left: Those that were left, because what they change was no longer what they were planned from.
        ids: Schema `PLANNED_IDS`.
    """

    changes: Changes
    left: Changes
    ids: pl.DataFrame = field(factory=PLANNED_IDS.to_frame)


@frozen(eq=False)
class Run:
    """One application of a plan.

    Attributes:
        run_id: Names it in the journal; sorts by time.
        scope: Whose roster it was.
        kind: What it was made from.
        status: How it ended.
        reasons: Why it was held or failed.
        started_at: When, in UTC.
        duration_s: How long it took, in seconds.
        actor: Who asked for it.
        evidence: What it rested on; None where it failed before there was any.
        version_after: The roster's version afterwards.
        counts: How many changes of each kind were made.
        message: What a person should read, if it failed.
        undoes: The run that this one took back, or "".
        left: Changes that were left because somebody had changed the account meanwhile.
    """

    run_id: str
    scope: Scope
    kind: RunKind
    status: Status
    started_at: datetime
    duration_s: float
    reasons: tuple[str, ...] = ()
    actor: str = ""
    evidence: Evidence | None = None
    version_after: int = 0
    counts: dict[str, int] = field(factory=dict)
    message: str = ""
    undoes: str = ""
    left: Changes = field(factory=Changes, repr=False)

    def as_row(self) -> dict[str, object]:
        """The run as a row of `RUNS`."""
        evidence = self.evidence
        return {
            "run_id": self.run_id,
            "scope": str(self.scope),
            "kind": str(self.kind),
            "status": str(self.status),
            "reasons": " ".join(self.reasons),
            "message": self.message,
            "actor": self.actor,
            "started_at": self.started_at,
            "duration_s": self.duration_s,
            "file_name": evidence.name if evidence else "",
            "sha256": evidence.sha256 if evidence else "",
            "size": evidence.size if evidence else 0,
            "row_count": evidence.row_count if evidence else 0,
            "version_before": evidence.version if evidence else self.version_after,
            "version_after": self.version_after,
            "changes": sum(self.counts.values()),
            "undoes": self.undoes,
        }


@frozen
class Settled:
    """What a run found in a file that changed nothing and had nothing wait.

    The same file on the same basis, at the same version of the roster, would come to the same.

    Attributes:
        run_id: The run that read the file.
        basis: `Evidence.basis` of that run.
        version: The roster's version that it was read for.
        rows_used: How many rows it used.
        rows_skipped: How many it skipped.
        findings: What it found.
    """

    run_id: str
    basis: str
    version: int
    rows_used: int
    rows_skipped: int
    findings: Findings = field(repr=False, eq=False)
