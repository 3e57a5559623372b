"""The report of one run, for the district's IT person and for whoever runs the sync."""

import json
from typing import Self

import polars as pl
from attrs import frozen

from guardiansync.model.finding import Findings
from guardiansync.model.plan import ROWS, Action, Evidence, Hold, Plan, Result
from guardiansync.model.run import Run, Status
from guardiansync.settings import Scope

_RISKY_START = "^[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]"
"""What a spreadsheet takes for a formula, full-width forms included."""

WORDS = {
    "enrol_students": "students added",
    "update_students": "student details changed",
    "remove_students": "students left",
    "create_accounts": "accounts created",
    "reactivate_accounts": "accounts reactivated",
    "merge_accounts": "roles moved by a merge",
    "split_accounts": "roles moved by a split",
    "grant_roles": "roles granted",
    "update_contacts": "details updated",
    "start_guardianships": "guardianships started",
    "end_guardianships": "guardianships ended",
    "revoke_roles": "roles revoked",
    "archive_accounts": "accounts archived",
    "set_pins": "pins set",
    "set_denials": "denials set",
}
"""What each frame of changes is called where people read of it."""


@frozen(eq=False)
class Report:
    """What one run did.

    Attributes:
        run_id: Names the run in the journal; `undo` takes it.
        scope: Whose roster it was.
        status: How it ended.
        reasons: Why something waits for a person, or why the run failed.
        counts: How many changes of each kind were made, and `rows`, `rows_used`, `rows_skipped`, `rows_held`.
        rows: Schema `ROWS`: one for each row of the file, then one (line 0) for each tie that ended and each role that
            was revoked because the file no longer names it.
        findings: What a person should know.
        holds: What waits for a person.
        evidence: What it rested on.
        left: How many changes were left because somebody had changed the account meanwhile.
    """

    run_id: str
    scope: Scope
    status: Status
    reasons: tuple[str, ...]
    counts: dict[str, int]
    rows: pl.DataFrame
    findings: Findings
    holds: tuple[Hold, ...]
    evidence: Evidence
    left: int = 0

    @classmethod
    def of(cls, plan: Plan, run: Run, later: Findings | None = None) -> Self:
        """The report of a plan that was applied.

        Args:
            plan: What was applied.
            run: What came of it.
            later: What was found only afterwards.
        """
        by_result = dict(plan.rows.group_by("result").len().iter_rows())
        return cls(
            run_id=run.run_id,
            scope=run.scope,
            status=run.status,
            reasons=run.reasons,
            counts={
                **run.counts,
                "rows": plan.rows.height,
                **{f"rows_{result}": by_result.get(str(result), 0) for result in Result},
            },
            rows=pl.concat([plan.rows, _removed_rows(plan)]),
            findings=Findings.concat([plan.findings, later]) if later else plan.findings,
            holds=plan.holds,
            evidence=plan.evidence,
            left=len(run.left),
        )

    def to_csv(self) -> str:
        """The rows as CSV, one line for each, safe to open in a spreadsheet."""
        texts = [name for name, dtype in ROWS.items() if dtype == pl.String()]
        return self.rows.with_columns(spreadsheet_safe(pl.col(name)).alias(name) for name in texts).write_csv()

    def to_json(self) -> str:
        """Everything but the rows, as JSON."""
        return json.dumps(
            {
                "run_id": self.run_id,
                "scope": str(self.scope),
                "status": str(self.status),
                "reasons": list(self.reasons),
                "counts": self.counts,
                "left": self.left,
                "evidence": {
                    "name": self.evidence.name,
                    "sha256": self.evidence.sha256,
                    "size": self.evidence.size,
                    "row_count": self.evidence.row_count,
                    "modified_at": self.evidence.modified_at.isoformat() if self.evidence.modified_at else None,
                    "version": self.evidence.version,
                },
                "holds": [
                    {
                        "id": hold.id,
                        "reason": str(hold.reason),
                        "rule": str(hold.rule),
                        "message": hold.message,
                        "remedy": hold.remedy,
                        "lines": list(hold.lines),
                        "members": hold.members.height,
                    }
                    for hold in self.holds
                ],
                "findings": [
                    {
                        "code": finding.code,
                        "severity": str(finding.severity),
                        "line": finding.line,
                        "column": finding.column,
                        "message": finding.message,
                        "remedy": finding.remedy,
                    }
                    for finding in self.findings
                ],
            },
            ensure_ascii=False,
            indent=2,
        )

    def __str__(self) -> str:
        """A few lines for a person."""
        why = f" ({', '.join(self.reasons)})" if self.reasons else ""
        lines = [f"{self.scope}: {self.status}{why}, run {self.run_id}"]
        if self.counts["rows"]:
            lines.append(
                "{rows:>9,} rows: {rows_used:,} used, {rows_skipped:,} skipped, {rows_held:,} held".format(
                    **self.counts
                )
            )
        lines += [f"{self.counts[name]:>9,} {words}" for name, words in WORDS.items() if self.counts.get(name)]
        if self.left:
            lines.append(f"{self.left:>9,} changes left, because the account was changed meanwhile")
        lines += [f"  waits: {hold}" for hold in self.holds]
        lines += [f"{count:>9,} findings: {code}" for code, count in self.findings.counts().items()]
        return "\n".join(lines)


def spreadsheet_safe(text: pl.Expr) -> pl.Expr:
    """Text that no spreadsheet runs as a formula: an apostrophe stands before what would start one."""
    return pl.when(text.str.contains(_RISKY_START)).then(pl.lit("'") + text).otherwise(text)


def _removed_rows(plan: Plan) -> pl.DataFrame:
    def rows(frame: pl.DataFrame, action: Action, **ids: pl.Expr) -> pl.DataFrame:
        return frame.select(
            pl.lit(0, dtype=pl.UInt32).alias("line"),
            result=pl.lit(str(Result.USED)),
            action=pl.lit(str(action)),
            rule="reason",
            message="cause",
            **ids,
        ).select(ROWS.names())

    ended = rows(
        plan.frames["end_guardianships"],
        Action.ENDED,
        student_sis_id=pl.col("student_sis_id"),
        guardian_sis_id=pl.col("guardian_sis_id"),
    )
    revoked = rows(
        plan.frames["revoke_roles"], Action.REVOKED, student_sis_id=pl.lit(""), guardian_sis_id=pl.col("sis_id")
    )
    return pl.concat([ended, revoked])
