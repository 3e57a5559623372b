"""The scenarios of docs/scenarios.md: how they are read, and what really happens in them.

A scenario is a script. What stands before `=>` is done, what stands behind it is expected: `really` plays a script and
returns it with what happened in place of what was expected, so that a scenario holds if nothing of it changes. Whatever
a plan holds, ends, revokes, archives, merges, splits, finds or refuses is told, whether the script expects it or not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

import polars as pl
from attrs import evolve, frozen
from evenings import Evenings
from said_in_full import unsaid

import guardiansync as gs
from guardiansync.model.bulk import Changes

PAGE: Final = Path(__file__).parents[1] / "docs" / "scenarios.md"
COLUMNS: Final = "studentSisId,guardianSisId,firstName,lastName,email,sms"
STUDENTS: Final = ("S1", "S2", "S3", "S4", "S5", "S6")
CHECKS: Final = ("together", "apart", "account", "role", "tied")
"""Expectations about the roster afterwards; they are answered where they are asked."""

_SCENARIO = re.compile(r"^### (?P<title>.+?)\n(?:(?!^#).)*?^```text\n(?P<script>.*?)^```", re.MULTILINE | re.DOTALL)


@frozen
class Step:
    """One thing that happens.

    Attributes:
        says: The statement, such as "evening" or "claim G1".
        rows: Rows of the file or of staff, each with what is expected of it, or "".
        expected: What else is expected, sorted.
    """

    says: str
    rows: tuple[tuple[str, str], ...] = ()
    expected: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As in a script."""
        rows = (f"  {row}  => {told}" if told else f"  {row}" for row, told in self.rows)
        return "\n".join([self.says, *rows, *(f"  => {one}" for one in self.expected)])


def scenarios(page: str) -> dict[str, list[Step]]:
    """The scenarios of a page by their headings."""
    return {found["title"]: parse(found["script"]) for found in _SCENARIO.finditer(page)}


def parse(script: str) -> list[Step]:
    """Read a script: statements, and indented below them rows and what is expected."""
    steps: list[Step] = []
    for line in filter(str.strip, script.splitlines()):
        before, _, after = (" ".join(part.split()) for part in line.partition("=>"))
        if not line.startswith(" "):
            steps.append(Step(before))
        elif before:
            steps[-1] = evolve(steps[-1], rows=(*steps[-1].rows, (before, after)))
        else:
            steps[-1] = evolve(steps[-1], expected=tuple(sorted((*steps[-1].expected, after))))
    return steps


def really(steps: Iterable[Step]) -> list[Step]:
    """Play a script: the same with what happened in place of what was expected."""
    stage = Stage()
    return [stage.play(step) for step in steps]


