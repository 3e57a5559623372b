"""A sample district in which some people stand twice, because somebody made a slip; with the record of who they are."""

import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from random import Random
from typing import Final

import polars as pl
from attrs import evolve, frozen

from guardiansync.testing.founding import Founder, with_oddities
from guardiansync.testing.names import CULTURES, DOMAINS
from guardiansync.testing.people import Family, Person, Town, as_csv

NICKNAMES: Final = {
    "Alejandro": "Alex", "Amanda": "Mandy", "Angela": "Angie", "Anthony": "Tony", "Beatriz": "Betty", "Concepción": "Concha",
    "Daniel": "Danny", "David": "Dave", "Deborah": "Debbie", "Fernanda": "Fer", "Gabriela": "Gaby", "Jacob": "Jake",
    "James": "Jim", "Jennifer": "Jenny", "Jessica": "Jess", "Jesús": "Chuy", "José": "Pepe", "Joshua": "Josh",
    "Kimberly": "Kim", "Michael": "Mike", "Nathan": "Nate", "Nicole": "Nicky", "Patricia": "Patty", "Rebecca": "Becky",
    "Robert": "Bob", "Samantha": "Sam", "Sarah": "Sally", "Stephanie": "Steph", "Steven": "Steve", "Susan": "Sue",
    "Thomas": "Tom", "Victoria": "Vicky", "William": "Bill",
}  # fmt: skip
"""What some people of the sample are called by those who know them."""


class Slip(StrEnum):
    """What was written otherwise the second time."""

    OTHER_DOMAIN = "other email domain"
    EMAIL = "slip in the email"
    MOBILE = "digit off"
    NICKNAME = "nickname"
    ACCENTS = "accents lost"
    EXCHANGED = "names exchanged"
    MAIDEN = "maiden name"
    NAME = "slip in the first name"
    WORK_ADDRESS = "work address"
    """Staff whom the guardian file has with another email: not a slip, and as true a pair."""


@frozen
class Twice:
    """One person under two SIS ids.

    Attributes:
        slip: How what is said of them differs.
        role: One of the two roles, as "guardian 123".
        other_role: The other.
    """

    slip: Slip
    role: str
    other_role: str


@frozen(eq=False)
class MistypedDistrict:
    """What a district's systems give, and who is in them twice.

    Attributes:
        students: The student roster, as `load_roster` takes it.
        staff: The staff roster.
        guardians_csv: The file in the SFTP folder.
        twice: Who is there twice.
    """

    students: pl.DataFrame
    staff: pl.DataFrame
    guardians_csv: bytes
    twice: tuple[Twice, ...]


def mistyped_district(students: int = 2000, seed: int = 1, share: float = 0.01) -> MistypedDistrict:
    """A sample district with slips.

    Each person who is there twice has a second guardianSisId and one slip: for the same child, or for a brother or
    sister instead. All that is odd in a sample district is in it, too: households that share an email or a mobile,
    parents who are staff, people without one of the two.

    Args:
        students: How many students are on the roster; at least 100.
        seed: The same seed makes the same district.
        share: Of the guardians, how many are there twice.
    """
    founder = Founder(seed)
    town = with_oddities(founder.found(students), founder)
    slips = _Slips(founder, Random(seed), {person.mobile for person in town.guardians()})  # noqa: S311 - a sample
    plain = [nth for nth, family in enumerate(town.families) if family.is_plain]
    count = round(share * sum(1 for _ in town.guardians()))
    families, twice = list(town.families), []
    for nth in founder.pick(plain, count):
        families[nth], one = slips.in_family(families[nth])
        twice.append(one)
    town = evolve(town, families=tuple(families))
    return MistypedDistrict(
        town.student_frame(), town.staff_frame(), as_csv(town.guardian_rows()), (*twice, *_at_work(town))
    )


def _at_work(town: Town) -> Iterator[Twice]:
    for person in town.guardians():
        if person.work_email and person.mobile:
            yield Twice(Slip.WORK_ADDRESS, f"guardian {person.guardian_ids[0]}", f"staff {person.staff_id}")


