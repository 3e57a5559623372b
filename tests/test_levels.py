from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from attrs import evolve
from evenings import ANN, BOB, csv
from hypothesis import given
from hypothesis import strategies as st
from two_levels import (
    CAT,
    DISTRICT,
    NORTH,
    NORTHERN,
    SCHOOLS,
    SOUTH,
    SOUTHERN,
    STUDENTS,
    at_district,
    at_schools,
    everything,
    in_force,
    load,
    move,
    students,
    sync,
    ties,
    write,
)

import guardiansync as gs
from guardiansync.engine.levels import conflicts, to_district, to_schools
from guardiansync.testing.changes import end, revoke, role, tie

if TYPE_CHECKING:
    from guardiansync.settings import Level


def test_a_sync_at_the_wrong_level_is_refused() -> None:
    store = at_district()
    load(store, NORTH, {"S1": ""})
    with pytest.raises(gs.LevelMismatch, match="migrate_level") as refused:
        sync(store, NORTH, *NORTHERN)
    assert refused.value.other_scopes == ("d-1",)
    assert store.runs(NORTH)["reasons"][0] == "level"
    checked = gs.check(gs.SyncSettings(scope=NORTH), store, csv(*NORTHERN))
    assert [line.name for line in checked if line.outcome == "failed"] == ["level"]


def test_the_order_in_which_schools_are_given_does_not_matter() -> None:
    store = at_schools()
    rosters = [store.roster(NORTH), store.roster(SOUTH)]
    one, other = to_district(rosters, "d-1"), to_district(rosters[::-1], "d-1")
    for name in ("roles", "students", "ties"):
        assert getattr(one, name).equals(getattr(other, name))


def test_from_the_district_to_its_schools() -> None:
    store = at_district()
    accounts = in_force(store, DISTRICT)
    run = gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS, actor="me")
    assert (run.kind, run.status, run.actor) == ("migration", "applied", "me")
    assert in_force(store, NORTH) == {one: accounts[one] for one in ("G1", "G2")}
    assert in_force(store, SOUTH) == {one: accounts[one] for one in ("G1", "G3")}
    assert in_force(store, DISTRICT) == {}
    assert in_force(store, DISTRICT, "staff").keys() == {"T1"}
    assert ties(store, NORTH) == {("S1", "G1"), ("S1", "G2"), ("S2", "G2")}
    assert ties(store, SOUTH) == {("S3", "G1"), ("S4", "G3")}
    assert ties(store, DISTRICT) == set()
    assert students(store, NORTH) == {"S1": "North High", "S2": "North High"}
    assert store.roster(NORTH).students["first_name"].sort().to_list() == ["Kid S1", "Kid S2"]
    assert students(store, DISTRICT) == {}
    assert set(store.roster(DISTRICT).accounts["state"]) == {"invited"}
    assert store.run_scopes(run.run_id) == (DISTRICT, NORTH, SOUTH)
    assert gs.explain(store, NORTH, guardian_sis_id="G1").history["rule"].to_list() == ["level", "level"]


@pytest.mark.parametrize("make", [at_district, at_schools])
def test_the_next_evening_at_the_new_level_changes_nothing(make: Any) -> None:
    store = make()
    if make is at_district:
        gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
        assert sync(store, NORTH, *NORTHERN).status == sync(store, SOUTH, *SOUTHERN).status == "unchanged"
        load(store, DISTRICT, STUDENTS)
        with pytest.raises(gs.LevelMismatch):
            sync(store, DISTRICT, *NORTHERN)
    else:
        gs.migrate_level(store, DISTRICT, "district")
        assert sync(store, DISTRICT, *NORTHERN, *SOUTHERN).status == "unchanged"
        load(store, NORTH, STUDENTS)
        with pytest.raises(gs.LevelMismatch):
            sync(store, NORTH, *NORTHERN)


