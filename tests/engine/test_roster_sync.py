"""The daily roster sync: students come, go and come again, and staff are matched like guardians."""

from evenings import ANN, BOB, Evenings

import guardiansync as gs


def test_the_same_roster_again_changes_nothing() -> None:
    district = Evenings(students=["S1", "S2"], staff=[f"T1,{ANN}"])
    report = district.load(students=["S1", "S2"], staff=[f"T1,{ANN}"])
    assert report.status == "unchanged"


def test_a_student_who_left_and_returns_is_on_the_roster_again() -> None:
    district = Evenings(students=["S1", "S2"])
    district.load(students=["S1"])
    report = district.load(students=["S1", "S2"])
    assert report.counts["enrol_students"] == 1
    assert district.roster.students["state"].to_list() == ["active", "active"]


def test_only_the_staff_who_are_held_are_said_to_be() -> None:
    district = Evenings(staff=[f"T1,{ANN}", f"T2,{BOB}"])
    report = district.load(staff=["T1,Rex,Ott,rex@example.org,4155550177", f"T2,{BOB}"])
    assert report.reasons == ("recycled-id",)
    assert [(one.code, one.line) for one in report.findings] == [("held", 1)]


def test_a_student_who_is_given_twice_is_there_once_with_the_smaller_name() -> None:
    district = Evenings(students=[])
    twice = [{"student_sis_id": "S1", "first_name": name, "last_name": "Lee"} for name in ("Bo", "Al", "Cy")]
    given = [*twice, {"student_sis_id": " S2 "}]
    assert gs.load_roster(district.store, district.scope, students=given).counts["enrol_students"] == 2
    assert gs.load_roster(district.store, district.scope, students=given).status == "unchanged"
    assert district.roster.students.select("student_sis_id", "first_name").rows() == [("S1", "Al"), ("S2", "")]


def test_somebody_of_the_staff_who_is_given_twice_has_one_role_with_the_smaller_details() -> None:
    district = Evenings(staff=[f"T1,{BOB}", f"T1,{ANN}"])
    assert district.roster.roles.select("sis_id", "first_name").rows() == [("T1", "Ann")]


def test_what_is_odd_about_staff_is_told_beside_their_line() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,4155550132", "T9,José,Poe,jo@example.org,4155550177"])
    office = [f"T1{nth},P{nth},Q{nth},office@example.org," for nth in range(5)]
    report = district.load(
        staff=[
            f"T1,{ANN}",
            "T2,Ann,Lee,ann@example.org,",
            "T3,Bo,Ray,,",
            "T4,Di,P\u043ee,di@example.org,",
            "T9,Jos?,Poe,jo@example.org,4155550177",
            "T5,Cy,,cy@example.org,",
            *office,
        ]
    )
    found = [(one.line, one.code, one.column, one.guardian_sis_id) for one in report.findings]
    assert sorted(found) == [
        (2, "nearly-known", "", "T2"),
        (3, "no-contact", "email", "T3"),
        (4, "mixed-scripts", "", "T4"),
        (5, "damaged-kept", "firstName", "T9"),
        *((line, "contact-crowded", "", f"T1{line - 7}") for line in range(7, 12)),
    ]
    assert sorted(district.roster.roles["sis_id"]) == ["T1", *(f"T1{nth}" for nth in range(5)), "T2", "T4", "T9"]
    (nearly,) = [one for one in report.findings if one.code == "nearly-known"]
    assert f"account {district.account('T1', 'staff')['account_id']}" in nearly.message


def test_a_parent_who_parts_from_staff_leaves_the_staff_account() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{ANN},,")
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"]
    district.load(staff=["T1,Ann,Roe,roe@example.org,4155550132"])
    moved = ["T1,Ann,Roe,roe@example.org,4155550177"]
    (hold,) = district.load(staff=moved).holds
    assert hold.reason == "should-part"
    gs.release(district.store, hold.id)
    report = district.load(staff=moved)
    assert (report.holds, report.counts["split_accounts"], report.counts["create_accounts"]) == ((), 1, 1)
    assert district.role("G1")["account_id"] != district.role("T1", "staff")["account_id"]
    assert district.load(staff=moved).status == "unchanged"
