import polars as pl
import pytest
from attrs import evolve
from evenings import ANN, BOB, Evenings

import guardiansync as gs
from guardiansync.engine.denying import ids_of_one, standing_ties
from guardiansync.model.roster import DENIALS
from guardiansync.testing.changes import changes_of, role, tie

NORTH, SOUTH = gs.School("n", "d-1"), gs.School("s", "d-1")


def ann_and_bob() -> Evenings:
    """Ann, under two ids, has S1 and S2; Bob has S1."""
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S1,G9,{ANN},,", f"S1,G2,{BOB},,")
    assert district.role("G1")["account_id"] == district.role("G9")["account_id"]
    return district


def test_a_denial_ends_every_tie_of_the_account_at_once_and_no_other() -> None:
    district = ann_and_bob()
    run = gs.deny(district.store, district.scope, "G1", "S1", " court order ", actor="me")
    assert (run.kind, run.status, run.actor) == ("denial", "applied", "me")
    assert (run.counts["set_denials"], run.counts["end_guardianships"]) == (1, 2)
    assert (district.children("G1"), district.children("G9"), district.children("G2")) == ({"S2"}, set(), {"S1"})
    ended = district.store.changes(run.run_id)["end_guardianships"]
    assert set(ended.select("reason", "cause").rows()) == {("A2", "denied")}
    listed = gs.denials(district.store, district.scope)
    assert listed.columns == [*DENIALS, "run_id", "actor", "started_at"]
    assert listed.rows() == [("G1", "S1", "d-1", "court order", run.run_id, "me", run.started_at)]
    assert district.guardians() == {"G1", "G2", "G9"}


def test_ties_that_others_started_end_too() -> None:
    roster = ann_and_bob().roster
    others = evolve(roster, guardianships=roster.guardianships.with_columns(managed=pl.lit(value=False)))
    ended = standing_ties(others, ids_of_one(others, "G9"), "S1")
    assert sorted(ended["guardian_sis_id"]) == ["G1", "G9"]


def test_it_works_in_the_whole_district() -> None:
    store = gs.open_store("memory://")
    north = Evenings(scope=NORTH, store=store)
    north.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    ann = north.role("G1")["account_id"]
    south = Evenings(scope=SOUTH, store=store)
    with store.transaction(SOUTH) as turn:
        turn.write(changes_of([role("X7", ann), tie("S1", "X7", ann), tie("S2", "X7", ann)]))
        # The same id as in the other school, but another person's account.
        bob = north.role("G2")["account_id"]
        turn.write(changes_of([role("G1", bob), tie("S1", "G1", bob)]))
    run = gs.deny(store, NORTH, "G1", "S1", "why")
    assert run.counts["end_guardianships"] == 2
    assert (north.children("G1"), north.children("G2"), south.children("X7")) == (set(), {"S2"}, {"S2"})
    assert south.children("G1") == {"S1"}
    assert store.run_scopes(run.run_id) == (NORTH, SOUTH)
    for scope in (NORTH, SOUTH):
        assert gs.denials(store, scope)["run_id"].to_list() == [run.run_id]
        assert store.runs(scope)["run_id"][0] == run.run_id
    told = gs.explain(store, SOUTH, student_sis_id="S1").history
    assert told.filter(pl.col("run_id") == run.run_id)["cause"].to_list() == ["denied"]
    gs.undo(run.run_id, store)
    assert (north.children("G1"), south.children("X7")) == ({"S1"}, {"S1", "S2"})
    assert gs.denials(store, SOUTH).is_empty()
    assert store.roster(NORTH).undone.is_empty()
    assert store.roster(SOUTH).undone.is_empty()


def test_a_guardian_who_is_not_there_yet_is_denied() -> None:
    district = Evenings()
    run = gs.deny(district.store, district.scope, "G1", "S1", "why")
    assert run.counts["end_guardianships"] == 0
    assert gs.denials(district.store, district.scope)["guardian_sis_id"].to_list() == ["G1"]
    gs.undo(run.run_id, district.store)
    assert gs.denials(district.store, district.scope).is_empty()


def test_the_same_denial_again_changes_nothing_but_what_came_back() -> None:
    district = ann_and_bob()
    first = gs.deny(district.store, district.scope, "G2", "S1", "why")
    assert gs.deny(district.store, district.scope, "G2", "S1", "why").status == "unchanged"
    gs.deny(district.store, district.scope, "G2", "S1", "another reason")
    assert gs.denials(district.store, district.scope)["why"].to_list() == ["another reason"]
    with pytest.raises(gs.UndoRefused):
        gs.undo(first.run_id, district.store)


def test_a_denial_is_lifted_after_its_guardian_is_gone() -> None:
    district = ann_and_bob()
    run = gs.deny(district.store, district.scope, "G2", "S1", "why")
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S1,G9,{ANN},,")
    assert district.account("G2")["state"] == "archived"
    lifted = gs.undo(run.run_id, district.store)
    assert (lifted.counts["set_denials"], lifted.counts["start_guardianships"]) == (1, 0)
    assert gs.denials(district.store, district.scope).is_empty()
    assert district.children("G2") == set()


def test_a_denial_is_lifted_after_its_student_is_gone() -> None:
    district = ann_and_bob()
    run = gs.deny(district.store, district.scope, "G1", "S1", "why")
    district.load(students=["S2", "S3", "S4"], deletion_threshold=1.0)
    assert gs.undo(run.run_id, district.store).counts["start_guardianships"] == 0
    assert district.children("G1") == {"S2"}


def test_no_run_of_a_rule_brings_ties_to_a_revoked_guardian() -> None:
    district = ann_and_bob()
    ended = district.sync(f"S1,G1,{ANN},,", f"S1,G9,{ANN},,", f"S1,G2,{BOB},,")
    later = district.sync(f"S1,G9,{ANN},,", f"S1,G2,{BOB},,")
    with pytest.raises(gs.UndoRefused, match="guardian G1 is revoked"):
        gs.undo(ended.run_id, district.store)
    gs.undo(later.run_id, district.store)
    gs.undo(ended.run_id, district.store)
    assert district.children("G1") == {"S1", "S2"}


@pytest.mark.parametrize(
    ("guardian", "student", "reason", "field"),
    [("G1", "S1", "  ", "reason"), ("", "S1", "why", "guardian_sis_id"), ("G1", " ", "why", "student_sis_id")],
)
def test_blanks_deny_nothing(guardian: str, student: str, reason: str, field: str) -> None:
    district = ann_and_bob()
    with pytest.raises(gs.SettingsError) as refused:
        gs.deny(district.store, district.scope, guardian, student, reason)
    assert refused.value.field == field
    assert gs.denials(district.store, district.scope).is_empty()


def test_a_mistyped_scope_denies_nothing() -> None:
    district = ann_and_bob()
    with pytest.raises(gs.UnknownId):
        gs.deny(district.store, gs.District("d-11"), "G1", "S1", "why")
    with pytest.raises(gs.UnknownId):
        gs.deny(district.store, district.scope, "G77", "S77", "why")
