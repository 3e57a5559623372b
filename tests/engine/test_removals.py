from typing import Any

import pytest
from evenings import ANN, BOB, Evenings, actions

import guardiansync as gs
from guardiansync.engine.limits import allowed_removals

FAMILY = tuple(f"S{n},G{n},Parent{n},Lee,p{n}@example.org,,," for n in range(1, 21))


def district_of_twenty(**settings: Any) -> Evenings:
    district = Evenings(students=[f"S{n}" for n in range(1, 21)], **settings)
    district.sync(*FAMILY)
    return district


def test_r1_a_tie_that_the_file_no_longer_names_ends() -> None:
    district = Evenings(deletion_threshold=0.5)
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    report = district.sync(f"S1,G1,{ANN},,")
    assert district.children("G1") == {"S1"}
    ended = report.rows.filter(report.rows["action"] == "ENDED")
    assert ended.select("line", "student_sis_id", "rule", "message").row(0) == (0, "S2", "R1", "row absent")


def test_r2_and_r3_the_last_tie_takes_role_and_account_with_it() -> None:
    district = district_of_twenty()
    report = district.sync(*FAMILY[1:])
    assert district.role("G1")["state"] == "revoked"
    assert district.account("G1")["state"] == "archived"
    assert report.counts["revoke_roles"] == report.counts["archive_accounts"] == 1


def test_r3_nearly_an_account_with_another_role_stays() -> None:
    district = Evenings(staff=[ANN.replace("Ann", "T1,Ann", 1)], deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.sync(f"S2,G2,{BOB},,")
    assert district.role("G1")["state"] == "revoked"
    assert district.account("G1")["state"] == "invited"


@pytest.mark.parametrize(
    "rejected",
    [
        "S1,,Ann,Lee,ann@example.org,,,",
        ",G1,Ann,Lee,ann@example.org,,,",
        "S1,G1,,Lee,ann@example.org,,,",
        "S99,G1,Ann,Lee,ann@example.org,,,",
        "S1,G1,Ann,Lee,ann@example.org",
    ],
    ids=["no guardian id", "no student id", "no name", "unknown student", "too few cells"],
)
def test_r4_a_rejected_row_shields_whom_it_names(rejected: str) -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    report = district.sync(rejected, f"S2,G2,{BOB},,")
    assert district.children("G1") == {"S1"}
    assert actions(report.rows) == ["SKIPPED", "UNCHANGED"]


def test_r4_nearly_a_row_of_a_student_who_left_shields_nobody() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.load(students=["S2", "S3", "S4"], deletion_threshold=1.0)
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    assert district.children("G1") == set()
    causes = report.rows.filter(report.rows["action"] == "ENDED").sort("student_sis_id")["message"].to_list()
    assert causes == ["student left", "row absent"]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "no rows"),
        ([*FAMILY[5:], ",,Ann,Lee,ann@example.org,,,"], "a row has neither id"),
        ([*FAMILY[5:-1], '"S20'], "cut short"),
    ],
    ids=["no rows", "neither id", "cut short"],
)
def test_r5_an_incomplete_file_removes_nothing(rows: list[str], why: str) -> None:
    district = district_of_twenty(deletion_threshold=1.0)
    report = district.sync(*rows)
    assert report.status == "held"
    assert report.reasons == ("incomplete-file",)
    assert why in report.holds[0].message
    assert len(district.guardians()) == 20


def test_r5_still_creates_and_updates() -> None:
    district = district_of_twenty()
    district.sync(
        "S1,G1,Parent1,Lee,new@example.org,,,", "S2,G99,New,Person,np@example.org,,,", ",,x,y,z@example.org,,,"
    )
    assert district.account("G1")["email"] == "new@example.org"
    assert "G99" in district.guardians()


def test_r6_two_of_twenty_may_go_three_may_not() -> None:
    district = district_of_twenty()
    assert district.plan(*FAMILY[2:]).holds == ()
    report = district.sync(*FAMILY[3:], "S1,G99,New,Person,np@example.org,,,")
    assert (report.status, report.reasons) == ("held", ("threshold",))
    assert len(district.guardians()) == 21
    (hold,) = report.holds
    assert hold.members.height == 6


def test_r6_a_release_lets_go_what_was_held_and_no_more() -> None:
    district = district_of_twenty()
    (hold,) = district.sync(*FAMILY[3:]).holds
    gs.release(district.store, hold.id, actor="support")
    larger = district.plan(*FAMILY[8:])
    assert larger.frames["end_guardianships"]["guardian_sis_id"].to_list() == ["G1", "G2", "G3"]
    assert larger.holds[0].members.height == 10
    assert district.sync(*FAMILY[3:]).status == "applied"
    assert len(district.guardians()) == 17


def test_r6_a_release_of_something_else_about_a_pair_lets_no_tie_go() -> None:
    rows = (f"S1,G1,{ANN},,", f"S1,G2,{BOB},,", "S2,G3,Cy,Ott,cy@example.org,,,")
    district = Evenings(max_guardians_per_student=1)
    (hold,) = district.sync(*rows).holds
    gs.release(district.store, hold.id)
    district.sync(*rows)
    assert district.sync(rows[2]).reasons == ("threshold",)
    assert district.children("G1") == district.children("G2") == {"S1"}


