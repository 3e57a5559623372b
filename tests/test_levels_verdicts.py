"""Pins and denials go along when a district moves to another level."""

import pytest
from two_levels import DISTRICT, NORTH, SCHOOLS, SOUTH, STUDENTS, at_district, at_schools, in_force, load, ties, write

import guardiansync as gs
from guardiansync.testing.changes import end, revoke, role


def test_pins_go_with_their_roles() -> None:
    store = at_district()
    one, two, tom = (
        gs.RoleRef("d-1", "guardian", "G1"),
        gs.RoleRef("d-1", "guardian", "G2"),
        gs.RoleRef("d-1", "staff", "T1"),
    )
    gs.pin_never_same(store, one, two)
    gs.pin_never_same(store, tom, gs.RoleRef("d-1", "guardian", "G3"))
    before = gs.pins(store, DISTRICT).drop("run_id", "actor", "started_at")
    run = gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    listed = gs.pins(store, DISTRICT)
    assert listed.select("scope", "sis_id", "other_scope", "other_sis_id").rows() == [
        ("d-1", "T1", "d-1/s", "G3"),
        ("d-1/n", "G1", "d-1/n", "G2"),
        ("d-1/n", "G2", "d-1/s", "G1"),
    ]
    assert set(listed["verdict"]) == {"never_same"}
    assert set(listed["run_id"]) == {run.run_id}
    gs.migrate_level(store, DISTRICT, "district")
    assert gs.pins(store, DISTRICT).drop("run_id", "actor", "started_at").equals(before)


def test_pins_of_a_role_that_stays_behind_stay_with_it() -> None:
    store = at_schools()
    bob = in_force(store, NORTH)["G2"]
    write(store, NORTH, end("S1", "G2", bob), end("S2", "G2", bob), revoke("G2", bob))
    write(store, SOUTH, role("G2", in_force(store, SOUTH)["G3"]))
    gs.pin_never_same(store, gs.RoleRef("d-1/n", "guardian", "G2"), gs.RoleRef("d-1/n", "guardian", "G1"))
    gs.migrate_level(store, DISTRICT, "district")
    assert gs.pins(store, DISTRICT).select("scope", "sis_id", "other_scope", "other_sis_id").rows() == [
        ("d-1", "G1", "d-1/n", "G2")
    ]


def test_pins_that_cannot_go_along_are_refused() -> None:
    store = at_schools()
    gs.pin_never_same(store, gs.RoleRef("d-1/n", "guardian", "G1"), gs.RoleRef("d-1/s", "guardian", "G1"))
    with pytest.raises(gs.LevelConflict, match="with itself") as refused:
        gs.migrate_level(store, DISTRICT, "district")
    assert refused.value.conflicts[0].startswith("guardian G1 of d-1 ")
    store = at_schools()
    write(store, SOUTH, role("G2", in_force(store, NORTH)["G2"]))
    gs.pin_same(store, gs.RoleRef("d-1/n", "guardian", "G1"), gs.RoleRef("d-1/n", "guardian", "G2"))
    gs.pin_never_same(store, gs.RoleRef("d-1/s", "guardian", "G1"), gs.RoleRef("d-1/s", "guardian", "G2"))
    with pytest.raises(gs.LevelConflict, match="both as one person and as never one"):
        gs.migrate_level(store, DISTRICT, "district")
    store = at_schools()
    gs.pin_same(store, gs.RoleRef("d-1/n", "guardian", "G1"), gs.RoleRef("d-1/n", "guardian", "G2"))
    gs.pin_same(store, gs.RoleRef("d-1/s", "guardian", "G1"), gs.RoleRef("d-1/s", "guardian", "G3"))
    gs.pin_never_same(store, gs.RoleRef("d-1/n", "guardian", "G2"), gs.RoleRef("d-1/s", "guardian", "G3"))
    with pytest.raises(gs.ContradictoryPins):
        gs.migrate_level(store, DISTRICT, "district")


def test_denials_hold_at_the_new_level() -> None:
    store = at_district()
    gs.deny(store, DISTRICT, "G1", "S1", "court order")
    gs.deny(store, DISTRICT, "G77", "S4", "not there yet")
    run = gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    denied = gs.denials(store, NORTH)
    assert denied.select("scope", "guardian_sis_id", "why").rows() == [
        ("d-1/n", "G1", "court order"),
        ("d-1/s", "G1", "court order"),
        ("d-1/n", "G77", "not there yet"),
        ("d-1/s", "G77", "not there yet"),
    ]
    assert set(denied["run_id"]) == {run.run_id}
    assert ("S1", "G1") not in ties(store, NORTH)
    assert "G1" in in_force(store, SOUTH)
    gs.migrate_level(store, DISTRICT, "district")
    assert gs.denials(store, DISTRICT).select("scope", "guardian_sis_id", "why").rows() == [
        ("d-1", "G1", "court order"),
        ("d-1", "G77", "not there yet"),
    ]


def test_what_is_denied_at_the_new_level_already_keeps_its_reason() -> None:
    store = at_schools()
    load(store, DISTRICT, STUDENTS)
    gs.deny(store, DISTRICT, "G1", "S1", "first")
    gs.deny(store, NORTH, "G1", "S1", "then")
    run = gs.migrate_level(store, DISTRICT, "district")
    assert gs.denials(store, DISTRICT).select("scope", "why").rows() == [("d-1", "first")]
    assert store.changes(run.run_id, DISTRICT)["set_denials"].is_empty()


def test_denials_of_a_school_without_guardians_move_too() -> None:
    store = at_schools()
    load(store, gs.School("t", "d-1"), {"S7": ""})
    gs.deny(store, gs.School("t", "d-1"), "G5", "S7", "not there yet")
    gs.migrate_level(store, DISTRICT, "district")
    assert gs.denials(store, DISTRICT).select("scope", "guardian_sis_id").rows() == [("d-1", "G5")]
