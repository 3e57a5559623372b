"""Known ids in doubt: recycled (M7), exchanged (M10), should part (M9)."""

from typing import Any

import polars as pl
import pytest
from attrs import evolve
from evenings import ANN, BOB, OFFICE, Evenings, actions, crowd

import guardiansync as gs
from guardiansync.engine.known import moved

CY = "Cy,Ott,cy@example.org,4155550177"


def on_one_account() -> Evenings:
    """G1 and G2 are one person: Ann."""
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]
    return district


# --- M7 -----------------------------------------------------------------------------------------------------------


def test_m7_an_id_of_which_nothing_agrees_any_more_is_held() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    before = district.account("G1")
    report = district.sync(f"S2,G1,{CY},,")
    assert report.reasons == ("recycled-id",)
    assert actions(report.rows) == ["HELD"]
    assert report.rows["rule"].to_list() == ["M7"]
    assert district.account("G1") == before
    assert district.children("G1") == {"S1"}  # frozen: what stands stays, nothing begins


def test_m7_nearly_another_name_and_number_with_the_email_as_before() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    report = district.sync("S1,G1,Annie,Roe,ann@example.org,4155550199,,")
    assert report.holds == ()
    assert district.role("G1")["last_name"] == "Roe"


def test_m7_a_blank_agrees_with_nothing() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    assert district.sync("S1,G1,Ann,Roe,new@example.org,,,").reasons == ("recycled-id",)


def test_m7_an_offices_contact_agrees_with_nothing() -> None:
    office = "office@example.org"
    crowd = [f"S1,X{n},P{n},Q{n},{office},,," for n in range(5)]
    district = Evenings(max_guardians_per_student=9)
    district.sync(f"S1,G1,Ann,Lee,{office},,,", *crowd)
    assert district.sync(f"S1,G1,Bo,Roe,{office},,,", *crowd).reasons == ("recycled-id",)


@pytest.mark.parametrize("claimed", [True, False])
def test_m7_another_first_name_is_held_where_the_account_is_active(claimed: bool) -> None:  # noqa: FBT001
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    if claimed:
        district.claim("G1")
    report = district.sync("S1,G1,Bob,Lee,ann@example.org,4155550132,,")
    assert report.reasons == (("recycled-id",) if claimed else ())


def test_m7_another_first_name_is_held_where_others_share_the_account() -> None:
    district = on_one_account()
    # The email is the household's: it agrees, but not for one person.
    report = district.sync("S1,G1,Bob,Lee,ann@example.org,,,", f"S2,G2,{ANN},,")
    assert report.reasons == ("recycled-id",)
    assert district.role("G1")["first_name"] == "Ann"


def test_m7_nearly_a_nickname_is_the_same_person() -> None:
    district = Evenings()
    district.sync("S1,G1,William,Lee,w@example.org,,,")
    district.claim("G1")
    assert district.sync("S1,G1,Bill,Lee,w@example.org,,,").holds == ()


def test_m7_meets_r7_an_id_that_comes_back_with_another_first_name_is_held() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.sync(f"S2,G2,{BOB},,")
    report = district.sync("S1,G1,Zoe,Lee,ann@example.org,4155550132,,", f"S2,G2,{BOB},,")
    assert report.reasons == ("recycled-id",)
    assert "G1" not in district.guardians()


def test_m7_released_the_id_keeps_its_account_and_a_later_change_waits_again() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    account = district.role("G1")["account_id"]
    (hold,) = district.sync(f"S1,G1,{CY},,").holds
    assert district.plan(f"S1,G1,{CY},,").holds[0].id == hold.id
    gs.release(district.store, hold.id, actor="support")
    assert district.plan(f"S1,G1,{BOB},,").reasons == ("recycled-id",)
    assert district.sync(f"S1,G1,{CY},,").holds == ()
    assert district.role("G1")["account_id"] == account
    assert district.role("G1")["email"] == "cy@example.org"


def test_m7_a_staff_id_is_held_as_a_guardians_is() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    report = district.load(staff=[f"T1,{CY}"])
    assert report.reasons == ("recycled-id",)
    assert district.role("T1", "staff")["email"] == "ann@example.org"


