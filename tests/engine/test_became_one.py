"""M6: accounts that turn out to be one person's."""

from evenings import ANN, BOB, Evenings, actions

import guardiansync as gs

OLD_ANN = "Ann,Lee,old@example.org,4155550132"


def two_accounts(**settings: object) -> Evenings:
    """G1 says what Ann said once, G2 what she says now."""
    district = Evenings(**settings)  # type: ignore[arg-type]
    district.sync(f"S1,G1,{OLD_ANN},,", f"S2,G2,{ANN},,")
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]
    return district


JOINED = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")


def test_m6_an_id_that_comes_to_another_accounts_key_joins_it() -> None:
    district = two_accounts()
    into = min(district.role("G1")["account_id"], district.role("G2")["account_id"])
    report = district.sync(*JOINED)
    assert report.holds == ()
    assert report.counts["merge_accounts"] == 1
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"] == into
    assert "MERGED" in actions(report.rows)
    assert "M6" in report.rows["rule"].to_list()
    assert district.plan(*JOINED).is_empty
    assert district.children("G1") == {"S1"}
    assert district.children("G2") == {"S2"}


def test_m6_the_archived_source_says_that_it_was_merged() -> None:
    district = two_accounts()
    plan = district.plan(*JOINED)
    assert plan.frames["archive_accounts"]["cause"].to_list() == ["merged"]


def test_m6_goes_into_the_account_that_its_owner_claimed() -> None:
    district = two_accounts()
    later = max(district.role("G1")["account_id"], district.role("G2")["account_id"])
    claimed = "G1" if district.role("G1")["account_id"] == later else "G2"
    district.claim(claimed)
    district.sync(*JOINED)
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"] == later


def test_m6_goes_into_the_staff_account_and_never_moves_a_staff_role() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{OLD_ANN},,")
    staff = district.role("T1", "staff")["account_id"]
    assert district.role("G1")["account_id"] != staff
    report = district.sync(f"S1,G1,{ANN},,")
    assert report.holds == ()
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"] == staff


def test_m6_staff_who_come_to_a_guardians_key_are_joined_by_the_guardian() -> None:
    district = Evenings(staff=[f"T1,{OLD_ANN}"])
    district.sync(f"S1,G1,{ANN},,")
    staff = district.role("T1", "staff")["account_id"]
    report = district.load(staff=[f"T1,{ANN}"])
    assert report.holds == ()
    assert district.role("G1")["account_id"] == staff == district.role("T1", "staff")["account_id"]
    assert district.plan(f"S1,G1,{ANN},,").is_empty


def test_m6_two_claimed_accounts_wait_for_a_person() -> None:
    district = two_accounts()
    district.claim("G1")
    district.claim("G2")
    report = district.sync(*JOINED)
    (hold,) = report.holds
    assert (hold.reason, hold.rule) == ("became-one", "M6")
    assert hold.members["guardian_sis_id"].to_list() == ["G1"]
    assert district.role("G1")["email"] == "old@example.org"
    gs.release(district.store, hold.id, actor="support")
    assert district.sync(*JOINED).holds == ()
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]


def test_m6_a_claimed_guardian_beside_an_unclaimed_staff_account_waits() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{OLD_ANN},,")
    district.claim("G1")
    assert district.sync(f"S1,G1,{ANN},,").reasons == ("became-one",)


def test_m6_nearly_an_account_that_was_archived_is_left_closed() -> None:
    district = two_accounts(deletion_threshold=1.0)
    district.sync(f"S1,G1,{OLD_ANN},,")
    report = district.sync(f"S1,G1,{ANN},,")
    assert (report.holds, report.counts["merge_accounts"]) == ((), 0)
    assert actions(report.rows) == ["UPDATED"]


def test_m6_two_of_the_staff_do_not_become_one_by_their_roles_as_guardians() -> None:
    district = Evenings(staff=[f"T1,{OLD_ANN}", f"T2,{ANN}"])
    district.sync(f"S1,G1,{OLD_ANN},,", f"S2,G2,{ANN},,")
    (hold,) = district.sync(*JOINED).holds
    assert "; several of them are staff" in hold.message
    assert district.role("G1")["account_id"] == district.role("T1", "staff")["account_id"]


