"""Hypothesis strategies for small districts in which everything awkward is likely.

Names, emails, mobiles and ids come from small pools, so that collisions, shared contacts, repeated pairs, lines that
disagree, blank cells, unknown students and ids that go and return happen all the time.

    from hypothesis import given
    from guardiansync.testing.strategies import SmallDistrict, districts

    @given(districts())
    def test_my_store(district: SmallDistrict) -> None:
        for evening in district.evenings:
            ...

This module needs hypothesis; `guardiansync.testing` itself does not import it.
"""

from collections.abc import Mapping
from itertools import product
from typing import Final

import polars as pl
from attrs import evolve, field, frozen
from hypothesis import strategies as st

from guardiansync.settings import District
from guardiansync.testing.people import as_csv

SCOPE: Final = District("small")
"""Whose roster it is."""

FIRSTS: Final = ("Ann", "Bob", "José", "Jose", "Нина")
LASTS: Final = ("Lee", "O'Hara", "Muñoz")
EMAILS: Final = ("", "ann@example.org", "home@example.org", "bob@example.org", "lee@example.net")
MOBILES: Final = ("", "(415) 555-0132", "+1 212 555 0143", "312.555.0154")
UNTIDY: Final = (" ANN@example.org", "Home@Example.ORG ", "none", "ann@ex\u0430mple.org")
"""Cells that are spelt oddly, or are no address, or hold a look-alike letter."""
UNTIDY_MOBILES: Final = ("415.555.0132", "14155550132", "000-000-0000", "555-0132")
STUDENT_IDS: Final = ("01", "1", "02", "0003", "S-4", "S-5")
GUARDIAN_IDS: Final = ("G1", "G2", "G3", "004", "4", "g1")
STAFF_IDS: Final = ("T1", "T2", "G1")
UNKNOWN_STUDENT_IDS: Final = ("3", "99", "")
LANGUAGES: Final = ("", "", "es", "English")

Row = tuple[str, str, str, str, str, str, str, str]
"""One row of guardians.csv, in the order of `FILE_COLUMNS`."""

Details = tuple[str, str, str, str]
"""First and last name, email, mobile."""


@frozen
class SmallEvening:
    """What a small district's systems give on one evening.

    Attributes:
        student_ids: The student roster.
        staff_details: The staff roster: SIS id, then the details.
        rows: The guardians file's rows below the header.
    """

    student_ids: tuple[str, ...]
    staff_details: tuple[tuple[str, Details], ...]
    rows: tuple[Row, ...]

    @property
    def students(self) -> pl.DataFrame:
        """The student roster, as `load_roster` takes it."""
        return pl.DataFrame({"student_sis_id": self.student_ids}, schema={"student_sis_id": pl.String})

    @property
    def staff(self) -> pl.DataFrame:
        """The staff roster, as `load_roster` takes it."""
        names = ("sis_id", "first_name", "last_name", "email", "sms")
        rows = [(sis_id, *details) for sis_id, details in self.staff_details]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")

    @property
    def guardians_csv(self) -> bytes:
        """The guardians file."""
        return as_csv(list(self.rows))

    def with_rows(self, rows: tuple[Row, ...]) -> "SmallEvening":
        """The same evening with other rows: in another order, say."""
        return evolve(self, rows=rows)


@frozen
class SmallDistrict:
    """Two evenings of a small district; play the first again afterwards to see ids return.

    Attributes:
        first: The first evening.
        second: The next one.
        scope: Whose roster it is.
    """

    first: SmallEvening
    second: SmallEvening
    scope: District = field(default=SCOPE)

    @property
    def evenings(self) -> tuple[SmallEvening, SmallEvening]:
        """Both, in order."""
        return self.first, self.second


def details() -> st.SearchStrategy[Details]:
    """What a SIS says of one person: now and then without one contact, or without any."""
    return _DETAILS