# --- M10 ----------------------------------------------------------------------------------------------------------


def test_m10_two_ids_that_exchange_their_details_are_held_together() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    report = district.sync(f"S1,G1,{BOB},,", f"S2,G2,{ANN},,")
    (hold,) = report.holds
    assert (hold.reason, hold.rule) == ("exchanged", "M10")
    assert set(hold.members["guardian_sis_id"]) == {"G1", "G2"}
    assert hold.lines == (2, 3)
    assert actions(report.rows) == ["HELD", "HELD"]
    assert district.role("G1")["first_name"] == "Ann"


def test_m10_a_new_id_that_takes_what_a_known_one_leaves_is_held_with_it() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    report = district.sync("S1,G1,Ann,Lee,ann@new.example.org,4155550132,,", f"S2,G9,{ANN},,")
    (hold,) = report.holds
    assert hold.reason == "exchanged"
    assert set(hold.members["guardian_sis_id"]) == {"G1", "G9"}
    assert "G9" not in district.guardians()


def test_m10_a_ring_of_three_is_one_hold() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,", f"S3,G3,{CY},,")
    report = district.sync(f"S1,G1,{BOB},,", f"S2,G2,{CY},,", f"S3,G3,{ANN},,")
    (hold,) = report.holds
    assert set(hold.members["guardian_sis_id"]) == {"G1", "G2", "G3"}


def test_m10_nearly_a_key_that_its_id_keeps_is_m6() -> None:
    district = Evenings()
    district.sync("S1,G1,Ann,Lee,old@example.org,4155550132,,", f"S2,G2,{ANN},,")
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    assert report.holds == ()
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


def test_m10_released_each_id_says_what_it_says() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    rows = (f"S1,G1,{BOB},,", f"S2,G2,{ANN},,")
    (hold,) = district.sync(*rows).holds
    gs.release(district.store, hold.id)
    report = district.sync(*rows)
    assert report.holds == ()
    assert district.role("G1")["first_name"] == "Bob"
    assert district.account("G1")["email"] == "bob@example.org"
    assert district.plan(*rows).is_empty


# --- M9 -----------------------------------------------------------------------------------------------------------


def test_m9_ids_on_one_account_that_no_longer_agree_are_held() -> None:
    district = on_one_account()
    report = district.sync("S1,G1,Anna,Roe,roe@example.org,4155550132,,", "S2,G2,Ann,Lee,ann@example.org,4155550188,,")
    (hold,) = report.holds
    assert (hold.reason, hold.rule) == ("should-part", "M9")
    assert set(hold.members["guardian_sis_id"]) == {"G1", "G2"}
    assert district.role("G1")["email"] == "ann@example.org"


def test_m9_two_accounts_whose_roles_no_longer_agree_are_two_holds() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{BOB},,", f"S4,G4,{BOB},,")
    report = district.sync(
        "S1,G1,Anna,Roe,roe@example.org,4155550132,,", "S2,G2,Ann,Lee,ann@example.org,4155550188,,",
        "S3,G3,Bobby,Ott,ott@example.org,4155550143,,", "S4,G4,Bob,Lee,bob@example.org,4155550177,,",
    )  # fmt: skip
    assert report.reasons == ("should-part",)
    assert {frozenset(hold.members["guardian_sis_id"]) for hold in report.holds} == {
        frozenset({"G1", "G2"}), frozenset({"G3", "G4"}),
    }  # fmt: skip


def test_m9_nearly_one_contact_still_agrees() -> None:
    district = on_one_account()
    report = district.sync("S1,G1,Ann,Roe,new@example.org,4155550132,,", f"S2,G2,{ANN},,")
    assert report.holds == ()


def test_m9_meets_a5_an_offices_contact_in_common_is_no_agreement() -> None:
    district = Evenings(max_guardians_per_student=9)
    parted = (f"S1,G1,Anna,Roe,{OFFICE},4155550132,,", f"S2,G2,Ann,Lee,{OFFICE},4155550188,,")
    for others, reasons in ((2, ()), (3, ("should-part",))):
        district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
        assert district.sync(*parted, *crowd(others)).reasons == reasons


