"""A sample district: two evenings and a broken export, with the generator's own record of what is true.

The record is counted from the people the generator made, never by the rules that a sync goes by; so a sync that
agrees with it has found out who is who.
"""

from collections import Counter
from functools import cached_property

import polars as pl
from attrs import evolve, field, frozen

from guardiansync.report import Report
from guardiansync.settings import District
from guardiansync.testing.district_file import district_file
from guardiansync.testing.founding import Founder, with_oddities
from guardiansync.testing.next_day import export_broken, next_day
from guardiansync.testing.people import SKIPPED, Town, as_csv

__all__ = ["LEAST_STUDENTS", "Evening", "Record", "SampleDistrict", "Truth", "district_file"]

LEAST_STUDENTS = 100


@frozen(kw_only=True)
class Truth:
    """What the roster should be once an evening is over.

    Attributes:
        students: Ids of the students on the roster.
        staff: Each staff id with the number of the person whose account it is on.
        guardians: Each guardianSisId that should have a role, with the number of the person.
        ties: Student and guardian ids that belong together.
        details: What the SIS says of each guardianSisId: names, email, mobile.
    """

    students: frozenset[str] = frozenset()
    staff: dict[str, int] = field(factory=dict)
    guardians: dict[str, int] = field(factory=dict)
    ties: frozenset[tuple[str, str]] = frozenset()
    details: dict[str, tuple[str, ...]] = field(factory=dict)

    @property
    def accounts(self) -> set[int]:
        """Who should have an account: one for each person."""
        return {*self.staff.values(), *self.guardians.values()}

    @classmethod
    def of(cls, town: Town) -> "Truth":
        """What is so in a town."""
        students = frozenset(student.id for student in town.students())
        seen = [person for person in town.guardians() if person.flaw not in SKIPPED]
        ties = frozenset(tie for person in seen for tie in person.ties if tie[0] in students)
        guarding = {guardian_id for _, guardian_id in ties}
        here = {i: person for person in seen for i in person.guardian_ids if i in guarding}
        return cls(
            students=students,
            # Nothing proves that a work address is the same person's, so that account is another one.
            staff={p.staff_id: -p.number if p.work_email else p.number for p in town.employees()},
            guardians={i: person.number for i, person in here.items()},
            ties=ties,
            details={i: person.details for i, person in here.items()},
        )


@frozen(kw_only=True)
class Record:
    """What must happen on one evening, counted by the generator.

    Attributes:
        rows: Rows in guardians.csv.
        skipped: How many of them cannot be used, by the code of the finding.
        noted: How many findings there are of rows that are used, by code.
        students_enrolled: Students new to the roster.
        students_left: Students gone from it.
        staff_joined: Staff roles granted by the roster sync.
        staff_gone: Staff roles revoked by it.
        staff_accounts: Accounts that the roster sync creates.
        staff_linked: Staff ids put on the account that the person has as a guardian.
        staff_archived: Accounts that it archives.
        accounts_created: Accounts that the guardian sync creates.
        accounts_archived: Accounts that it archives.
        roles_granted: Guardian roles granted.
        roles_revoked: Guardian roles revoked.
        ties_started: Guardianships started.
        ties_ended: Guardianships ended.
        role_updates: Details of guardian roles that change.
        account_updates: Details of accounts that change: not those of people who claimed their account.
        staff_links: Guardian ids put on the account that the person has as staff.
        same_person: New guardian ids that share an account with another guardian id.
        tripped: Whether the threshold holds all removals back.
        ties_withheld: Guardianships that would have ended.
        roles_withheld: Guardian roles that would have been revoked.
        truth: What the roster is afterwards.
    """

    rows: int
    skipped: Counter[str]
    noted: Counter[str]
    students_enrolled: int
    students_left: int
    staff_joined: int
    staff_gone: int
    staff_accounts: int
    staff_linked: tuple[str, ...]
    staff_archived: int
    accounts_created: int
    accounts_archived: int
    roles_granted: int
    roles_revoked: int
    ties_started: int
    ties_ended: int
    role_updates: int
    account_updates: int
    staff_links: tuple[str, ...]
    same_person: tuple[str, ...]
    tripped: bool = False
    ties_withheld: int = 0
    roles_withheld: int = 0
    truth: Truth = field(repr=False)

    @classmethod
    def between(cls, before: Truth, after: Truth, town: Town, claimed: frozenset[str]) -> "Record":
        """What has to happen between two states of the district.

        Args:
            before: What the roster was.
            after: What it should be.
            town: The people behind `after`.
            claimed: Guardian ids whose owners claimed their accounts: these keep what their owners see.
        """
        joined = after.staff.keys() - before.staff.keys()
        gone = before.staff.keys() - after.staff.keys()
        on_roster = {*after.staff.values(), *before.guardians.values()}
        granted = after.guardians.keys() - before.guardians.keys()
        holders = Counter(after.guardians.values())
        staying = before.details.keys() & after.details.keys()
        changed = Counter({i: sum(map(str.__ne__, before.details[i], after.details[i])) for i in staying})
        employed = set(after.staff.values())
        return cls(
            rows=len(town.guardian_rows()),
            skipped=town.skipped_rows(),
            noted=town.noted_rows(),
            students_enrolled=len(after.students - before.students),
            students_left=len(before.students - after.students),
            staff_joined=len(joined),
            staff_gone=len(gone),
            staff_accounts=len({after.staff[i] for i in joined} - before.accounts),
            staff_linked=tuple(sorted(i for i in joined if after.staff[i] in before.accounts)),
            staff_archived=len(before.accounts - on_roster),
            accounts_created=len(after.accounts - before.accounts - set(after.staff.values())),
            accounts_archived=len(on_roster - after.accounts),
            roles_granted=len(granted),
            roles_revoked=len(before.guardians.keys() - after.guardians.keys()),
            ties_started=len(after.ties - before.ties),
            ties_ended=len(before.ties - after.ties),
            role_updates=changed.total(),
            account_updates=sum(
                count for i, count in changed.items() if i not in claimed and after.guardians[i] not in employed
            ),
            staff_links=tuple(sorted(i for i in granted if after.guardians[i] in employed)),
            same_person=tuple(sorted(i for i in granted if holders[after.guardians[i]] > 1)),
            truth=after,
        )

    def disagreements(self, roster_sync: Report, report: Report) -> tuple[str, ...]:
        """What two reports count otherwise than the generator did: nothing, where all is well.

        Args:
            roster_sync: The report of the evening's roster sync.
            report: That of its guardian sync.
        """
        meant = {
            "enrol_students": self.students_enrolled, "remove_students": self.students_left,
            "create_accounts": self.staff_accounts, "archive_accounts": self.staff_archived,
            "grant_roles": self.staff_joined, "revoke_roles": self.staff_gone,
        }  # fmt: skip
        meant_of_guardians = {
            "rows": self.rows, "rows_skipped": self.skipped.total(), "rows_held": 0,
            "create_accounts": self.accounts_created, "archive_accounts": self.accounts_archived,
            "grant_roles": self.roles_granted, "revoke_roles": self.roles_revoked,
            "start_guardianships": self.ties_started, "end_guardianships": self.ties_ended,
            "update_contacts": self.role_updates + self.account_updates,
        }  # fmt: skip
        found = report.findings.counts()
        compared = [
            *((name, count, roster_sync.counts[name]) for name, count in meant.items()),
            *((name, count, report.counts[name]) for name, count in meant_of_guardians.items()),
            *((code, count, found.get(code, 0)) for code, count in (self.skipped + self.noted).items()),
            ("holds", int(self.tripped), len(report.holds)),
        ]
        return tuple(f"{name}: {count:,} meant, {got:,} counted" for name, count, got in compared if got != count)


