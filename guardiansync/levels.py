"""A district's guardians move to another level: from the district to its schools, or from them to the district."""

from collections.abc import Iterable, Mapping, Sequence

from guardiansync.by_hand import carry_out, one_version
from guardiansync.clock import Clock
from guardiansync.engine.level_words import moved_denials, moved_pins
from guardiansync.engine.levels import (
    Moving,
    changes_into,
    changes_out_of,
    conflicts,
    to_district,
    to_schools,
)
from guardiansync.engine.pins import contradiction, with_changes
from guardiansync.errors import ContradictoryPins, LevelConflict, NoRoster, SettingsError
from guardiansync.model.bulk import Changes
from guardiansync.model.plan import RunKind
from guardiansync.model.roster import Roster, StudentState
from guardiansync.model.run import Run
from guardiansync.observing import observed
from guardiansync.settings import District, Level, School, Scope, parse_scope
from guardiansync.stores.protocol import Store


@observed
def migrate_level(
    store: Store, district: District, to: Level, *, schools: Mapping[str, School] | None = None, actor: str = ""
) -> Run:
    """Move a district's guardians to the level that they are to be synced at from now on. Accounts stay as they are.

    To the schools: each student goes to their school, and each guardian to every school of their children. Staff stay
    with the district until the schools' own roster syncs have brought them. To the district: students, staff and
    guardians of every school that has guardians; one id in several schools is one role if it is on one account.
    Pins and denials go along. Roles and ties that were not in force are left, but for revoked roles of known places.

    Args:
        store: The roster.
        district: Whose guardians.
        to: "school" or "district".
        schools: To the schools only: the school for each text that students have as their school. Without it that text
            is the school's id.
        actor: Who asked for it, for the journal.

    Returns:
        The run, which `undo` takes back whole, in the district and in the schools.

    Raises:
        SettingsError: `to` is no level, or a student's school is not told.
        NoRoster: The district has no students, so it is not known where its guardians belong.
        LevelConflict: Ids would be on several accounts, or were not made by the sync. Nothing was changed.
        ContradictoryPins: The pins would contradict each other at the new level. Nothing was changed.
        StalePlan: The roster moved while this was looked at; try again. Nothing was changed.
    """
    clock = Clock()
    if not isinstance(district, District):
        raise SettingsError("district", "a District", type(district).__name__)
    own = store.roster(district)
    match to:
        case "school":
            if own.students.filter(state=str(StudentState.ACTIVE)).is_empty():
                raise NoRoster(str(district))
            places = _places(own, district, schools)
            others = _rosters(store, sorted(set(places.values()), key=str))
            moving = to_schools(own, {text: str(scope) for text, scope in places.items()})
            sources, targets = [own], list(others.values())
        case "district":
            if schools is not None:
                raise SettingsError("schools", "none: they are known to the roster", "a mapping")
            others = _rosters(store, map(parse_scope, own.other_levels))
            moving = to_district(list(others.values()), str(district)) if others else _nothing(own)
            sources, targets = list(others.values()), [own]
        case _:
            raise SettingsError("to", "'school' or 'district'", repr(to))
    version = one_version((own, *others.values()))
    wanted = _wanted(own, moving, sources, targets)
    return carry_out(store, RunKind.MIGRATION, wanted, version, clock=clock, actor=actor)


def _wanted(own: Roster, moving: Moving, sources: Sequence[Roster], targets: Sequence[Roster]) -> dict[Scope, Changes]:
    """The changes of each scope, the district's first."""
    pins, torn = moved_pins(own.pins, moving)
    standing = (*conflicts(moving, sources, targets), *torn)
    if standing:
        raise LevelConflict(str(own.scope), standing)
    if found := contradiction(with_changes(own.pins, pins)):
        raise ContradictoryPins(str(own.scope), found)
    wanted = {own.scope: Changes()}
    wanted |= {roster.scope: changes_into(roster, moving) for roster in targets}
    wanted |= {roster.scope: changes_out_of(roster, moving) for roster in sources}
    leaving = {str(roster.scope) for roster in sources}
    if targets == [own]:
        leaving = {scope for scope in own.denials["scope"] if scope != str(own.scope)}
    denials = moved_denials(own.denials, leaving, [str(roster.scope) for roster in targets])
    for name, frame in denials.items():
        scope = parse_scope(name)
        wanted[scope] = wanted.get(scope, Changes()).replace(set_denials=frame)
    return wanted | {own.scope: wanted[own.scope].replace(set_pins=pins)}


def _nothing(own: Roster) -> Moving:
    roles, students, ties = (
        frame.clear().with_columns(into="scope") for frame in (own.roles, own.students, own.guardianships)
    )
    return Moving(roles, students, ties, ())


def _rosters(store: Store, scopes: Iterable[Scope]) -> dict[Scope, Roster]:
    return {scope: store.roster(scope) for scope in scopes}


def _places(own: Roster, district: District, schools: Mapping[str, School] | None) -> dict[str, School]:
    """The school of each text that students have as theirs."""
    named = own.students.filter(state=str(StudentState.ACTIVE))["school"].unique().sort()
    if schools is None:
        return {text: _school(text, district) for text in named}
    if missing := [repr(text) for text in named if text not in schools]:
        raise SettingsError(
            "schools", f"a School of {district} for each school of a student", f"none for {', '.join(missing)}"
        )
    if strange := [str(school) for school in schools.values() if school.district != district.id]:
        raise SettingsError("schools", f"schools of {district}", ", ".join(strange))
    return dict(schools)


def _school(text: str, district: District) -> School:
    try:
        return School(text, district.id)
    except SettingsError as error:
        raise SettingsError("schools", "a School for each school of a student", f"none for {text!r}") from error
