"""What happens in a sample district from one evening to the next."""

from collections.abc import Callable
from typing import Any

from attrs import evolve

from guardiansync.testing.founding import Founder
from guardiansync.testing.people import Family, Flaw, Person, Town

LOST_SHARE = 0.4
CORRECTED = (Flaw.NO_ID, Flaw.LOST_ZEROS, Flaw.NO_CONTACT)

_Event = Callable[[Family, int], Family]


def next_day(town: Town, founder: Founder) -> Town:
    """A day of ordinary events, one at most for a family.

    Args:
        town: The district on the evening before.
        founder: Who made it.
    """
    families = list(town.families)
    staff = list(town.staff)
    left: set[str] = set(town.left)
    share = len(families)
    free = [nth for nth, family in enumerate(families) if family.is_plain]

    def happen(event: _Event, count: int, *, children: int = 1, guardians: int = 1) -> None:
        fitting = [
            nth for nth in free if len(families[nth].students) >= children and len(families[nth].people) >= guardians
        ]
        for turn, nth in enumerate(founder.pick(fitting, max(1, count))):
            free.remove(nth)
            families[nth] = event(families[nth], turn)

    def child_leaves(family: Family, turn: int) -> Family:
        left.add(family.students[0].id)
        return evolve(family, rows_stay=turn % 2 == 0)

    def all_leave(family: Family, turn: int) -> Family:
        left.update(student.id for student in family.students)
        return evolve(family, rows_stay=turn % 2 == 0)

    happen(lambda family, turn: _change_contact(family, turn, founder), share // 30)
    happen(_blank_contact, share // 150)
    happen(child_leaves, share // 80, children=2)
    happen(all_leave, share // 120)
    happen(lambda family, _: evolve(family, people=family.people[:-1]), share // 100, guardians=2)
    happen(_drop_one_child, share // 200, children=2)
    happen(lambda family, _: _bring_sibling(family, founder), share // 100)
    happen(lambda family, _: evolve(family, people=(*family.people, founder.guardian_of(family))), share // 150)
    happen(lambda family, _: _register_again(family, founder), share // 300)
    happen(lambda family, _: _first(family, staff_id=founder.staff_id()), share // 400)
    families = [_correct(family, founder) for family in families]
    _take_from_file_one_who_is_staff(families)
    staff.pop()
    staff += [founder.member_of_staff(), founder.member_of_staff()]
    for nth in range(max(3, share // 50)):
        family = founder.family(1 + nth % 3)
        if nth <= share // 500:
            colleague = staff.pop(0)
            family = evolve(family, people=(evolve(colleague, ties=family.people[0].ties), *family.people[1:]))
        families.append(family)
    return Town(tuple(families), tuple(staff), frozenset(left))


def export_broken(town: Town, founder: Founder) -> tuple[Town, frozenset[str]]:
    """A day later, three more guardians, and an export that lost two in five of all.

    Args:
        town: The district on the evening before.
        founder: Who made it.

    Returns:
        The district, and the guardian ids whose rows the export lacks.
    """
    families = list(town.families)
    untouched = [
        nth
        for nth, family in enumerate(families)
        if family.is_plain and not town.left.intersection(student.id for student in family.students)
    ]
    ids = [person.guardian_ids[0] for nth in untouched for person in families[nth].people]
    everybody = sum(len(person.guardian_ids) for person in town.guardians())
    lost = frozenset(ids[nth] for nth in founder.pick(list(range(len(ids))), round(LOST_SHARE * everybody)))
    for nth in founder.pick(untouched, 3):
        families[nth] = evolve(families[nth], people=(*families[nth].people, founder.guardian_of(families[nth])))
    return evolve(town, families=tuple(families)), lost


def _first(family: Family, **changes: Any) -> Family:  # noqa: ANN401 - whatever Person takes
    return evolve(family, people=(evolve(family.people[0], **changes), *family.people[1:]))


def _change_contact(family: Family, turn: int, founder: Founder) -> Family:
    person = family.people[0]
    match turn % 4:
        case 0:
            return _first(family, email=founder.email(person.first, person.last))
        case 1:
            return _first(family, mobile=founder.mobile())
        case 2:
            return _first(family, last=f"{person.last}-Young")
        case _:
            return _first(family, email=founder.email(person.first, person.last), mobile=founder.mobile())


def _blank_contact(family: Family, _: int) -> Family:
    """A cell goes blank in the export; with one contact only, that would be all of them, so nothing happens."""
    person = family.people[0]
    return _first(family, flaw=Flaw.BLANKED) if person.email and person.mobile else family


def _drop_one_child(family: Family, _: int) -> Family:
    return _first(family, ties=family.people[0].ties[:-1])


def _bring_sibling(family: Family, founder: Founder) -> Family:
    child = founder.student(last=family.students[0].last)
    people = tuple(evolve(p, ties=(*p.ties, (child.id, p.guardian_ids[0]))) for p in family.people)
    return evolve(family, students=(*family.students, child), people=people)


def _register_again(family: Family, founder: Founder) -> Family:
    """The SIS has the same person under a second id."""
    person = family.people[0]
    return _first(family, ties=(*person.ties, (family.students[0].id, founder.guardian_id())))


def _correct(family: Family, founder: Founder) -> Family:
    """The district read the report: what was missing is there."""
    person = family.people[0]
    if person.flaw not in CORRECTED:
        return family
    mobile = person.mobile or founder.mobile()
    return _first(family, flaw=Flaw.NONE, mobile=mobile)


def _take_from_file_one_who_is_staff(families: list[Family]) -> None:
    for nth, family in enumerate(families):
        person = family.people[0]
        if person.staff_id and not person.work_email and person.ties and _was_staff(person):
            families[nth] = evolve(family, people=(evolve(person, ties=()), *family.people[1:]))
            return


def _was_staff(person: Person) -> bool:
    """Whether the person came from the staff roster: those have a work address."""
    return person.email.endswith("@district.example")