def test_from_the_schools_to_the_district() -> None:
    store = at_schools()
    north, south = in_force(store, NORTH), in_force(store, SOUTH)
    assert north["G1"] == south["G1"]
    gs.migrate_level(store, DISTRICT, "district")
    assert in_force(store, DISTRICT) == north | south
    assert in_force(store, DISTRICT, "staff").keys() == {"Tn", "Ts"}
    assert ties(store, DISTRICT) == {("S1", "G1"), ("S1", "G2"), ("S2", "G2"), ("S3", "G1"), ("S4", "G3")}
    assert students(store, DISTRICT) == STUDENTS
    for scope in (NORTH, SOUTH):
        assert (in_force(store, scope), in_force(store, scope, "staff")) == ({}, {})
        assert (ties(store, scope), students(store, scope)) == (set(), {})


@pytest.mark.parametrize("there_and_back", [False, True])
@pytest.mark.parametrize("make", [at_district, at_schools])
def test_it_is_taken_back_whole(make: Any, *, there_and_back: bool) -> None:
    store = make()
    levels: list[Level] = ["school", "district"] if make is at_district else ["district", "school"]
    if there_and_back:
        for level in levels:
            move(store, level)
    before = everything(store)
    run = move(store, levels[0])
    after = everything(store)
    assert after != before
    undone = gs.undo(run.run_id, store)
    assert everything(store) == before
    assert all(store.roster(scope).undone.is_empty() for scope in (DISTRICT, NORTH, SOUTH))
    gs.undo(undone.run_id, store)
    assert everything(store) == after


def test_there_and_back_brings_what_the_sis_says_by_now() -> None:
    store = at_district()
    gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    moved = "Ann,Lee,ann@new.example.org,4155550132"
    sync(store, NORTH, f"S1,G1,{moved},,", *NORTHERN[1:])
    load(store, NORTH, {"S1": "Renamed High"})
    sync(store, NORTH, f"S1,G1,{moved},,", f"S1,G2,{BOB},,")
    sync(store, SOUTH, f"S3,G1,{moved},,", SOUTHERN[1])
    run = gs.migrate_level(store, DISTRICT, "district")
    told = store.changes(run.run_id, DISTRICT)
    assert told["update_contacts"].select("sis_id", "field").rows() == [("G1", "email")]
    assert told["update_students"].select("student_sis_id", "field").rows() == [("S1", "school")]
    assert students(store, DISTRICT) == {"S1": "Renamed High", "S3": "South High", "S4": "South High"}
    roles = store.roster(DISTRICT).roles.filter(scope="d-1", sis_id="G1")
    assert roles.select("state", "email").rows() == [("active", "ann@new.example.org")]
    assert ties(store, DISTRICT) == {("S1", "G1"), ("S1", "G2"), ("S3", "G1"), ("S4", "G3")}
    rows = (f"S1,G1,{moved},,", f"S1,G2,{BOB},,", f"S3,G1,{moved},,", SOUTHERN[1])
    assert sync(store, DISTRICT, *rows).status == "unchanged"


def test_one_id_on_two_accounts_is_refused() -> None:
    store = at_schools()
    other = in_force(store, NORTH)["G2"]
    write(store, SOUTH, role("G2", in_force(store, SOUTH)["G3"]), role("T9", other, kind="staff"))
    write(store, NORTH, role("T9", in_force(store, NORTH)["G1"], kind="staff"))
    before = everything(store)
    with pytest.raises(gs.LevelConflict, match="Nothing was changed") as refused:
        gs.migrate_level(store, DISTRICT, "district")
    assert [text.split(" would ")[0] for text in refused.value.conflicts] == ["guardian G2 of d-1", "staff T9 of d-1"]
    assert everything(store) == before
    write(store, NORTH, revoke("G2", other), end("S1", "G2", other), end("S2", "G2", other))
    with pytest.raises(gs.LevelConflict) as refused:
        gs.migrate_level(store, DISTRICT, "district")
    assert [text.split(" would ")[0] for text in refused.value.conflicts] == ["staff T9 of d-1"]


