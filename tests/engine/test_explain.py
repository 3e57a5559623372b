"""Why somebody is as they are: rows, decisions with evidence, holds, and the nearest people who are not one."""

import pytest
from attrs import evolve
from evenings import ANN, BOB, Evenings

import guardiansync as gs
from guardiansync.engine.explain import Subject, of_subject
from guardiansync.engine.explain.history import MEANINGS
from guardiansync.model.rule import Rule
from guardiansync.testing.changes import changes_of, contact

SECRETS = ("ann@example.org", "4155550132", "Ann", "Lee")


def explain(district: Evenings, guardian: str, plan: gs.Plan | None = None) -> gs.Explanation:
    return gs.explain(district.store, district.scope, guardian_sis_id=guardian, plan=plan)


def why(district: Evenings, guardian: str, other: str) -> str:
    """Why they are not one."""
    near = explain(district, guardian).strangers
    return str(dict(near.select("sis_id", "why").iter_rows())[other])


def test_each_role_has_the_rule_the_run_and_the_evidence_that_put_it_there() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    run = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    told = {row["sis_id"]: row for row in explain(district, "G1").decisions.to_dicts()}
    assert {one: row["rule"] for one, row in told.items()} == {"T1": "M4", "G1": "M2", "G2": "M2"}
    assert told["G1"]["run_id"] == run.run_id
    assert "staff T1" in told["G1"]["evidence"]


def test_evidence_that_has_changed_since_is_not_made_up() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{ANN},,")
    district.load(staff=["T1,Ann,Lee,lee@example.org,4155550132"])
    (told,) = [row for row in explain(district, "G1").decisions.to_dicts() if row["sis_id"] == "G1"]
    assert told["evidence"].endswith("as it was then")


def test_evidence_is_what_the_role_said_then() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{ANN},,")
    district.sync("S1,G1,Ann,Lee,lee@example.org,4155550132,,")
    told = dict(explain(district, "G1").decisions.select("sis_id", "evidence").iter_rows())
    assert told["G1"] == "name, email and mobile were those of another role: staff T1"


def test_the_evidence_names_the_roles_of_the_same_details_only() -> None:
    district = Evenings(staff=[f"A1,{ANN}"])
    rows = (f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", f"S3,G3,{ANN},,")
    district.sync(*rows)
    district.sync("S1,G1,Ann,Lee,lee@example.org,4155550132,,", *rows[1:])
    told = dict(explain(district, "G1").decisions.select("sis_id", "evidence").iter_rows())
    assert told["G2"] == "name, email and mobile were those of another role: guardian G3, staff A1"
    assert told["G3"] == "name, email and mobile were those of another role: guardian G2, staff A1"


def test_a_role_that_moved_is_explained_by_what_moved_it() -> None:
    district = Evenings()
    district.sync("S1,G1,Ann,Lee,old@example.org,4155550132,,", f"S2,G2,{ANN},,")
    run = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    assert run.counts["merge_accounts"] == 1
    rules = dict(explain(district, "G1").decisions.select("sis_id", "rule").iter_rows())
    assert sorted(rules.values()) == ["M4", "M6"]


def test_what_people_said_is_told() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    one, other = (gs.RoleRef("d-1", "guardian", sis_id) for sis_id in ("G1", "G2"))
    gs.pin_never_same(district.store, one, other)
    gs.deny(district.store, district.scope, "G1", "S3", "court order")
    assert explain(district, "G1").history["change"].to_list()[:2] == ["set denials", "set pins"]
    assert explain(district, "G2").history["change"].to_list()[0] == "set pins"


def test_it_answers_for_last_months_run_too() -> None:
    district = Evenings(deletion_threshold=1.0)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.sync(f"S2,G2,{BOB},,")
    told = explain(district, "G1")
    assert told.history["change"].to_list()[:3] == ["end guardianships", "revoke roles", "archive accounts"]
    assert told.history["cause"].to_list()[:3] == ["row absent"] * 3
    assert told.history["started_at"].is_sorted(descending=True)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("Bob,Lee,ann@example.org,4155550132", "same last name, email and mobile, another first name: a household"),
        ("Anne,Lee,ann@example.org,4155550132", "same last name, email and mobile, another first name: with the same "
         "first name in the SIS they would be one"),
        ("Ann,Lee,ann@example.org,", "same first name, last name and email, no mobile on one side: with the same mobile "
         "in the SIS they would be one"),
        ("Ann,Lee,other@example.org,4155550199", "same first name and last name, another email and another mobile: a "
         "namesake"),
    ],
)  # fmt: skip
def test_the_nearest_people_say_why_they_are_not_one(other: str, said: str) -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{other},,")
    assert why(district, "G1", "G2") == said


def test_people_of_the_same_details_wait_for_a_person() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", "S2,G2,Ann,Lee,old@example.org,4155550132,,")
    account = district.account("G2")["account_id"]
    with district.store.transaction(district.scope) as turn:
        turn.write(changes_of([contact("role", account, "email", "old@example.org", "ann@example.org", "G2")]))
    assert why(district, "G1", "G2").startswith("the same details: they wait for a person")


def test_people_pinned_apart_are_two_because_a_person_said_so() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", "S2,G2,Ann,Lee,ann@example.org,,,", "S3,G3,Ann,Lee,ann@example.org,4155550177,,")
    gs.pin_never_same(district.store, *(gs.RoleRef("d-1", "guardian", sis_id) for sis_id in ("G1", "G2")))
    assert why(district, "G1", "G2") == why(district, "G2", "G1") == "a person said that they are two people"
    assert why(district, "G1", "G3").startswith("same first name")


