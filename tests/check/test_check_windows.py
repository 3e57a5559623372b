"""What is said of the windows in which nothing runs or nothing is removed, and of how old the roster is."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from checkups import only, outcomes, told
from evenings import ANN, Evenings, csv

import guardiansync as gs

NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
HOUR = timedelta(hours=1)
OPEN = gs.Window(NOW - HOUR, NOW + 24 * HOUR)
OPEN_EACH_DAY = gs.Window((NOW - HOUR).time(), (NOW + HOUR).time())
LATER = gs.Window(datetime(2999, 7, 1), datetime(2999, 8, 15, 12), "America/Chicago")  # noqa: DTZ001 - the zone is beside it
EACH_NIGHT = gs.Window((NOW + 2 * HOUR).time(), (NOW + 3 * HOUR).time(), "UTC")


def check(district: Evenings | None = None, **settings: Any) -> gs.Checkup:
    district = district or Evenings(staff=["T1,Tom,Roe,tom@example.org,"])
    return gs.check(
        gs.SyncSettings(scope=district.scope, enabled=True, **settings), district.store, csv(f"S1,G1,{ANN},,")
    )


def test_a_sync_without_windows_may_run_and_remove_at_any_time() -> None:
    checkup = check(max_roster_age=timedelta(hours=36))
    assert only(checkup, "blackout").message == "a sync may run at any time"
    assert "removes what is not in the file" in only(checkup, "removals").message
    assert checkup.worst == "passed"


@pytest.mark.parametrize("window", [OPEN, OPEN_EACH_DAY], ids=["once", "each day"])
def test_a_blackout_that_is_now_is_a_warning(window: gs.Window) -> None:
    checkup = check(blackout=[LATER, window])
    line = only(checkup, "blackout")
    assert line.outcome == "warning"
    until = window.over_at(datetime.now(UTC))
    assert until is not None
    assert f"let nothing run until {until:%Y-%m-%d %H:%M UTC}" in line.message
    assert "take the window out of the settings" in line.message
    # It is what a sync would say; the check itself goes on, as a plan does.
    with pytest.raises(gs.InBlackout) as refused:
        sync(blackout=[LATER, window])
    assert str(refused.value) == line.message
    assert (checkup.ok, outcomes(checkup)["first sync"]) == (True, "passed")


def sync(**settings: Any) -> gs.Report:
    district = Evenings(**settings)
    return district.sync(f"S1,G1,{ANN},,")


def test_a_blackout_that_is_not_now_is_told() -> None:
    line = only(check(blackout=[LATER, EACH_NIGHT]), "blackout")
    assert line.outcome == "passed"
    assert "not from 2999-07-01 00:00 to 2999-08-15 12:00 (America/Chicago); each day from " in line.message
    assert f"to {(NOW + 3 * HOUR):%H:%M}" in line.message
    assert "; and 2 more" in told(check(blackout=[LATER] * 5), "blackout")


def test_removals_that_wait_are_a_warning() -> None:
    for setting, said in (
        (True, "(additions_only=True)"),
        ([LATER, OPEN], f"until {OPEN.ends:%Y-%m-%d %H:%M} UTC"),
        (OPEN_EACH_DAY, "until "),
    ):
        line = only(check(additions_only=setting), "removals")
        assert line.outcome == "warning"
        assert said in line.message
        assert "release the hold" in line.message.lower()
    line = only(check(additions_only=LATER), "removals")
    assert line.outcome == "passed"
    assert "not from 2999-07-01 00:00" in line.message


def test_a_blackout_is_told_also_where_the_roster_fails() -> None:
    checkup = check(Evenings(students=()), blackout=OPEN, additions_only=True)
    found = outcomes(checkup)
    assert (found["blackout"], found["removals"], found["students"]) == ("warning", "warning", "failed")


def test_a_window_says_what_it_is() -> None:
    assert str(gs.Window(time(7), time(16), "America/Chicago")) == "each day from 07:00 to 16:00 (America/Chicago)"
    assert str(gs.Window(time(22, 30, 5), time(5))) == "each day from 22:30:05 to 05:00 (UTC)"


# --- the roster's age -----------------------------------------------------------------------------------------------


def imports(settings: gs.SyncSettings, store: Any) -> None:
    """A district's own roster import."""


def test_a_roster_that_is_too_old_for_run_daily_is_a_warning() -> None:
    old = timedelta(microseconds=1)
    district = Evenings()
    checkup = check(district, max_roster_age=old)
    assert outcomes(checkup)["students"] == "warning"
    assert "max_roster_age" in told(checkup, "students")
    assert "run the roster sync (load_roster) first" in told(checkup, "students")
    assert outcomes(check(district))["students"] == "passed"
    assert outcomes(check(district, max_roster_age=timedelta(days=1)))["students"] == "passed"
    # run_daily brings a new one before it asks.
    assert outcomes(check(district, max_roster_age=old, roster_step=imports))["students"] == "passed"
