"""The real job, shown: a sample district's files come over SFTP, evening after evening, into a roster.

Nothing is simulated but the people: a real SFTP server on this machine serves the folder, and the roster is a real
database that stays, to be looked at.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Final

import polars as pl
from attrs import field, frozen

import guardiansync as gs
from guardiansync.check import Outcome
from guardiansync.errors import SettingsError
from guardiansync.model.roster import RoleKind
from guardiansync.model.rule import Rule
from guardiansync.settings import FILE_NAME
from guardiansync.stores.protocol import Store
from guardiansync.testing.district import LEAST_STUDENTS, Evening, Record, SampleDistrict
from guardiansync.testing.sftp_server import SftpServer

ROSTER: Final = "roster.db"
OUTGOING: Final = "sftp"
WIDTH: Final = 98

_INDENT: Final = 15 * " "
_FINDINGS: Final = "findings: "

Echo = Callable[[str], object]
"""Takes one line of text at a time."""


@frozen(eq=False)
class DemoEvening:
    """One evening of the demo.

    Attributes:
        folder: Where its files are.
        record: What the generator says must happen.
        roster_sync: What the daily roster sync did.
        plan: The dry run.
        report: What the guardian sync did.
    """

    folder: Path
    record: Record = field(repr=False)
    roster_sync: gs.Report
    plan: gs.Plan
    report: gs.Report


@frozen(eq=False)
class DemoResult:
    """What the demo leaves.

    Attributes:
        folder: Holds roster.db and a folder for each evening.
        store_url: What `open_store` takes.
        scope: The district.
        evenings: The first evening, the second, and the broken export.
    """

    folder: Path
    store_url: str
    scope: gs.District
    evenings: tuple[DemoEvening, DemoEvening, DemoEvening]


def run_demo(folder: str | os.PathLike[str], *, students: int = 2000, seed: int = 1, echo: Echo = print) -> DemoResult:
    """Show two evenings and a broken export of a sample district.

    Args:
        folder: Where everything is left; made if it is not there.
        students: How many students the district has.
        seed: The same seed shows the same district.
        echo: Called with each line; a line that starts with `#` is a heading.

    Raises:
        SettingsError: The folder already holds a roster, or there are too few students.
        GuardianSyncError: Something on this machine is broken.
    """
    folder = Path(folder).resolve()
    if (folder / ROSTER).exists():
        raise SettingsError("folder", "a folder without a roster.db", "one that has it")
    try:
        district = SampleDistrict(students, seed)
    except ValueError as error:
        raise SettingsError("students", f"at least {LEAST_STUDENTS}", str(students)) from error
    began = time.perf_counter()
    (folder / OUTGOING).mkdir(parents=True, exist_ok=True)
    store_url = f"sqlite:///{folder / ROSTER}"
    store = gs.open_store(store_url)
    with SftpServer(folder / OUTGOING) as server:
        settings = gs.SyncSettings(scope=district.scope, location=server.location(), enabled=True)
        stage = _Stage(settings, store, folder, echo)
        stage.head("A sample district")
        echo(
            f"  {students:,} students. Every evening the SIS drops {FILE_NAME} into a folder, which a real SFTP server"
        )
        echo(f"  shows on {server.host}:{server.port}, with a host key and a password of its own.")
        evenings = (
            _first_evening(stage, district.first_evening()),
            _second_evening(stage, district.second_evening()),
            _broken_export(stage, district.broken_export()),
        )
    store.close()
    stage.head("What is left for you to look at")
    echo(f"  {folder}")
    echo(f"    {ROSTER:<12} the roster")
    echo("    evening-1…3  what came in; the dry run; the report; results.csv: what became of each row")
    echo("  Ask it, in that folder:")
    for asked in ("runs", f"explain --guardian {evenings[0].record.staff_links[0]}", "families"):
        echo(f"    guardiansync {asked} --district {district.scope}")
    echo(f"  All of it took {time.perf_counter() - began:.1f} s.")
    return DemoResult(folder, store_url, district.scope, evenings)


def _first_evening(stage: "_Stage", evening: Evening) -> DemoEvening:
    stage.head("The first evening: everybody is new")
    folder = stage.deliver(evening, "evening-1")
    roster_sync = stage.load(evening)
    stage.check()
    plan, report = stage.plan(folder), stage.sync(folder)
    stage.tell_who(plan)
    stage.compare(evening.record, roster_sync, report)
    stage.claim(evening.claimed)
    return DemoEvening(folder, evening.record, roster_sync, plan, report)


def _second_evening(stage: "_Stage", evening: Evening) -> DemoEvening:
    stage.head("The second evening: families come and go, contacts change")
    folder = stage.deliver(evening, "evening-2")
    roster_sync = stage.load(evening)
    plan, report = stage.plan(folder), stage.sync(folder)
    stage.tell_who(plan)
    linked = evening.record.staff_linked[0]
    stage.tell("explained", f"staff {linked} was known as a guardian, and has one account:")
    stage.explain_staff(linked)
    stage.compare(evening.record, roster_sync, report)
    return DemoEvening(folder, evening.record, roster_sync, plan, report)


def _broken_export(stage: "_Stage", evening: Evening) -> DemoEvening:
    stage.head("The third evening: somebody exported a little more than half of the file")
    folder = stage.deliver(evening, "evening-3")
    roster_sync = stage.load(evening)
    plan, report = stage.plan(folder), stage.sync(folder)
    stage.tell("so", "nobody lost access, and the new guardians were added all the same")
    stage.compare(evening.record, roster_sync, report)
    return DemoEvening(folder, evening.record, roster_sync, plan, report)


@frozen
class _Stage:
    """What each evening is played on."""

    settings: gs.SyncSettings
    store: Store
    folder: Path
    echo: Echo

    def head(self, title: str) -> None:
        """A heading."""
        self.echo("")
        self.echo(f"# {title}")

    def deliver(self, evening: Evening, name: str) -> Path:
        """The SIS drops its file; what came in is kept, too."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        evening.students.write_csv(folder / "students.csv")
        evening.staff.write_csv(folder / "staff.csv")
        for where in (folder, self.folder / OUTGOING):
            (where / FILE_NAME).write_bytes(evening.guardians_csv)
        return folder

    def load(self, evening: Evening) -> gs.Report:
        """The daily roster sync."""
        with self._timed() as seconds:
            report = gs.load_roster(
                self.store, self.settings.scope, students=evening.students, staff=evening.staff, actor="demo"
            )
        self.tell("roster sync", ", ".join(_counted(report)) or "nothing new", seconds())
        return report

    def check(self) -> gs.Checkup:
        """The self-check."""
        with self._timed() as seconds:
            checkup = gs.check(self.settings, self.store)
        outcomes = [line.outcome for line in checkup]
        told = f"{outcomes.count(Outcome.PASSED)} passed, {outcomes.count(Outcome.WARNING)} warnings"
        self.tell("check", f"{told}; a sync would {'run' if checkup.ok else 'fail'}", seconds())
        return checkup

    def plan(self, folder: Path) -> gs.Plan:
        """The dry run."""
        with self._timed() as seconds:
            plan = gs.plan(self.settings, self.store)
        (folder / "dry-run.txt").write_text(f"{plan}\n", "utf-8")
        came = plan.evidence
        self.tell("fetched", f"{came.name} over SFTP, {came.size:,} bytes, sha256 {came.sha256[:16]}…")
        self.tell("dry run", f"{len(plan.frames):,} changes to make, none made yet", seconds())
        return plan

    def sync(self, folder: Path) -> gs.Report:
        """The sync itself, and its report in every form."""
        with self._timed() as seconds:
            report = gs.sync(self.settings, self.store, actor="demo")
        (folder / "report.txt").write_text(f"{report}\n", "utf-8")
        (folder / "report.json").write_text(report.to_json(), "utf-8")
        (folder / "results.csv").write_text(report.to_csv(), "utf-8")
        why = f", reason {', '.join(report.reasons)}" if report.reasons else ""
        self.tell("sync", f"{report.status}{why}", seconds())
        counted = _counted(report)
        for line in counted:
            if _FINDINGS not in line:
                self.tell("", line)
        found = [line.replace(_FINDINGS, "") for line in counted if _FINDINGS in line]
        self.tell("findings", ", ".join(found))
        return report

    def tell_who(self, plan: gs.Plan) -> None:
        """Who was recognised."""
        granted = dict(plan.frames["grant_roles"].group_by("reason").len().iter_rows())
        if known := granted.get(str(Rule.M2)):
            self.tell("recognised", f"{known:,} guardians who had an account, as staff or under another id (rule M2)")
        several = plan.frames["grant_roles"].filter(pl.col("reason") == str(Rule.M3))["account_id"]
        if several.len():
            self.tell("", f"{several.n_unique():,} people under {several.len():,} new ids: one account each (rule M3)")

    def explain_staff(self, staff_id: str) -> None:
        """What the roster says of somebody."""
        roles = self.store.roster(self.settings.scope).roles
        account_id = roles.row(by_predicate=_is(RoleKind.STAFF) & (pl.col("sis_id") == staff_id), named=True)[
            "account_id"
        ]
        for line in str(gs.explain(self.store, self.settings.scope, account_id=account_id)).splitlines()[1:]:
            self.echo(_INDENT + line)

    def claim(self, guardian_ids: tuple[str, ...]) -> None:
        """Some parents follow their invitation."""
        roles = self.store.roster(self.settings.scope).roles
        accounts = roles.filter(_is(RoleKind.GUARDIAN) & pl.col("sis_id").is_in(guardian_ids))["account_id"].unique()
        self.store.mark_active(accounts)
        self.tell("meanwhile", f"{accounts.len():,} parents claim their accounts: from now on these keep what they say")

    def compare(self, record: Record, roster_sync: gs.Report, report: gs.Report) -> None:
        """Whether the sync found what the generator meant."""
        wrong = record.disagreements(roster_sync, report)
        self.tell("compared", "; ".join(wrong) or "every number is the one that the generator of this district counted")

    def tell(self, what: str, told: str, seconds: float | None = None) -> None:
        """One line: what was done, what came of it, how long it took."""
        took = "" if seconds is None else f" ({seconds:.2f} s)"
        for nth, line in enumerate(wrap(told + took, WIDTH - len(_INDENT), break_on_hyphens=False) or [""]):
            self.echo(f"  {what:<12} {line}" if nth == 0 else _INDENT + line)

    @staticmethod
    @contextmanager
    def _timed() -> Iterator[Callable[[], float]]:
        began = time.perf_counter()
        yield lambda: time.perf_counter() - began


def _is(kind: RoleKind) -> pl.Expr:
    return pl.col("kind") == str(kind)


def _counted(report: gs.Report) -> list[str]:
    """What a report counts, in its own words."""
    return [" ".join(line.split()) for line in str(report).splitlines()[1:]]
