"""Windows in which nothing runs, or nothing is removed."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from daily.districts import Districts, district, said, syncs, third_student
from evenings import ANN, BOB, Evenings, csv

import guardiansync as gs

ONE, TWO, THREE = map(district, (1, 2, 3))
NOW = datetime.now(UTC).replace(tzinfo=None)
NOW_OPEN = gs.Window(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
OVER = gs.Window(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
SUMMER = gs.Window(datetime(2026, 7, 1), datetime(2026, 8, 15), "America/Chicago")  # noqa: DTZ001 - the zone is beside it
SCHOOL_HOURS = gs.Window(time(7), time(16), "America/Chicago")
NIGHT = gs.Window(time(22), time(5), "America/Chicago")


@pytest.mark.parametrize(
    ("window", "moment", "over_at"),
    [
        (SUMMER, "2026-07-01T04:59:59+00:00", None),
        (SUMMER, "2026-07-01T05:00:00+00:00", "2026-08-15T05:00:00+00:00"),
        (SUMMER, "2026-08-15T05:00:00+00:00", None),
        (SCHOOL_HOURS, "2026-03-02T13:00:00+00:00", "2026-03-02T22:00:00+00:00"),
        (SCHOOL_HOURS, "2026-03-09T12:00:00+00:00", "2026-03-09T21:00:00+00:00"),
        (SCHOOL_HOURS, "2026-03-02T12:59:59+00:00", None),
        (SCHOOL_HOURS, "2026-03-02T22:00:00+00:00", None),
        (NIGHT, "2026-01-10T04:00:00+00:00", "2026-01-10T11:00:00+00:00"),
        (NIGHT, "2026-01-10T10:59:59+00:00", "2026-01-10T11:00:00+00:00"),
        (NIGHT, "2026-01-10T11:00:00+00:00", None),
        (NIGHT, "2026-01-10T03:59:59+00:00", None),
    ],
)
def test_a_window_is_read_on_the_clocks_of_its_zone(window: gs.Window, moment: str, over_at: str | None) -> None:
    expected = datetime.fromisoformat(over_at) if over_at else None
    assert window.over_at(datetime.fromisoformat(moment)) == expected


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((time(7), time(7)), "ends"),
        ((NOW, NOW), "ends"),
        ((NOW, time(7)), "ends"),
        ((time(7), NOW), "ends"),
        ((NOW.replace(tzinfo=UTC), NOW), "begins"),
        (("07:00", time(8)), "begins"),
        ((time(7), time(8), "Springfield"), "zone"),
        ((time(7), time(8), "../UTC"), "zone"),
    ],
)
def test_a_window_that_is_none_is_refused(arguments: tuple[Any, ...], field: str) -> None:
    with pytest.raises(gs.SettingsError) as caught:
        gs.Window(*arguments)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("blackout", "always"), ("blackout", True), ("blackout", [time(7)]), ("additions_only", "summer"),
        ("additions_only", 1), ("additions_only", [SUMMER, None]), ("max_roster_age", 36), ("max_roster_age", timedelta()),
        ("roster_step", "load"),
    ],
)  # fmt: skip
def test_a_setting_of_the_evening_that_cannot_be_is_refused(name: str, value: Any) -> None:
    with pytest.raises(gs.SettingsError, match=name):
        gs.SyncSettings(scope=ONE, **{name: value})


def test_in_a_blackout_nothing_runs(three: Districts) -> None:
    dark = {"blackout": [OVER, NOW_OPEN], "roster_step": third_student}
    summary = gs.run_daily(three.all({ONE: dark, TWO: {"blackout": OVER}}), three.store)
    assert said(summary) == [("d-1", "skipped", "blackout"), ("d-2", "applied", ""), ("d-3", "applied", "")]
    assert f"{NOW_OPEN.ends:%Y-%m-%d %H:%M} UTC" in summary["message"][0]
    assert three.store.runs(ONE).height == 1
    with pytest.raises(gs.InBlackout):
        gs.sync(three.settings(ONE, **dark), three.store)
    assert syncs(three.store, [ONE], "applied") == [0]


@pytest.mark.parametrize("additions_only", [True, NOW_OPEN, [OVER, NOW_OPEN]])
def test_additions_only_adds_and_updates_and_holds_every_removal(additions_only: Any) -> None:
    district = Evenings(additions_only=additions_only)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    report = district.sync("S1,G1,Ann,Lee,ann@example.com,4155550132,,", "S3,G3,Cy,Lee,cy@example.com,,,")
    assert (str(report.status), report.reasons) == ("held", ("additions-only",))
    assert "G2" in str(report.holds[0].members)
    assert district.guardians() == {"G1", "G2", "G3"}
    assert district.account("G1")["email"] == "ann@example.com"
    assert district.children("G2") == {"S2"}


def test_with_nothing_to_remove_additions_only_holds_nothing() -> None:
    district = Evenings(additions_only=True)
    assert str(district.sync(f"S1,G1,{ANN},,").status) == "applied"
    assert str(district.sync(f"S1,G1,{ANN},,").status) == "unchanged"


def test_what_was_held_goes_after_the_window_by_the_usual_rules() -> None:
    district = Evenings(additions_only=True)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    assert district.sync(f"S1,G1,{ANN},,").reasons == ("additions-only",)
    after = gs.SyncSettings(scope=district.scope, enabled=True, additions_only=OVER)
    report = gs.sync(after, district.store, csv(f"S1,G1,{ANN},,"))
    assert str(report.status) == "applied"
    assert district.guardians() == {"G1"}


def test_a_release_lets_a_removal_go_before_the_window_is_over() -> None:
    district = Evenings(additions_only=True)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    (hold,) = district.sync(f"S1,G1,{ANN},,").holds
    gs.release(district.store, hold.id)
    assert str(district.sync(f"S1,G1,{ANN},,").status) == "applied"
    assert district.guardians() == {"G1"}


def test_a_denial_ends_a_tie_although_only_additions_are_allowed() -> None:
    district = Evenings(additions_only=True)
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    gs.deny(district.store, district.scope, "G1", "S2", reason="a court order")
    district.sync(f"S1,G1,{ANN},,", f"S2,G1,{ANN},,")
    assert district.children("G1") == {"S1"}


def test_a_file_that_is_not_all_there_is_the_reason_before_additions_only() -> None:
    district = Evenings(additions_only=True)
    district.sync(f"S1,G1,{ANN},,", f"S2,G2,{BOB},,")
    assert district.sync(f"S1,G1,{ANN},,", ",,Cy,Lee,cy@example.com,,,").reasons == ("incomplete-file",)
