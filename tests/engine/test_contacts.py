import pytest
from attrs import evolve
from evenings import ANN, BOB, Evenings, actions

import guardiansync as gs

NEW = "Ann,Lee,ann@new.example.org,4155550132"


def test_u1_an_invited_account_follows_the_sis() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    report = district.sync(f"S1,G1,{NEW},,")
    assert district.account("G1")["email"] == district.role("G1")["email"] == "ann@new.example.org"
    assert report.rows["rule"].to_list() == ["U1"]


def test_u1_spelling_alone_is_no_change() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    assert district.plan("S1,G1, ANN ,Lee,Ann@Example.org,+1 (415) 555-0132,,").is_empty


def test_u1_of_two_roles_on_one_account_the_one_with_news_speaks() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{NEW},,")
    district.sync(*rows)
    assert district.account("G1")["email"] == "ann@new.example.org"
    assert district.plan(*rows).is_empty


@pytest.mark.parametrize(("follows", "email"), [(False, "ann@example.org"), (True, "ann@new.example.org")])
def test_u2_an_active_account_follows_only_where_the_setting_says_so(follows: bool, email: str) -> None:  # noqa: FBT001
    district = Evenings(update_active_accounts=follows)
    district.sync(f"S1,G1,{ANN},,")
    district.claim("G1")
    assert district.account("G1")["email_verified"]
    district.sync(f"S1,G1,{NEW},,")
    assert district.role("G1")["email"] == "ann@new.example.org"
    assert district.account("G1")["email"] == email
    assert district.account("G1")["email_verified"] is not follows


def test_u2_an_account_that_has_nothing_of_what_its_role_says_follows_once_the_setting_says_so() -> None:
    district = Evenings()
    district.sync("S1,G1,Ann,Lee,ann@example.org,4155550132,4155550101,en")
    district.claim("G1")
    district.sync("S1,G1,Ann,Lee,new@example.org,4155550143,4155550102,es")
    rows = ("S1,G1,Annie,Roe,new@example.org,4155550143,4155550102,es",)
    district.sync(*rows)
    assert district.account("G1")["email"] == "ann@example.org"
    district.settings = evolve(district.settings, update_active_accounts=True)
    district.sync(*rows)
    account = district.account("G1")
    assert (account["first_name"], account["last_name"], account["email"]) == ("Annie", "Roe", "new@example.org")


def test_u2_meets_u4_a_role_that_says_nothing_keeps_no_account_from_what_another_says() -> None:
    district = Evenings()
    without = ("S1,G1,Ann,Lee,,4155550132,,", "S2,G2,Ann,Lee,,4155550132,,")
    rows = (without[0], f"S2,G2,{ANN},,")
    district.sync(*without)
    district.claim("G1")
    district.sync(*rows)
    assert (district.role("G2")["email"], district.account("G2")["email"]) == ("ann@example.org", "")
    district.settings = evolve(district.settings, update_active_accounts=True)
    district.sync(*rows)
    assert district.account("G2")["email"] == "ann@example.org"


def test_u1_of_two_roles_that_say_the_same_news_the_account_changes_once() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    report = district.sync(f"S1,G1,{NEW},,", f"S2,G2,{NEW},,")
    assert report.counts["update_contacts"] == 3
    changed = district.store.changes(report.run_id, district.scope)["update_contacts"]
    assert changed.filter(target="account")["sis_id"].to_list() == ["G1"]


def test_u2_what_is_news_tonight_comes_before_what_was_said_already() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    district.claim("G1")
    district.sync(f"S1,G1,{NEW},,", f"S2,G2,{ANN},,")
    district.settings = evolve(district.settings, update_active_accounts=True)
    district.sync(f"S1,G1,{NEW},,", f"S2,G2,{ANN.replace('ann@', 'newest@')},,")
    assert district.account("G1")["email"] == "newest@example.org"