class Stage:
    """A district in which a script is played."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.students: tuple[str, ...] = STUDENTS
        self.store = gs.open_store("memory://")
        self.scope: gs.District | gs.School = gs.District("d-1")
        self.districts: dict[str, Evenings] = {}
        self.run_id = ""
        self.holds: tuple[gs.Hold, ...] = ()

    def play(self, step: Step) -> Step:
        """Do what a step says, and tell what happened."""
        rows = [row for row, _ in step.rows]
        told, happened = [""] * len(rows), list[str]()
        try:
            match step.says.split():
                case ["students", *ids]:
                    happened = self._enrolled(ids)
                case ["staff"]:
                    told, happened = self._loaded(rows)
                case ["evening", *more]:
                    told, happened = self._synced(rows, [column.removeprefix("+") for column in more])
                case words:
                    happened = self._do(*words)
        except gs.GuardianSyncError as error:
            happened.append(f"refused {type(error).__name__}")
        answers = [self._answer(one) for one in step.expected if one.split()[0] in CHECKS]
        return Step(step.says, tuple(zip(rows, told, strict=True)), tuple(sorted([*happened, *answers])))

    @property
    def here(self) -> Evenings:
        """The district, or the school that the script is in."""
        name = str(self.scope)
        if name not in self.districts:
            self.districts[name] = Evenings(self.students, store=self.store, scope=self.scope, **self.settings)
        return self.districts[name]

    # --- what happens ---------------------------------------------------------------------------------------------

    def _enrolled(self, ids: list[str]) -> list[str]:
        if self.districts:
            return self._ran(self.here.load(students=ids))
        self.students = tuple(ids)
        return []

    def _loaded(self, staff: list[str]) -> tuple[list[str], list[str]]:
        before = self.here.roster
        report = self.here.load(staff=staff)
        return _beside(report, range(1, len(staff) + 1)), self._ran(report, before)

    def _synced(self, rows: list[str], more: list[str]) -> tuple[list[str], list[str]]:
        before, file = self.here.roster, "\n".join([",".join([COLUMNS, *more]), *rows]).encode()
        report = gs.sync(self.here.settings, self.store, file)
        # Line 1 is the header; rows that a broken one swallowed have no line of their own.
        told, happened = _beside(report, range(2, len(rows) + 2)), self._ran(report, before)
        if not gs.plan(self.here.settings, self.store, file).is_empty:
            happened.append("the same file changes something again")
        return told, happened

    def _ran(self, report: gs.Report, before: gs.Roster | None = None) -> list[str]:
        self.run_id, self.holds = report.run_id, report.holds
        loose = [f"finding {one.code}" for one in report.findings if not one.line]
        held = [f"hold {one.reason} {one.rule} {' '.join(_members(one))}".rstrip() for one in report.holds]
        changes = self.store.changes(report.run_id, self.scope)
        missing = unsaid(changes, report.rows, report.findings, report.holds)
        assert not missing, missing
        return [*held, *loose, *_changes(changes, before or self.here.roster)]

    def _do(self, *words: str) -> list[str]:
        """What people do, and where the script goes on."""
        match words:
            case ("settings", *given):
                self.settings = {name: _value(value) for name, _, value in (one.partition("=") for one in given)}
            case ("district",):
                self.scope = gs.District("d-1")
            case ("school", name):
                self.scope = gs.School(name, "d-1")
            case ("claim", name):
                self.store.mark_active([self._role(name)["account_id"]])
            case ("release", *reasons):
                held = [hold.id for hold in self.holds if not reasons or hold.reason in reasons]
                assert held, "nothing is held"
                for hold in held:
                    gs.release(self.store, hold, actor="support")
            case _:
                return self._said(*words)
        return []

    def _said(self, *words: str) -> list[str]:
        """What people say, which is a run each time."""
        before = self.here.roster
        match words:
            case ("pin", "same", one, other):
                run = gs.pin_same(self.store, self._ref(one), self._ref(other), actor="support")
            case ("pin", "never", one, other):
                run = gs.pin_never_same(self.store, self._ref(one), self._ref(other), actor="support")
            case ("deny", guardian, student):
                run = gs.deny(self.store, self.scope, guardian, student, "court order", actor="support")
            case ("undo",):
                run = gs.undo(self.run_id, self.store, actor="support")
            case _:
                raise ValueError(words)
        self.run_id = run.run_id
        return [] if words[0] == "undo" else list(_changes(self.store.changes(run.run_id, self.scope), before))

    # --- what is so -----------------------------------------------------------------------------------------------

    def _answer(self, check: str) -> str:
        match check.split():
            case ["together" | "apart", *names]:
                several = {self._role(name)["account_id"] for name in names}
                answer = {1: "together", len(names): "apart"}.get(len(several), "in part together")
                return " ".join([answer, *names])
            case ["account", name, what, *_]:
                accounts = self.here.roster.accounts
                of = accounts.row(by_predicate=pl.col("account_id") == self._role(name)["account_id"], named=True)
                return f"account {name} {what} {of[what]}"
            case ["role", name, what, *_]:
                return f"role {name} {what} {self._role(name)[what]}"
            case ["tied", name, *_]:
                return " ".join(["tied", name, *sorted(self.here.children(name))])
            case _:
                raise ValueError(check)

    def _role(self, name: str) -> Mapping[str, Any]:
        of = self._ref(name)
        is_it = (pl.col("scope") == of.scope) & (pl.col("kind") == of.kind) & (pl.col("sis_id") == of.sis_id)
        # A school's roster need not have the accounts of other schools.
        return self.districts[of.scope].roster.roles.row(by_predicate=is_it, named=True)

    def _ref(self, name: str) -> gs.RoleRef:
        sis_id, _, school = name.partition("@")
        scope = f"d-1/{school}" if school else str(self.scope)
        return gs.RoleRef(scope, "staff" if sis_id.startswith("T") else "guardian", sis_id)


def _value(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    return float(text) if "." in text else int(text)


def _beside(report: gs.Report, lines: Iterable[int]) -> list[str]:
    """What became of the row on each line, and what was found there."""
    became = {row["line"]: f"{row['action']} {row['rule']}" for row in report.rows.iter_rows(named=True) if row["line"]}
    found: dict[int, list[str]] = {}
    for one in report.findings:
        if one.line and one.code != "held":
            found.setdefault(one.line, []).append(one.code)
    return [" ".join([*became.get(line, "").split(), *sorted(found.get(line, []))]) for line in lines]


def _members(hold: gs.Hold) -> list[str]:
    pairs = hold.members.select("student_sis_id", "guardian_sis_id").iter_rows()
    return sorted(f"{student}/{guardian}".strip("/") for student, guardian in pairs)


def _changes(changes: Changes, before: gs.Roster) -> Iterator[str]:
    """What was taken from somebody, and which accounts became one or parted."""
    on: dict[str, list[str]] = {}
    for scope, sis_id, account in before.roles.select("scope", "sis_id", "account_id").sort(pl.all()).iter_rows():
        there = sis_id if scope == str(before.scope) else f"{sis_id}@{scope.rpartition('/')[2]}"
        on.setdefault(account, []).append(there)

    def rows(frame: str) -> Iterable[dict[str, Any]]:
        return changes[frame].iter_rows(named=True)

    moved = {row["sis_id"] for frame in ("merge_accounts", "split_accounts") for row in rows(frame)}

    def whose(account: str) -> str:
        return " ".join(sorted(one for one in on.get(account, []) if one not in moved))

    def all_of(account: str) -> str:
        return " ".join(sorted(on[account]))

    def why(row: Mapping[str, Any]) -> str:
        return f"{row['reason']} {row['cause']}"

    yield from chain(
        (f"end {r['student_sis_id']}/{r['guardian_sis_id']} {why(r)}" for r in rows("end_guardianships")),
        (f"revoke {r['sis_id']} {why(r)}" for r in rows("revoke_roles")),
        (f"archive {all_of(r['account_id'])} {why(r)}" for r in rows("archive_accounts")),
        (f"merge {r['sis_id']} into {whose(r['into_account_id'])} {r['reason']}" for r in rows("merge_accounts")),
        (f"split {r['sis_id']} from {whose(r['from_account_id'])} {r['reason']}" for r in rows("split_accounts")),
        (f"left {r['student_sis_id']}" for r in rows("remove_students")),
    )
