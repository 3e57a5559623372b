"""Who may reach whom: A1, A4 and A5; the deny list, A2, is in test_denials."""

import pytest
from evenings import ANN, BOB, OFFICE, Evenings, actions, crowd

import guardiansync as gs


def people(count: int, student: str = "S1") -> list[str]:
    """This many guardians of one student."""
    return [f"{student},G{n},P{n},Lee,p{n}@example.org,,," for n in range(count)]


# --- A1 -----------------------------------------------------------------------------------------------------------


def test_a1_more_guardians_than_the_settings_allow_wait_all_of_them() -> None:
    district = Evenings(max_guardians_per_student=2)
    report = district.sync(*people(3), f"S2,X,{BOB},,")
    (hold,) = report.holds
    assert (hold.reason, hold.rule) == ("too-many-guardians", "A1")
    assert hold.members.height == 3
    assert district.guardians() == {"X"}
    assert actions(report.rows) == ["HELD", "HELD", "HELD", "CREATED"]


def test_a1_nearly_as_many_as_allowed_are_tied() -> None:
    district = Evenings(max_guardians_per_student=3)
    assert district.sync(*people(3)).holds == ()


def test_a1_only_new_ties_wait() -> None:
    district = Evenings(max_guardians_per_student=2)
    district.sync(*people(2))
    report = district.sync(*people(3))
    assert actions(report.rows) == ["UNCHANGED", "UNCHANGED", "HELD"]
    assert district.guardians() == {"G0", "G1"}


def test_a1_meets_r1_whoever_goes_makes_room() -> None:
    district = Evenings(max_guardians_per_student=2, deletion_threshold=1.0)
    district.sync(*people(2))
    assert district.sync(*people(3)[1:]).holds == ()
    assert district.guardians() == {"G1", "G2"}


def test_a1_meets_m3_one_person_under_two_ids_counts_once() -> None:
    district = Evenings(max_guardians_per_student=1)
    assert district.sync(f"S1,G1,{ANN},,", f"S1,G2,{ANN},,").holds == ()


def test_a1_more_students_than_the_settings_allow_wait() -> None:
    district = Evenings(max_students_per_guardian=2)
    report = district.sync(*(f"S{n},G1,{ANN},," for n in (1, 2, 3)))
    assert report.reasons == ("too-many-students",)
    assert district.guardians() == set()
    gs.release(district.store, report.holds[0].id)
    assert district.sync(*(f"S{n},G1,{ANN},," for n in (1, 2, 3))).holds == ()
    assert district.children("G1") == {"S1", "S2", "S3"}


def test_a1_meets_m6_the_ties_of_those_who_do_not_move_still_count() -> None:
    district = Evenings(max_students_per_guardian=2)
    moving = ("S3,G3,Cy,Ott,old@example.org,4155550177,,", "S4,G4,Cy,Ott,cy@example.org,4155550177,,")
    full = (f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    district.sync(*full, *moving)
    report = district.sync(*full, f"S3,G1,{ANN},,", moving[0].replace("old@", "cy@"), moving[1])
    assert report.counts["merge_accounts"] == 1
    assert report.reasons == ("too-many-students",)
    assert district.children("G1") == {"S1", "S2"}


def test_a1_meets_m2_students_count_by_account_not_by_id() -> None:
    district = Evenings(max_students_per_guardian=2)
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S3,G2,{ANN},,")
    assert report.reasons == ("too-many-students",)
    assert actions(report.rows) == ["UNCHANGED", "UNCHANGED", "HELD"]


# --- A4 -----------------------------------------------------------------------------------------------------------

LOOKALIKE = "\u0410nn"  # a Cyrillic A


def test_a4_a_name_that_mixes_scripts_is_never_matched() -> None:
    district = Evenings()
    rows = (f"S1,G1,{LOOKALIKE},Lee,ann@example.org,,,", f"S2,G2,{LOOKALIKE},Lee,ann@example.org,,,")
    report = district.sync(*rows)
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]
    assert report.findings.counts() == {"mixed-scripts": 2}


@pytest.mark.parametrize("name", ["J\u043e", "\u0410n", "Ann-J\u043e"])
def test_a4_two_letters_are_a_mix(name: str) -> None:
    district = Evenings()
    district.sync(f"S1,G1,{name},Lee,ann@example.org,,,", f"S2,G2,{name},Lee,ann@example.org,,,")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


@pytest.mark.parametrize("name", ["Анна", "Άννα", "José", "Nuñez-Søren"])
def test_a4_nearly_a_name_in_one_script_is_matched(name: str) -> None:
    district = Evenings()
    district.sync(f"S1,G1,{name},Lee,ann@example.org,,,", f"S2,G2,{name},Lee,ann@example.org,,,")
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


# --- A5 -----------------------------------------------------------------------------------------------------------


def test_a5_a_contact_beside_too_many_names_makes_nobody_one_person() -> None:
    district = Evenings(max_guardians_per_student=9)
    district.sync(f"S1,G1,Ann,Lee,{OFFICE},,,", f"S2,G2,Ann,Lee,{OFFICE.upper()},,,", *crowd(4))
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_a5_meets_an_email_beyond_ascii_its_holder_is_not_matched_by_the_mobile_alone() -> None:
    crowded = "b\u00fcro@example.org"
    crowd = [f"S3,X{n},P{n},Q{n},{crowded},,," for n in range(4)]
    holder = f"S2,G2,Ann,Lee,{crowded},4155550132,,"
    district = Evenings(max_guardians_per_student=9)
    district.sync("S1,G1,Ann,Lee,,4155550199,,", holder, *crowd)
    district.sync("S1,G1,Ann,Lee,,4155550132,,", "S4,G3,Ann,Lee,,4155550132,,", holder, *crowd)
    assert district.role("G2")["account_id"] not in {district.role(one)["account_id"] for one in ("G1", "G3")}


def test_a5_nearly_as_many_names_as_allowed() -> None:
    district = Evenings(max_guardians_per_student=9)
    district.sync(f"S1,G1,Ann,Lee,{OFFICE},,,", f"S2,G2,Ann,Lee,{OFFICE.upper()},,,", *crowd(3))
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


def test_a5_an_address_in_several_spellings_is_one() -> None:
    district = Evenings(max_guardians_per_student=9)
    spellings = (OFFICE.upper(), OFFICE.title(), OFFICE.capitalize(), OFFICE.swapcase().replace("O", "o"))
    others = [f"S3,X{n},P{n},Q{n},{spelt},,," for n, spelt in enumerate(spellings)]
    district.sync(f"S1,G1,Ann,Lee,{OFFICE},,,", f"S2,G2,Ann,Lee,{OFFICE},,,", *others)
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_a5_the_rosters_names_count_too() -> None:
    district = Evenings(staff=[f"T{n},P{n},Q{n},{OFFICE}," for n in range(4)])
    district.sync(f"S1,G1,Ann,Lee,{OFFICE},,,", f"S2,G2,Ann,Lee,{OFFICE},,,")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_a5_the_other_contact_still_counts() -> None:
    district = Evenings(max_guardians_per_student=9)
    district.sync(f"S1,G1,Ann,Lee,{OFFICE},4155550132,,", f"S2,G2,Ann,Lee,{OFFICE},4155550132,,", *crowd(4))
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


def test_a5_is_not_m8_a_contact_is_there() -> None:
    district = Evenings(max_guardians_per_student=9)
    report = district.sync(f"S1,G1,Ann,Lee,{OFFICE},,,", *crowd(4))
    assert report.findings.counts() == {"contact-crowded": 5}
    assert report.counts["create_accounts"] == 5