def test_u3_a_staff_account_is_never_changed_by_the_guardian_file() -> None:
    district = Evenings(staff=[ANN.replace("Ann", "T1,Ann", 1)])
    district.sync(f"S1,G1,{ANN},,")
    report = district.sync(f"S1,G1,{NEW},,")
    assert district.account("G1")["email"] == "ann@example.org"
    assert district.role("G1")["email"] == "ann@new.example.org"
    assert report.findings.counts() == {"staff-account-kept": 1}


def test_u4_a_blank_cell_keeps_what_is_stored() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},(415) 555-0199,")
    assert district.plan("S1,G1,Ann,Lee,ann@example.org,,,").is_empty
    assert district.plan("S1,G1,Ann,Lee,ann@example.org,12,,").is_empty
    assert district.account("G1")["phone"] == "(415) 555-0199"


def test_u4_meets_m6_a_blank_counts_as_what_the_id_last_said() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    report = district.sync("S1,G1,Ann,Lee,,4155550132,,", f"S2,G2,{ANN},,")
    assert report.rows["rule"].to_list()[1] == "M2"
    assert district.role("G2")["account_id"] == district.role("G1")["account_id"]


@pytest.mark.parametrize("damaged", ["JosÃ©", "Jos?", "Jos\ufffd", "Jos??", "Jos\u221a\u00a9", "JOS?"])
def test_u5_a_name_that_became_damaged_keeps_what_is_stored(damaged: str) -> None:
    district = Evenings()
    district.sync("S1,G1,José,Lee,ann@example.org,,,")
    report = district.sync(f"S1,G1,{damaged},Lee,ann@example.org,,,")
    assert district.account("G1")["first_name"] == district.role("G1")["first_name"] == "José"
    assert report.findings.counts()["damaged-kept"] == 1
    assert actions(report.rows) == ["UNCHANGED"]


@pytest.mark.parametrize("other", ["Jose", "Josef", "Joé", "José?"])
def test_u5_nearly_another_spelling_is_news(other: str) -> None:
    district = Evenings()
    district.sync("S1,G1,José,Lee,ann@example.org,,,")
    district.sync(f"S1,G1,{other},Lee,ann@example.org,,,")
    assert district.role("G1")["first_name"] == other


def test_u5_the_other_way_round_a_damaged_name_is_mended() -> None:
    district = Evenings()
    district.sync("S1,G1,JosÃ©,Lee,ann@example.org,,,")
    district.sync("S1,G1,José,Lee,ann@example.org,,,")
    assert district.account("G1")["first_name"] == "José"


def test_u5_meets_m3_the_damaged_name_is_the_stored_one_in_keys() -> None:
    district = Evenings()
    district.sync("S1,G1,José,Lee,ann@example.org,,,")
    district.sync("S1,G1,Jos?,Lee,ann@example.org,,,", "S2,G2,José,Lee,ann@example.org,,,")
    assert district.role("G2")["account_id"] == district.role("G1")["account_id"]


def two_schools() -> tuple[Evenings, Evenings]:
    """Ann under one id in two schools of a district."""
    north = Evenings(scope=gs.School("north", "d-1"))
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store)
    north.sync(f"S1,G1,{ANN},,")
    south.sync(f"S1,G1,{ANN},,")
    assert north.role("G1")["account_id"] == south.role("G1")["account_id"]
    return north, south


def test_u7_schools_that_disagree_change_nothing_until_both_say_the_same() -> None:
    north, south = two_schools()
    report = north.sync(f"S1,G1,{NEW},,")
    assert report.findings.counts() == {"schools-disagree": 1}
    assert north.role("G1")["email"] == "ann@new.example.org"
    assert north.account("G1")["email"] == "ann@example.org"
    report = south.sync(f"S1,G1,{NEW},,")
    assert report.findings.counts() == {}
    assert south.account("G1")["email"] == "ann@new.example.org"


def test_u7_nearly_a_school_that_says_nothing_does_not_disagree() -> None:
    north = Evenings(scope=gs.School("north", "d-1"))
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store)
    north.sync(f"S1,G1,{ANN},,")
    south.sync("S1,G1,Ann,Lee,,4155550132,,")  # M1: name and one contact agree with the sibling school's
    assert north.role("G1")["account_id"] == south.role("G1")["account_id"]
    north.sync(f"S1,G1,{NEW},,")
    assert north.account("G1")["email"] == "ann@new.example.org"


