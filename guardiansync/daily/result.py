"""What one evening did to one scope, and the frame of all of them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Self

import polars as pl
from attrs import asdict, frozen

from guardiansync.errors import DistrictBusy, GuardianSyncError, InBlackout, SyncNotEnabled
from guardiansync.report import Report


class DailyStatus(StrEnum):
    """How the evening ended for a scope: the words of a run's status, and why there was none."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    HELD = "held"
    """Applied but for what waits for a person."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """The settings let nothing run: not enabled, or a blackout."""
    BUSY = "busy"
    """Another sync of the district was under way."""
    CUT_OFF = "cut-off"
    """The deadline came first; give the same settings to `run_daily` again."""


SUMMARY: Final = pl.Schema(
    {
        "scope": pl.String(),
        "status": pl.String(),
        "reason": pl.String(),
        "rows": pl.Int64(),
        "changes": pl.Int64(),
        "findings": pl.Int64(),
        "seconds": pl.Float64(),
        "fetch_seconds": pl.Float64(),
        "tries": pl.Int64(),
        "run_id": pl.String(),
        "message": pl.String(),
    }
)
"""One row for each scope, in the order they were given: the attributes of `DailyResult`."""


@frozen
class DailyResult:
    """What one evening did to one scope.

    Attributes:
        scope: Whose roster, as text.
        status: "applied", "unchanged", "held", "failed", "skipped", "busy" or "cut-off".
        reason: Why something waits for a person, failed, or did not run; several words are separated by spaces.
        rows: How many rows the file had.
        changes: How many changes were made.
        findings: How many things a person should know.
        seconds: How long it took, waiting for a turn left out.
        fetch_seconds: How much of that was fetching.
        tries: How often it was tried.
        run_id: Names the run in the journal; "" where there was none, or none that succeeded.
        message: What a person should read, if it failed or did not run.
    """

    scope: str
    status: str
    reason: str = ""
    rows: int = 0
    changes: int = 0
    findings: int = 0
    seconds: float = 0.0
    fetch_seconds: float = 0.0
    tries: int = 0
    run_id: str = ""
    message: str = ""

    @classmethod
    def of_report(cls, report: Report) -> Self:
        """What a sync did."""
        return cls(
            scope=str(report.scope),
            status=str(report.status),
            reason=" ".join(report.reasons),
            rows=report.counts["rows"],
            changes=sum(count for name, count in report.counts.items() if not name.startswith("rows")),
            findings=len(report.findings),
            run_id=report.run_id,
        )

    @classmethod
    def of_error(cls, scope: str, error: GuardianSyncError) -> Self:
        """Why there was no sync."""
        status = DailyStatus.FAILED
        if isinstance(error, DistrictBusy):
            status = DailyStatus.BUSY
        elif isinstance(error, SyncNotEnabled | InBlackout):
            status = DailyStatus.SKIPPED
        return cls(scope=scope, status=str(status), reason=error.reason, message=str(error))


def summary(results: Iterable[DailyResult]) -> pl.DataFrame:
    """The results as a frame of the schema `SUMMARY`."""
    return pl.DataFrame([asdict(result) for result in results], schema=SUMMARY)


def unexpected(error: BaseException) -> GuardianSyncError:
    """An exception of somebody else; what it says may hold personal data, so only its kind is told."""
    told = GuardianSyncError(type(error).__name__)
    told.reason = "unexpected"
    return told
