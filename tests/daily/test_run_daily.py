"""One evening of many districts, in threads of this process."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from daily.districts import SOON, Districts, breaks, district, said, syncs, third_student
from evenings import ANN, BOB

import guardiansync as gs
from guardiansync.daily import SUMMARY
from guardiansync.stores.last_roster import last_roster
from guardiansync.stores.memory import MemoryStore
from guardiansync.stores.protocol import Store
from guardiansync.testing.fault import Fault
from guardiansync.testing.sftp_server import SftpServer

ONE, TWO, THREE = map(district, (1, 2, 3))


def test_whatever_is_wrong_with_one_district_the_others_are_done(three: Districts) -> None:
    (three.place(TWO) / "guardians.csv").unlink()
    elsewhere = gs.District("d-4")
    settings = [
        *three.all(),
        three.settings(elsewhere, location=three.settings(ONE).location),
        three.settings(ONE, daily_sync_level="school"),
        three.settings(ONE, location=None),
        three.settings(ONE, enabled=False),
    ]
    summary = gs.run_daily(settings, three.store, retry_after=())
    assert summary.schema == SUMMARY
    assert said(summary) == [
        ("d-1", "applied", ""),
        ("d-2", "failed", "file-not-found"),
        ("d-3", "applied", ""),
        ("d-4", "failed", "no-roster"),
        ("d-1", "failed", "level"),
        ("d-1", "failed", "settings"),
        ("d-1", "skipped", "not-enabled"),
    ]
    assert summary.select("rows", "changes", "findings", "tries").row(0) == (3, 7, 0, 1)
    assert three.store.run_scope(summary["run_id"][0]) == ONE
    assert "guardians.csv" in summary["message"][1]


def test_failures_are_in_the_journal_and_what_the_settings_forbid_is_not(three: Districts) -> None:
    (three.place(TWO) / "guardians.csv").unlink()
    gs.run_daily(three.all({THREE: {"enabled": False}}), three.store, retry_after=SOON, actor="cron")
    failed = three.store.runs(TWO).filter(kind="guardians")
    assert failed.select("status", "reasons", "actor").rows() == [("failed", "file-not-found", "cron")]
    assert syncs(three.store, [THREE], "failed", "applied") == [0]


def test_an_exception_of_somebody_else_is_a_row_that_says_nothing_of_people(three: Districts) -> None:
    class Broken(MemoryStore):
        def roster(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("ann@example.org")

    summary = gs.run_daily([three.settings(ONE)], Broken())
    assert summary.select("status", "reason", "message").row(0) == ("failed", "unexpected", "RuntimeError")


def test_the_second_run_does_nothing(three: Districts) -> None:
    gs.run_daily(three.all(), three.store)
    before = [three.store.roster(scope).version for scope in three.scopes]
    again = gs.run_daily(three.all(), three.store)
    assert [row[1] for row in said(again)] == ["unchanged"] * 3
    assert again["changes"].sum() == 0
    assert [three.store.roster(scope).version for scope in three.scopes] == before


def test_results_are_told_as_they_finish_and_the_summary_keeps_the_order(three: Districts) -> None:
    told: list[gs.DailyResult] = []
    others_done = threading.Event()

    def hear(result: gs.DailyResult) -> None:
        told.append(result)
        if len(told) == 2:
            others_done.set()

    def waits(_settings: gs.SyncSettings, _store: Store) -> None:
        assert others_done.wait(60)

    with ThreadPoolExecutor(2) as executor:
        settings = three.all({ONE: {"roster_step": waits}})
        summary = gs.run_daily(settings, three.store, executor=executor, on_progress=hear)
    assert said(summary) == [("d-1", "applied", ""), ("d-2", "applied", ""), ("d-3", "applied", "")]
    assert told[-1].scope == "d-1"
    assert sorted(told, key=lambda one: one.scope) == [gs.DailyResult(**row) for row in summary.to_dicts()]


def test_the_schools_of_a_district_come_one_after_the_other(tmp_path: Path) -> None:
    schools = [gs.School(name, "d-1") for name in ("north", "south", "west")]
    districts = Districts(tmp_path, gs.open_store("memory://"), *schools)
    with ThreadPoolExecutor(3) as executor:
        summary = gs.run_daily(districts.all(), districts.store, executor=executor, retry_after=())
    assert [row[1:] for row in said(summary)] == [("applied", "")] * 3
    assert districts.store.roster(schools[0]).accounts.height == 2


def test_what_may_pass_is_tried_again_and_fetched_again(tmp_path: Path) -> None:
    class Flaky(MemoryStore):
        def __init__(self) -> None:
            super().__init__()
            self.refuse: set[str] = set()

        @contextmanager
        def transaction(self, scope: gs.District | gs.School) -> Iterator[Any]:
            with super().transaction(scope) as turn:
                yield turn
                if scope.district in self.refuse:
                    self.refuse.clear()
                    raise gs.StoreFailed("The connection was lost.")

    store = Flaky()
    districts = Districts(tmp_path, store, ONE, TWO)
    store.refuse.add("d-2")
    summary = gs.run_daily(districts.all(), store, retry_after=SOON)
    assert said(summary) == [("d-1", "applied", ""), ("d-2", "applied", "")]
    assert summary["tries"].to_list() == [1, 2]
    assert syncs(store, [ONE, TWO], "applied") == [1, 1]


def test_a_roster_that_moved_is_planned_for_again(tmp_path: Path) -> None:
    class Moves(MemoryStore):
        """Somebody else writes between the first plan and its transaction."""

        moved = True

        @contextmanager
        def transaction(self, scope: gs.District | gs.School) -> Iterator[Any]:
            if not self.moved:
                self.moved = True
                gs.load_roster(self, scope, students=[{"student_sis_id": f"S{nth}"} for nth in range(1, 4)])
            with super().transaction(scope) as turn:
                yield turn

    store = Moves()
    districts = Districts(tmp_path, store, ONE)
    store.moved = False
    summary = gs.run_daily(districts.all(), store, retry_after=SOON)
    assert (said(summary), summary["tries"][0]) == ([("d-1", "applied", "")], 2)
    assert store.runs(ONE).filter(kind="guardians")["reasons"].to_list() == ["", "stale-plan"]


def test_retries_end_and_a_refused_login_is_never_retried(three: Districts, sftp: SftpServer) -> None:
    (three.place(TWO) / "guardians.csv").unlink()
    refused = sftp.location(password="wrong")
    summary = gs.run_daily(three.all({ONE: {"location": refused}}), three.store, retry_after=SOON)
    assert said(summary)[:2] == [("d-1", "failed", "credentials"), ("d-2", "failed", "file-not-found")]
    assert summary["tries"].to_list() == [1, 3, 1]
    assert syncs(three.store, three.scopes, "failed") == [1, 1, 0]


def test_a_file_that_was_applied_is_put_away_and_one_that_cannot_be_is_a_finding(
    three: Districts, sftp: SftpServer
) -> None:
    (sftp.folder / "archive").mkdir()
    content = (three.place(ONE) / "guardians.csv").read_bytes()
    for archive, left in (("/archive", ["archive"]), ("/nowhere", ["archive", "guardians.csv"])):
        (sftp.folder / "guardians.csv").write_bytes(content)
        put_away = {"location": sftp.location(archive=archive)}
        summary = gs.run_daily(three.all({ONE: put_away, TWO: {"enabled": False}}), three.store, retry_after=())
        assert sorted(entry.name for entry in sftp.folder.iterdir()) == left
        assert summary["findings"].to_list() == [len(left) - 1, 0, 0]
    (moved,) = (sftp.folder / "archive").iterdir()
    assert moved.name == f"{three.store.runs(ONE).filter(kind='guardians')['run_id'][-1]}-guardians.csv"


def test_what_the_deadline_cuts_off_is_listed_and_done_by_the_next_run(three: Districts) -> None:
    at = datetime.now(UTC) + timedelta(seconds=1.5)

    def waits(_settings: gs.SyncSettings, _store: Store) -> None:
        threading.Event().wait((at - datetime.now(UTC)).total_seconds() + 0.1)

    settings = three.all({key: {"roster_step": waits} for key in three.scopes})
    with ThreadPoolExecutor(1) as executor:
        summary = gs.run_daily(settings, three.store, executor=executor, deadline=at)
    # Whichever file came first is worked on when the deadline comes.
    assert sorted(row[1:] for row in said(summary)) == [("applied", ""), *[("cut-off", "deadline")] * 2]
    assert sorted(syncs(three.store, three.scopes, "applied", "failed")) == [0, 0, 1]
    left = [one for one, status in zip(settings, summary["status"], strict=True) if status == "cut-off"]
    assert said(gs.run_daily(left, three.store)) == [(str(one.scope), "applied", "") for one in left]


def test_a_server_that_stalls_does_not_outlast_the_deadline(three: Districts, sftp: SftpServer) -> None:
    (sftp.folder / "guardians.csv").write_bytes(b"x" * 100)
    sftp.misbehave(Fault(stall_after=0))
    stalled = {ONE: {"location": sftp.location(read_timeout_s=600.0, fetch_timeout_s=600.0)}}
    summary = gs.run_daily(three.all(stalled), three.store, deadline=timedelta(seconds=3))
    assert said(summary) == [("d-1", "cut-off", "deadline"), ("d-2", "applied", ""), ("d-3", "applied", "")]


def test_a_deadline_that_is_past_begins_nothing(three: Districts) -> None:
    summary = gs.run_daily(three.all(), three.store, deadline=timedelta())
    assert [row[1] for row in said(summary)] == ["cut-off"] * 3
    assert syncs(three.store, three.scopes, "applied", "failed") == [0, 0, 0]


@pytest.mark.parametrize("deadline", [datetime(2026, 8, 1), 3600, "22:00"])  # noqa: DTZ001 - that is what is refused
def test_a_deadline_that_is_none_is_refused(three: Districts, deadline: Any) -> None:
    with pytest.raises(gs.SettingsError, match="deadline"):
        gs.run_daily(three.all(), three.store, deadline=deadline)


def test_a_district_that_is_being_synced_is_busy_and_the_others_are_done(three: Districts) -> None:
    with three.store.lock(TWO):  # type: ignore[attr-defined]
        summary = gs.run_daily(three.all(), three.store, retry_after=SOON)
        with pytest.raises(gs.DistrictBusy):
            gs.sync(three.settings(TWO), three.store)
    assert said(summary) == [("d-1", "applied", ""), ("d-2", "busy", "busy"), ("d-3", "applied", "")]
    assert summary["tries"].to_list() == [1, 3, 1]
    assert syncs(three.store, [TWO], "applied", "failed") == [0]
    assert said(gs.run_daily(three.all(), three.store))[1] == ("d-2", "applied", "")


def test_the_roster_step_runs_first_and_start_now_is_kept_out(three: Districts) -> None:
    three.write(ONE, f"S1,G1,{ANN},,", f"S3,G2,{BOB},,")
    refused: list[str] = []

    def brings_a_third(settings: gs.SyncSettings, store: Store) -> None:
        third_student(settings, store)
        with pytest.raises(gs.DistrictBusy):
            gs.sync(three.settings(ONE), store)
        refused.append(str(settings.scope))

    summary = gs.run_daily(three.all({ONE: {"roster_step": brings_a_third}}), three.store)
    assert said(summary)[0] == ("d-1", "applied", "")
    assert refused == ["d-1"]
    ties = three.store.roster(ONE).guardianships
    assert set(ties.select("student_sis_id", "guardian_sis_id").rows()) == {("S1", "G1"), ("S3", "G2")}


def test_a_roster_step_that_fails_stops_the_guardians_and_says_nothing_of_people(three: Districts) -> None:
    summary = gs.run_daily(three.all({ONE: {"roster_step": breaks}}), three.store, retry_after=())
    assert said(summary) == [("d-1", "failed", "roster-step"), ("d-2", "applied", ""), ("d-3", "applied", "")]
    assert "RuntimeError" in summary["message"][0]
    assert "ann@" not in summary["message"][0]
    assert three.store.runs(ONE).filter(kind="guardians")["reasons"].to_list() == ["roster-step"]


def test_a_roster_step_runs_although_there_is_no_guardians_file(three: Districts) -> None:
    (three.place(ONE) / "guardians.csv").unlink()
    summary = gs.run_daily(three.all({ONE: {"roster_step": third_student}}), three.store, retry_after=())
    assert said(summary)[0] == ("d-1", "failed", "file-not-found")
    assert "S3" in three.store.roster(ONE).students["student_sis_id"]


def test_a_roster_step_that_fails_may_be_made_up_for_by_a_young_roster(three: Districts) -> None:
    late = {"roster_step": breaks, "max_roster_age": timedelta(hours=36)}
    summary = gs.run_daily(three.all({ONE: late}), three.store)
    assert said(summary)[0] == ("d-1", "applied", "roster-step")
    assert "RuntimeError" in summary["message"][0]


def test_a_roster_that_is_too_old_stops_the_guardians(three: Districts) -> None:
    age = {"max_roster_age": timedelta(microseconds=1)}
    summary = gs.run_daily(three.all({ONE: age, TWO: age | {"roster_step": third_student}}), three.store)
    assert [row[2] for row in said(summary)] == ["roster-old", "roster-old", ""]
    assert syncs(three.store, three.scopes, "applied") == [0, 0, 1]
    assert three.store.runs(ONE).filter(kind="guardians")["reasons"].to_list() == ["roster-old"]


def test_a_roster_sync_that_brought_nobody_or_was_undone_is_none(three: Districts) -> None:
    day = {"max_roster_age": timedelta(days=1)}
    gs.load_roster(three.store, TWO, students=[])
    gs.undo(three.store.runs(THREE)["run_id"][0], three.store)
    never = gs.District("d-9")
    assert last_roster(three.store, TWO) == three.store.runs(TWO)["started_at"][1]
    settings = [
        *three.all(dict.fromkeys(three.scopes, day)),
        three.settings(never, location=three.settings(ONE).location, **day),
    ]
    summary = gs.run_daily(settings, three.store)
    assert [row[2] for row in said(summary)] == ["", "", "roster-old", "roster-old"]
