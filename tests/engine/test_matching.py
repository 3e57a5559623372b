import pytest
from evenings import ANN, BOB, OFFICE, Evenings, actions, crowd

import guardiansync as gs


def test_m1_a_known_id_keeps_its_account_when_the_contact_changes() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    before = district.account("G1")["account_id"]
    report = district.sync("S1,G1,Ann,Lee,ann@new.example.org,4155550132,,")
    assert district.account("G1")["account_id"] == before
    assert actions(report.rows) == ["UPDATED"]


def test_each_row_says_in_words_what_became_of_it() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    rows = district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S3,G2,{BOB},,", "S4,G3,Cy,Ott,,,,").rows.sort("line")
    assert rows["message"].to_list()[:3] == ["", "Tied to an account that was there.", "A new account."]
    assert rows["message"].to_list()[3] not in {"", None}


def test_m2_a_parent_who_is_staff_gets_the_role_on_the_staff_account() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,(415) 555-0132"])
    report = district.sync(f"S1,G1,{ANN},,")
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"]
    assert report.counts["create_accounts"] == 0
    assert report.rows["rule"].to_list() == ["M2"]
    assert actions(report.rows) == ["LINKED"]


def test_m2_meets_the_same_person_whether_staff_or_guardian_came_first() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    report = district.load(staff=["T1,Ann,Lee,ANN@example.org,415-555-0132"])
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"]
    assert report.counts["create_accounts"] == 0


def test_m3_nearly_a_name_that_is_divided_otherwise_is_another_person() -> None:
    district = Evenings()
    contacts = "ann@example.org,4155550132,,"
    district.sync(f"S1,G1,AnnX,Lee,{contacts}", f"S2,G2,Ann,XLee,{contacts}")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_m2_nearly_another_mobile_is_another_person() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,4155550133"])
    district.sync(f"S1,G1,{ANN},,")
    assert district.role("G1")["account_id"] != district.role("T1", "staff")["account_id"]


def test_m2_nearly_a_blank_never_equals_something() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,"])
    district.sync(f"S1,G1,{ANN},,")
    assert district.role("G1")["account_id"] != district.role("T1", "staff")["account_id"]


def test_m2_opens_an_archived_account_again() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.sync(f"S2,G2,{BOB},,")
    assert district.account("G1")["state"] == "archived"
    report = district.sync(f"S1,G9,{ANN},,", f"S2,G2,{BOB},,")
    assert district.role("G9")["account_id"] == district.role("G1")["account_id"]
    assert district.account("G9")["state"] == "invited"
    assert actions(report.rows) == ["REACTIVATED", "UNCHANGED"]


def test_m2_prefers_a_live_account_to_an_archived_one() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.sync(f"S2,G2,{BOB},,", "S1,G3,Ann,Lee,ann@new.example.org,4155550132,,")
    district.sync(f"S2,G2,{BOB},,", f"S1,G3,{ANN},,", f"S3,G4,{ANN},,")
    assert district.role("G4")["account_id"] == district.role("G3")["account_id"] != district.role("G1")["account_id"]


def test_m2_goes_by_what_an_id_says_tonight_not_by_what_it_said_before() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    rows = ("S1,G1,Ann,Lee,ann@new.example.org,4155550132,,", "S2,G2,Ann,Lee,ann@new.example.org,4155550132,,")
    district.sync(*rows)
    assert district.role("G2")["account_id"] == district.role("G1")["account_id"]
    assert district.plan(*rows).is_empty


def test_m2_onto_a_staff_account_waits_where_the_settings_ask_for_a_persons_word() -> None:
    district = Evenings(staff=["T1,Ann,Lee,ann@example.org,4155550132"], confirm_staff_links=True)
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    assert actions(report.rows) == ["HELD", "CREATED"]
    assert report.reasons == ("staff-link",)
    assert district.guardians() == {"G2"}
    gs.release(district.store, report.holds[0].id, actor="support")
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"]
    assert district.plan(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,").holds == ()


def test_m3_new_ids_with_one_key_share_one_account() -> None:
    district = Evenings()
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", "S3,G3,ann,LEE,ANN@example.org,(415) 555-0132,,")
    assert len({district.role(guardian)["account_id"] for guardian in ("G1", "G2", "G3")}) == 1
    assert report.counts["create_accounts"] == 1
    assert set(report.rows["rule"]) == {"M3"}


def test_m3_the_account_gets_what_the_smallest_id_that_says_anything_says() -> None:
    evenings = Evenings()
    evenings.sync(f"S1,G3,{ANN},4155550199,fr", f"S2,G1,{ANN},,", f"S3,G2,{ANN},4155550177,")
    account = evenings.account("G1")
    assert evenings.account("G2") == evenings.account("G3") == account
    assert (account["phone"], account["language"]) == ("4155550177", "fr")


def test_m3_nearly_a_household_contact_is_not_one_person() -> None:
    district = Evenings()
    district.sync("S1,G1,Ann,Lee,home@example.org,4155550132,,", "S1,G2,Bob,Lee,home@example.org,4155550132,,")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_m3_nearly_accents_make_two_names() -> None:
    district = Evenings()
    district.sync("S1,G1,José,Paz,jp@example.org,,,", "S2,G2,Jose,Paz,jp@example.org,,,")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_m3_a_name_split_elsewhere_is_another_name() -> None:
    district = Evenings()
    district.sync("S1,G1,Mary Ann,Lee,m@example.org,,,", "S2,G2,Mary,Ann Lee,m@example.org,,,")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_m3_nearly_an_email_beyond_ascii_is_no_key() -> None:
    district = Evenings()
    kelvin = "mi\u212ae@example.org"
    report = district.sync(f"S1,G1,Mike,Ray,{kelvin},4155550132,,", f"S2,G2,Mike,Ray,{kelvin},4155550132,,")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]
    assert report.findings.counts()["email-not-ascii"] == 2