def test_one_student_id_that_is_two_children_is_refused() -> None:
    store = at_schools()
    gs.load_roster(store, SOUTH, students=[{"student_sis_id": one, "first_name": f"Kid {one}"} for one in ("S3", "S4")])
    gs.load_roster(store, NORTH, students=[{"student_sis_id": one, "first_name": "Somebody"} for one in ("S2", "S3")])
    with pytest.raises(gs.LevelConflict) as refused:
        gs.migrate_level(store, DISTRICT, "district")
    assert refused.value.conflicts == ("student S3 of d-1 would be 2 students of other names",)
    gs.load_roster(store, NORTH, students=[{"student_sis_id": one, "first_name": "KID s3"} for one in ("S2", "S3")])
    gs.migrate_level(store, DISTRICT, "district")
    assert students(store, DISTRICT).keys() == {"S2", "S3", "S4"}


def test_an_id_that_stands_at_the_new_level_already_stays_if_it_is_on_the_same_account() -> None:
    store = at_district()
    accounts = in_force(store, DISTRICT)
    load(store, SOUTH, {"S3": "Its own words"})
    write(store, SOUTH, role("G1", accounts["G1"]), tie("S3", "G1", accounts["G1"]))
    gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    assert in_force(store, SOUTH) == {one: accounts[one] for one in ("G1", "G3")}
    assert students(store, SOUTH)["S3"] == "Its own words"
    store = at_district()
    write(store, SOUTH, role("G1", accounts["G2"]))
    with pytest.raises(gs.LevelConflict) as refused:
        gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    assert refused.value.conflicts == (
        f"guardian G1 of d-1/s would be on accounts {', '.join(sorted((accounts['G1'], accounts['G2'])))}",
    )


def test_an_id_that_was_revoked_there_on_another_account_comes_to_the_right_one() -> None:
    store = at_district()
    accounts = in_force(store, DISTRICT)
    write(store, SOUTH, role("G1", accounts["G2"], name="Old"))
    write(store, SOUTH, revoke("G1", accounts["G2"]))
    before = everything(store)
    run = gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    assert in_force(store, SOUTH)["G1"] == accounts["G1"]
    assert store.roster(SOUTH).roles.filter(scope="d-1/s", sis_id="G1")["first_name"].to_list() == ["Ann"]
    gs.undo(run.run_id, store)
    assert everything(store) == before


def test_who_has_no_child_now_is_known_where_the_children_were() -> None:
    store = at_district()
    sync(store, DISTRICT, *NORTHERN, SOUTHERN[0])
    cat = store.roster(DISTRICT).roles.filter(sis_id="G3")
    assert cat["state"].to_list() == ["revoked"]
    gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    known = store.roster(SOUTH).roles.filter(scope="d-1/s", sis_id="G3")
    assert known.select("state", "account_id").rows() == [("revoked", cat["account_id"][0])]
    assert store.roster(NORTH).roles.filter(scope="d-1/n", sis_id="G3").is_empty()
    gs.migrate_level(store, DISTRICT, "district")
    again = gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    assert "G3" not in store.changes(again.run_id, SOUTH)["grant_roles"]["sis_id"]
    assert sync(store, SOUTH, *SOUTHERN).counts["reactivate_accounts"] == 1


def test_a_role_that_a_school_revoked_is_known_to_the_district() -> None:
    store = at_schools()
    cat = in_force(store, SOUTH)["G3"]
    sync(store, SOUTH, SOUTHERN[0])
    gs.migrate_level(store, DISTRICT, "district")
    known = store.roster(DISTRICT).roles.filter(scope="d-1", sis_id="G3")
    assert known.select("state", "account_id").rows() == [("revoked", cat)]


def test_a_student_who_left_meanwhile_does_not_move_and_their_guardians_do() -> None:
    store = at_district()
    load(store, DISTRICT, {one: school for one, school in STUDENTS.items() if one != "S4"})
    gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    assert students(store, SOUTH).keys() == {"S3"}
    assert ties(store, SOUTH) == {("S3", "G1")}
    assert in_force(store, SOUTH).keys() == {"G1", "G3"}