@pytest.mark.parametrize("settings", [{}, {"update_active_accounts": True}])
def test_m9_released_the_one_without_the_accounts_name_leaves(settings: dict[str, Any]) -> None:
    district = on_one_account()
    district.settings = evolve(district.settings, **settings)
    stays = district.role("G1")["account_id"]
    rows = (f"S1,G1,{ANN},,", "S2,G2,Anne,Roe,ann@example.org,4155550188,,")
    changed = (f"S1,G1,{ANN},,".replace("ann@example.org", "lee@example.org"), rows[1])
    assert district.sync(*rows).holds == ()
    (hold,) = district.sync(*changed).holds
    assert hold.reason == "should-part"
    gs.release(district.store, hold.id)
    report = district.sync(*changed)
    assert report.counts["split_accounts"] == 1
    assert {district.role("G1")["account_id"], district.role("G2")["account_id"]} > {stays}
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]
    assert district.children("G1") == {"S1"}
    assert district.children("G2") == {"S2"}
    assert district.plan(*changed).is_empty


ROE = "S2,G2,Anne,Roe,ann@example.org,4155550188,,"
LEE = "S1,G1,Ann,Lee,lee@example.org,4155550132,,"


def _about_to_part(district: Evenings, third: str) -> None:
    """G1 and G2 share an account; tomorrow, by LEE and ROE, G2 leaves it, for a person said so."""
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", third)
    district.sync(f"S1,G1,{ANN},,", ROE, third)
    (hold,) = district.sync(LEE, ROE, third).holds
    gs.release(district.store, hold.id)


def test_m9_meets_m6_who_leaves_tonight_has_no_part_in_what_the_account_becomes_one_with() -> None:
    district = Evenings()
    _about_to_part(district, "S3,G3,Ann,Lee,old@example.org,4155550132,,")
    district.claim("G3")
    report = district.sync(LEE, ROE, LEE.replace("S1,G1", "S3,G3"))
    assert report.holds == ()
    assert district.role("G1")["account_id"] == district.role("G3")["account_id"] != district.role("G2")["account_id"]


def test_staff_and_roles_of_other_schools_under_the_id_of_who_moves_stay_where_they_are() -> None:
    north = Evenings(scope=gs.School("north", "d-1"), staff=[f"G1,{BOB}"])
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store)
    for school in (north, south):
        school.sync(f"S1,G1,{ANN},,")
    before = north.roster
    after = moved(before.roles, pl.DataFrame({"sis_id": ["G1"], "into": ["elsewhere"]}), before)
    moving = after.filter(account_id="elsewhere").select("scope", "kind", "sis_id").rows()
    assert (before.roles.height, moving) == (3, [(str(north.scope), "guardian", "G1")])


def test_m9_released_staff_stay_and_the_guardian_leaves() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{ANN},,")
    staff = district.role("T1", "staff")["account_id"]
    rows = ("S1,G1,Ann,Lee,roe@example.org,4155550132,,",)
    assert district.sync(*rows).holds == ()  # name and number agree
    rows = ("S1,G1,Anne,Roe,roe@example.org,4155550132,,",)
    assert district.sync(*rows).holds == ()  # the number does
    rows = ("S1,G1,Anne,Roe,roe@example.org,4155550199,,",)
    (hold,) = district.sync(*rows).holds
    gs.release(district.store, hold.id)
    report = district.sync(*rows)
    assert report.counts["split_accounts"] == 1
    assert district.role("T1", "staff")["account_id"] == staff != district.role("G1")["account_id"]
    assert district.account("G1")["email"] == "roe@example.org"


def test_m9_meets_undo_the_split_is_taken_back_and_stays_so() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{ANN},,")
    rows = ("S1,G1,Anne,Roe,roe@example.org,4155550132,,",)
    district.sync(*rows)
    rows = ("S1,G1,Anne,Roe,roe@example.org,4155550199,,",)
    gs.release(district.store, district.sync(*rows).holds[0].id)
    report = district.sync(*rows)
    gs.undo(report.run_id, district.store)
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"]
