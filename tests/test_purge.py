from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from evenings import ANN, BOB, Evenings

import guardiansync as gs


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    return gs.open_store("memory://" if request.param == "memory" else f"sqlite:///{tmp_path / 'roster.db'}")


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def test_a_purged_run_cannot_be_undone_and_says_what_to_do(store: object) -> None:
    district = Evenings(store=store)
    report = district.sync(f"S1,G1,{ANN},,")
    assert gs.purge(district.store, before=soon()) == 2
    before = district.roster
    with pytest.raises(gs.RunPurged, match="sync again") as refused:
        gs.undo(report.run_id, district.store)
    assert isinstance(refused.value, gs.UndoRefused)
    assert (refused.value.run_id, refused.value.conflicts) == (report.run_id, ())
    assert district.roster.version == before.version
    runs = district.store.runs(district.scope)
    assert runs["changes"].to_list() == [3, 4]
    assert set(runs["status"]) == {"applied"}
    assert len(gs.explain(district.store, district.scope, guardian_sis_id="G1").history) == 0


def test_later_runs_can_be_undone(store: object) -> None:
    district = Evenings(store=store)
    district.sync(f"S1,G1,{ANN},,")
    gs.purge(district.store, before=soon())
    later = district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    undone = gs.undo(later.run_id, district.store)
    assert district.guardians() == {"G1"}
    assert gs.purge(district.store, before=undone.started_at) == 0
    assert district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,").status == "held"
    gs.purge(district.store, before=soon())
    assert district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,").status == "held"


def test_a_run_that_changed_nothing_is_as_it_was(store: object) -> None:
    district = Evenings(store=store)
    district.sync(f"S1,G1,{ANN},,")
    idle = district.sync(f"S1,G1,{ANN},,")
    gs.purge(district.store, before=soon())
    assert gs.undo(idle.run_id, district.store).status == "unchanged"


def test_pins_and_denials_can_still_be_taken_back(store: object) -> None:
    district = Evenings(store=store)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    pinned = gs.pin_never_same(
        district.store, gs.RoleRef("d-1", "guardian", "G1"), gs.RoleRef("d-1", "guardian", "G2"), actor="me"
    )
    denied = gs.deny(district.store, district.scope, "G2", "S2", "court order", actor="me")
    gs.purge(district.store, before=soon())
    for said, run in ((gs.pins, pinned), (gs.denials, denied)):
        assert said(district.store, district.scope).select("run_id", "actor").rows() == [(run.run_id, "me")]
    gs.undo(pinned.run_id, district.store)
    gs.undo(denied.run_id, district.store)
    assert gs.pins(district.store, district.scope).is_empty()
    assert gs.denials(district.store, district.scope).is_empty()
    assert district.children("G2") == {"S2"}
    gs.purge(district.store, before=soon())


def test_a_time_without_a_zone_is_refused(store: object) -> None:
    district = Evenings(store=store)
    with pytest.raises(gs.SettingsError, match="time zone"):
        gs.purge(district.store, before=datetime(2026, 9, 1))  # noqa: DTZ001 - the mistake
    assert len(district.store.changes(district.store.runs(district.scope)["run_id"].item())) == 4
