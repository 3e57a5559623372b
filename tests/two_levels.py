"""A district whose guardians stand at its own level or at that of its two schools."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from evenings import ANN, BOB, csv

import guardiansync as gs
from guardiansync.model.change import Change
from guardiansync.settings import Level
from guardiansync.stores import Store
from guardiansync.testing.changes import changes_of, facts

DISTRICT, NORTH, SOUTH = gs.District("d-1"), gs.School("n", "d-1"), gs.School("s", "d-1")
SCHOOLS = {"North High": NORTH, "South High": SOUTH}
CAT = "Cat,Lee,cat@example.org,4155550154"
NORTHERN = (f"S1,G1,{ANN},,", f"S1,G2,{BOB},,", f"S2,G2,{BOB},,")
SOUTHERN = (f"S3,G1,{ANN},,", f"S4,G3,{CAT},,")
STUDENTS = {"S1": "North High", "S2": "North High", "S3": "South High", "S4": "South High"}


def load(store: Store, scope: gs.District | gs.School, students: Mapping[str, str], *staff: str) -> None:
    names = ("sis_id", "first_name", "last_name", "email", "sms")
    gs.load_roster(
        store,
        scope,
        students=[{"student_sis_id": one, "first_name": f"Kid {one}", "school": school} for one, school in students.items()],
        staff=[dict(zip(names, one.split(","), strict=True)) for one in staff],
        deletion_threshold=1.0,
    )  # fmt: skip


def sync(store: Store, scope: gs.District | gs.School, *rows: str) -> gs.Report:
    return gs.sync(gs.SyncSettings(scope=scope, enabled=True, deletion_threshold=1.0), store, csv(*rows))


def at_district() -> Store:
    store = gs.open_store("memory://")
    load(store, DISTRICT, STUDENTS, "T1,Tom,Ray,tom@example.org,")
    sync(store, DISTRICT, *NORTHERN, *SOUTHERN)
    return store


def at_schools() -> Store:
    store = gs.open_store("memory://")
    for scope, rows in ((NORTH, NORTHERN), (SOUTH, SOUTHERN)):
        load(
            store,
            scope,
            {one: school for one, school in STUDENTS.items() if SCHOOLS[school] == scope},
            f"T{scope.id},Tom,{scope.id},{scope.id}@example.org,",
        )
        sync(store, scope, *rows)
    return store


def write(store: Store, scope: gs.District | gs.School, *changes: Change) -> None:
    with store.transaction(scope) as turn:
        assert turn.write(changes_of(changes)).left.is_empty


def in_force(store: Store, scope: gs.District | gs.School, kind: str = "guardian") -> dict[str, str]:
    """The accounts of the roles in force, by id."""
    roles = store.roster(scope).roles.filter(pl.col("scope") == str(scope), pl.col("kind") == kind, state="active")
    return dict(roles.select("sis_id", "account_id").iter_rows())


def ties(store: Store, scope: gs.District | gs.School) -> set[tuple[Any, ...]]:
    standing = store.roster(scope).guardianships.filter(state="active")
    return set(standing.select("student_sis_id", "guardian_sis_id").iter_rows())


def students(store: Store, scope: gs.District | gs.School) -> dict[str, str]:
    return dict(store.roster(scope).students.filter(state="active").select("student_sis_id", "school").iter_rows())


def move(store: Store, to: Level) -> gs.Run:
    return gs.migrate_level(store, DISTRICT, to, schools=SCHOOLS if to == "school" else None)


def everything(store: Store) -> list[object]:
    return [facts(store.roster(scope)) for scope in (DISTRICT, NORTH, SOUTH)]
