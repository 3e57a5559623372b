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

from typing import Final, TypeVar

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
UNKNOWN_STUDENT_IDS: Final = ("3", "99", "")
LANGUAGES: Final = ("", "", "es", "English")

_T = TypeVar("_T")

_ONE_IN: Final = 10

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
    return st.tuples(st.sampled_from(FIRSTS), st.sampled_from(LASTS), _emails(), _mobiles())


def rows(people: dict[str, Details], *, readable: bool = False) -> st.SearchStrategy[Row]:
    """One row of a file whose guardian ids mostly say what `people` says.

    Args:
        people: What the SIS says of each guardian id.
        readable: Whether every row has at least one of its ids: with `True` no file is incomplete for want of ids.
    """
    ids = st.tuples(
        _mostly(st.sampled_from(STUDENT_IDS), st.sampled_from(UNKNOWN_STUDENT_IDS)),
        _mostly(st.sampled_from(GUARDIAN_IDS), st.just("")),
    )
    if readable:
        ids = ids.filter(any)
    return st.builds(
        _row,
        ids,
        st.just(people),
        _mostly(st.none(), details()),
        _mostly(st.none(), st.sampled_from(("", " ", "none"))),
        st.sampled_from(LANGUAGES),
    )


@st.composite
def districts(draw: st.DrawFn, *, readable: bool = False) -> SmallDistrict:
    """Two evenings of a small district: the second has much of the first, and some of it otherwise.

    Args:
        draw: Given by Hypothesis.
        readable: As for `rows`.
    """
    said = draw(st.fixed_dictionaries({guardian_id: details() for guardian_id in GUARDIAN_IDS}))
    staff = draw(_staff(said))
    first = SmallEvening(draw(_students()), staff, tuple(draw(st.lists(rows(said, readable=readable), max_size=8))))
    said_later = said | draw(st.dictionaries(st.sampled_from(GUARDIAN_IDS), details(), max_size=2))
    kept = tuple(_says(row, said_later) for row in first.rows if draw(st.integers(0, 3)))
    new = tuple(draw(st.lists(rows(said_later, readable=readable), max_size=4)))
    second = SmallEvening(
        draw(st.one_of(st.just(first.student_ids), _students())),
        draw(st.one_of(st.just(staff), _staff(said_later))),
        kept + new,
    )
    return SmallDistrict(first, second)


def _emails() -> st.SearchStrategy[str]:
    return _mostly(st.sampled_from(EMAILS), st.sampled_from(UNTIDY))


def _mobiles() -> st.SearchStrategy[str]:
    return _mostly(st.sampled_from(MOBILES), st.sampled_from(UNTIDY_MOBILES))


def _mostly(usual: st.SearchStrategy[_T], odd: st.SearchStrategy[_T]) -> st.SearchStrategy[_T]:
    return st.integers(0, _ONE_IN - 1).flatmap(lambda chance: odd if chance == _ONE_IN - 1 else usual)


def _students() -> st.SearchStrategy[tuple[str, ...]]:
    """Not all of them, in any order."""
    return st.lists(st.sampled_from(STUDENT_IDS), min_size=3, unique=True).map(tuple)


def _staff(said: dict[str, Details]) -> st.SearchStrategy[tuple[tuple[str, Details], ...]]:
    """Staff, of whom every other one is somebody's parent too."""
    one = st.one_of(st.sampled_from(list(said.values())), details())
    return st.dictionaries(st.sampled_from(("T1", "T2", "G1")), one, max_size=3).map(lambda all_: tuple(all_.items()))


def _row(
    ids: tuple[str, str], people: dict[str, Details], otherwise: Details | None, email: str | None, language: str
) -> Row:
    first, last, said_email, mobile = otherwise or people.get(ids[1], ("Ann", "Lee", "", ""))
    return (*ids, first, last, said_email if email is None else email, mobile, "", language)


def _says(row: Row, people: dict[str, Details]) -> Row:
    """The row on a later evening, when the SIS may say something else of its guardian id."""
    student_id, guardian_id, *_, phone, language = row
    if guardian_id not in people:
        return row
    return (student_id, guardian_id, *people[guardian_id], phone, language)
