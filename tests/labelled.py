"""A district whose people are known: each guardian id on each evening with the person who it really is.

Everything happens that makes one person look like two, or two like one: ids that go to somebody else, in another family or in
the household, exchanged ids, second ids, new contacts that only one of two ids says, marriages, damaged names, contacts that a
household or an office shares, people who go and come back.
"""

from collections.abc import Iterator
from random import Random

from attrs import define, evolve, field, frozen

from guardiansync.testing.names import CULTURES, ten_digits

HEADER = "studentSisId,guardianSisId,firstName,lastName,email,sms\n"


@frozen
class Said:
    """What the SIS says of a guardian."""

    first: str
    last: str
    email: str
    sms: str

    def key(self) -> tuple[str, str, str, str]:
        return (self.first.casefold(), self.last.casefold(), self.email.lower(), self.sms)


@define
class Guardian:
    """One guardian id: who it is, what it says, whose children it names."""

    sis_id: str
    person: int
    said: Said
    children: list[str]
    is_away: bool = False


@define
class Family:
    """A household."""

    children: list[str]
    guardians: list[Guardian] = field(factory=list)


class LabelledDistrict:
    """A district evening by evening.

    Args:
        students: How many.
        seed: The same district for the same seed.
        eventful: The share of families in which something happens on an evening.
    """

    def __init__(self, students: int, seed: int = 1, eventful: float = 0.15) -> None:
        self._random = Random(seed)  # noqa: S311 - no secrets
        self._eventful = eventful
        self._person = self._serial = self._id = 0
        self.staff: dict[str, tuple[int, Said]] = {}
        self.families: list[Family] = []
        child = 0
        while child < students:
            count = min(self._random.choice((1, 1, 2, 2, 3)), students - child)
            self.families.append(self._family([f"S{child + one}" for one in range(count)]))
            child += count

    @property
    def students(self) -> list[str]:
        return [child for family in self.families for child in family.children]

    def people(self) -> dict[str, Guardian]:
        """Who is in tonight's file, by id."""
        return {one.sis_id: one for family in self.families for one in family.guardians if not one.is_away}

    def guardians_csv(self) -> bytes:
        return (HEADER + "".join(self._lines())).encode()

    def _lines(self) -> Iterator[str]:
        for one in self.people().values():
            for child in one.children:
                yield f"{child},{one.sis_id},{one.said.first},{one.said.last},{one.said.email},{one.said.sms}\n"

    def next_evening(self) -> None:
        """Something happens in some families."""
        happenings = (
            self._moves, self._moves_by_one_id, self._marries, self._is_damaged, self._goes_blank, self._is_recycled,
            self._is_recycled_at_home, self._exchange, self._gets_a_second_id, self._gets_a_slip, self._goes_or_returns,
            self._old_key_comes_back,
        )  # fmt: skip
        for family in self.families:
            for one in family.guardians:
                one.is_away = one.is_away and self._random.random() < 0.5
            if self._random.random() < self._eventful:
                self._random.choice(happenings)(family)

    # --- founding -----------------------------------------------------------------------------------------------------

    def _family(self, children: list[str]) -> Family:
        family = Family(children)
        culture = self._random.choices(CULTURES, [culture.weight for culture in CULTURES])[0]
        last, home = self._random.choice(culture.lasts), self._contact("home")
        shares = self._random.random() < 0.1
        for _ in range(self._random.choice((1, 2, 2, 3))):
            said = Said(self._random.choice(culture.firsts), last, *self._contact("p"))
            if shares:
                said = evolve(said, email=home[0], sms=home[1])
            elif self._random.random() < 0.02:
                said = evolve(said, email="office@example.org")
            if any(said.first == other.said.first for other in family.guardians):
                continue
            person = self._new_person()
            if self._random.random() < 0.06:  # one id for each child, as some systems have it
                for child in children:
                    family.guardians.append(Guardian(self._new_id(), person, said, [child]))
            else:
                family.guardians.append(Guardian(self._new_id(), person, said, list(children)))
            if self._random.random() < 0.04:
                self.staff[f"T{person}"] = (person, said)
        return family

    def _new_person(self) -> int:
        self._person += 1
        return self._person

    def _new_id(self) -> str:
        self._id += 1
        return f"G{self._id}"

    def _contact(self, kind: str) -> tuple[str, str]:
        self._serial += 1
        email, sms = f"{kind}{self._serial}@example.org", ten_digits(self._serial)
        left = self._random.random()
        return ("", sms) if left < 0.15 else (email, "") if left < 0.3 else (email, sms)

    # --- what happens -------------------------------------------------------------------------------------------------

    def _one(self, family: Family) -> Guardian:
        return self._random.choice(family.guardians)

    def _all_ids(self, family: Family, person: int) -> list[Guardian]:
        return [one for one in family.guardians if one.person == person]

    def _moves(self, family: Family) -> None:
        who = self._one(family)
        email, sms = self._contact("new")
        for one in self._all_ids(family, who.person):
            one.said = evolve(one.said, **({"email": email} if email else {"sms": sms}))

    def _moves_by_one_id(self, family: Family) -> None:
        who = self._one(family)
        email, sms = self._contact("new")
        who.said = evolve(who.said, **({"email": email} if email else {"sms": sms}))

    def _marries(self, family: Family) -> None:
        who = self._one(family)
        last = self._random.choice(self._random.choice(CULTURES).lasts)
        for one in self._all_ids(family, who.person):
            one.said = evolve(one.said, last=last)

    def _is_damaged(self, family: Family) -> None:
        one = self._one(family)
        broken = one.said.first.encode().decode("cp1252", "replace")
        one.said = evolve(one.said, first=broken)

    def _goes_blank(self, family: Family) -> None:
        one = self._one(family)
        one.said = evolve(one.said, email="") if one.said.sms else evolve(one.said, sms="")

    def _is_recycled(self, family: Family) -> None:
        one, other = self._one(family), self._random.choice(self.families)
        culture = self._random.choice(CULTURES)
        one.person = self._new_person()
        one.said = Said(self._random.choice(culture.firsts), self._random.choice(culture.lasts), *self._contact("r"))
        one.children = list(other.children)

    def _is_recycled_at_home(self, family: Family) -> None:
        one = self._one(family)
        culture = self._random.choice(CULTURES)
        one.person = self._new_person()
        # Thomas and Tomás at one address nobody can tell apart.
        others = [name for name in culture.firsts if name[0] != one.said.first[0]]
        one.said = evolve(one.said, first=self._random.choice(others))

    def _exchange(self, family: Family) -> None:
        one, other = self._one(family), self._one(family)
        one.said, other.said = other.said, one.said
        one.person, other.person = other.person, one.person

    def _gets_a_second_id(self, family: Family) -> None:
        one = self._one(family)
        family.guardians.append(Guardian(self._new_id(), one.person, one.said, list(family.children)))

    def _gets_a_slip(self, family: Family) -> None:
        one = self._one(family)
        said = evolve(one.said, email=one.said.email.replace("example.org", "example.net"))
        family.guardians.append(Guardian(self._new_id(), one.person, said, list(family.children)))

    def _goes_or_returns(self, family: Family) -> None:
        self._one(family).is_away = True

    def _old_key_comes_back(self, family: Family) -> None:
        """Somebody new takes the contacts that another of the family leaves."""
        one = self._one(family)
        person = self._new_person()
        first = self._random.choice(self._random.choice(CULTURES).firsts)
        taken = evolve(one.said, first=first)
        for mine in self._all_ids(family, one.person):
            mine.said = evolve(mine.said, email=f"left{person}@example.org")
        family.guardians.append(Guardian(self._new_id(), person, taken, list(family.children)))
