"""What was undone stays undone until a person says otherwise."""

from attrs import evolve
from evenings import ANN, BOB, Evenings, actions

import guardiansync as gs
from guardiansync.testing.changes import changes_of, contact

NEW = "Ann,Lee,ann@new.example.org,4155550132"


def test_undone_a_new_guardian_is_held_the_next_evening() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    run = district.sync(*rows)
    gs.undo(run.run_id, district.store)
    report = district.sync(*rows)
    (hold,) = report.holds
    assert (hold.reason, hold.rule) == ("undone", "undo")
    assert actions(report.rows) == ["UNCHANGED", "HELD"]
    assert ("", "G2") in hold.members.rows()
    assert run.run_id in hold.message
    assert district.guardians() == {"G1"}


def test_undone_is_one_hold_with_one_id_from_evening_to_evening() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    gs.undo(district.sync(*rows).run_id, district.store)
    (first,) = district.sync(*rows).holds
    (second,) = district.plan(rows[0]).holds
    assert first.id == second.id


def test_undone_only_who_would_come_again_is_held() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    gs.undo(district.sync(*rows).run_id, district.store)
    (hold,) = district.sync(rows[0]).holds
    assert set(hold.members["guardian_sis_id"]) == {"G1"}


def test_undone_is_done_again_once_it_is_released() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    gs.undo(district.sync(*rows).run_id, district.store)
    (hold,) = district.sync(*rows).holds
    gs.release(district.store, hold.id, actor="support")
    assert district.sync(*rows).holds == ()
    assert district.guardians() == {"G1", "G2"}
    assert district.plan(*rows).is_empty


def test_undone_twice_is_done() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    undoing = gs.undo(district.sync(f"S1,G1,{NEW},,").run_id, district.store)
    assert district.plan(f"S1,G1,{NEW},,").reasons == ("undone",)
    gs.undo(undoing.run_id, district.store)
    assert district.account("G1")["email"] == "ann@new.example.org"
    assert district.plan(f"S1,G1,{NEW},,").holds == ()


def test_undone_details_are_not_set_again_and_others_are() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    gs.undo(district.sync(f"S1,G1,{NEW},,").run_id, district.store)
    report = district.sync(f"S1,G1,{NEW},,")
    assert report.reasons == ("undone",)
    assert district.role("G1")["email"] == district.account("G1")["email"] == "ann@example.org"
    assert district.sync(f"S1,G1,{NEW.replace('new', 'third')},,").holds == ()
    assert district.account("G1")["email"] == "ann@third.example.org"


def test_undone_ends_and_revocations_are_not_made_again() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    gs.undo(district.sync(f"S1,G1,{ANN},,").run_id, district.store)
    assert district.children("G2") == {"S2"}
    report = district.sync(f"S1,G1,{ANN},,")
    assert report.reasons == ("undone",)
    assert district.children("G2") == {"S2"}
    assert district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,").holds == ()


def test_undone_a_merge_is_not_made_again() -> None:
    district = Evenings()
    district.sync("S1,G1,Ann,Lee,old@example.org,4155550132,,", f"S2,G2,{ANN},,")
    joined = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    run = district.sync(*joined)
    assert run.counts["merge_accounts"] == 1
    gs.undo(run.run_id, district.store)
    apart = {one: district.role(one)["account_id"] for one in ("G1", "G2")}
    (hold,) = district.sync(*joined).holds
    assert hold.reason == "undone"
    assert "and 1 of its changes would be made again" in hold.message
    assert {one: district.role(one)["account_id"] for one in ("G1", "G2")} == apart


