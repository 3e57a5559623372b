"""The deny list (A2) as a sync obeys it, to the letter."""

from evenings import ANN, BOB, Evenings, actions

import guardiansync as gs


def denied(*rows: str, **settings: object) -> Evenings:
    """G1 is denied S1 after an evening with these rows."""
    district = Evenings(**settings)  # type: ignore[arg-type]
    district.sync(*rows)
    gs.deny(district.store, district.scope, "G1", "S1", "court order 17/26", actor="office")
    return district


def test_a2_a_denied_pair_is_skipped_and_its_tie_has_ended() -> None:
    rows = (f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    district = denied(*rows)
    assert district.children("G1") == {"S2"}
    report = district.sync(*rows)
    assert actions(report.rows) == ["SKIPPED", "UNCHANGED"]
    assert report.rows["rule"].to_list() == ["A2", "M1"]
    assert report.findings.counts() == {"denied": 1}
    assert district.children("G1") == {"S2"}


def test_a2_nearly_another_student_is_not_denied() -> None:
    district = denied(f"S1,G1,{ANN},,")
    assert actions(district.sync(f"S2,G1,{ANN},,").rows) == ["LINKED"]


def test_a2_covers_every_id_on_that_account() -> None:
    district = denied(f"S1,G1,{ANN},,", f"S2,G2,{ANN},,")
    assert district.role("G1")["account_id"] == district.role("G2")["account_id"]
    report = district.sync(f"S1,G2,{ANN},,", f"S2,G2,{ANN},,")
    assert actions(report.rows.filter(report.rows["line"] > 0)) == ["SKIPPED", "UNCHANGED"]


def test_a2_covers_an_id_that_comes_onto_that_account_tonight() -> None:
    district = denied(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    report = district.sync(f"S2,G1,{ANN},,", f"S1,G9,{ANN},,")
    assert actions(report.rows) == ["UNCHANGED", "SKIPPED"]
    assert district.children("G9") == set() if "G9" in district.guardians() else True


def test_a2_outranks_r4_and_r5_a_denied_row_shields_nobody() -> None:
    district = denied(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,", deletion_threshold=1.0)
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    assert "G1" not in district.guardians()
    assert report.holds == ()


def test_a2_a_tie_that_somehow_stands_ends_even_on_a_file_that_is_not_all_there() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", "S1,G2,Ann,Lee,other@example.org,,,")
    gs.deny(district.store, district.scope, "G1", "S1", "court order", actor="office")
    # G2 turns out to be the same person: the denial is hers under every id.
    report = district.sync(f"S2,G1,{ANN},,", f"S1,G2,{ANN},,", ",,X,Y,x@example.org,,,")
    assert "became-one" in report.reasons
    report = district.sync(f"S2,G1,{ANN},,", f"S1,G2,{ANN},,")
    assert district.children("G2") == set()
    assert report.rows.filter(report.rows["action"] == "ENDED")["message"].to_list() == ["denied"]


def test_a2_another_id_that_agrees_with_who_is_denied_is_held() -> None:
    district = denied(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    rows = (f"S2,G1,{ANN},,", "S1,G9,Anna,Roe,ann@example.org,,,")
    report = district.sync(*rows)
    (hold,) = report.holds
    assert (hold.reason, hold.rule) == ("resembles-denied", "A2")
    assert hold.members.rows() == [("S1", "G9")]
    gs.release(district.store, hold.id, actor="office")
    district.sync(*rows)
    assert district.children("G9") == {"S1"}


def test_a2_with_m6_whoever_joins_the_denied_account_tonight_is_resembled_too() -> None:
    district = denied(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", "S3,G3,Ann,Lee,,6175550199,,")
    one, other = (gs.RoleRef(str(district.scope), "guardian", sis_id) for sis_id in ("G1", "G3"))
    gs.pin_same(district.store, one, other, actor="office")
    report = district.sync(f"S2,G1,{ANN},,", "S3,G3,Ann,Lee,,6175550199,,", "S1,G9,Rob,Ray,,6175550199,,")
    assert district.role("G3")["account_id"] == district.role("G1")["account_id"]
    assert report.reasons == ("resembles-denied",)
    assert "G9" not in district.guardians()


def test_a2_nearly_another_guardian_whose_tie_stands_already_is_not_asked_about() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", "S1,G2,Bob,Lee,ann@example.org,4155550132,,")
    district.sync(*rows)
    gs.deny(district.store, district.scope, "G1", "S1", "court order")
    report = district.sync(*rows)
    assert report.holds == ()
    assert district.children("G2") == {"S1"}


def test_a2_nearly_somebody_with_nothing_in_common_is_tied() -> None:
    district = denied(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    assert district.sync(f"S2,G1,{ANN},,", f"S1,G2,{BOB},,").holds == ()


def test_a2_a_denial_ahead_of_the_id_is_obeyed_when_it_comes() -> None:
    district = Evenings()
    gs.deny(district.store, district.scope, "G7", "S1", "court order", actor="office")
    report = district.sync(f"S1,G7,{ANN},,", f"S1,G2,{BOB},,")
    assert actions(report.rows) == ["SKIPPED", "CREATED"]


def test_a2_does_not_count_for_the_threshold() -> None:
    rows = [f"S1,G{n},P{n},Lee,p{n}@example.org,,," for n in range(1, 5)]
    district = Evenings(deletion_threshold=0.01)
    district.sync(*rows)
    for n in range(1, 4):
        gs.deny(district.store, district.scope, f"G{n}", "S1", "court order", actor="office")
    report = district.sync(*rows)
    assert report.holds == ()
    assert district.guardians() == {"G4"}


def test_a2_taken_back_the_tie_returns_with_the_next_file() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    run = gs.deny(district.store, district.scope, "G1", "S1", "by mistake", actor="office")
    gs.undo(run.run_id, district.store)
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    assert report.holds == ()
    assert district.children("G1") == {"S1", "S2"}


def test_a2_works_in_every_school_of_the_district() -> None:
    north = Evenings(scope=gs.School("north", "d-1"))
    south = Evenings(scope=gs.School("south", "d-1"), store=north.store)
    north.sync(f"S1,G1,{ANN},,")
    south.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    gs.deny(north.store, north.scope, "G1", "S1", "court order", actor="office")
    assert south.children("G1") == {"S2"}
    assert actions(south.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,").rows) == ["SKIPPED", "UNCHANGED"]