@frozen(eq=False, kw_only=True)
class Evening:
    """What a district's systems give on one evening.

    Attributes:
        students: The student roster, as `load_roster` takes it.
        staff: The staff roster.
        guardians_csv: The file in the SFTP folder.
        record: What must happen.
        claimed: Guardian ids whose owners claim their accounts afterwards, before the next evening.
    """

    students: pl.DataFrame
    staff: pl.DataFrame
    guardians_csv: bytes = field(repr=False)
    record: Record
    claimed: tuple[str, ...] = ()


class SampleDistrict:
    """A district that does not exist, with the oddities of those that do.

    Families with one to four children and one to four guardians, household emails and mobiles, staff who are parents,
    parents whom the SIS has under two ids, names in seven scripts and spellings, ids with leading zeros, guardians
    without email or mobile, rows that cannot be used.

    Args:
        students: How many students are on the first evening's roster; at least 100.
        seed: The same seed makes the same district.

    Raises:
        ValueError: Too few students.
    """

    def __init__(self, students: int = 2000, seed: int = 1) -> None:
        if students < LEAST_STUDENTS:
            raise ValueError(f"students: at least {LEAST_STUDENTS}, so that there is one of each oddity")
        self.scope = District("sample")
        self._students = students
        self._seed = seed

    def first_evening(self) -> Evening:
        """The district as it is first seen."""
        return self._evenings[0]

    def second_evening(self) -> Evening:
        """The next day: new families, changed contacts, leavers, parents who become staff and staff who become parents."""
        return self._evenings[1]

    def broken_export(self) -> Evening:
        """The day after: somebody exported the file without two guardians in five; three guardians are new."""
        return self._evenings[2]

    @cached_property
    def _evenings(self) -> tuple[Evening, Evening, Evening]:
        founder = Founder(self._seed)
        first = with_oddities(founder.found(self._students), founder)
        claimed = tuple(
            guardian_id
            for nth, family in enumerate(first.families)
            if nth % 3 == 0 and family.is_plain
            for guardian_id in family.people[0].guardian_ids
        )
        nobody, start = Truth(), Truth.of(first)
        second = next_day(first, founder)
        then = Truth.of(second)
        broken, lost = export_broken(second, founder)
        return (
            _evening(first, Record.between(nobody, start, first, frozenset()), claimed),
            _evening(second, Record.between(start, then, second, frozenset(claimed))),
            _evening(broken, _record_of_broken(then, broken, lost), without=lost),
        )


def _record_of_broken(before: Truth, town: Town, lost: frozenset[str]) -> Record:
    """What the file lacks would be removed, were it not more than the threshold allows."""
    return evolve(
        Record.between(before, Truth.of(town), town, frozenset()),
        tripped=True,
        ties_withheld=sum(guardian_id in lost for _, guardian_id in before.ties),
        roles_withheld=len(lost),
    )


def _evening(
    town: Town, record: Record, claimed: tuple[str, ...] = (), without: frozenset[str] = frozenset()
) -> Evening:
    rows = [row for row in town.guardian_rows() if row[1] not in without]
    return Evening(
        students=town.student_frame(),
        staff=town.staff_frame(),
        guardians_csv=as_csv(rows),
        record=evolve(record, rows=len(rows)),
        claimed=claimed,
    )