def rows(people: Mapping[str, Details], *, readable: bool = False) -> st.SearchStrategy[Row]:
    """One row of a file whose guardian ids mostly say what `people` says.

    Args:
        people: What the SIS says of each of `GUARDIAN_IDS`.
        readable: Whether every row has at least one of its ids: with `True` no file is incomplete for want of ids.
    """
    cells = _CELLS.filter(lambda drawn: any(drawn[0])) if readable else _CELLS
    return cells.map(lambda drawn: _row(people, *drawn))


@st.composite
def districts(draw: st.DrawFn, *, readable: bool = False) -> SmallDistrict:
    """Two evenings of a small district: the second has much of the first, and some of it otherwise.

    Args:
        draw: Given by Hypothesis.
        readable: As for `rows`.
    """
    said = draw(_SAID)
    first = SmallEvening(
        draw(_STUDENTS), _staff(said, draw(_STAFF)), tuple(draw(st.lists(rows(said, readable=readable), max_size=8)))
    )
    later = said | draw(_NEWS)
    fates = draw(st.lists(st.integers(0, 3), min_size=len(first.rows), max_size=len(first.rows)))
    kept = tuple(_says(row, later) for row, fate in zip(first.rows, fates, strict=True) if fate)
    new = tuple(draw(st.lists(rows(later, readable=readable), max_size=4)))
    students = draw(_STUDENTS) if draw(st.booleans()) else first.student_ids
    staff = _staff(later, draw(_STAFF)) if draw(st.booleans()) else first.staff_details
    return SmallDistrict(first, SmallEvening(students, staff, kept + new))


# Built once: most of the time of drawing goes into building strategies.
_DETAILS: Final = st.tuples(
    st.sampled_from(FIRSTS),
    st.sampled_from(LASTS),
    st.sampled_from(EMAILS * 4 + UNTIDY),
    st.sampled_from(MOBILES * 4 + UNTIDY_MOBILES),
)
_SAID: Final = st.fixed_dictionaries(dict.fromkeys(GUARDIAN_IDS, _DETAILS))
_NEWS: Final = st.dictionaries(st.sampled_from(GUARDIAN_IDS), _DETAILS, max_size=2)
_STUDENTS: Final = st.lists(st.sampled_from(STUDENT_IDS), min_size=3, unique=True).map(tuple)
_STAFF: Final = st.dictionaries(
    st.sampled_from(STAFF_IDS), st.one_of(st.sampled_from(GUARDIAN_IDS), _DETAILS), max_size=3
)
_IDS: Final = (
    *product(STUDENT_IDS, GUARDIAN_IDS), *product(STUDENT_IDS, GUARDIAN_IDS), *product(UNKNOWN_STUDENT_IDS, GUARDIAN_IDS),
    *product(STUDENT_IDS, [""]), *[("", "")] * 3,
)  # fmt: skip
_CELLS: Final = st.tuples(
    st.sampled_from(_IDS),
    st.sampled_from((*("",) * 18, *GUARDIAN_IDS)),
    st.sampled_from((*(None,) * 18, "", "none")),
    st.sampled_from(LANGUAGES),
)
"""Student and guardian id; whose details stand there, if another's; what stands for the email, if not that; language."""


def _staff(said: Mapping[str, Details], drawn: Mapping[str, str | Details]) -> tuple[tuple[str, Details], ...]:
    """Staff, of whom every other one is somebody's parent too."""
    return tuple((sis_id, said[who] if isinstance(who, str) else who) for sis_id, who in drawn.items())


def _row(people: Mapping[str, Details], ids: tuple[str, str], other_id: str, email: str | None, language: str) -> Row:
    student_id, guardian_id = ids
    first, last, said_email, mobile = people.get(other_id or guardian_id, ("Ann", "Lee", "", ""))
    return student_id, guardian_id, first, last, said_email if email is None else email, mobile, "", language


def _says(row: Row, people: Mapping[str, Details]) -> Row:
    """The row on a later evening, when the SIS may say something else of its guardian id."""
    student_id, guardian_id, *_, phone, language = row
    if guardian_id not in people:
        return row
    return (student_id, guardian_id, *people[guardian_id], phone, language)