def test_the_same_details_that_prove_nothing_say_so() -> None:
    district = Evenings()
    mixed = "Ann,Lee\u0435,ann@example.org,4155550132"
    district.sync(f"S1,G1,{mixed},,", f"S2,G2,{mixed},,")
    said = "the same details, but a name that mixes scripts or an email beyond ASCII proves nothing"
    assert why(district, "G1", "G2") == said


def test_somebody_near_to_several_roles_is_told_once() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,", "S3,G3,Ann,Lee,ann@example.org,,,")
    near = explain(district, "G1").strangers
    assert near.select("sis_id", "near").rows() == [("G3", "guardian G1")]


def test_people_with_nothing_in_common_are_not_near() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", "S2,G2,Cy,Ott,cy@example.org,4155550177,,")
    assert explain(district, "G1").strangers.is_empty()


def test_a_contact_beside_too_many_names_is_said_to_prove_nothing() -> None:
    office = "office@example.org"
    crowd = [f"S3,X{n},P{n},Q{n},{office},,," for n in range(4)]
    district = Evenings(max_guardians_per_student=9)
    district.sync(f"S1,G1,Ann,Lee,{office},,,", f"S2,G2,Ann,Lee,{office},,,", *crowd)
    assert "too many names" in why(district, "G1", "G2")


def test_the_nearest_come_first_and_not_without_end() -> None:
    district = Evenings(max_students_per_guardian=99)
    rows = [f"S1,N{n},Ann,Lee,n{n}@example.org,,," for n in range(4)]
    rows += [f"S2,M{n},Ann,Lee,m{n}@example.org,,," for n in range(4)]
    rows += [f"S3,K{n},Ann,Lee,k{n}@example.org,,," for n in range(4)]
    district.sync(f"S4,G1,{ANN},,", "S4,G2,Ann,Lee,ann@example.org,,,", *rows)
    near = explain(district, "G1").strangers
    assert near.height == 10
    assert near["sis_id"][0] == "G2"


def test_holds_are_told_and_whether_they_were_released() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    (hold,) = district.sync("S1,G1,Cy,Ott,cy@example.org,,,").holds
    held = explain(district, "G1").holds
    assert held.select("hold_id", "reason", "released").rows() == [(hold.id, "recycled-id", False)]
    assert f"{hold.id} (stands)" in str(explain(district, "G1"))
    gs.release(district.store, hold.id)
    assert explain(district, "G1").holds["released"].to_list() == [True]
    assert f"{hold.id} (released)" in str(explain(district, "G1"))
    assert explain(district, "G1").holds.height == 1


def test_a_plan_shows_the_persons_rows_even_of_somebody_unknown() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,")
    plan = district.plan("S1,G1,Cy,Ott,cy@example.org,,,", f"S2,G9,{BOB},,")
    told = explain(district, "G1", plan)
    assert told.rows["action"].to_list() == ["HELD"]
    assert told.holds["reason"].to_list() == ["recycled-id"]
    assert "line 3" in str(explain(district, "G9", plan))


def test_text_and_html_name_nobody() -> None:
    district = Evenings(staff=[f"T1,{ANN}"])
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    plan = district.plan("S1,G1,Ann,Lee,lee@example.org,4155550132,,")
    told = explain(district, "G1", plan)
    page = told._repr_html_()
    for text in (str(told), page):
        assert not [secret for secret in SECRETS if secret in text]
        assert "guardian G1" in text
        assert "staff T1" in text


def test_html_escapes_what_a_file_says() -> None:
    district = Evenings(students=["<b>"])
    district.sync(f"<b>,<i>G1,{ANN},,")
    page = explain(district, "<i>G1")._repr_html_()
    assert "<i>G1" not in page
    assert "&lt;i&gt;G1" in page


def test_a_student_is_explained_with_all_their_guardians() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S1,G2,{BOB},,", "S2,G3,Cy,Ott,cy@example.org,,,")
    told = gs.explain(district.store, district.scope, student_sis_id="S1")
    assert told.guardianships["guardian_sis_id"].to_list() == ["G1", "G2"]
    assert told.accounts.height == 2


def test_the_order_in_which_a_store_gives_its_rows_does_not_matter() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S1,G2,{BOB},,", "S1,G3,Cy,Ott,cy@example.org,,,")
    before = district.roster
    frames = ("accounts", "roles", "guardianships", "students")
    backwards = evolve(before, **{name: getattr(before, name).reverse() for name in frames})
    one, other = (of_subject(Subject(student_sis_id="S1"), roster) for roster in (before, backwards))
    for name in frames:
        assert getattr(one, name).equals(getattr(other, name))


def test_roles_of_several_schools_stand_in_the_order_of_schools() -> None:
    north = Evenings(scope=gs.School("north", "d-1"))
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store)
    north.sync(f"S1,G2,{ANN},,")
    south.sync(f"S1,G1,{ANN},,")
    told = gs.explain(north.store, north.scope, guardian_sis_id="G2")
    assert told.accounts.height == 1
    assert told.roles["sis_id"].to_list() == ["G2", "G1"]


def test_every_rule_has_words_to_read_to_a_parent() -> None:
    assert set(MEANINGS) == set(Rule)
