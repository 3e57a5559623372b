"""The people of a sample district, as they really are, and what its exports write of them.

Nothing here knows a rule of matching: who is one person is known because the generator made that person.
"""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

import polars as pl
from attrs import field, frozen

from guardiansync.settings import FILE_COLUMNS

SPELLINGS = (
    "({0}) {1}-{2}", "{0}-{1}-{2}", "{0}{1}{2}", "+1 {0} {1} {2}", "{0}.{1}.{2}", "1 ({0}) {1}-{2}", "+1{0}{1}{2}",
)  # fmt: skip
"""How people write a mobile number."""

_UNTIDY = 11
_SHOUTED = 5
_DECOMPOSED = 7


class Flaw(StrEnum):
    """What is wrong with a guardian's rows."""

    NONE = "none"
    NO_ID = "no id"
    NO_NAME = "no name"
    NO_CONTACT = "no contact"
    LOST_ZEROS = "lost zeros"
    NOT_ENROLLED = "not enrolled"
    BAD_EMAIL = "bad email"
    BAD_MOBILE = "bad mobile"
    REPEATED = "repeated"
    STALE_ROW = "stale row"
    BLANKED = "blanked"
    """The cell of a contact is blank tonight; what is known stays."""


SKIPPED = {
    Flaw.NO_ID: "guardian-id-missing", Flaw.NO_NAME: "name-missing", Flaw.NO_CONTACT: "no-contact",
    Flaw.LOST_ZEROS: "student-unknown", Flaw.NOT_ENROLLED: "student-unknown",
}  # fmt: skip
"""The flaws that make a row useless, with the code of the finding."""

NOTED = {Flaw.BAD_EMAIL: "email-invalid", Flaw.BAD_MOBILE: "mobile-invalid", Flaw.REPEATED: "row-repeated"}
"""Those that are found on every row, which is used all the same."""


@frozen
class Student:
    """One student.

    Attributes:
        id: The studentSisId, with leading zeros.
        first: First name.
        last: Last name.
        school: The school's name.
    """

    id: str
    first: str
    last: str
    school: str


@frozen(kw_only=True)
class Person:
    """One adult: a guardian, a member of staff, or both.

    Attributes:
        number: Tells this person from all others.
        first: First name.
        last: Last name.
        email: The email, or "".
        mobile: Ten digits, or "".
        language: As the export names it, or "".
        ties: Each child with the guardianSisId under which the SIS has this person for that child.
        staff_id: The SIS id as staff, or "".
        work_email: The address in the staff export where it is another one: then nothing proves the two are one.
        flaw: What is wrong with the rows tonight.
    """

    number: int
    first: str
    last: str
    email: str = ""
    mobile: str = ""
    language: str = ""
    ties: tuple[tuple[str, str], ...] = ()
    staff_id: str = ""
    work_email: str = ""
    flaw: Flaw = Flaw.NONE

    @property
    def guardian_ids(self) -> tuple[str, ...]:
        """The guardianSisIds this person has, each once."""
        return tuple(dict.fromkeys(guardian_id for _, guardian_id in self.ties))

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing special about this person."""
        return self.flaw is Flaw.NONE and not self.staff_id and len(self.guardian_ids) == 1

    @property
    def details(self) -> tuple[str, str, str, str]:
        """First and last name, email and mobile."""
        return self.first, self.last, self.email, self.mobile


@frozen
class Family:
    """Students and the people who look after them.

    Attributes:
        students: The children.
        people: Their guardians.
        home_phone: The number at home, or "".
        rows_stay: Whether the export keeps the rows of children who left.
    """

    students: tuple[Student, ...]
    people: tuple[Person, ...]
    home_phone: str = ""
    rows_stay: bool = True

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing special about these people."""
        return all(person.is_plain for person in self.people)