def test_r6_the_threshold_is_the_decimal_that_was_written() -> None:
    assert allowed_removals(501, threshold=0.10, floor=1) == 50
    assert allowed_removals(100, threshold=0.29, floor=1) == 29
    assert allowed_removals(5, threshold=0.10, floor=1) == 1
    assert allowed_removals(5, threshold=0.0, floor=0) == 0


def test_r6_ties_of_students_who_left_do_not_count() -> None:
    district = district_of_twenty()
    district.load(students=[f"S{n}" for n in range(6, 21)], deletion_threshold=1.0)
    report = district.sync(*FAMILY[5:])
    assert report.status == "applied"
    assert len(district.guardians()) == 15


def test_r6_guardians_of_students_who_left_are_not_among_those_before_either() -> None:
    rows = [f"S{n},G{n},Parent{n},Lee,p{n}@example.org,,," for n in range(1, 5)]
    others = [f"S{n},G5,Parent5,Lee,p5@example.org,,," for n in range(5, 9)]
    district = Evenings(students=[f"S{n}" for n in range(1, 9)], deletion_threshold=0.5)
    district.sync(*rows, *others)
    district.load(students=[f"S{n}" for n in (1, 2, *range(5, 9))], deletion_threshold=1.0)
    # Two of five leave with their students; of the three that are left, two may not go at once.
    assert district.sync(*others).reasons == ("threshold",)
    assert district.guardians() == {"G1", "G2", "G3", "G4", "G5"}


def test_r7_a_revoked_id_that_returns_has_its_account_again() -> None:
    district = district_of_twenty()
    before = district.account("G1")["account_id"]
    district.sync(*FAMILY[1:])
    report = district.sync(*FAMILY)
    assert district.account("G1")["account_id"] == before
    assert district.account("G1")["state"] == "invited"
    assert district.children("G1") == {"S1"}
    assert report.rows.filter(report.rows["action"] == "REACTIVATED")["rule"].to_list() == ["R7"]


def test_r7_and_m2_each_say_why_the_account_is_open_again() -> None:
    district = district_of_twenty()
    district.sync(*FAMILY[1:])
    for back, reason in ((FAMILY[0], "R7"), (FAMILY[0].replace("G1", "G99"), "M2")):
        plan = district.plan(back, *FAMILY[1:])
        assert plan.frames["reactivate_accounts"]["reason"].to_list() == [reason]


def test_r7_an_owner_who_claimed_the_account_need_not_claim_it_again() -> None:
    district = district_of_twenty()
    district.claim("G1")
    district.sync(*FAMILY[1:])
    district.sync(*FAMILY)
    assert district.account("G1")["state"] == "active"


def test_a3_an_unknown_student_is_named_with_the_zeros_it_may_have_lost() -> None:
    district = Evenings(students=["0012", "S2"])
    report = district.sync(f"12,G1,{ANN},,", f"S2,G2,{BOB},,")
    assert actions(report.rows) == ["SKIPPED", "CREATED"]
    (finding,) = report.findings
    assert "Student 0012 is: were zeros lost?" in finding.message


@pytest.mark.parametrize("unknown", ["X12", "00012"])
def test_a3_nearly_other_letters_or_more_zeros_before_an_id_were_not_lost(unknown: str) -> None:
    district = Evenings(students=["0012", "S2"])
    (finding,) = district.sync(f"{unknown},G1,{ANN},,", f"S2,G2,{BOB},,").findings
    assert "zeros" not in finding.message


def test_a3_without_any_student_the_sync_is_refused() -> None:
    district = Evenings(students=[])
    with pytest.raises(gs.NoRoster, match="load_roster"):
        district.sync(f"S1,G1,{ANN},,")


def test_a_roster_sync_that_brings_nobody_removes_nobody() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,"])
    report = district.load(students=[], staff=[], deletion_threshold=1.0)
    assert report.reasons == ("roster-empty",)
    assert district.roster.students["state"].to_list() == ["active"] * 4


def test_a_roster_sync_that_loses_too_many_students_waits() -> None:
    district = Evenings()
    report = district.load(students=["S1"])
    assert report.reasons == ("roster-threshold",)
    gs.release(district.store, report.holds[0].id)
    assert district.load(students=["S1"]).counts["remove_students"] == 3


def test_a_roster_sync_takes_the_smallest_row_of_a_student_in_whatever_order_they_come() -> None:
    rows = [{"student_sis_id": "S1", "first_name": "Ben"}, {"student_sis_id": "S1", "first_name": "Abe"}]
    for given in (rows, rows[::-1]):
        district = Evenings(students=["S1"])
        gs.load_roster(district.store, district.scope, students=given)
        assert district.roster.students["first_name"].to_list() == ["Abe"]


def test_a_roster_sync_leaves_staff_accounts_that_were_claimed_as_they_are() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,"])
    district.store.mark_active([district.account("T1", "staff")["account_id"]])
    district.load(staff=["T1,Ann,Lee,ann@new.example.org,"])
    assert district.role("T1", "staff")["email"] == "ann@new.example.org"
    assert district.account("T1", "staff")["email"] == "ann@example.org"