class _Slips:
    """Makes slips, of each kind as often as the others where people have what it takes."""

    def __init__(self, founder: Founder, random: Random, mobiles: set[str]) -> None:
        self._founder = founder
        self._random = random
        self._mobiles = mobiles
        self._made = dict.fromkeys(_MADE, 0)

    def in_family(self, family: Family) -> tuple[Family, Twice]:
        """The family with one guardian twice."""
        nth = self._random.randrange(len(family.people))
        person = family.people[nth]
        slip, again = self._again(person)
        new_id = self._founder.guardian_id()
        (child, known_id), *others = person.ties[::-1]
        # Where there is a sister, half of them have her under the new id instead.
        first = evolve(person, ties=tuple(others)) if others and self._random.random() < 0.5 else person  # noqa: PLR2004 - half
        second = evolve(again, ties=((child, new_id),))
        people = (*family.people[:nth], first, second, *family.people[nth + 1 :])
        return evolve(family, people=people), Twice(slip, f"guardian {known_id}", f"guardian {new_id}")

    def _again(self, person: Person) -> tuple[Slip, Person]:
        for slip in sorted(self._made, key=lambda slip: (self._made[slip], slip)):
            again = _MADE[slip](person, self._random)
            if again is not None and again != person and (again.mobile == person.mobile or self._is_new(again.mobile)):
                self._made[slip] += 1
                return slip, again
        raise AssertionError("everybody has a first and a last name to exchange")

    def _is_new(self, mobile: str) -> bool:
        return mobile not in self._mobiles


def _other_domain(person: Person, random: Random) -> Person | None:
    local, _, domain = person.email.partition("@")
    others = [other for other in DOMAINS if other != domain]
    return evolve(person, email=f"{local}@{random.choice(others)}") if local else None


def _email_slip(person: Person, random: Random) -> Person | None:
    local, at, domain = person.email.partition("@")
    return evolve(person, email=_slip(local, random) + at + domain) if local else None


def _mobile_slip(person: Person, random: Random) -> Person | None:
    if not person.mobile:
        return None
    at = random.randrange(6, 9)
    digits = list(person.mobile)
    if random.random() < 0.5 and digits[at] != digits[at + 1]:  # noqa: PLR2004 - half
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
    else:
        digits[at] = str((int(digits[at]) + random.randrange(1, 10)) % 10)
    return evolve(person, mobile="".join(digits))


def _nickname(person: Person, _: Random) -> Person | None:
    short = NICKNAMES.get(person.first)
    return evolve(person, first=short) if short else None


def _without_accents(person: Person, _: Random) -> Person | None:
    first, last = (
        "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
        for name in (person.first, person.last)
    )
    return evolve(person, first=first, last=last) if (first, last) != (person.first, person.last) else None


def _exchanged(person: Person, _: Random) -> Person | None:
    return evolve(person, first=person.last, last=person.first)


def _maiden(person: Person, random: Random) -> Person | None:
    (lasts,) = [culture.lasts for culture in CULTURES if person.first in culture.firsts][:1]
    return evolve(person, last=random.choice([name for name in lasts if name != person.last]))


def _name_slip(person: Person, random: Random) -> Person | None:
    if not person.first.isascii() or not person.first.isalpha() or len(person.first) <= 5:  # noqa: PLR2004 - short ones become other names
        return None
    return evolve(person, first=person.first[0] + _slip(person.first[1:-1], random) + person.first[-1])


def _slip(text: str, random: Random) -> str:
    """A letter twice, left out, another one, or two exchanged."""
    at = random.randrange(len(text) - 1)
    before, one, other, after = text[:at], text[at], text[at + 1], text[at + 2 :]
    slips = [one + one + other, other, "x" + other, *([other + one] if one != other else [])]
    return before + random.choice(slips) + after


_MADE: Final[dict[Slip, Callable[[Person, Random], Person | None]]] = {
    Slip.OTHER_DOMAIN: _other_domain,
    Slip.EMAIL: _email_slip,
    Slip.MOBILE: _mobile_slip,
    Slip.NICKNAME: _nickname,
    Slip.ACCENTS: _without_accents,
    Slip.EXCHANGED: _exchanged,
    Slip.MAIDEN: _maiden,
    Slip.NAME: _name_slip,
}
