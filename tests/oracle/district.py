"""Awkward little districts, fast: everything that goes wrong in real ones happens often, in a few evenings.

Names, emails, mobiles and ids come from pools so small that people are taken for each other all the time.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

import guardiansync as gs

HEADER = "studentSisId,guardianSisId,firstName,lastName,email,sms,phone,language"
FIRSTS = ("Ann", "Ann", "Bob", "Robert", "José", "Jose", "Нина", "Zoë")
LASTS = ("Lee", "Lee", "Paz", "Muñoz", "Lee Jr", "Lee Sr")
EMAILS = ("", "ann@x.org", "ann@x.org", "home@x.org", "bob@x.org", "lee@x.net")
MOBILES = ("", "", "4155550132", "4155550132", "2125550143", "3125550154")
PHONES = ("", "", "", "4155550199", "2125550188")
LANGUAGES = ("", "", "", "es", "fr")
ODD_FIRSTS = ("\u0410nn", "Jos\u00c3\u00a9", "Jos?", "Jos\ufffd", "jOSÉ", "Zo?", "ANN")
ODD_EMAILS = ("\u0430nn@x.org", "ANN@x.org", "none", "office@x.org", "office@x.org")
ODD_MOBILES = ("(415) 555-0132", "123", "6175550110")

Details = tuple[str, str, str, str, str, str]
Id = tuple[str, str]
"""A kind and an SIS id."""


@dataclass
class Step:
    """One run of one scope.

    Attributes:
        scope: Whose evening.
        students: The student roster, if the roster sync runs before.
        staff: The staff roster likewise.
        file: The guardians file.
        pins: Two ids and a verdict, each.
        denials: Guardian and student.
        claim: Guardians whose accounts are claimed before.
        release: The share of the holds that people release afterwards.
        undo: Whether the run is taken back.
    """

    scope: gs.District | gs.School
    students: list[str] | None
    staff: list[tuple[str, ...]] | None
    file: bytes
    pins: list[tuple[Id, Id, str]]
    denials: list[tuple[str, str]]
    claim: list[str]
    release: float
    undo: bool


@dataclass
class SmallDistrict:
    """Some evenings of one district, and its settings."""

    seed: int
    settings: dict[str, Any]
    steps: list[Step]


@dataclass
class _World:
    """What is true of a district, as far as its systems know."""

    chance: Random
    said: dict[str, Details]
    ties: set[Id]
    students: dict[str, str]
    staff: dict[str, tuple[str, ...]]
    gone: set[str] = field(default_factory=set)


def small_district(seed: int) -> SmallDistrict:
    """The district of a seed: the same each time."""
    chance = Random(seed)  # noqa: S311 - the same each time
    schools = ("s-1", "s-2") if chance.random() < 0.25 else ("",)
    world = _world(chance, schools)
    steps: list[Step] = []
    for evening in range(chance.randint(2, 5)):
        if evening:
            for _ in range(chance.randint(0, 4)):
                chance.choice(_EVENTS)(world)
        steps += [_step(world, school, first=evening == 0) for school in schools]
    return SmallDistrict(seed, _settings(chance), steps)


def _settings(chance: Random) -> dict[str, Any]:
    return {
        "deletion_threshold": chance.choice([0.1, 0.5, 1.0, 1.0, 1.0]),
        "removal_floor": chance.choice([0, 1, 1, 2]),
        "update_active_accounts": chance.random() < 0.5,
        "update_language": chance.random() < 0.3,
        "confirm_staff_links": chance.random() < 0.3,
        "max_guardians_per_student": chance.choice([2, 3, 6, 6, 6]),
        "max_students_per_guardian": chance.choice([2, 3, 12, 12, 12]),
        "max_names_per_contact": chance.choice([1, 2, 4, 4, 4, 4]),
    }


def _world(chance: Random, schools: tuple[str, ...]) -> _World:
    students = {str(n): chance.choice(schools) for n in range(1, chance.randint(3, 12) + 1)}
    ids = [f"G{n}" for n in range(1, chance.randint(3, 15) + 1)]
    people = [_person(chance) for _ in range(max(2, len(ids) * 2 // 3))]
    world = _World(chance, {one: chance.choice(people) for one in ids}, set(), students, {})
    for guardian in ids:
        for student in chance.sample(sorted(students), k=min(len(students), chance.choice([1, 1, 1, 2, 3]))):
            world.ties.add((student, guardian))
    for n in range(chance.choice([0, 1, 1, 2, 3])):
        details = chance.choice(people) if chance.random() < 0.7 else _person(chance)
        world.staff[f"T{n + 1}" if n else chance.choice(["T1", "G1"])] = details[:4]
    return world


def _person(chance: Random) -> Details:
    return (
        chance.choice(FIRSTS), chance.choice(LASTS), chance.choice(EMAILS), chance.choice(MOBILES),
        chance.choice(PHONES), chance.choice(LANGUAGES),
    )  # fmt: skip


def _step(world: _World, school: str, *, first: bool) -> Step:
    chance = world.chance
    ids = sorted(world.said)
    here = sorted(one for one, at in world.students.items() if at == school and one not in world.gone)
    students = here or [f"only-{school}"]
    staff_now = chance.random() < (0.6 if first else 0.4)
    return Step(
        scope=gs.School(school, "d") if school else gs.District("d"),
        students=students if first or chance.random() < 0.6 else None,
        staff=[(one, *details) for one, details in sorted(world.staff.items())] if staff_now else None,
        file=_file(world, [pair for pair in sorted(world.ties) if world.students[pair[0]] == school]),
        pins=[_pin(chance, ids) for _ in range(chance.choice([0] * 6 + [1, 2]))],
        denials=[chance.choice(sorted(world.ties))[::-1]] if world.ties and chance.random() < 0.12 else [],
        claim=[one for one in ids if chance.random() < 0.12],
        release=chance.choice([0.0, 0.3, 0.7, 1.0]),
        undo=chance.random() < 0.1,
    )


def _pin(chance: Random, ids: list[str]) -> tuple[Id, Id, str]:
    refs = [("guardian", one) for one in ids] + [("staff", "T1")]
    one, other = sorted(chance.sample(refs, 2))
    return one, other, chance.choice(["same", "never_same"])


def _file(world: _World, ties: list[Id]) -> bytes:
    chance = world.chance
    rows = [[student, guardian, *world.said[guardian]] for student, guardian in ties]
    for row in rows:
        if chance.random() < 0.12:
            _spoil(world, row)
    rows += [list(chance.choice(rows)) for _ in range(chance.choice([0, 0, 0, 1])) if rows]
    if chance.random() < 0.1:
        rows = [row for row in rows if chance.random() < 0.6]
    chance.shuffle(rows)
    text = "\n".join([HEADER, *(",".join(row) for row in rows)]) + "\n"
    if chance.random() < 0.04:
        text += '1,G1,"Ann'
    return text.encode()


def _spoil(world: _World, row: list[str]) -> None:
    chance = world.chance
    match chance.randint(0, 7):
        case 0:
            row[chance.choice([4, 5])] = ""
        case 1:
            row[2] = chance.choice(ODD_FIRSTS)
        case 2:
            row[4] = chance.choice(ODD_EMAILS)
        case 3:
            row[5] = chance.choice(ODD_MOBILES)
        case 4:
            row[2:] = _person(chance)
        case 5:
            row[0] = chance.choice(["99", "", row[0]])
        case 6:
            row[chance.choice([1, 2, 3])] = ""
        case _:
            row[4:6] = "", ""
            row[0] = "" if chance.random() < 0.1 else row[0]
            row[1] = "" if row[0] == "" else row[1]


# --- what happens between two evenings --------------------------------------------------------------------------------


def _say(world: _World, guardian: str, **news: str) -> None:
    names = ("first", "last", "email", "sms", "phone", "language")
    details = dict(zip(names, world.said[guardian], strict=True)) | news
    world.said[guardian] = tuple(details[name] for name in names)  # type: ignore[assignment]


def _one(world: _World) -> str:
    return world.chance.choice(sorted(world.said))


def _two(world: _World) -> tuple[str, str]:
    one, other = world.chance.sample(sorted(world.said), 2)
    return one, other


def _new_email(world: _World) -> None:
    _say(world, _one(world), email=world.chance.choice([*EMAILS, "new@x.org"]))


def _new_mobile(world: _World) -> None:
    _say(world, _one(world), sms=world.chance.choice([*MOBILES, "6175550110"]))


def _remarries(world: _World) -> None:
    _say(world, _one(world), last=world.chance.choice(LASTS))


def _renamed(world: _World) -> None:
    _say(world, _one(world), first=world.chance.choice([*FIRSTS, *ODD_FIRSTS]))


def _becomes_like(world: _World) -> None:
    one, other = _two(world)
    world.said[one] = world.said[other]


def _exchange(world: _World) -> None:
    one, other = _two(world)
    world.said[one], world.said[other] = world.said[other], world.said[one]


def _another_person(world: _World) -> None:
    world.said[_one(world)] = _person(world.chance)


def _household_moves(world: _World) -> None:
    one = _one(world)
    email = world.said[one][2]
    for guardian in [guardian for guardian, said in world.said.items() if said[2] == email]:
        _say(world, guardian, email=world.chance.choice(["family@x.org", "new@x.org"]))


def _another_id(world: _World) -> None:
    """One person under one id more."""
    one, new = _one(world), f"H{world.chance.randint(1, 4)}"
    world.said[new] = world.said[one]
    world.ties.add((world.chance.choice(sorted(world.students)), new))


def _renumbered(world: _World) -> None:
    one, new = _one(world), f"H{world.chance.randint(1, 4)}"
    world.said[new] = world.said[one]
    world.ties = {(student, new if guardian == one else guardian) for student, guardian in world.ties}


def _drops_out(world: _World) -> None:
    """No row tonight; the id stays known to the SIS, and may come back."""
    one = _one(world)
    world.ties = {pair for pair in world.ties if pair[1] != one}


def _comes_back(world: _World) -> None:
    world.ties.add((world.chance.choice(sorted(world.students)), _one(world)))


def _loses_a_tie(world: _World) -> None:
    if world.ties:
        world.ties.remove(world.chance.choice(sorted(world.ties)))


def _student_leaves(world: _World) -> None:
    student = world.chance.choice(sorted(world.students))
    world.gone ^= {student}


def _student_moves(world: _World) -> None:
    student = world.chance.choice(sorted(world.students))
    world.students[student] = world.chance.choice(sorted(set(world.students.values())))


def _office(world: _World) -> None:
    for guardian in sorted(world.said):
        if world.chance.random() < 0.6:
            _say(world, guardian, email="office@x.org")


def _staff_change(world: _World) -> None:
    name = world.chance.choice(["T1", "T2", "T3"])
    world.staff[name] = world.said[_one(world)][:4]


def _staff_leaves(world: _World) -> None:
    if len(world.staff) > 1:
        del world.staff[world.chance.choice(sorted(world.staff))]


_EVENTS = (
    _new_email, _new_email, _new_mobile, _new_mobile, _remarries, _renamed, _becomes_like, _becomes_like, _exchange,
    _another_person, _household_moves, _another_id, _renumbered, _drops_out, _drops_out, _comes_back, _comes_back,
    _loses_a_tie, _student_leaves, _student_moves, _office, _staff_change, _staff_leaves,
)  # fmt: skip
