import pytest
from evenings import ANN, BOB, Evenings

import guardiansync as gs
from guardiansync.testing.changes import facts

NEW = "Ann,Lee,ann@new.example.org,4155550132"


def test_an_account_that_its_owner_claimed_since_is_refused_whole() -> None:
    district = Evenings()
    report = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    district.claim("G1")
    with pytest.raises(gs.UndoRefused, match="Nothing was undone") as refused:
        gs.undo(report.run_id, district.store)
    assert refused.value.conflicts == (f"ArchiveAccount account_id {district.account('G1')['account_id']}",)
    assert district.children("G2") == {"S2"}


def test_merged_accounts_come_apart_again_and_an_undo_can_be_undone() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{NEW},,")
    apart = {one: district.role(one)["account_id"] for one in ("G1", "G2")}
    before = facts(district.roster)
    merged = district.sync(f"S1,G1,{NEW},,", f"S2,G2,{NEW},,")
    together = facts(district.roster)
    assert merged.counts["merge_accounts"] == 1
    undone = gs.undo(merged.run_id, district.store, actor="me")
    assert {one: district.role(one)["account_id"] for one in ("G1", "G2")} == apart
    assert len(set(apart.values())) == 2
    assert facts(district.roster) == before
    assert district.store.runs(district.scope).row(0, named=True)["undoes"] == merged.run_id
    gs.undo(undone.run_id, district.store)
    assert facts(district.roster) == together


def test_what_a_later_run_built_on_is_refused() -> None:
    district = Evenings()
    first = district.sync(f"S1,G1,{ANN},,")
    later = district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,", f"S4,G1,{ANN},,", f"S3,G2,{ANN},,")
    with pytest.raises(gs.UndoRefused) as refused:
        gs.undo(first.run_id, district.store)
    account = district.account("G1")["account_id"]
    assert refused.value.conflicts == ("guardian G1 has students", f"account {account} has other roles")
    gs.undo(later.run_id, district.store)
    gs.undo(first.run_id, district.store)
    assert district.roster.accounts.is_empty()


def test_students_with_guardians_do_not_vanish() -> None:
    district = Evenings(students=[])
    loaded = district.load(students=["S1"])
    district.sync(f"S1,G1,{ANN},,")
    with pytest.raises(gs.UndoRefused, match="student S1 has guardians"):
        gs.undo(loaded.run_id, district.store)


def test_a_verified_contact_is_verified_again() -> None:
    district = Evenings(update_active_accounts=True)
    district.sync(f"S1,G1,{ANN},,")
    district.claim("G1")
    before = dict(district.account("G1"))
    run = district.sync(f"S1,G1,{NEW},,")
    assert not district.account("G1")["email_verified"]
    undone = gs.undo(run.run_id, district.store)
    assert dict(district.account("G1")) == before
    gs.undo(undone.run_id, district.store)
    assert district.account("G1")["email"] == "ann@new.example.org"
    assert not district.account("G1")["email_verified"]


def test_an_owner_who_edits_meanwhile_keeps_what_they_wrote_and_the_report_says_so() -> None:
    district = Evenings(update_active_accounts=True)
    district.sync(f"S1,G1,{ANN},,")
    district.claim("G1")
    plan = district.plan(f"S1,G1,{NEW},,")
    stale = plan.frames["update_contacts"].with_columns(before="after")
    changed = gs.Plan(
        plan.scope, plan.kind, plan.frames.replace(update_contacts=stale), plan.rows, (), plan.findings, plan.evidence
    )
    run = gs.apply(changed, district.store)
    assert len(run.left) == 3
    assert district.account("G1")["email"] == "ann@example.org"
    assert district.account("G1")["email_verified"]


def test_a_run_that_nobody_knows() -> None:
    with pytest.raises(gs.UnknownRun, match="runs"):
        gs.undo("r-0", gs.open_store("memory://"))
