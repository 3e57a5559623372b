"""The daily roster sync: students come, go and come again, and staff are matched like guardians."""

from evenings import ANN, BOB, Evenings


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
