"""How a sample district comes to have its people: families, staff, and the oddities that real exports have."""

from random import Random

from attrs import evolve

from guardiansync.testing.names import CULTURES, DOMAINS, LANGUAGES, SCHOOLS, STAFF_DOMAIN, Culture, ten_digits
from guardiansync.testing.people import Family, Flaw, Person, Student, Town, plain_ascii

CHILDREN = (1, 2, 3, 4)
CHILDREN_WEIGHTS = (46, 36, 13, 5)
GUARDIANS = (1, 2, 3, 4)
GUARDIANS_WEIGHTS = (24, 63, 10, 3)
STUDENTS_PER_STAFF = 14
SCATTER = 7_919
GUARDIAN_SCATTER = 104_729
"""Primes: ids that are handed out one after the other lie apart, as in a real district."""


class Founder:
    """Makes people, no two with the same name and contact.

    Args:
        seed: The same seed makes the same people.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - a sample, not a secret
        self._people = 0
        self._guardian_ids = 0
        self._students = 0
        self._staff = 0
        self._mobiles = 0
        self._emails = 0

    def found(self, students: int) -> Town:
        """A district with so many students on its roster, before anything odd is in it."""
        families: list[Family] = []
        left = students
        while left:
            children = min(left, self._random.choices(CHILDREN, CHILDREN_WEIGHTS)[0])
            families.append(self.family(children))
            left -= children
        staff = tuple(self.member_of_staff() for _ in range(max(8, students // STUDENTS_PER_STAFF)))
        return Town(tuple(families), staff)

    def family(self, children: int, guardians: int | None = None) -> Family:
        """A family; its guardians look after all its children, but a third or fourth only after the first."""
        culture = self._culture()
        last = self._random.choice(culture.lasts)
        students = tuple(self.student(culture, last) for _ in range(children))
        count = guardians or self._random.choices(GUARDIANS, GUARDIANS_WEIGHTS)[0]
        language = self._random.choice(LANGUAGES)
        firsts = self._random.sample(culture.firsts, min(count, len(culture.firsts)))
        people: list[Person] = []
        for nth, first in enumerate(firsts):
            name = last if nth == 0 or self._random.random() < 0.7 else self._random.choice(culture.lasts)  # noqa: PLR2004 - a share
            guarded = students if nth < 2 else students[:1]  # noqa: PLR2004 - parents first
            person = self._adult(first, name, people)
            guardian_id = self.guardian_id()
            people.append(
                evolve(person, language=language, ties=tuple((student.id, guardian_id) for student in guarded))
            )
        home_phone = self.mobile() if self._random.random() < 0.3 else ""  # noqa: PLR2004 - a share
        return Family(students, tuple(people), home_phone)

    def student(self, culture: Culture | None = None, last: str = "") -> Student:
        """A student with a new id."""
        culture = culture or self._culture()
        self._students += 1
        return Student(
            id=f"{self._students * SCATTER % 999_983:07}",
            first=self._random.choice(culture.firsts),
            last=last or self._random.choice(culture.lasts),
            school=self._random.choice(SCHOOLS),
        )

    def member_of_staff(self) -> Person:
        """Somebody who works for the district."""
        culture = self._culture()
        first, last = self._random.choice(culture.firsts), self._random.choice(culture.lasts)
        person = evolve(self._adult(first, last, []), staff_id=self.staff_id())
        return evolve(person, email=self.email(first, last, STAFF_DOMAIN))

    def guardian_of(self, family: Family) -> Person:
        """One more guardian for a family's first child."""
        taken = {person.first for person in family.people}
        culture = self._culture()
        first = next(name for name in culture.firsts if name not in taken)
        person = self._adult(first, self._random.choice(culture.lasts), [])
        return evolve(person, ties=((family.students[0].id, self.guardian_id()),))

    def guardian_id(self) -> str:
        """A new guardianSisId."""
        self._guardian_ids += 1
        return f"{self._guardian_ids * GUARDIAN_SCATTER % 9_999_991:07}"

    def staff_id(self) -> str:
        """A new SIS id for staff."""
        self._staff += 1
        return f"E{self._staff:04}"

    def mobile(self) -> str:
        """A number that nobody else has."""
        self._mobiles += 1
        return ten_digits(self._mobiles)

    def email(self, first: str, last: str, domain: str = "") -> str:
        """An address that nobody else has."""
        self._emails += 1
        letters = ".".join(filter(None, (plain_ascii(part) for part in (first, last)))) or "family"
        letters = "".join(letter for letter in letters if letter.isalnum() or letter in ".-").strip(".")
        return f"{letters}{self._emails}@{domain or self._random.choice(DOMAINS)}"

    def pick(self, things: list[int], count: int) -> list[int]:
        """So many of them, each at most once, taken out of the list."""
        picked = self._random.sample(things, min(count, len(things)))
        things[:] = sorted(set(things).difference(picked))
        return picked

    def _culture(self) -> Culture:
        return self._random.choices(CULTURES, [culture.weight for culture in CULTURES])[0]

    def _adult(self, first: str, last: str, household: list[Person]) -> Person:
        """Most have an email and a mobile of their own; some share the household's, some lack one."""
        self._people += 1
        chance = self._random.random()
        email, mobile = self.email(first, last), self.mobile()
        head = household[0] if household else None
        if head and head.email and chance < 0.08:  # noqa: PLR2004 - shares of the population, here and below
            email = head.email
        elif head and head.mobile and chance < 0.14:  # noqa: PLR2004
            mobile = head.mobile
        elif chance > 0.93:  # noqa: PLR2004
            email = ""
        elif chance > 0.86:  # noqa: PLR2004
            mobile = ""
        return Person(number=self._people, first=first, last=last, email=email, mobile=mobile)