def test_m1_nearly_a_sibling_schools_id_with_another_name_is_another_person() -> None:
    north = Evenings(scope=gs.School("north", "d-1"))
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store)
    north.sync(f"S1,G1,{ANN},,")
    south.sync(f"S1,G1,{BOB.replace('bob@', 'ann@')},,")
    assert north.role("G1")["account_id"] != south.role("G1")["account_id"]


def test_u6_the_most_frequent_row_wins_and_every_child_is_linked() -> None:
    district = Evenings()
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G1,{NEW},,", f"S3,G1,{NEW},,")
    assert district.account("G1")["email"] == "ann@new.example.org"
    assert district.children("G1") == {"S1", "S2", "S3"}
    (finding,) = report.findings
    assert (finding.code, finding.line) == ("rows-disagree", 2)
    assert "lines 2, 3, 4" in finding.message


def test_u6_of_equally_frequent_rows_the_stored_one_wins() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{NEW},,")
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{NEW},,")
    assert district.account("G1")["email"] == "ann@new.example.org"


@pytest.mark.parametrize("blank", ["bob@example.org", "4155550143"])
def test_u6_meets_u4_a_blank_contact_counts_as_what_is_stored(blank: str) -> None:
    district = Evenings()
    district.sync(f"S1,G1,{BOB},,")
    report = district.sync(f"S1,G1,{BOB.replace(blank, '')},,", f"S2,G1,{BOB.replace('Bob', 'Abe')},,")
    assert district.account("G1")["first_name"] == "Bob"
    assert report.counts["update_contacts"] == 0


def test_u6_of_equally_frequent_rows_with_none_stored_the_smallest_wins() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{NEW},,", f"S2,G1,{ANN},,")
    assert district.account("G1")["email"] == "ann@example.org"


def test_u6_a_row_that_shares_neither_name_nor_contact_is_held() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", "S3,G1,Cy,Ott,cy@example.org,,,")
    report = district.sync(*rows)
    assert actions(report.rows) == ["CREATED", "CREATED", "HELD"]
    assert district.children("G1") == {"S1", "S2"}
    (hold,) = report.holds
    assert hold.lines == (4,)
    assert hold.id == district.plan(*reversed(rows)).holds[0].id
    district.store.release(hold.id)
    district.sync(*rows)
    assert district.children("G1") == {"S1", "S2", "S3"}


def test_u6_a_held_guardian_is_frozen_and_no_tie_of_theirs_ends() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S4,G1,{ANN},,")
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", "S3,G1,Cy,Ott,cy@example.org,,,")
    assert district.children("G1") == {"S1", "S2", "S4"}


def test_u8_meets_u3_the_language_of_a_staff_account_is_not_filled_in() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    report = district.sync(f"S1,G1,{ANN},,Spanish")
    assert district.account("G1")["language"] == ""
    assert report.counts["update_contacts"] == 0


def test_u8_a_language_is_filled_in_and_changed_only_where_the_setting_says_so() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    district.sync(f"S1,G1,{ANN},,Spanish")
    assert district.account("G1")["language"] == "es"
    district.sync(f"S1,G1,{ANN},,fr-CA")
    assert district.account("G1")["language"] == "es"
    follows = Evenings(update_language=True)
    follows.sync(f"S1,G1,{ANN},,es")
    follows.sync(f"S1,G1,{ANN},,fr-CA")
    assert follows.account("G1")["language"] == "fr"


def test_u5_the_finding_names_the_column_for_staff_too() -> None:
    district = Evenings(staff=["T1,José,Lee,ann@example.org,4155550132"])
    (finding,) = [
        one
        for one in district.load(staff=["T1,Jos?,Lee,ann@example.org,4155550132"]).findings
        if one.code == "damaged-kept"
    ]
    assert finding.column == "firstName"
