"""A small district, evening after evening, as the tests tell it."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from said_in_full import unsaid

import guardiansync as gs

HEADER = "studentSisId,guardianSisId,firstName,lastName,email,sms,phone,language"
ANN = "Ann,Lee,ann@example.org,4155550132"
BOB = "Bob,Lee,bob@example.org,4155550143"
OFFICE = "office@example.org"


def csv(*rows: str) -> bytes:
    """A guardians file with these rows below its header."""
    return ("\n".join([HEADER, *rows]) + "\n").encode()


def crowd(count: int) -> list[str]:
    """Rows of people who all have the office's email."""
    return [f"S3,X{n},P{n},Q{n},{OFFICE},,," for n in range(count)]


class Evenings:
    """One district and its store.

    Args:
        students: Ids on the roster.
        staff: Staff as `sis_id,first,last,email,sms`.
        store: Where the roster is kept; in memory unless given.
        settings: Any of `SyncSettings`.
    """

    def __init__(
        self,
        students: Iterable[str] = ("S1", "S2", "S3", "S4"),
        staff: Iterable[str] | None = None,
        store: Any = None,
        **settings: Any,
    ) -> None:
        self.scope = settings.pop("scope", gs.District("d-1"))
        self.store = store or gs.open_store("memory://")
        self.settings = gs.SyncSettings(scope=self.scope, enabled=True, **settings)
        self.load(students, staff)

    def load(
        self, students: Iterable[str] | None = None, staff: Iterable[str] | None = None, **limits: Any
    ) -> gs.Report:
        """The daily roster sync."""
        names = ("sis_id", "first_name", "last_name", "email", "sms")
        report = gs.load_roster(
            self.store,
            self.scope,
            students=None if students is None else [{"student_sis_id": student} for student in students],
            staff=None if staff is None else [dict(zip(names, one.split(","), strict=True)) for one in staff],
            **limits,
        )
        return self._said_in_full(report)

    def plan(self, *rows: str) -> gs.Plan:
        """What tonight's file would do."""
        plan = gs.plan(self.settings, self.store, csv(*rows))
        missing = unsaid(plan.frames, plan.rows, plan.findings, plan.holds)
        assert not missing, missing
        return plan

    def sync(self, *rows: str) -> gs.Report:
        """Tonight's file."""
        return self._said_in_full(gs.sync(self.settings, self.store, csv(*rows)))

    def _said_in_full(self, report: gs.Report) -> gs.Report:
        changes = self.store.changes(report.run_id, self.scope)
        missing = unsaid(changes, report.rows, report.findings, report.holds)
        assert not missing, missing
        return report

    @property
    def roster(self) -> gs.Roster:
        """The roster as it is now."""
        roster = self.store.roster(self.scope)
        assert isinstance(roster, gs.Roster)
        return roster

    def role(self, sis_id: str, kind: str = "guardian") -> Mapping[str, Any]:
        """The role of an id."""
        return self.roster.roles.row(
            by_predicate=(pl.col("sis_id") == sis_id) & (pl.col("kind") == kind) & (pl.col("scope") == str(self.scope)),
            named=True,
        )

    def account(self, sis_id: str, kind: str = "guardian") -> Mapping[str, Any]:
        """The account that has the role of an id."""
        account_id = self.role(sis_id, kind)["account_id"]
        return self.roster.accounts.row(by_predicate=pl.col("account_id") == account_id, named=True)

    def claim(self, sis_id: str) -> None:
        """The owner claims the account."""
        self.store.mark_active([self.account(sis_id)["account_id"]])

    def children(self, guardian_sis_id: str) -> set[str]:
        """The students that a guardian is tied to now."""
        ties = self.roster.guardianships.filter(
            (pl.col("guardian_sis_id") == guardian_sis_id) & (pl.col("state") == "active")
        )
        return set(ties["student_sis_id"])

    def guardians(self) -> set[str]:
        """The ids of active guardian roles."""
        active = self.roster.roles.filter((pl.col("kind") == "guardian") & (pl.col("state") == "active"))
        return set(active["sis_id"])


def actions(rows: pl.DataFrame) -> list[str]:
    """The action of each row, by line."""
    return rows.sort("line")["action"].to_list()