def with_oddities(town: Town, founder: Founder) -> Town:
    """Put in what makes a district's first export interesting.

    Staff who are parents, people whom the SIS has under two ids, rows that cannot be used, rows with a wrong cell.
    """
    families = list(town.families)
    staff = list(town.staff)
    free = list(range(len(families)))
    share = len(families)

    def choose(count: int, *, children: int = 1) -> list[int]:
        fitting = [nth for nth in free if len(families[nth].students) >= children]
        picked = founder.pick(fitting, max(1, count))
        for nth in picked:
            free.remove(nth)
        return picked

    for nth in choose(share // 70):
        colleague = staff.pop()
        families[nth] = _with_first(families[nth], _as_guardian(families[nth].people[0], colleague))
    for nth in choose(share // 400):
        person = evolve(families[nth].people[0], staff_id=founder.staff_id())
        work_email = founder.email(person.first, person.last, STAFF_DOMAIN)
        families[nth] = _with_first(families[nth], evolve(person, work_email=work_email))
    for nth in choose(share // 60, children=2):
        person = families[nth].people[0]
        (child, _), *others = person.ties
        families[nth] = _with_first(families[nth], evolve(person, ties=((child, founder.guardian_id()), *others)))
    for flaw, count, children in (
        (Flaw.NO_ID, share // 500, 1), (Flaw.NO_NAME, share // 500, 1), (Flaw.NO_CONTACT, share // 150, 1),
        (Flaw.LOST_ZEROS, share // 500, 1), (Flaw.BAD_EMAIL, share // 100, 1), (Flaw.BAD_MOBILE, share // 100, 1),
        (Flaw.REPEATED, share // 150, 1), (Flaw.STALE_ROW, share // 150, 3),
    ):  # fmt: skip
        for nth in choose(count, children=children):
            families[nth] = _with_flaw(families[nth], flaw, founder)
    families += [_with_flaw(founder.family(1, 1), Flaw.NOT_ENROLLED, founder) for _ in range(max(1, share // 300))]
    return evolve(town, families=tuple(families), staff=tuple(staff))


def _as_guardian(guardian: Person, colleague: Person) -> Person:
    """The same person in both exports: name, email and mobile are those of the member of staff."""
    return evolve(colleague, ties=guardian.ties, language=guardian.language)


def _with_first(family: Family, person: Person) -> Family:
    return evolve(family, people=(person, *family.people[1:]))


def _with_flaw(family: Family, flaw: Flaw, founder: Founder) -> Family:
    """Give a family's first guardian a flaw; where it is a wrong cell, the other contact is right."""
    person = family.people[0]
    email = person.email or founder.email(person.first, person.last)
    mobile = person.mobile or founder.mobile()
    if flaw is Flaw.NO_CONTACT:
        email = mobile = ""
    elif flaw is Flaw.BAD_EMAIL:
        email = ""
    elif flaw is Flaw.BAD_MOBILE:
        mobile = ""
    return _with_first(family, evolve(person, email=email, mobile=mobile, flaw=flaw))