def test_m6_another_role_with_other_details_is_contradicting_evidence() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{OLD_ANN},,", f"S3,G3,{OLD_ANN},,", f"S2,G2,{ANN},,")
    assert district.role("G1")["account_id"] == district.role("G3")["account_id"]
    smaller = district.role("G2")["account_id"] > district.role("G1")["account_id"]
    report = district.sync(f"S1,G1,{ANN},,", f"S3,G3,{OLD_ANN},,", f"S2,G2,{ANN},,")
    # Into the smaller account: where G3 is there already, nothing of it moves.
    assert bool(report.holds) is not smaller


def test_m6_nearly_a_household_contact_is_two_people() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    report = district.sync(f"S1,G1,{ANN},,", "S2,G2,Bob,Lee,ann@example.org,4155550132,,")
    assert report.holds == ()
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_m6_meets_r5_on_a_file_that_is_not_all_there_nobody_is_joined() -> None:
    district = two_accounts()
    report = district.sync(*JOINED, ",,X,Y,x@example.org,,,")
    assert set(report.reasons) == {"became-one", "incomplete-file"}
    hold = next(one for one in report.holds if one.reason == "became-one")
    gs.release(district.store, hold.id)
    assert "became-one" in district.plan(*JOINED, ",,X,Y,x@example.org,,,").reasons
    assert district.role("G1")["account_id"] != district.role("G2")["account_id"]


def test_m6_meets_m1_an_id_whose_key_did_not_change_is_left_alone() -> None:
    district = two_accounts()
    district.claim("G1")
    district.claim("G2")
    (hold,) = district.sync(*JOINED).holds
    assert district.plan(*JOINED).holds[0].id == hold.id
    assert district.plan(f"S1,G1,{OLD_ANN},,", f"S2,G2,{ANN},,").holds == ()


def test_m6_meets_r7_a_returning_id_joins_the_account_its_person_has_now() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.sync(f"S2,G2,{BOB},,", "S3,G3,Ann,Lee,ann@new.example.org,,,")
    district.sync(f"S2,G2,{BOB},,", f"S3,G3,{ANN},,")
    report = district.sync(f"S2,G2,{BOB},,", f"S3,G3,{ANN},,", f"S1,G1,{ANN},,")
    assert report.holds == ()
    assert district.role("G1")["account_id"] == district.role("G3")["account_id"]
    assert district.account("G3")["state"] == "invited"


def test_m6_undone_comes_apart_into_the_same_accounts_and_is_not_done_again() -> None:
    district = two_accounts()
    before = {one: district.role(one)["account_id"] for one in ("G1", "G2")}
    report = district.sync(*JOINED)
    gs.undo(report.run_id, district.store)
    assert {one: district.role(one)["account_id"] for one in ("G1", "G2")} == before
    assert district.account("G1")["state"] == district.account("G2")["state"] == "invited"


def test_m6_a_hold_rests_on_what_its_own_accounts_say() -> None:
    evenings = Evenings()
    ann, cat = "Ann,Lee,ann{}@example.org,4155550132", "Cat,Roe,cat{}@example.org,4155550143"
    evenings.sync(*(f"S{n},G{n},{who.format(n)},," for n, who in enumerate((ann, ann, cat, cat), start=1)))
    for guardian in ("G1", "G2", "G3", "G4"):
        evenings.claim(guardian)
    rows = [f"S1,G1,{ann.format(1)},,", f"S2,G2,{ann.format(1)},,", f"S3,G3,{cat.format(3)},,"]
    both = {hold.id for hold in evenings.plan(*rows, f"S4,G4,{cat.format(3)},,").holds}
    one = {hold.id for hold in evenings.plan(*rows, f"S4,G4,{cat.format(9)},,").holds}
    assert len(both) == 2
    assert len(one) == 1
    assert one < both