@frozen
class Town:
    """Everybody in the district on one evening.

    Attributes:
        families: The families.
        staff: Staff who are nobody's guardian.
        left: Ids of students who left the roster.
    """

    families: tuple[Family, ...]
    staff: tuple[Person, ...]
    left: frozenset[str] = field(factory=frozenset)

    def guardians(self) -> Iterator[Person]:
        """Everybody who looks after a child."""
        for family in self.families:
            yield from family.people

    def employees(self) -> Iterator[Person]:
        """Everybody who works for the district."""
        yield from self.staff
        yield from (person for person in self.guardians() if person.staff_id)

    def students(self) -> Iterator[Student]:
        """Everybody on the student roster."""
        for family in self.families:
            if not any(person.flaw is Flaw.NOT_ENROLLED for person in family.people):
                yield from (student for student in family.students if student.id not in self.left)

    def student_frame(self) -> pl.DataFrame:
        """The student roster, as `load_roster` takes it."""
        rows = sorted((s.id, s.first, s.last, s.school) for s in self.students())
        names = ["student_sis_id", "first_name", "last_name", "school"]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    def staff_frame(self) -> pl.DataFrame:
        """The staff roster, as `load_roster` takes it."""
        rows = sorted(
            (p.staff_id, p.first, p.last, p.work_email or p.email, _spelt(p.mobile, int(p.staff_id[1:])))
            for p in self.employees()
        )
        names = ["sis_id", "first_name", "last_name", "email", "sms"]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    def guardian_rows(self) -> list[tuple[str, ...]]:
        """The rows of guardians.csv below its header, by student."""
        return sorted(
            row for family in self.families for person in family.people for row in _rows(person, family, self)
        )

    def skipped_rows(self) -> Counter[str]:
        """How many of these rows cannot be used, by the code of the finding."""
        found: Counter[str] = Counter()
        for family, person, (student_id, _) in self._standing_rows():
            if person.flaw in SKIPPED:
                found[SKIPPED[person.flaw]] += 1
            elif student_id in self.left and family.rows_stay:
                found["student-left"] += 1
        return found

    def noted_rows(self) -> Counter[str]:
        """How many findings there are of rows that are used, by code."""
        found: Counter[str] = Counter()
        for _, person, tie in self._standing_rows():
            if person.flaw in NOTED:
                found[NOTED[person.flaw]] += 1
            elif person.flaw is Flaw.STALE_ROW and tie == person.ties[0]:
                found["rows-disagree"] += 1
        return found

    def _standing_rows(self) -> Iterator[tuple[Family, Person, tuple[str, str]]]:
        for family in self.families:
            for person in family.people:
                for tie in person.ties:
                    if family.rows_stay or tie[0] not in self.left:
                        yield family, person, tie


def as_csv(rows: Sequence[tuple[str, ...]]) -> bytes:
    """A guardians.csv, UTF-8, with its header row.

    Args:
        rows: Cells in the order of `FILE_COLUMNS`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FILE_COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


def plain_ascii(text: str) -> str:
    """The letters of a name that an address can have."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _rows(person: Person, family: Family, town: Town) -> Iterator[tuple[str, ...]]:
    flaw = person.flaw
    first, last, email, sms = _cells(person)
    home_phone = _spelt(family.home_phone, person.number)
    for nth, (student_id, guardian_id) in enumerate(person.ties):
        if student_id in town.left and not family.rows_stay:
            continue
        row = (
            student_id.lstrip("0") if flaw is Flaw.LOST_ZEROS else student_id,
            "" if flaw is Flaw.NO_ID else guardian_id,
            first,
            last,
            f"old.{email}" if flaw is Flaw.STALE_ROW and nth == 0 else email,
            sms,
            home_phone,
            person.language,
        )
        yield from [row, row] if flaw is Flaw.REPEATED else [row]


def _cells(person: Person) -> tuple[str, str, str, str]:
    """Names, email and mobile as the export writes them: no two people alike."""
    first, last, email, mobile = person.details
    style = person.number
    if style % _UNTIDY == 0:
        last += " "
    if style % _DECOMPOSED == 0:
        first = unicodedata.normalize("NFD", first)
    if style % _SHOUTED == 0:
        email = email.title()
    sms = _spelt(mobile, style)
    match person.flaw:
        case Flaw.BAD_EMAIL:
            email = "ask the mother"
        case Flaw.BAD_MOBILE:
            sms = "555-0132"
        case Flaw.BLANKED:
            email = ""
        case Flaw.NO_NAME:
            last = ""
        case _:
            pass
    return first, last, email, sms


def _spelt(ten_digits: str, style: int) -> str:
    if not ten_digits:
        return ""
    return SPELLINGS[style % len(SPELLINGS)].format(ten_digits[:3], ten_digits[3:6], ten_digits[6:])
