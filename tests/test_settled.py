"""A file that an earlier run settled is not read again, unless anything moved since."""

from collections.abc import Callable

import pytest
from evenings import ANN, BOB, Evenings, csv

import guardiansync as gs

ROWS = (f"S1,G1,{ANN},,", f"S2,G2,{BOB},,xx", f"S9,G1,{ANN},,")


def settled() -> tuple[Evenings, gs.Report]:
    """A district whose file was read when there was nothing to change, and that evening's report."""
    district = Evenings()
    district.sync(*ROWS)
    return district, district.sync(*ROWS)


def test_a_settled_file_is_not_read_again() -> None:
    district, first = settled()
    again, later = district.sync(*ROWS), district.sync(*ROWS)
    assert (first.status, again.status, first.same_as) == ("unchanged", "unchanged", "")
    assert again.same_as == later.same_as == first.run_id
    assert (first.rows.height, again.rows.height) == (3, 0)
    assert again.findings.frame.equals(first.findings.frame)
    assert again.findings.counts() == {"language-unknown": 1, "student-unknown": 1}
    told = {name: count for name, count in first.counts.items() if name.startswith("rows")}
    assert again.counts.items() >= {**told, "create_accounts": 0, "start_guardianships": 0}.items()
    assert told == {"rows": 3, "rows_used": 2, "rows_skipped": 1, "rows_held": 0}
    assert first.run_id in str(again)
    runs = district.store.runs(district.scope).head(2)
    assert runs["status"].to_list() == ["unchanged"] * 2
    assert runs["row_count"].to_list() == [3, 3]
    assert runs["sha256"].to_list() == [first.evidence.sha256] * 2
    assert runs["version_after"].to_list() == [district.roster.version] * 2


def test_a_dry_run_always_reads() -> None:
    district, _ = settled()
    assert district.plan(*ROWS).rows.height == len(ROWS)


def _other_file(district: Evenings) -> None:
    assert not district.sync(*ROWS, f"S3,G1,{ANN},,").same_as


def _undo(district: Evenings) -> None:
    gs.undo(district.store.runs(district.scope).filter(status="applied", kind="guardians")["run_id"][0], district.store)


MOVES: dict[str, Callable[[Evenings], object]] = {
    "another file": _other_file,
    "an undo": _undo,
    "new students": lambda district: district.load(["S1", "S2", "S3", "S4", "S9"]),
    "a pin": lambda district: gs.pin_never_same(
        district.store, gs.RoleRef("d-1", "guardian", "G1"), gs.RoleRef("d-1", "guardian", "G2")
    ),
    "a denial": lambda district: gs.deny(district.store, district.scope, "G1", "S1", reason="court order"),
}


@pytest.mark.parametrize("move", MOVES)
def test_whatever_moves_has_the_file_read_again(move: str) -> None:
    district, _ = settled()
    MOVES[move](district)
    assert not district.sync(*ROWS).same_as


@pytest.mark.parametrize("setting", [{"max_names_per_contact": 2}, {"region": "CA"}, {"columns": {"x": "phone"}}])
def test_other_settings_have_it_read_again(setting: dict[str, object]) -> None:
    district, _ = settled()
    other = gs.SyncSettings(scope=district.scope, enabled=True, **setting)  # type: ignore[arg-type]
    assert not gs.sync(other, district.store, csv(*ROWS)).same_as
    assert gs.sync(other, district.store, csv(*ROWS)).same_as
    assert not district.sync(*ROWS).same_as


def test_what_waits_is_told_every_evening() -> None:
    district = Evenings(max_students_per_guardian=1)
    rows = (f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    first, again = district.sync(*rows), district.sync(*rows)
    assert (first.status, again.status) == ("held", "held")
    assert [hold.id for hold in again.holds] == [hold.id for hold in first.holds]
    assert not again.same_as


def test_the_evening_after_a_change_reads_and_doubts_about_new_people_go_away() -> None:
    district = Evenings()
    rows = (f"S1,G1,{ANN},,", "S2,G2,Ann,Lee,ann@example.org,,,")
    assert district.sync(*rows).findings.counts() == {"nearly-known": 2}
    for same in (False, True):
        report = district.sync(*rows)
        assert bool(report.same_as) is same
        assert report.findings.counts() == {}


def test_what_was_left_is_tried_again() -> None:
    district = Evenings()
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    leaving = district.plan(f"S1,G1,{ANN},,")
    district.claim("G2")
    assert len(gs.apply(leaving, district.store).left) == 1
    assert not district.sync(f"S1,G1,{ANN},,").same_as