def test_undone_students_and_staff_stay_as_they_were() -> None:
    district = Evenings(students=["S1", "S2"], staff=[f"T1,{ANN}"])
    run = district.load(students=["S1", "S2", "S3"], staff=[f"T1,{ANN}", f"T2,{BOB}"])
    gs.undo(run.run_id, district.store)
    report = district.load(students=["S1", "S2", "S3"], staff=[f"T1,{ANN}", f"T2,{BOB}"])
    assert report.reasons == ("undone",)
    assert set(district.roster.students["student_sis_id"]) == {"S1", "S2"}
    assert set(district.roster.roles["sis_id"]) == {"T1"}
    gs.release(district.store, report.holds[0].id)
    district.load(students=["S1", "S2", "S3"], staff=[f"T1,{ANN}", f"T2,{BOB}"])
    assert set(district.roster.students["student_sis_id"]) == {"S1", "S2", "S3"}


def test_undone_details_of_a_staff_account_that_no_role_said_anew_stay_as_they_were() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    account = district.account("T1", "staff")["account_id"]
    other = contact("account", account, "email", "ann@example.org", "other@example.org")
    with district.store.transaction(district.scope) as turn:
        turn.write(changes_of([other]))
    run = district.load(staff=[f"T1,{ANN}"])
    assert district.account("T1", "staff")["email"] == "ann@example.org"
    gs.undo(run.run_id, district.store)
    report = district.load(staff=[f"T1,{ANN}"])
    assert report.reasons == ("undone",)
    assert district.account("T1", "staff")["email"] == "other@example.org"


def test_undone_staff_who_were_revoked_stay() -> None:
    district = Evenings(staff=[f"T1,{ANN}", f"T2,{BOB}"])
    run = district.load(staff=[f"T1,{ANN}"], deletion_threshold=1.0)
    gs.undo(run.run_id, district.store)
    report = district.load(staff=[f"T1,{ANN}"], deletion_threshold=1.0)
    assert report.reasons == ("undone",)
    assert district.role("T2", "staff")["state"] == "active"
    gs.release(district.store, report.holds[0].id)
    district.load(staff=[f"T1,{ANN}"], deletion_threshold=1.0)
    assert district.role("T2", "staff")["state"] == "revoked"


def test_undone_names_of_students_wait_and_other_news_of_them_does_not() -> None:
    district = Evenings(students=[])

    def load(**names: str) -> gs.Report:
        return gs.load_roster(district.store, district.scope, students=[{"student_sis_id": "S1", **names}])

    load(first_name="Al", last_name="Lee")
    gs.undo(load(first_name="Bo", last_name="Lee").run_id, district.store)
    assert load(first_name="Bo", last_name="Lee").reasons == ("undone",)
    assert district.roster.students["first_name"].to_list() == ["Al"]
    load(first_name="Cy", last_name="Poe")
    assert district.roster.students.select("first_name", "last_name").rows() == [("Cy", "Poe")]


def test_undone_students_who_left_stay() -> None:
    district = Evenings(students=["S1", "S2"])
    run = district.load(students=["S1"])
    gs.undo(run.run_id, district.store)
    report = district.load(students=["S1"])
    assert report.reasons == ("undone",)
    assert set(district.roster.students.filter(state="active")["student_sis_id"]) == {"S1", "S2"}


def test_undone_in_a_school_an_id_that_may_come_again_is_new() -> None:
    north = Evenings(scope=gs.School("north", "d-1"))
    run = north.sync(f"S1,G1,{ANN},,")
    void = north.role("G1")["account_id"]
    gs.undo(run.run_id, north.store)
    (hold,) = north.sync(f"S1,G1,{ANN},,").holds
    gs.release(north.store, hold.id)
    assert actions(north.sync(f"S1,G1,{ANN},,").rows) == ["CREATED"]
    assert north.role("G1")["account_id"] != void


def test_undone_what_a_claimed_account_took_over_from_its_role_waits() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    district.claim("G1")
    district.sync(f"S1,G1,{NEW},,")
    district.settings = evolve(district.settings, update_active_accounts=True)
    run = district.sync(f"S1,G1,{NEW},,")
    assert district.account("G1")["email"] == "ann@new.example.org"
    gs.undo(run.run_id, district.store)
    assert district.sync(f"S1,G1,{NEW},,").reasons == ("undone",)
    assert district.account("G1")["email"] == "ann@example.org"