def test_m4_a_new_person_is_invited() -> None:
    district = Evenings()
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    assert district.account("G1")["state"] == "invited"
    assert district.children("G1") == {"S1", "S2"}
    assert actions(report.rows) == ["CREATED", "CREATED"]
    assert report.status == "applied"


def two_of_one_key() -> Evenings:
    """Two accounts of Ann's key, which a person said are two people."""
    district = Evenings(staff=[f"T1,{ANN}"])
    other = "Ann,Lee,ann@old.example.org,4155550132"
    district.sync(f"S1,G1,{other},,")
    scope = str(district.scope)
    gs.pin_never_same(
        district.store, gs.RoleRef(scope, "staff", "T1"), gs.RoleRef(scope, "guardian", "G1"), actor="support"
    )
    district.sync(f"S1,G1,{ANN},,")
    assert district.role("G1")["account_id"] != district.role("T1", "staff")["account_id"]
    return district


def test_m5_a_key_that_fits_two_accounts_waits_for_a_person() -> None:
    district = two_of_one_key()
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    assert report.status == "held"
    assert report.reasons == ("ambiguous",)
    assert actions(report.rows) == ["UNCHANGED", "HELD"]
    assert "G2" not in district.guardians()
    (hold,) = report.holds
    gs.release(district.store, hold.id)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    others = {district.role("G1")["account_id"], district.role("T1", "staff")["account_id"]}
    assert district.role("G2")["account_id"] not in others


def test_m5_released_nobody_is_told_to_make_equal_what_is_equal() -> None:
    district = two_of_one_key()
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    gs.release(district.store, district.sync(*rows).holds[0].id)
    assert "nearly-known" not in district.sync(*rows).findings.counts()


def test_m8_nobody_without_email_and_mobile_gets_an_account() -> None:
    district = Evenings()
    report = district.sync("S1,G1,Ann,Lee,,,4155550132,", "S1,G2,Bob,Lee,not-an-address,123,,")
    assert actions(report.rows) == ["SKIPPED", "SKIPPED"]
    assert set(report.rows["rule"]) == {"M8"}
    assert report.findings.counts() == {"no-contact": 2, "email-invalid": 1, "mobile-invalid": 1}
    assert district.guardians() == set()


def test_m8_nearly_a_known_guardian_keeps_the_account_without_contacts() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    report = district.sync("S1,G1,Ann,Lee,,,,")
    assert actions(report.rows) == ["UNCHANGED"]
    assert district.role("G1")["email"] == "ann@example.org"


def test_m8_the_mobile_may_stand_in_the_phone_column() -> None:
    district = Evenings(phone_column="phone")
    district.sync("S1,G1,Ann,Lee,,,(415) 555-0132,")
    assert district.account("G1")["sms"] == "+14155550132"


def test_m5_a_staff_member_who_fits_two_accounts_waits_too() -> None:
    district = two_of_one_key()
    staff = [f"T1,{ANN}", f"T2,{ANN}"]
    report = district.load(staff=staff)
    assert report.reasons == ("ambiguous",)
    gs.release(district.store, report.holds[0].id)
    district.load(staff=staff)
    others = {district.role("G1")["account_id"], district.role("T1", "staff")["account_id"]}
    assert district.role("T2", "staff")["account_id"] not in others


@pytest.mark.parametrize(("others", "accounts"), [(2, 1), (4, 2)])
def test_m1_meets_a5_an_offices_contact_is_no_agreement_with_the_sibling_school(others: int, accounts: int) -> None:
    north = Evenings(scope=gs.School("north", "d-1"))
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store, max_guardians_per_student=9)
    north.sync(f"S1,G1,Ann,Lee,{OFFICE},4155550132,,")
    south.sync(f"S1,G1,Ann,Lee,{OFFICE},4155550188,,", *crowd(others))
    assert len({school.role("G1")["account_id"] for school in (north, south)}) == accounts


def test_m1_nearly_the_id_of_staff_in_the_sibling_school_is_nobodys() -> None:
    north = Evenings(scope=gs.School("north", "d-1"), staff=[f"T1,{ANN}"])
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store)
    report = south.sync("S1,T1,Ann,Lee,ann@example.org,4155550188,,")
    assert actions(report.rows) == ["CREATED"]
    assert south.role("T1")["account_id"] != north.role("T1", "staff")["account_id"]