def test_a_student_of_two_schools_is_tied_once() -> None:
    store = at_schools()
    load(store, SOUTH, {"S1": "North High", "S3": "South High", "S4": "South High"})
    sync(store, SOUTH, f"S1,G1,{ANN},,", *SOUTHERN)
    run = gs.migrate_level(store, DISTRICT, "district")
    started = store.changes(run.run_id, DISTRICT)["start_guardianships"]
    assert started.filter(student_sis_id="S1", guardian_sis_id="G1").height == 1


def test_students_of_schools_that_name_none_are_that_schools() -> None:
    store = at_schools()
    load(store, SOUTH, {"S3": "South High", "S4": "South Annex", "S8": ""})
    gs.migrate_level(store, DISTRICT, "district")
    assert students(store, DISTRICT) == {**STUDENTS, "S4": "South Annex", "S8": "s"}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"to": "state"}, "'school' or 'district'"),
        ({"to": "school", "schools": {"North High": NORTH}}, "none for 'South High'"),
        ({"to": "school", "schools": {**SCHOOLS, "North High": gs.School("n", "d-2")}}, "d-2/n"),
        ({"to": "district", "schools": SCHOOLS}, "a mapping"),
        ({"to": "school", "district": NORTH}, "a District"),
    ],
)
def test_what_cannot_be_asked(arguments: dict[str, Any], error: str) -> None:
    with pytest.raises(gs.SettingsError, match=error):
        gs.migrate_level(at_district(), **{"district": DISTRICT, **arguments})


def test_a_text_that_is_the_id_of_the_school_needs_no_mapping() -> None:
    store = gs.open_store("memory://")
    load(store, DISTRICT, {"S1": "n", "S2": "n", "S3": "s", "S4": "s"})
    sync(store, DISTRICT, *NORTHERN, *SOUTHERN)
    gs.migrate_level(store, DISTRICT, "school")
    assert in_force(store, NORTH).keys() == {"G1", "G2"}
    load(store, DISTRICT, {"S9": ""})
    with pytest.raises(gs.SettingsError, match="none for ''"):
        gs.migrate_level(store, DISTRICT, "school")


def test_there_may_be_nothing_to_move() -> None:
    store = gs.open_store("memory://")
    assert gs.migrate_level(store, DISTRICT, "district").status == "unchanged"
    with pytest.raises(gs.NoRoster):
        gs.migrate_level(store, DISTRICT, "school")


def test_what_others_made_is_refused() -> None:
    district = at_district().roster(DISTRICT)
    others = evolve(district, roles=district.roles.with_columns(managed=pl.col("sis_id") != "G3"))
    moving = to_schools(others, {"North High": "d-1/n", "South High": "d-1/s"})
    assert conflicts(moving, [others], []) == ("guardian G3 of d-1 or a tie of theirs was not made by the sync",)


ROWS = st.lists(st.tuples(st.sampled_from(sorted(STUDENTS)), st.sampled_from([ANN, BOB, CAT])), min_size=1, max_size=8)


@given(ROWS)
def test_any_families_move_and_come_back(families: list[tuple[str, str]]) -> None:
    store = gs.open_store("memory://")
    load(store, DISTRICT, STUDENTS)
    rows = sorted({f"{child},{'G' + person[:1]},{person},," for child, person in families})
    sync(store, DISTRICT, *rows)
    standing, accounts = ties(store, DISTRICT), in_force(store, DISTRICT)
    gs.migrate_level(store, DISTRICT, "school", schools=SCHOOLS)
    assert ties(store, NORTH) | ties(store, SOUTH) == standing
    assert in_force(store, NORTH) | in_force(store, SOUTH) == accounts
    for scope in (NORTH, SOUTH):
        mine = [row for row in rows if SCHOOLS[STUDENTS[row[:2]]] == scope]
        if mine:
            assert sync(store, scope, *mine).status == "unchanged"
    gs.migrate_level(store, DISTRICT, "district")
    assert (ties(store, DISTRICT), in_force(store, DISTRICT)) == (standing, accounts)
    assert students(store, DISTRICT) == {
        one: school for one, school in STUDENTS.items() if one in students(store, DISTRICT)
    }
    assert sync(store, DISTRICT, *rows).status == "unchanged"
